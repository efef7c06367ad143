"""Who takes a seat: a copy of an agent, with what is given in its place, or one given whole."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from luxx.core import agents, checks, colors
from luxx.core.services import Services
from luxx.errors import BadInput
from luxx.models import Seat, User

MAX_SEATS = 20

Draft = dict[str, Any]


def draft(services: Services, user: User, fields: Mapping[str, Any]) -> Draft:
    """What is given for one seat, checked. Raises BadInput."""
    agent_id = fields.get("agent_id")
    values = agents.checked(
        services, user, {name: value for name, value in fields.items() if name != "agent_id"}
    )
    if agent_id is not None:
        values["agent_id"] = checks.whole("agent_id", agent_id, 1, 2**31 - 1)
    elif "name" not in values:
        raise BadInput("name is required where no agent_id is given", field="name")
    return values


def drafts(services: Services, user: User, fields: Sequence[Mapping[str, Any]]) -> list[Draft]:
    """Those of a whole room; what does not fit is named by its place."""
    if len(fields) > MAX_SEATS:
        raise BadInput(f"agents must have at most {MAX_SEATS} entries", field="agents")
    found = []
    for place, each in enumerate(fields):
        with checks.within(f"agents.{place}"):
            found.append(draft(services, user, each))
    return found


async def cast(room_id: str, filled: Iterable[Draft], present: Sequence[Seat] = ()) -> list[Seat]:
    """The new seats of a room, stored after those that are `present`, while the user is held."""
    rows = list(filled)
    used = [seat.color for seat in present] + [row["color"] for row in rows if "color" in row]
    for place, row in enumerate(rows, start=len(present)):
        if "color" not in row:
            row["color"] = colors.pick(used)
            used.append(row["color"])
        row |= {"room_id": room_id, "turn_order": place}
    return [await Seat.create(**row) for row in rows]


async def filled(user: User, drafted: Draft) -> Draft:
    """With what an agent gives to the seat. Call it while the user is held.

    Raises NotFound for an agent or a provider that is not theirs.
    """
    await agents.check_provider(user, drafted)
    if "agent_id" not in drafted:
        return dict(drafted)
    with checks.naming("agent_id"):
        agent = await agents.get(user, drafted["agent_id"])
    return {name: getattr(agent, name) for name in agents.FIELDS} | drafted


async def filled_all(user: User, drafted: Sequence[Draft]) -> list[Draft]:
    """Those of a whole room; what is not found is named by its place."""
    found = []
    for place, each in enumerate(drafted):
        with checks.within(f"agents.{place}"):
            found.append(await filled(user, each))
    return found
