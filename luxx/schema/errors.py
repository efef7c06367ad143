"""How an error reaches a client, and which errors are ours to hear about.

A domain error keeps its message and carries its code. What the client did wrong in the language
itself is BAD_USER_INPUT. Anything else is a defect: logged once, with its path and never with the
query, whose literals may be passwords; the client sees "Internal error". `original_error` always
stays, for a caller in this process.
"""

import logging
import re
from typing import Any

from graphql import GraphQLError
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from luxx.errors import BadInput, LuxxError, NotFound, RateLimited

logger = logging.getLogger("luxx.graphql")

MASK = "Internal error"
#: Where a message of the language says a value back.
_VALUE = re.compile(
    r"(cannot represent [^:]*|Unexpected (?:Block)?String):? .*"
    r"|, found(?::| (?:Block)?String) .*",
    re.DOTALL,
)
_CLIENTS_OWN = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)


def present(error: GraphQLError) -> None:
    """Give an error the message and the extensions that a client may see."""
    cause = cause_of(error)
    if isinstance(cause, LuxxError):
        error.extensions = extensions_of(cause)
    elif cause is None or isinstance(cause, _CLIENTS_OWN):
        error.message = _without_values(error.message)
        error.extensions = {"code": BadInput.code}
    elif error.message != MASK:
        where = ".".join(str(key) for key in error.path or ())
        logger.error("Failed at %s: %r", where or "the operation", cause, exc_info=cause)
        error.message = MASK
        error.extensions = {"code": LuxxError.code}


def _without_values(message: str) -> str:
    """A value that does not fit may stand beside a password: it is not said back."""
    return _VALUE.sub(lambda match: f"{match[1] or ''}.", message)


def extensions_of(error: LuxxError) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": error.code}
    if isinstance(error, BadInput | NotFound) and error.field:
        extensions["field"] = error.field
    if isinstance(error, RateLimited):
        extensions["retryAfter"] = error.retry_after
    return extensions


def cause_of(error: GraphQLError) -> Exception | None:
    """What was raised; None where the language itself refused the client's request.

    A value that a leaf type cannot print is a GraphQLError too, but of our making: it is the one
    that a field met and that was raised without a place in the document.
    """
    cause: Exception | None = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, GraphQLError):
        return cause if error.path is not None and not cause.nodes else None
    return cause
