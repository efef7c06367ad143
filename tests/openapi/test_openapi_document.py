"""The document is valid, whole, explained, and its examples fit it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from described import described, problems, resolved, unfit_events
from frames import Frame
from openapi_spec_validator import validate

from luxx.cli import main
from luxx.openapi.envelopes import ENVELOPES
from luxx.openapi.facts import FACTS
from luxx.rest.routes import ROUTES
from luxx.schema.scalars import StepType


def operations() -> Iterator[tuple[str, Any]]:
    for path, methods in described()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def media() -> Iterator[tuple[str, Any]]:
    """All that is sent or answered, but the events of streams."""
    for name, operation in operations():
        bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for place, body in bodies.items():
            for kind, content in resolved(body).get("content", {}).items():
                if kind == "application/json":
                    yield f"{name} {place}", content


def test_it_is_valid_openapi() -> None:
    validate(described())


def test_every_endpoint_is_in_it() -> None:
    listed = {f"{route.method} {route.path}" for route in ROUTES}
    assert {name for name, _ in operations()} == listed
    ids = [operation["operationId"] for _, operation in operations()]
    assert len(set(ids)) == len(ids)


def test_every_shape_has_an_envelope() -> None:
    assert {route.shape for route in ROUTES} <= set(ENVELOPES)


@pytest.mark.parametrize(("name", "content"), list(media()), ids=lambda each: str(each)[:60])
def test_every_example_fits(name: str, content: Any) -> None:
    assert problems(content["schema"], content["example"]) == [], name


def test_every_event_has_an_example_that_fits() -> None:
    streams = [route for route in ROUTES if route.stream is not None]
    assert len(streams) == 4
    for route in streams:
        assert route.stream is not None
        operation = described()["paths"][route.path][route.method.lower()]
        content = operation["responses"]["200"]["content"]["text/event-stream"]
        values = [each["value"] for each in content["examples"].values()]
        assert [each["event"] for each in values] == list(route.stream.events.values())
        assert [problem for each in values for problem in problems(content["schema"], each)] == []
        found = [Frame(None, each["event"], json.loads(each["data"]), None) for each in values]
        assert unfit_events(route.method, route.path, found) == []


def test_everything_that_has_a_name_is_used() -> None:
    text = json.dumps(described())
    assert [name for name in described()["components"]["schemas"] if f'/{name}"' not in text] == []


def test_each_kind_of_step_is_told_by_its_type() -> None:
    variants = described()["components"]["schemas"]["StepDetails"]["oneOf"]
    assert {each["properties"]["type"]["const"] for each in variants} == set(StepType)


def properties(schema: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {}).items()
        for each in schema.values():
            yield from properties(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from properties(each)


#: What an envelope consists of is explained once, in words.
ENVELOPE = {"success", "message", "data", "categorized", "room"}


def test_every_field_and_parameter_is_explained() -> None:
    silent = {
        name
        for name, schema in properties(described())
        if not schema.get("description") and "const" not in schema
    }
    assert sorted(silent - ENVELOPE) == []
    for name, operation in operations():
        for parameter in operation.get("parameters", []):
            assert parameter["description"], f"{name} {parameter['name']}"


def test_every_fact_is_about_something() -> None:
    names = {name for name, _ in properties(described())}
    for _, operation in operations():
        names |= {parameter["name"] for parameter in operation.get("parameters", [])}
    known = {key.rpartition(".")[2] for key in FACTS} - {"idempotency_key"}
    assert sorted(known - names) == []


def test_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["openapi"])
    assert json.loads(capsys.readouterr().out) == described()
