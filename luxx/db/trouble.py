"""What the engines raise when nobody's input is at fault.

To Tortoise it is an error of the connection, to the edge an error that clients may see: a driver's
own message, which may quote an address, stays in `__cause__` and in the log.
"""

from tortoise.exceptions import DBConnectionError

from luxx.errors import OutOfSpace, Unavailable


class DatabaseTrouble(DBConnectionError, Unavailable):
    """The database cannot be reached right now: try again later."""

    def __init__(self, cause: object = None) -> None:
        Unavailable.__init__(self, (type(self).__doc__ or "").removesuffix("."))
        self.cause = cause

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.cause!r})"


class DatabaseFull(DatabaseTrouble, OutOfSpace):
    """The database has no room left to write: try again when its operator has made some."""
