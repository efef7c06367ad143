"""Model providers."""

from luxx.errors import Conflict, RateLimited, Upstream
from luxx.rest.replies import counted, nothing, told
from luxx.rest.routes.endpoint import Endpoint

ROUTES = (
    Endpoint("GET", "/api/providers", "Providers", counted, about="Your model providers"),
    Endpoint(
        "POST",
        "/api/providers",
        "CreateProvider",
        message="Provider created",
        about="Add a model provider",
        fails=(Conflict,),
    ),
    Endpoint("GET", "/api/providers/{provider_id}", "Provider", about="One provider"),
    Endpoint(
        "PUT",
        "/api/providers/{provider_id}",
        "UpdateProvider",
        message="Provider updated",
        about="Change a provider",
        fails=(Conflict,),
    ),
    Endpoint(
        "DELETE",
        "/api/providers/{provider_id}",
        "DeleteProvider",
        nothing,
        "Provider deleted",
        about="Delete a provider",
    ),
    Endpoint(
        "POST",
        "/api/providers/{provider_id}/test",
        "TestProvider",
        told,
        about="Send the smallest real request to a provider",
        fails=(RateLimited,),
    ),
    Endpoint(
        "GET",
        "/api/providers/{provider_id}/models",
        "ProviderModels",
        about="The models that a provider lists",
        fails=(RateLimited, Upstream),
    ),
)
