"""Whether the server answers, and for administrators what it stands on."""

import strawberry

from luxx.errors import Unauthenticated
from luxx.models import Role
from luxx.sandbox.choice import Refused
from luxx.schema.context import Context, Info
from luxx.schema.fields import field


@strawberry.type(description="What contains the code that tools run.")
class SandboxHealth:
    backend: str = strawberry.field(description="Its name and version.")
    safe: bool = strawberry.field(description="Whether it may be given to strangers.")
    reason: str | None = strawberry.field(description="Why there is none, where there is none.")


@strawberry.type
class Health:
    status: str = "ok"
    message: str = "Luxx API is running"
    sandbox: SandboxHealth | None = strawberry.field(
        default=None, description="Null unless an administrator asks."
    )


@strawberry.type
class HealthQuery:
    @field()
    async def health(self, info: Info) -> Health:
        if not await _is_admin(info.context):
            return Health()
        backend = await info.context.services.toolbox.sandbox.backend()
        reason = backend.reason if isinstance(backend, Refused) else None
        return Health(sandbox=SandboxHealth(backend=backend.name, safe=backend.safe, reason=reason))


async def _is_admin(context: Context) -> bool:
    """A token that is no good makes a stranger: the server is healthy all the same."""
    if not context.offers_token:
        return False
    try:
        return (await context.user()).role is Role.ADMIN
    except Unauthenticated:
        return False
