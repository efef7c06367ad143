"""The table: every REST endpoint as data, one file per resource."""

from luxx.rest.routes import (
    accounts,
    agents,
    conversations,
    messages,
    providers,
    public,
    rooms,
    tools,
)
from luxx.rest.routes.endpoint import Endpoint, Stream

__all__ = ["ROUTES", "Endpoint", "Stream"]

ROUTES: tuple[Endpoint, ...] = (
    *public.ROUTES,
    *accounts.ROUTES,
    *conversations.ROUTES,
    *messages.ROUTES,
    *providers.ROUTES,
    *tools.ROUTES,
    *agents.ROUTES,
    *rooms.ROUTES,
)
