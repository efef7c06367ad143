"""Tools."""

from luxx.errors import Forbidden
from luxx.rest.replies import categorized, whole
from luxx.rest.routes.endpoint import Endpoint

ROUTES = (
    Endpoint("GET", "/api/tools", "Tools", categorized, about="The tools there are"),
    Endpoint("GET", "/api/tools/{name}", "Tool", about="One tool"),
    Endpoint(
        "POST",
        "/api/tools/{name}/execute",
        "ExecuteTool",
        whole,
        whole_body="arguments",
        about="Run a tool by hand; the body is its arguments",
        fails=(Forbidden,),
    ),
)
