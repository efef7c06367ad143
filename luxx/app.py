"""The composition root: everything is made here, opened together and closed in reverse."""

import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute

from luxx import db
from luxx.config import Settings
from luxx.core import accounts
from luxx.core.assembly import make_services, running
from luxx.datafolder import DataFolder
from luxx.db.migrate import migrate
from luxx.errors import ConfigError
from luxx.middleware import RequestLog
from luxx.openapi import openapi_routes
from luxx.rest import PROBES, exception_handlers, rest_routes
from luxx.sandbox.egress import Egress
from luxx.schema import graphql_app
from luxx.web import web_routes
from luxx.web.scrape import metrics_routes

logger = logging.getLogger("luxx")


class Server:
    """The services of one server and the ASGI application in front of them."""

    def __init__(self, settings: Settings, *, extra_routes: Sequence[BaseRoute] = ()) -> None:
        self.settings = settings
        self.folder = DataFolder(settings)
        self._egress = Egress(settings.allowed_private_hosts)
        self.services = make_services(settings, self._egress)
        self.app = self._app([*extra_routes, *self._routes()])

    def _routes(self) -> list[BaseRoute]:
        settings = self.settings
        graphql = graphql_app(self.services, settings)
        return [
            *rest_routes(self.services),
            *openapi_routes(enabled=settings.api_docs),
            *metrics_routes(self.services),
            *web_routes(graphql, settings),
        ]

    def _app(self, routes: Sequence[BaseRoute]) -> Starlette:
        settings = self.settings
        middleware = [Middleware(RequestLog, metrics=self.services.metrics)]
        if settings.cors_origins:
            middleware.append(
                Middleware(
                    CORSMiddleware,
                    allow_origins=settings.cors_origins,
                    allow_methods=["GET", "POST", "PUT", "DELETE"],
                    allow_headers=[
                        "Authorization",
                        "Content-Type",
                        "Idempotency-Key",
                        "Last-Event-ID",
                    ],
                    expose_headers=["Content-Location", "Retry-After", "X-Request-Id"],
                )
            )
        app = Starlette(
            routes=routes,
            middleware=middleware,
            exception_handlers=exception_handlers(),
            lifespan=self._lifespan,
        )
        # `/api/x` and `/api/x/` are both routes; anything else that is near a route is not found.
        app.router.redirect_slashes = False
        return app

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        async with self.open():
            yield

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Own the data folder, bring the database up to date, run runs; undo it at the end.

        Raises ConfigError if another server runs on the same data or a setting does not work.
        """
        services = self.services
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(self.folder.owned())
            await self._migrate()
            await db.open_database(self.settings)
            stack.push_async_callback(db.close_database)
            stack.push_async_callback(self._egress.close)
            if password := await accounts.ensure_admin(services):
                self._announce(password)
            await stack.enter_async_context(running(services))
            services.toolbox.sandbox.choose()
            yield

    async def token_for(self, username: str) -> str:
        """A login without a password, for who runs this server. Raises NotFound."""
        return (await accounts.admit(self.services, username)).access_token

    async def _migrate(self) -> None:
        for name in await migrate(self.settings):
            logger.info("database migrated: %s", name)

    def _announce(self, password: str) -> None:
        # Printed, not logged: it is meant for the person at the terminal, once.
        print(  # noqa: T201
            f"\n  First start: log in as {self.settings.admin_username!r} "
            f"with the password {password}\n  It is not shown again.\n",
            flush=True,
        )


class Worker(Server):
    """Executes runs, and serves nothing but how it is."""

    def __init__(self, settings: Settings) -> None:
        """Raises ConfigError with SQLite, whose one process executes runs itself."""
        if settings.is_sqlite:
            raise ConfigError(
                "luxx worker needs PostgreSQL (LUXX_DATABASE_URL): with SQLite luxx serve is the"
                " only process, and executes everything itself"
            )
        super().__init__(replace(settings, execute_runs=True, port=settings.worker_port))

    def _routes(self) -> list[BaseRoute]:
        return [*rest_routes(self.services, PROBES), *metrics_routes(self.services)]


def create_app(settings: Settings, *, extra_routes: Sequence[BaseRoute] = ()) -> Starlette:
    """The ASGI application; its lifespan opens and closes everything."""
    return Server(settings, extra_routes=extra_routes).app
