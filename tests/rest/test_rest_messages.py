"""Messages and streams of the documented API, over a real server and a scripted model."""

import asyncio
import json
from typing import Any

from frames import frames
from visitor import Visitor

from luxx.llm.demo import Call, Reply
from luxx.models import PermissionLevel, User

MESSAGE = {
    "id",
    "conversation_id",
    "role",
    "content",
    "text",
    "attachments",
    "process_steps",
    "token_count",
    "usage",
    "status",
    "error",
    "created_at",
}


async def test_a_message_is_sent_and_listed_as_documented(member: Visitor) -> None:
    await User.filter(username="ann").update(permission_level=PermissionLevel.ADMIN)
    conversation_id = await member.converse()
    member.model.script += [
        Reply(thinking="Let me see", tool_calls=[Call("process_data", {"data": "[1]"})]),
        Reply("All done."),
    ]
    body = {"conversation_id": conversation_id, "content": "Hello", "thinking_enabled": True}
    exchange = await member.data("POST", "/api/messages/", json=body)
    asked, answer = exchange["user_message"], exchange["assistant_message"]
    assert set(asked) == set(answer) == MESSAGE
    assert (asked["role"], asked["content"], asked["status"]) == ("user", "Hello", "completed")
    assert (asked["process_steps"], asked["usage"], asked["attachments"]) == ([], None, [])
    assert (answer["role"], answer["content"], answer["text"]) == (
        "assistant",
        "All done.",
        "All done.",
    )
    assert set(answer["usage"]) == {"prompt_tokens", "completion_tokens", "total_tokens"}
    steps = answer["process_steps"]
    assert [step["type"] for step in steps] == ["thinking", "tool_call", "tool_result", "text"]
    assert set(steps[0]) == {"id", "index", "type", "content"}
    assert set(steps[1]) == {"id", "index", "type", "id_ref", "name", "arguments"}
    assert set(steps[2]) == {"id", "index", "type", "id_ref", "name", "content", "success"}
    assert steps[1]["id_ref"] == steps[2]["id_ref"]
    listed = await member.data("GET", "/api/messages/", params={"conversation_id": conversation_id})
    assert listed == {"messages": [asked, answer], "title": "Hello", "first_message": "Hello"}
    assert await member.data("GET", f"/api/messages/{answer['id']}") == answer
    newest = {"conversation_id": conversation_id, "limit": 1}
    assert (await member.data("GET", "/api/messages", params=newest))["messages"] == [answer]
    older = {"conversation_id": conversation_id, "before": answer["id"]}
    assert (await member.data("GET", "/api/messages", params=older))["messages"] == [asked]
    deleted = await member.call("DELETE", f"/api/messages/{asked['id']}")
    assert deleted == {"success": True, "message": "Message deleted"}
    await member.call("GET", f"/api/messages/{asked['id']}", status=404)


async def test_a_list_of_messages_needs_its_conversation(member: Visitor) -> None:
    refused = await member.call("GET", "/api/messages/", status=422)
    assert refused["errors"] == [{"field": "conversation_id", "message": "is required"}]
    await member.call("GET", "/api/messages/?conversation_id=conv_none", status=404)
    await member.call("GET", "/api/messages/?conversation_id=conv_none&limit=ten", status=422)


async def test_a_reply_is_streamed_with_the_documented_events(member: Visitor) -> None:
    conversation_id = await member.converse()
    member.model.script += [
        Reply(thinking="Hmm", tool_calls=[Call("process_data", {"data": "[1]"})]),
        Reply("A text of some length."),
    ]
    body = {"conversation_id": conversation_id, "content": "Hi", "enabled_tools": ["process_data"]}
    events = await member.stream(body)
    assert [event.event for event in events[:-1]] == ["process_step"] * (len(events) - 1)
    assert all(set(event.data) == {"step"} for event in events[:-1])
    last: dict[str, Any] = {}
    for event in events[:-1]:
        step: Any = event.data["step"]
        last[step["id"]] = step
    assert [step["type"] for step in last.values()] == [
        "thinking",
        "tool_call",
        "tool_result",
        "text",
    ]
    assert last["step-3"]["content"] == "A text of some length."
    done = events[-1]
    assert done.event == "done"
    assert set(done.data) == {"message_id", "token_count", "usage"}
    message = await member.data("GET", f"/api/messages/{done.data['message_id']}")
    assert message["process_steps"] == list(last.values())
    assert (message["token_count"], message["usage"]) == (
        done.data["token_count"],
        done.data["usage"],
    )
    ids = [int(event.id or 0) for event in events]
    assert ids == sorted(set(ids))


