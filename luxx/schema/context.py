"""What a resolver may reach: the services, who asks, and the loaders of this operation."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from luxx import logs, models
from luxx.core import accounts, providers
from luxx.core.services import Services
from luxx.core.sessions import Session
from luxx.errors import Unauthenticated
from luxx.schema.loaders import Loaders


def bearer(authorization: object) -> str | None:
    """The token of an `Authorization` value, or None where it carries none."""
    if not isinstance(authorization, str):
        return None
    scheme, _, token = authorization.strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


@dataclass
class Context:
    """One request, or one operation of a websocket."""

    services: Services
    token: str | None
    ip: str
    #: Given by graphql-transport-ws with its `connection_init`.
    connection_params: Mapping[str, Any] | None = None
    loaders: Loaders = field(default_factory=Loaders, init=False)
    #: What is followed has been told to its end already.
    told: bool = field(default=False, init=False)
    _session: Session | None = field(default=None, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def session(self) -> Session:
        """Who asks. Looked up once; fields that run side by side wait for the one look-up."""
        if self._session is None:
            async with self._lock:
                if self._session is None:
                    self._session = await self._authenticate()
        return self._session

    async def user(self) -> models.User:
        return (await self.session()).user

    @cached_property
    def models(self) -> "DataLoader[int, list[str]]":
        """What providers list: each is asked once in an operation, under however many names."""
        return DataLoader(load_fn=self._models)

    async def _models(self, ids: list[int]) -> list[Any]:
        user = await self.user()
        asking = (providers.models(self.services, user, id_) for id_ in ids)
        return await asyncio.gather(*asking, return_exceptions=True)

    @property
    def offers_token(self) -> bool:
        return self._offered() is not None

    def has_ended(self) -> bool:
        """Whether the login that was looked up is over by now; a stranger's never is."""
        session = self._session
        return session is not None and self.services.sessions.has_ended(session)

    def for_operation(self) -> "Context":
        """A context that remembers nothing: a websocket outlives logins and loaders."""
        return Context(self.services, self.token, self.ip, self.connection_params)

    async def _authenticate(self) -> Session:
        token = self._offered()
        if token is None:
            raise Unauthenticated
        session = await accounts.authenticate(self.services, token)
        logs.note(user=session.user.username)
        return session

    def _offered(self) -> str | None:
        for name, value in (self.connection_params or {}).items():
            if name.lower() == "authorization":
                return bearer(value)
        return self.token


Info: TypeAlias = strawberry.Info[Context, None]
