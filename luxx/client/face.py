"""What `luxx.connect()` gives: the server's resources as objects, for code that waits."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from luxx.client.chat import Chat
from luxx.client.core import AsyncClient
from luxx.client.portal import Portal
from luxx.client.providers import ProviderLike, Providers, find_provider
from luxx.client.room import Room
from luxx.client.settings import Settings, fields_of
from luxx.client.types import Agent, Tool
from luxx.client.view import View
from luxx.errors import BadInput

if TYPE_CHECKING:
    import pandas as pd

#: A persona, or the fields of one: `name`, `role`, `system`, `color`, `model`, `provider`, `tools`.
AgentLike: TypeAlias = Agent | Mapping[str, Any] | str
_AGENT_FIELDS = {
    "name": "name",
    "role": "role",
    "system": "systemPrompt",
    "color": "color",
    "model": "model",
    "tools": "enabledTools",
}


@dataclass(frozen=True, slots=True)
class Luxx:
    """A server and a login. Everything it gives may be used from any thread."""

    client: AsyncClient
    portal: Portal
    view: View

    @property
    def url(self) -> str:
        return self.client.url

    @property
    def providers(self) -> Providers:
        return Providers(self.client, self.portal)

    def chat(
        self,
        title: str | None = None,
        *,
        system: str | None = None,
        model: str | None = None,
        provider: ProviderLike | None = None,
        tools: Sequence[str] | None = None,
        thinking: bool | None = None,
        temperature: float | None = None,
        max_tokens: int | None = None,
    ) -> Chat:
        """A new conversation. `tools` None offers all that the login may use, `[]` none."""
        return self.portal.run(
            self._chat(
                {
                    "title": title,
                    "system": system,
                    "model": model,
                    "provider": provider,
                    "tools": tools,
                    "thinking": thinking,
                    "temperature": temperature,
                    "max_tokens": max_tokens,
                }
            )
        )

    async def _chat(self, settings: Settings) -> Chat:
        made = await self.client.create_conversation(**await fields_of(self.client, settings))
        return Chat(self.client, self.portal, self.view, made, settings["tools"])

    def chats(self, page: int = 1) -> list[Chat]:
        """One page of the conversations, the newest first."""
        found = self.portal.run(self.client.conversations(page))
        return [Chat(self.client, self.portal, self.view, each) for each in found]

    def room(
        self,
        title: str,
        *,
        task: str,
        agents: Sequence[AgentLike],
        max_rounds: int | None = None,
        model: str | None = None,
    ) -> Room:
        """A new room. An agent is one of `lx.agent(…)`, a mapping with its fields, or a name.

        `model` is that of the seats that name none. Raises BadInput for a field that is unknown.
        """
        return self.portal.run(
            self.make_room(title, task=task, agents=agents, max_rounds=max_rounds, model=model)
        )

    async def make_room(
        self,
        title: str,
        *,
        task: str,
        agents: Sequence[AgentLike],
        max_rounds: int | None = None,
        model: str | None = None,
    ) -> Room:
        """On the portal's thread."""
        seats = [await self._seat(each, model) for each in agents]
        made = await self.client.create_room(
            title=title, task=task, max_rounds=max_rounds, agents=seats
        )
        return Room(self.client, self.portal, self.view, made)

    async def _seat(self, agent: AgentLike, model: str | None) -> dict[str, Any]:
        if isinstance(agent, Agent):
            seat: dict[str, Any] = {"agentId": agent.id}
            return seat if agent.model or model is None else {**seat, "model": model}
        given = {"name": agent} if isinstance(agent, str) else dict(agent)
        provider = given.pop("provider", None)
        if unknown := given.keys() - _AGENT_FIELDS:
            expected = ", ".join([*_AGENT_FIELDS, "provider"])
            raise BadInput(f"agents: unknown field {min(unknown)!r}; there are {expected}")
        seat = {_AGENT_FIELDS[name]: value for name, value in given.items()}
        if provider is not None:
            seat["providerId"] = (await find_provider(self.client, provider)).id
        if model is not None:
            seat.setdefault("model", model)
        return seat

    def rooms(self, page: int = 1) -> list[Room]:
        """One page of the rooms, the newest first."""
        found = self.portal.run(self.client.rooms(page))
        return [Room(self.client, self.portal, self.view, each) for each in found]

    def open(self, which: str | Chat | Room) -> Chat | Room:
        """A conversation or a room, by its id or anew. Raises NotFound, BadInput for no id."""
        id_ = getattr(which, "id", which)
        if not isinstance(id_, str):
            expected = "a conversation, a room, or the id of one"
            raise BadInput(f"which must be {expected}, not {type(which).__name__}", field="which")
        if id_.startswith("room_"):
            room = self.portal.run(self.client.room(id_))
            return Room(self.client, self.portal, self.view, room)
        conversation = self.portal.run(self.client.conversation(id_))
        return Chat(self.client, self.portal, self.view, conversation)

    def agent(
        self,
        name: str,
        *,
        role: str | None = None,
        system: str | None = None,
        color: str | None = None,
        model: str | None = None,
        provider: ProviderLike | None = None,
        tools: Sequence[str] | None = None,
    ) -> Agent:
        """A persona that can be seated in any room; one that has this name already is changed."""
        fields = {
            "name": name,
            "role": role,
            "system_prompt": system,
            "color": color,
            "model": model,
            "provider_id": None if provider is None else self.providers[provider].id,
            "enabled_tools": None if tools is None else list(tools),
        }
        return self.portal.run(self._agent(fields))

    async def _agent(self, fields: Mapping[str, Any]) -> Agent:
        for known in await self.client.agents():
            if known.name == fields["name"]:
                return await self.client.update_agent(known.id, **fields)
        return await self.client.create_agent(**fields)

    def agents(self) -> list[Agent]:
        return self.portal.run(self.client.agents())

    def tools(self) -> list[Tool]:
        return self.portal.run(self.client.tools())

    def run_tool(self, name: str, /, **arguments: Any) -> Any:
        """Its result. Raises BadInput with what went wrong."""
        return self.portal.run(self.client.execute_tool(name, arguments))

    def execute(self, document: str, /, **variables: Any) -> dict[str, Any]:
        """The data of a GraphQL operation of your own."""
        return self.portal.run(self.client.execute(document, **variables))

    def subscribe(self, document: str, /, **variables: Any) -> Iterator[dict[str, Any]]:
        """The results of a GraphQL subscription of your own."""
        return self.portal.iterate(self.client.subscribe(document, **variables))

    def asubscribe(self, document: str, /, **variables: Any) -> AsyncIterator[dict[str, Any]]:
        return self.portal.aiterate(self.client.subscribe(document, **variables))

    def sweep(
        self,
        *,
        task: str | Sequence[str],
        agents: Sequence[AgentLike],
        models: Sequence[str | None] = (None,),
        n: int = 1,
        max_rounds: int | None = None,
        parallel: int = 4,
    ) -> "pd.DataFrame":
        """Discuss each task with each model `n` times, `parallel` rooms at a time.

        One row for each room, which `df.room[i]` opens. Needs pandas. An interrupt stops the
        rooms; one that failed has its error in its row.
        """
        from luxx.client.sweep import Plan, sweep  # noqa: PLC0415 - it makes rooms of this face

        tasks = [task] if isinstance(task, str) else list(task)
        plan = Plan(tasks, list(agents), list(models), n, max_rounds)
        return sweep(self, plan, parallel)

    def close(self) -> None:
        """Let go of the connections. What runs on the server goes on."""
        self.portal.run(self.client.close())

    def __repr__(self) -> str:
        return f"<Luxx at {self.url}>"
