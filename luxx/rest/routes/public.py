"""What everybody may ask."""

from luxx import __version__
from luxx.rest.replies import bare
from luxx.rest.routes.endpoint import Endpoint

#: What is asked of a process that serves nothing else, too.
PROBES = (
    Endpoint(
        "GET",
        "/api/health",
        "Health",
        bare,
        public=True,
        about="Whether the server answers; for administrators also what contains the tools' code",
    ),
    Endpoint(
        "GET",
        "/api/ready",
        "Ready",
        bare,
        public=True,
        about="Whether requests can be sent here: 503 says what is missing",
    ),
)
ROUTES = (
    *PROBES,
    Endpoint(
        "GET",
        "/api",
        None,
        fixed={"name": "Luxx", "version": __version__, "description": "AI Chat API"},
        public=True,
        about="What this server is",
    ),
)
