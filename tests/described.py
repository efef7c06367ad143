"""Whether an answer is one that the OpenAPI document describes."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpx
from frames import Frame
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from luxx.openapi import document

BASE = "urn:luxx"


@cache
def described() -> dict[str, Any]:
    return document()


@cache
def _registry() -> Registry[Any]:
    made: Registry[Any] = Registry().with_resource(BASE, DRAFT202012.create_resource(described()))
    return made


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    """Fixed parts win over parameters, as they do where requests are routed."""
    paths = sorted(described()["paths"], key=lambda path: path.count("{"))
    return [(re.compile(re.sub(r"{\w+}", "[^/]+", path) + "/?"), path) for path in paths]


def problems(schema: Any, value: Any) -> list[str]:
    """What of a value does not fit a schema of the document."""
    validator = Draft202012Validator(
        {"$id": f"{BASE}#here", **_absolute(schema)},
        registry=_registry(),
        format_checker=FormatChecker(),
    )
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _absolute(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: _reference(key, each) for key, each in schema.items()}
    return [_absolute(each) for each in schema] if isinstance(schema, list) else schema


def _reference(key: str, value: Any) -> Any:
    return BASE + value if key == "$ref" else _absolute(value)


def operation_of(method: str, path: str) -> Any:
    """What the document says of a method of a path; None where it says nothing."""
    for pattern, template in _paths():
        if pattern.fullmatch(path):
            return described()["paths"][template].get(method.lower())
    return None


def resolved(answer: Any) -> Any:
    """A response, which may be one of those that many share."""
    name = answer.get("$ref", "").rpartition("/")[2]
    return described()["components"]["responses"][name] if name else answer


def unfit_events(method: str, path: str, found: Iterable[Frame]) -> list[str]:
    """What of a stream's events is not as its operation describes them."""
    content = operation_of(method, path)["responses"]["200"]["content"]["text/event-stream"]
    payloads = {
        each["title"]: each["properties"]["data"]["contentSchema"]
        for each in content["schema"]["oneOf"]
    }
    return [
        f"{frame.event}: {problem}"
        for frame in found
        for problem in problems(payloads[frame.event], frame.data)
    ]


async def check(response: httpx.Response) -> None:
    """A hook for a client: every answer that it gets is one that is described."""
    request = response.request
    operation = operation_of(request.method, request.url.path)
    if operation is None:
        # No such address, or no such method of it; anything else would have to be described.
        assert response.status_code in {404, 405}, f"{request.method} {request.url.path}"
        return
    where = f"{request.method} {request.url.path}: {response.status_code}"
    answer = operation["responses"].get(str(response.status_code))
    assert answer is not None, f"{where} is not described"
    answer = resolved(answer)
    kind = response.headers.get("content-type", "").partition(";")[0]
    described_as = list(answer.get("content", [""]))
    assert kind in described_as, f"{where} is described as {described_as}"
    if kind == "application/json":
        await response.aread()
        found = problems(answer["content"][kind]["schema"], response.json())
        assert not found, f"{where}: {found}"
