"""The one tree of errors that Luxx raises on purpose.

LuxxError
├── Unauthenticated      UNAUTHENTICATED   401   no valid token
├── Forbidden            FORBIDDEN         403   a valid user without the right
├── NotFound             NOT_FOUND         404   absent, or someone else's; may name the field
├── Conflict             CONFLICT          409   not in this state
├── BadInput             BAD_USER_INPUT    422   a value that does not fit; names the field
│   └── ToolFailed       BAD_USER_INPUT    422   a tool ran and could not do what was asked
│       └── ToolTimedOut BAD_USER_INPUT    422   it was given up at its time limit
├── MalformedRequest     BAD_REQUEST       400   not JSON, or not an object
├── MethodNotAllowed     METHOD_NOT_ALLOWED 405
├── PayloadTooLarge      PAYLOAD_TOO_LARGE 413
├── UnsupportedMedia     UNSUPPORTED_MEDIA 415
├── RateLimited          RATE_LIMITED      429   carries retry_after
├── Upstream             UPSTREAM          502   a provider refused, failed or fell silent
├── Unavailable          UNAVAILABLE       503   not now
│   └── OutOfSpace       OUT_OF_SPACE      507   what is written has no room on the server
├── ConfigError          CONFIG            500   the operator's settings; ends the process
└── Fenced               FENCED            409   internal: another attempt owns the run

Every message is written for the person who reads it and is safe to send to a client. Whatever is
not a LuxxError is a defect: it is logged and the client sees INTERNAL and nothing else.
"""

from typing import ClassVar


class LuxxError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500

    def __init__(self, message: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip().removesuffix(".")
        super().__init__(self.message)

    def _render_traceback_(self) -> list[str]:
        """In a notebook the message is all there is to say (an IPython protocol)."""
        return [f"{type(self).__name__}: {self.message}"]


class Unauthenticated(LuxxError):
    """Log in first: the request carries no valid token."""

    code = "UNAUTHENTICATED"
    status = 401


class Forbidden(LuxxError):
    """You are not allowed to do this."""

    code = "FORBIDDEN"
    status = 403


class NotFound(LuxxError):
    """There is no such thing."""

    code = "NOT_FOUND"
    status = 404

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        """`field`: the one that names it, where that is not the address."""
        super().__init__(message)
        self.field = field


class Conflict(LuxxError):
    """It cannot be done in the present state."""

    code = "CONFLICT"
    status = 409


class BadInput(LuxxError):
    """A value does not fit."""

    code = "BAD_USER_INPUT"
    status = 422

    def __init__(self, message: str | None = None, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class ToolFailed(BadInput):
    """The tool could not do what was asked."""


class ToolTimedOut(ToolFailed):
    """The tool did not finish in time."""


class MalformedRequest(LuxxError):
    """The request body is not valid JSON."""

    code = "BAD_REQUEST"
    status = 400


class MethodNotAllowed(LuxxError):
    """The address does not take that method."""

    code = "METHOD_NOT_ALLOWED"
    status = 405


class PayloadTooLarge(LuxxError):
    """The request body is too large."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413


class UnsupportedMedia(LuxxError):
    """The request body must be application/json."""

    code = "UNSUPPORTED_MEDIA"
    status = 415


class RateLimited(LuxxError):
    """Too many attempts: try again later."""

    code = "RATE_LIMITED"
    status = 429

    def __init__(self, message: str | None = None, *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Upstream(LuxxError):
    """The model provider failed."""

    code = "UPSTREAM"
    status = 502

    def __init__(
        self,
        message: str | None = None,
        *,
        upstream_status: int = 0,
        retry_after: float | None = None,
        retryable: bool = False,
        body: str = "",
    ) -> None:
        super().__init__(message)
        self.upstream_status = upstream_status
        self.retry_after = retry_after
        self.retryable = retryable
        self.body = body


class Unavailable(LuxxError):
    """The server cannot do this right now: try again later."""

    code = "UNAVAILABLE"
    status = 503


class OutOfSpace(Unavailable):
    """The server has no room left."""

    code = "OUT_OF_SPACE"
    status = 507


class ConfigError(LuxxError):
    """The settings do not fit together."""

    code = "CONFIG"


class Fenced(LuxxError):
    """Another attempt has taken this run over."""

    code = "FENCED"
    status = 409
