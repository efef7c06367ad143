"""Whether the server answers, and for administrators what it stands on."""

import strawberry

from luxx.core import accounts
from luxx.core.health import check_ready
from luxx.errors import Unauthenticated
from luxx.models import Role
from luxx.sandbox.choice import Refused
from luxx.schema.context import Context, Info
from luxx.schema.fields import field

DEGRADED = "Luxx API is running, but its database does not answer"


@strawberry.type(description="What contains the code that tools run.")
class SandboxHealth:
    backend: str = strawberry.field(description="Its name and version.")
    safe: bool = strawberry.field(description="Whether it may be given to strangers.")
    reason: str | None = strawberry.field(description="Why there is none, where there is none.")


@strawberry.type(description="Whether the process lives; it does, where it can be asked.")
class Health:
    status: str = strawberry.field(
        default="ok", description="`degraded` while the database does not answer."
    )
    message: str = "Luxx API is running"
    sandbox: SandboxHealth | None = strawberry.field(
        default=None, description="Null unless an administrator asks."
    )
    registration: bool = strawberry.field(
        default=False, description="Whether strangers may register."
    )


@strawberry.type(description="That requests can be sent here; where they cannot, it is an error.")
class Ready:
    status: str = "ready"
    database: str = "ok"
    queue: str = strawberry.field(
        default="ok", description="Somebody executes replies and discussions."
    )


@strawberry.type
class HealthQuery:
    @field()
    async def health(self, info: Info) -> Health:
        services = info.context.services
        is_open = accounts.takes_strangers(services)
        if not await services.database.answers():
            return Health(status="degraded", message=DEGRADED, registration=is_open)
        if not await _is_admin(info.context):
            return Health(registration=is_open)
        backend = await services.toolbox.sandbox.backend()
        reason = backend.reason if isinstance(backend, Refused) else None
        sandbox = SandboxHealth(backend=backend.name, safe=backend.safe, reason=reason)
        return Health(sandbox=sandbox, registration=is_open)

    @field(description="Fails with UNAVAILABLE, saying what is missing.")
    async def ready(self, info: Info) -> Ready:
        services = info.context.services
        await check_ready(services.database, services.runs)
        return Ready()


async def _is_admin(context: Context) -> bool:
    """A token that is no good makes a stranger: the server is healthy all the same."""
    if not context.offers_token:
        return False
    try:
        return (await context.user()).role is Role.ADMIN
    except Unauthenticated:
        return False
