"""`/metrics`, for Prometheus."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from luxx.core.gauges import shared
from luxx.core.services import Services
from luxx.metrics import Prometheus


def metrics_routes(services: Services) -> list[BaseRoute]:
    """The one route, where metrics are on."""
    metrics = services.metrics
    if not isinstance(metrics, Prometheus):
        return []

    async def scrape(_request: Request) -> Response:
        text, media_type = metrics.exposition(await shared(services))
        return Response(text, media_type=media_type)

    return [Route("/metrics", scrape)]