async def test_deltas_add_up_to_the_reply(member: Visitor) -> None:
    conversation_id = await member.converse()
    text = "All work and no play. " * 20
    member.model.script.append(Reply(text))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    events = await member.stream(body, "?delta=true")
    steps = [event for event in events if event.event == "process_step"]
    assert "".join(str(event.data["delta"]) for event in steps) == text
    assert all("content" not in json.dumps(event.data["step"]) for event in steps)


async def test_following_resumes_after_any_event(member: Visitor) -> None:
    conversation_id = await member.converse()
    member.model.script.append(Reply("A text of some length, in several pieces."))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    await member.stream(body, "?delta=true")
    listed = await member.data("GET", "/api/messages", params={"conversation_id": conversation_id})
    asked, answer = listed["messages"]
    path = f"/api/messages/{answer['id']}/stream?delta=true"
    whole = await member.http.get(path)
    assert whole.headers["content-location"] == f"/api/messages/{answer['id']}/stream"
    events = frames(whole.text)
    for seen, event in enumerate(events, start=1):
        rest = await member.http.get(path, headers={"Last-Event-ID": event.id or ""})
        assert [each.id for each in frames(rest.text)] == [each.id for each in events[seen:]]
        assert rest.status_code == (204 if seen == len(events) else 200)
        assert rest.headers["content-location"] == whole.headers["content-location"]
    for bad in ("x", "-1", "9" * 30):
        refused = await member.call("GET", f"{path}&after={bad}", status=422)
        assert refused["errors"][0]["field"] == "after"
    await member.call("GET", f"/api/messages/{asked['id']}/stream", status=422)
    await member.call("GET", "/api/messages/msg_none/stream", status=404)


async def test_a_viewer_that_leaves_does_not_end_the_reply(member: Visitor) -> None:
    conversation_id = await member.converse()
    hold = asyncio.Event()
    member.model.script.append(Reply("A text that goes on without its viewer.", hold=hold))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    async with member.http.stream("POST", "/api/messages/stream", json=body) as answer:
        location = answer.headers["content-location"]
    await member.call("POST", "/api/messages/stream", status=409, json=body)
    hold.set()
    events = frames((await member.http.get(location)).text)
    assert events[-1].event == "done"
    message = await member.data("GET", location.removesuffix("/stream"))
    assert message["content"] == "A text that goes on without its viewer."


async def test_a_reply_can_be_cancelled(member: Visitor) -> None:
    conversation_id = await member.converse()
    member.model.script.append(Reply("Never to be finished.", hold=asyncio.Event()))
    body = {"conversation_id": conversation_id, "content": "Hi"}
    async with member.http.stream("POST", "/api/messages/stream", json=body) as answer:
        path = answer.headers["content-location"].removesuffix("/stream")
        cancelled = await member.call("POST", f"{path}/cancel")
        text = (await answer.aread()).decode()
    assert cancelled["message"] == "Message cancelled"
    assert cancelled["data"]["status"] == "cancelled"
    last = frames(text)[-1]
    assert (last.event, set(last.data)) == ("error", {"content"})


async def test_a_repeated_start_with_the_same_key_sends_once(member: Visitor) -> None:
    conversation_id = await member.converse()
    member.model.script += [Reply("Once."), Reply("Twice.")]
    body = {"conversation_id": conversation_id, "content": "Hi"}
    headers = {"Idempotency-Key": "k-1"}
    first = await member.http.post("/api/messages/stream", json=body, headers=headers)
    again = await member.http.post("/api/messages/stream", json=body, headers=headers)
    assert frames(first.text)[-1].data == frames(again.text)[-1].data
    assert len(member.model.requests) == 1


async def test_a_provider_that_fails_ends_the_stream_with_an_error(member: Visitor) -> None:
    conversation_id = await member.converse()
    member.model.script.append(Reply(status=401, error="No such key"))
    events = await member.stream({"conversation_id": conversation_id, "content": "Hi"})
    assert (events[-1].event, set(events[-1].data)) == ("error", {"content"})
