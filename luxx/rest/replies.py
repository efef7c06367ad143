"""Replies: the envelope around data, and every failure with its status and code."""

import json
import logging
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from graphql import GraphQLError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from luxx.errors import (
    BadInput,
    LuxxError,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    RateLimited,
    Unauthenticated,
    Upstream,
)
from luxx.rest.inputs import Problem

logger = logging.getLogger("luxx.rest")

INTERNAL = "Internal error"
CANCELLED = "Message cancelled"
HAD_ENDED = "The message had ended already"

#: The categories that the list of tools is grouped by, each present even where it is empty.
CATEGORIES = ("code", "file", "shell", "crawler", "data")


class Content(NamedTuple):
    """What a success says: a message where there is one, data where `has_data`.

    Without an envelope the data is all of it.
    """

    message: str | None = None
    data: Any = None
    has_data: bool = True
    has_envelope: bool = True


Shape = Callable[[dict[str, Any]], Content]


def value(result: dict[str, Any]) -> Content:
    """The one root field's value."""
    (data,) = result.values()
    return Content(data=data)


def whole(result: dict[str, Any]) -> Content:
    """All root fields, by their names."""
    return Content(data=result)


def bare(result: dict[str, Any]) -> Content:
    """The fields of the one root field that say something, without an envelope."""
    (data,) = result.values()
    said = {name: value for name, value in data.items() if value is not None}
    return Content(data=said, has_envelope=False)


def nothing(_result: dict[str, Any]) -> Content:
    """No data at all."""
    return Content(has_data=False)


def counted(result: dict[str, Any]) -> Content:
    """One list by its name, and how long it is."""
    (items,) = result.values()
    return Content(data={**result, "total": len(items)})


def told(result: dict[str, Any]) -> Content:
    """The one root field's value, which brings the message along."""
    (data,) = result.values()
    message = data.pop("message")
    return Content(message=message, data=data)


def cancelled(result: dict[str, Any]) -> Content:
    """The one root field's value; one that had ended before is not said to be cancelled."""
    (data,) = result.values()
    had_ended = data["status"] != "cancelled"
    return Content(HAD_ENDED if had_ended else CANCELLED, data)


def discussed(result: dict[str, Any]) -> Content:
    """The messages of the one root field, and the field's value without them."""
    ((name, data),) = result.items()
    return Content(data={"messages": data.pop("messages"), name: data})


def categorized(result: dict[str, Any]) -> Content:
    """The tools as one list and by category."""
    groups: dict[str, list[Any]] = {category: [] for category in CATEGORIES}
    for tool in result["tools"]:
        groups.setdefault(tool["category"], []).append(tool)
    return Content(data={**result, "categorized": groups, "total": len(result["tools"])})


def dump(content: Any) -> bytes:
    try:
        return orjson.dumps(content)
    except TypeError:
        # A tool may give integers beyond 64 bits or lone surrogates: rare, valid JSON all the same.
        return json.dumps(content).encode()


def plain(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(dump(content), status, headers, media_type="application/json")


def success(content: Content, message: str | None = None) -> Response:
    if not content.has_envelope:
        return plain(content.data)
    body: dict[str, Any] = {"success": True}
    said = content.message if content.message is not None else message
    if said is not None:
        body["message"] = said
    if content.has_data:
        body["data"] = content.data
    return plain(body)


def failure(error: LuxxError, problems: Sequence[Problem] = ()) -> Response:
    """The envelope of an error that clients may see."""
    body: dict[str, Any] = {"success": False, "message": error.message, "code": error.code}
    if isinstance(error, BadInput | NotFound) and error.field and not problems:
        problems = [Problem(error.field, error.message.removeprefix(f"{error.field}: "))]
    if problems:
        body["errors"] = [problem._asdict() for problem in problems]
    return plain(body, error.status, _headers(error))


def unfit(problems: Sequence[Problem]) -> Response:
    """Everything that does not fit, in one answer."""
    message = "; ".join(f"{field}: {text}" for field, text in problems)
    return failure(BadInput(message), problems)


def defect(error: BaseException, where: str) -> Response:
    """The client learns nothing of a defect; the log does."""
    logger.error("Failed at %s: %r", where, error, exc_info=error)
    return failure(_internal())


def refusal(errors: Sequence[GraphQLError]) -> Response:
    """The envelope of a failed operation. The schema has logged what is a defect."""
    cause = _cause(errors[0])
    if isinstance(cause, LuxxError):
        return failure(cause)
    # Without a cause it is the schema that refused, and says so: the answer would be too large.
    if cause is None and (errors[0].extensions or {}).get("code") == BadInput.code:
        return failure(BadInput(errors[0].message))
    return failure(_internal())


def unopened(errors: Sequence[GraphQLError], where: str) -> Response:
    """The envelope of a subscription that has no events. Nobody has logged a defect yet."""
    cause = _cause(errors[0])
    return failure(cause) if isinstance(cause, LuxxError) else defect(cause or errors[0], where)


def _cause(error: GraphQLError) -> Exception | None:
    cause: Exception | None = error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    return cause


def _internal() -> LuxxError:
    return LuxxError(INTERNAL)


def _headers(error: LuxxError) -> dict[str, str]:
    headers: dict[str, str] = {}
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, (RateLimited, Upstream)) and error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if isinstance(error, PayloadTooLarge):
        # The rest of the body is not read: nothing else can follow on this connection.
        headers["Connection"] = "close"
    return headers


_HTTP_ERRORS: Mapping[int, LuxxError] = {
    NotFound.status: NotFound("There is nothing at this address"),
    MethodNotAllowed.status: MethodNotAllowed(),
    PayloadTooLarge.status: PayloadTooLarge(),
}


async def _http_error(_request: Request, error: Exception) -> Response:
    """What Starlette itself refuses, in the envelope."""
    if not isinstance(error, HTTPException):
        raise error
    shown = _HTTP_ERRORS.get(error.status_code)
    if shown is None:
        body = {"success": False, "message": error.detail, "code": f"HTTP_{error.status_code}"}
        return plain(body, error.status_code, error.headers)
    response = failure(shown)
    response.headers.update(error.headers or {})
    return response


async def _known_error(_request: Request, error: Exception) -> Response:
    if not isinstance(error, LuxxError):
        raise error
    return failure(error)


async def _unknown_error(_request: Request, _error: Exception) -> Response:
    """Starlette raises the error again after this answer, so that the server logs it."""
    return failure(_internal())


def exception_handlers() -> dict[Any, Callable[[Request, Exception], Awaitable[Response]]]:
    """For `Starlette(exception_handlers=...)`: errors outside the table look the same."""
    return {HTTPException: _http_error, LuxxError: _known_error, Exception: _unknown_error}
