"""Sending a message and following its reply, against a real run and a scripted model."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from graphql import ExecutionResult, create_source_event_stream, parse
from schema.asking import Ask, codes_of, data_of

from luxx.core import conversations
from luxx.core.follow import ReplyEnded
from luxx.core.follow import follow as core_follow
from luxx.llm.base import Usage
from luxx.llm.demo import Call, Reply, ScriptedModel
from luxx.models import Conversation, MessageStatus, Provider, User
from luxx.schema import Context, schema
from luxx.schema.events import MessageFailed, StepUpdated, to_event

SEND = """mutation ($input: SendMessageInput!, $wait: Boolean! = false, $key: String) {
  sendMessage(input: $input, wait: $wait, idempotencyKey: $key) {
    userMessage { id role status content conversationId }
    assistantMessage { id role status content error }
  }
}"""
FOLLOW = """subscription ($id: ID!, $after: ID) {
  messageEvents(messageId: $id, after: $after) {
    __typename
    ... on Event { cursor }
    ... on StepUpdated { messageId delta step { ...S } }
    ... on MessageCompleted {
      tokenCount usage { totalTokens estimated }
      message { status content text attachments roomId senderName processSteps { ...S } }
    }
    ... on MessageFailed { content code }
  }
}
fragment S on Step {
  id index type
  ... on ThinkingStep { content }
  ... on TextStep { content }
  ... on ToolCallStep { callId name arguments }
  ... on ToolResultStep { callId name content success }
}"""
DELTAS = """subscription ($id: ID!) {
  messageEvents(messageId: $id) { ...D ...D ... on MessageCompleted { message { content } } }
}
fragment D on StepUpdated { delta step { id } }"""


@pytest.fixture
async def conversation(ann: User, provider: Provider) -> Conversation:
    return await conversations.create(ann, {})


@pytest.fixture
def send(ask: Ask, ann: User, conversation: Conversation) -> Callable[..., Any]:
    async def send(content: str = "Hello", **variables: Any) -> Any:
        given = {"conversationId": conversation.id, "content": content, "enabledTools": []}
        input_ = given | variables.pop("input", {})
        return await ask(SEND, {"input": input_, **variables}, user=ann)

    return send


@pytest.fixture
def follow(context_of: Callable[..., Context], ann: User) -> Callable[..., Any]:
    async def follow(message_id: str, query: str = FOLLOW, **variables: Any) -> list[Any]:
        given = {"id": message_id, **variables}
        async with asyncio.timeout(10):
            stream = await schema.subscribe(query, given, context_of(ann))
            return [result async for result in stream]

    return follow


def reply_of(sent: Any) -> Any:
    return data_of(sent)["sendMessage"]["assistantMessage"]


def events_of(results: list[Any]) -> list[Any]:
    return [data_of(result)["messageEvents"] for result in results]


async def test_waiting_returns_the_whole_exchange(
    send: Callable[..., Any], model: tuple[ScriptedModel, str], conversation: Conversation
) -> None:
    model[0].script.append(Reply(text="Good morning"))

    exchange = data_of(await send("Hello", wait=True))["sendMessage"]

    assert {**exchange["userMessage"], "id": ""} == {
        "id": "",
        "role": "USER",
        "status": "COMPLETED",
        "content": "Hello",
        "conversationId": conversation.id,
    }
    assert {**exchange["assistantMessage"], "id": ""} == {
        "id": "",
        "role": "ASSISTANT",
        "status": "COMPLETED",
        "content": "Good morning",
        "error": None,
    }


async def test_a_repeated_start_returns_the_first(
    send: Callable[..., Any], model: tuple[ScriptedModel, str]
) -> None:
    model[0].script.append(Reply(text="Once"))

    first = reply_of(await send(wait=True, key="k"))
    again = reply_of(await send(wait=True, key="k"))

    assert again == first
    assert len(model[0].requests) == 1


async def test_a_reply_is_followed_to_its_end(
    send: Callable[..., Any], follow: Callable[..., Any], model: tuple[ScriptedModel, str]
) -> None:
    model[0].script.append(Reply(thinking="Let me see", text="Good morning"))

    events = events_of(await follow(reply_of(await send(input={"thinkingEnabled": True}))["id"]))

    *steps, end = events
    cursors = [int(event["cursor"]) for event in events]
    assert cursors == sorted(set(cursors))
    assert {step["__typename"] for step in steps} == {"StepUpdated"}
    texts = [step for step in steps if step["step"]["type"] == "TEXT"]
    assert "".join(step["delta"] for step in texts) == "Good morning"
    assert texts[-1]["step"]["content"] == "Good morning"
    assert end["__typename"] == "MessageCompleted"
    assert end["message"]["content"] == end["message"]["text"] == "Good morning"
    assert end["message"]["status"] == "COMPLETED"
    assert (end["message"]["attachments"], end["message"]["roomId"]) == ([], None)
    assert [step["type"] for step in end["message"]["processSteps"]][-1] == "TEXT"
    assert end["usage"]["totalTokens"] > 0


async def test_tool_steps_are_events_too(
    send: Callable[..., Any], follow: Callable[..., Any], model: tuple[ScriptedModel, str]
) -> None:
    call = Call("file_exists", {"path": "nothing.txt"})
    model[0].script.extend([Reply(tool_calls=[call]), Reply(text="No")])

    sent = await send(input={"enabledTools": ["file_exists"]})
    *steps, end = events_of(await follow(reply_of(sent)["id"]))

    asked, answered = [step["step"] for step in steps if step["step"]["type"] != "TEXT"]
    assert (asked["type"], asked["name"]) == ("TOOL_CALL", "file_exists")
    assert (answered["type"], answered["success"]) == ("TOOL_RESULT", True)
    assert asked["callId"] == answered["callId"]
    assert [step["type"] for step in end["message"]["processSteps"]] == [
        "TOOL_CALL",
        "TOOL_RESULT",
        "TEXT",
    ]


async def test_following_goes_on_after_a_cursor(
    send: Callable[..., Any], follow: Callable[..., Any], model: tuple[ScriptedModel, str]
) -> None:
    model[0].script.append(Reply(text="Good morning"))
    id_ = reply_of(await send(wait=True))["id"]
    events = events_of(await follow(id_))

    rest = events_of(await follow(id_, after=events[-2]["cursor"]))

    assert rest == events[-1:]


async def test_who_asks_for_deltas_alone_is_not_sent_the_text(
    send: Callable[..., Any],
    follow: Callable[..., Any],
    model: tuple[ScriptedModel, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def spy(*args: Any, accumulated: bool) -> Any:
        asked.append(accumulated)
        return core_follow(*args, accumulated=accumulated)

    monkeypatch.setattr("luxx.schema.events.follow", spy)
    model[0].script.append(Reply(text="Good morning"))
    id_ = reply_of(await send(wait=True))["id"]

    await follow(id_)
    deltas = events_of(await follow(id_, DELTAS))

    assert asked == [True, False]
    assert "".join(event.get("delta", "") for event in deltas) == "Good morning"


async def test_a_cancelled_reply_ends_with_its_code(
    ask: Ask,
    ann: User,
    send: Callable[..., Any],
    follow: Callable[..., Any],
    model: tuple[ScriptedModel, str],
) -> None:
    model[0].script.append(Reply(text="Never ending", hold=asyncio.Event()))
    id_ = reply_of(await send())["id"]
    async with asyncio.timeout(10):
        await model[0].arrived()
    following = asyncio.create_task(follow(id_))

    cancel = "mutation ($id: ID!) { cancelMessage(id: $id) { id status } }"
    cancelled = data_of(await ask(cancel, {"id": id_}, user=ann))["cancelMessage"]

    assert cancelled == {"id": id_, "status": "CANCELLED"}
    end = events_of(await following)[-1]
    assert (end["__typename"], end["code"]) == ("MessageFailed", "CANCELLED")
    assert end["content"]


async def test_a_failed_reply_ends_with_the_providers_fault(
    send: Callable[..., Any], follow: Callable[..., Any], model: tuple[ScriptedModel, str]
) -> None:
    model[0].script.append(Reply(status=401, error="no such key"))

    end = events_of(await follow(reply_of(await send())["id"]))[-1]

    assert (end["__typename"], end["code"]) == ("MessageFailed", "UPSTREAM")


async def test_messages_are_read_and_deleted(
    ask: Ask, ann: User, send: Callable[..., Any], model: tuple[ScriptedModel, str]
) -> None:
    model[0].script.append(Reply(text="Good morning"))
    id_ = reply_of(await send(wait=True))["id"]
    read = "query ($id: ID!) { message(id: $id) { content } }"
    delete = "mutation ($id: ID!) { deleteMessage(id: $id) }"

    assert data_of(await ask(read, {"id": id_}, user=ann))["message"]["content"] == "Good morning"
    assert data_of(await ask(delete, {"id": id_}, user=ann)) == {"deleteMessage": True}
    assert codes_of(await ask(read, {"id": id_}, user=ann)) == ["NOT_FOUND"]


async def _source(context: Context, **variables: Any) -> Any:
    """What a facade does: open the source stream without executing each event."""
    executor: Any = schema.execution_context_class.build(
        schema._schema, parse(FOLLOW), context_value=context, raw_variable_values=variables
    )
    opened: Any = create_source_event_stream(executor)
    return await opened


async def test_the_source_stream_yields_plain_values(
    send: Callable[..., Any],
    model: tuple[ScriptedModel, str],
    context_of: Callable[..., Context],
    ann: User,
) -> None:
    model[0].script.append(Reply(text="Good morning"))
    id_ = reply_of(await send(wait=True))["id"]

    source = await _source(context_of(ann), id=id_)
    events = [event async for event in source]

    assert isinstance(events[0], StepUpdated)
    assert events[0].message_id == id_
    assert events[-1].token_count > 0


@pytest.mark.parametrize(
    ("who", "variables", "code"),
    [
        ("nobody", {}, "UNAUTHENTICATED"),
        ("ann", {"id": "msg_none"}, "NOT_FOUND"),
        ("ann", {"after": "yesterday"}, "BAD_USER_INPUT"),
        ("ann", {"asked": True}, "BAD_USER_INPUT"),
    ],
)
async def test_what_is_wrong_is_said_before_the_stream_in_both_ways(
    send: Callable[..., Any],
    model: tuple[ScriptedModel, str],
    context_of: Callable[..., Context],
    ann: User,
    who: str,
    variables: dict[str, Any],
    code: str,
) -> None:
    model[0].script.append(Reply(text="Good morning"))
    exchange = data_of(await send(wait=True))["sendMessage"]
    asked = variables.pop("asked", False)
    id_ = exchange["userMessage" if asked else "assistantMessage"]["id"]
    context = context_of(ann if who == "ann" else None)

    opened = await _source(context, **{"id": id_} | variables)
    stream = await schema.subscribe(FOLLOW, {"id": id_} | variables, context.for_operation())
    (result,) = [result async for result in stream]

    assert isinstance(opened, ExecutionResult)
    assert [error.original_error.code for error in opened.errors or ()] == [code]  # type: ignore[union-attr]
    assert codes_of(result) == [code]


def test_a_reply_without_a_word_of_its_own_says_how_it_ended() -> None:
    ended = ReplyEnded(5, "msg_1", MessageStatus.INTERRUPTED, 0, Usage(0, 0), None, None)

    event = to_event(ended)

    assert event == MessageFailed(
        cursor="5",  # type: ignore[arg-type]
        message_id="msg_1",  # type: ignore[arg-type]
        content="The reply was interrupted",
        code="INTERRUPTED",
    )
