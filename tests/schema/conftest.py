"""The services over the test database, users with their tokens, and ways to ask the schema."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from schema.asking import Ask, CountQueries, MakeUser
from starlette.applications import Starlette
from starlette.routing import Mount
from strawberry.types import ExecutionResult
from support import serve

from luxx.config import Settings
from luxx.core import conversations, messages
from luxx.core.assembly import make_services, running
from luxx.core.services import Services
from luxx.db import connection
from luxx.llm.demo import Reply, ScriptedModel
from luxx.models import Message, PermissionLevel, Provider, ProviderType, Role, User
from luxx.sandbox.egress import Egress
from luxx.schema import Context, graphql_app, rest_context, schema


@pytest.fixture
async def services(database: Settings) -> AsyncIterator[Services]:
    egress = Egress(["127.0.0.1"])
    made = make_services(replace(database, auth_rate_limit=0), egress)
    async with running(made):
        yield made
    await egress.close()


@pytest.fixture
def make_user(database: Settings) -> MakeUser:
    async def make(
        name: str,
        *,
        role: Role = Role.USER,
        level: PermissionLevel = PermissionLevel.READ_ONLY,
    ) -> User:
        return await User.create(
            username=name,
            username_key=name,
            email=f"{name}@example.com",
            password_hash="x",
            role=role,
            permission_level=level,
        )

    return make


@pytest.fixture
async def ann(make_user: MakeUser) -> User:
    return await make_user("ann")


@pytest.fixture
async def admin(make_user: MakeUser) -> User:
    return await make_user("root", role=Role.ADMIN, level=PermissionLevel.ADMIN)


@pytest.fixture
def token_of(services: Services) -> Callable[[User], str]:
    def token(user: User) -> str:
        return services.keys.tokens.issue(user.id, user.token_version)

    return token


@pytest.fixture
def context_of(services: Services, token_of: Callable[[User], str]) -> Callable[..., Context]:
    """A request's context: as a user, or as nobody."""

    def make(user: User | None = None) -> Context:
        token = token_of(user) if user is not None else None
        return rest_context(services, token=token, ip="127.0.0.1")

    return make


@pytest.fixture
def ask(context_of: Callable[..., Context]) -> Ask:
    """Execute an operation as a user, or as nobody."""

    async def ask(
        query: str, variables: dict[str, Any] | None = None, *, user: User | None = None
    ) -> ExecutionResult:
        return await schema.execute(query, variables, context_of(user))

    return ask


@pytest.fixture
async def model() -> AsyncIterator[tuple[ScriptedModel, str]]:
    """A scripted model server and the base URL for a provider."""
    made = ScriptedModel()
    async with serve(made) as url:
        yield made, f"{url}/v1"


@pytest.fixture
async def provider(ann: User, services: Services, model: tuple[ScriptedModel, str]) -> Provider:
    """Ann's default provider: the scripted model."""
    return await Provider.create(
        user_id=ann.id,
        name="scripted",
        provider_type=ProviderType.OPENAI,
        base_url=model[1],
        api_key=services.keys.vault.seal("sk-scripted"),
        default_model="luxx-demo",
        is_default=True,
    )


@pytest.fixture
async def reply(
    services: Services, ann: User, provider: Provider, model: tuple[ScriptedModel, str]
) -> Message:
    """A reply that was written."""
    model[0].script.append(Reply(text="Good morning"))
    conversation = await conversations.create(ann, {})
    exchange = await messages.send(
        services,
        ann,
        conversation_id=conversation.id,
        content="Hello",
        enabled_tools=[],
        wait=True,
    )
    return exchange.assistant_message


@pytest.fixture
async def endpoint(services: Services) -> AsyncIterator[str]:
    """The address of the endpoint on a real server."""
    app = Starlette(routes=[Mount("/graphql", graphql_app(services, services.settings))])
    async with serve(app) as url:
        yield f"{url}/graphql/"


@pytest.fixture
def headers(ann: User, token_of: Callable[[User], str]) -> dict[str, str]:
    return {"authorization": f"Bearer {token_of(ann)}"}


@pytest.fixture
def count_queries(database: Settings) -> CountQueries:
    """A context manager: the statements that the database is sent inside it."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []
        client = type(connection())
        patch = pytest.MonkeyPatch()

        def watch(name: str) -> None:
            real = getattr(client, name)

            async def spy(self: Any, query: str, *args: Any, **options: Any) -> Any:
                statements.append(query)
                return await real(self, query, *args, **options)

            patch.setattr(client, name, spy)

        for name in ("execute_query", "execute_query_dict", "execute_insert"):
            watch(name)
        yield statements
        patch.undo()

    return counting
