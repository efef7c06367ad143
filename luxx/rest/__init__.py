"""REST and server-sent events: a table of routes over the stored operations.

No rule of the domain lives here; `routes` says what there is, the rest how it is done.
"""

from luxx.rest.mount import bound, rest_routes
from luxx.rest.replies import exception_handlers
from luxx.rest.routes.public import PROBES

__all__ = ["PROBES", "bound", "exception_handlers", "rest_routes"]
