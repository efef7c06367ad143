"""A small schema with every shape that the facade must handle."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any

import strawberry
from graphql import GraphQLSchema
from starlette.requests import Request
from strawberry.scalars import JSON

from luxx.errors import (
    BadInput,
    Conflict,
    NotFound,
    RateLimited,
    ToolFailed,
    Unauthenticated,
    Upstream,
)


@strawberry.enum
class PermissionLevel(IntEnum):
    READ_ONLY = 1
    WRITE = 2
    EXECUTE = 3


@strawberry.enum
class Colour(StrEnum):
    RED = "red"
    DARK_BLUE = "dark_blue"


@strawberry.interface
class Part:
    id: strawberry.ID
    index: int
    colour: Colour


@strawberry.type
class Note(Part):
    text: str


@strawberry.type
class Call(Part):
    call_id: strawberry.ID
    name: str


@strawberry.type
class Box:
    id: int
    name: str
    weight: float | None
    colour: Colour
    level: PermissionLevel
    levels: list[PermissionLevel]
    inner: "Box | None" = None
    parts: list[Part] = strawberry.field(default_factory=list)

    @strawberry.field
    def computed(self) -> str:
        return f"box {self.id}"


@strawberry.interface
class Event:
    cursor: strawberry.ID


@strawberry.type
class Piece(Event):
    part: Part
    delta: str


@strawberry.type
class Filled(Event):
    total: int
    level: PermissionLevel
    colours: list[Colour]
    tags: list[str]
    at: datetime | None
    last: Part | None
    box: Box | None

    @strawberry.field
    def slow(self) -> str:
        return "computed"


@strawberry.type
class Burst(Event):
    content: str


BoxEvent = Annotated[Piece | Filled | Burst, strawberry.union("BoxEvent")]


@dataclass
class World:
    """What the resolvers share with a test."""

    token: str | None = "good"
    ip: str = ""
    started: list[str] = field(default_factory=list)
    opened: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    script: list[Any] = field(default_factory=list)
    #: Where set, a stream waits for it after its script and before it ends.
    hold: asyncio.Event | None = None

    async def session(self) -> object:
        if self.token != "good":
            raise Unauthenticated
        return self

    def has_ended(self) -> bool:
        return False

    @property
    def told(self) -> bool:
        return False


Info = strawberry.Info[World, None]


@strawberry.input
class PartInput:
    part_name: str
    copies: int = 1
    colour: Colour | None = strawberry.UNSET


@strawberry.input
class BoxInput:
    name: str
    weight: float | None = strawberry.UNSET
    colour: Colour | None = strawberry.UNSET
    level: PermissionLevel | None = strawberry.UNSET
    heavy: bool = False
    parts: list[PartInput] | None = strawberry.UNSET


FAILURES: dict[str, Exception] = {
    "missing": NotFound("There is no such box"),
    "field": BadInput("The name is taken", field="name"),
    "tool": ToolFailed("It fell"),
    "limited": RateLimited("Slow down", retry_after=7),
    "upstream": Upstream("The provider is busy", retry_after=1.2),
    "defect": RuntimeError("secret detail"),
}


@strawberry.type
class Test:
    message: str
    success: bool


@strawberry.type
class Query:
    @strawberry.field
    async def boxes(self, page: int = 1, colour: Colour | None = None) -> list[Box]:
        return [box(number) for number in range(1, page + 1) if colour in {None, Colour.RED}]

    @strawberry.field
    async def box(self, number: int) -> Box:
        if number == 0:
            raise NotFound("There is no such box")
        return box(number)

    @strawberry.field
    async def fail(self, kind: str) -> str:
        raise FAILURES[kind]

    @strawberry.field
    async def test(self) -> Test:
        return Test(message="HTTP 200: fine", success=True)


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def create_box(self, given: BoxInput) -> JSON:
        shown = strawberry.asdict(given)
        return JSON({key: each for key, each in shown.items() if each is not strawberry.UNSET})

    @strawberry.mutation
    async def start(self, info: Info, name: str, key: str | None = None) -> Box:
        if name == "busy":
            raise Conflict("One is running")
        info.context.started.append(f"{name}:{key}")
        return box(0 if name == "gone" else 5)

    @strawberry.mutation
    async def run(self, name: str, arguments: JSON) -> JSON:
        return JSON({"name": name, "arguments": arguments})

    @strawberry.mutation
    async def delete(self, number: int) -> bool:
        return bool(number)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def box_events(
        self, info: Info, number: int, after: strawberry.ID | None = None
    ) -> AsyncIterator[BoxEvent]:
        if number == 0:
            raise NotFound("There is no such box")
        if number == 13:
            raise RuntimeError("secret detail")
        return _events(info.context, after)


async def _events(world: World, after: str | None) -> AsyncIterator[Piece | Filled | Burst]:
    world.opened += 1
    try:
        for event in world.script:
            if isinstance(event, Exception):
                raise event
            if after is None or int(event.cursor) > int(after):
                yield event
        if world.hold is not None:
            await world.hold.wait()
    finally:
        world.closed.set()


def box(number: int) -> Box:
    return Box(
        id=number,
        name=f"box-{number}",
        weight=1.5,
        colour=Colour.DARK_BLUE,
        level=PermissionLevel.WRITE,
        levels=[PermissionLevel.READ_ONLY, PermissionLevel.EXECUTE],
        inner=None if number else box(1),
        parts=[note(), call()],
    )


def note() -> Note:
    return Note(id=strawberry.ID("n-0"), index=0, colour=Colour.RED, text="line\nbreak ‘’ 会话")


def call() -> Call:
    return Call(
        id=strawberry.ID("c-1"),
        index=1,
        colour=Colour.DARK_BLUE,
        call_id=strawberry.ID("call_1"),
        name="file_read",
    )


def piece(cursor: int, part: Part | None = None) -> Piece:
    return Piece(cursor=strawberry.ID(str(cursor)), part=part or note(), delta="new")


def filled(cursor: int, *, full: bool = True) -> Filled:
    return Filled(
        cursor=strawberry.ID(str(cursor)),
        total=3,
        level=PermissionLevel.EXECUTE,
        colours=[Colour.RED, Colour.DARK_BLUE],
        tags=["a"],
        at=datetime(2024, 1, 1, tzinfo=UTC) if full else None,
        last=call() if full else None,
        box=box(0) if full else None,
    )


def burst(cursor: int) -> Burst:
    return Burst(cursor=strawberry.ID(str(cursor)), content="too much")


class ShelfSchema(strawberry.Schema):
    def process_errors(self, errors: Any, execution_context: Any = None) -> None:
        """Tests raise on purpose."""


schema = ShelfSchema(Query, Mutation, Subscription, types=[Note, Call])
types: GraphQLSchema = schema._schema


def context_of(world: World) -> Any:
    def context(request: Request) -> World:
        authorization = request.headers.get("authorization", "Bearer good")
        world.token = authorization.removeprefix("Bearer ")
        return world

    return context
