"""The whole server answers as documented, as a consumer of the REST API sees it."""

import itertools
from typing import Any

import pytest
from consumer import IN_SCOPE, KEY, WIRES, Luxx
from described import unfit_events
from frames import Frame, frames
from rest.contract import EVENTS, ROOM_EVENTS, TOOLS, Row, filled, unlike
from rest.rows import ROWS

from luxx.llm.demo import Call, Reply


def test_every_endpoint_has_a_row() -> None:
    listed = {f"{route.method} {route.path}" for route in IN_SCOPE}
    rows = {row.request.rstrip("/") for row in ROWS}
    assert rows == listed | {"GET /api/health", "GET /api/ready", "GET /api"}


@pytest.mark.parametrize("slash", ["as documented", "the other way"])
@pytest.mark.parametrize("wire", WIRES)
async def test_every_documented_request_is_answered_as_documented(
    luxx: Luxx, wire: str, slash: str
) -> None:
    await luxx.enter("ann")
    await luxx.enter("admin", "admin")
    luxx.model.script += [
        Reply("AI 回复文本内容"),
        Reply("我看看", thinking="让我思考", tool_calls=[Call("file_read", {"path": "none"})]),
        Reply("根据搜索结果"),
        Reply("我认为应该……", thinking="让我思考"),
        Reply("我同意。"),
    ]
    luxx.model.script.appendleft(Reply("ok"))  # The provider's test comes first.
    known = {"wire": wire, "model_url": luxx.model_url, "key": KEY, "name": "process_data"}
    wrong: list[str] = []
    for row in ROWS:
        wrong += await _compare(luxx, row, known, turned=slash == "the other way")
    assert wrong == []


async def _compare(luxx: Luxx, row: Row, known: dict[str, Any], *, turned: bool) -> list[str]:
    method, path = row.request.format(**known).split()
    if turned:
        path = path.removesuffix("/") if path.endswith("/") else f"{path}/"
    options: dict[str, Any] = {"params": filled(dict(row.query), known)}
    if row.body is not None:
        options["json"] = filled(row.body, known)
    answer = await luxx.send(row.by, method, path, **options)
    if answer.status_code != 200:
        return [f"{row.request}: {answer.status_code} {answer.text}"]
    if row.answer is EVENTS:
        found = frames(answer.text)
        known[row.keep] = str(found[-1].data.get("message_id"))
        unlike_events = [*_unlike_events(found), *unfit_events(method, path, found)]
        return [f"{row.request}: {each}" for each in unlike_events]
    if row.answer is ROOM_EVENTS:
        found = frames(answer.text)
        unlike_events = [*_unlike_discussion(found), *unfit_events(method, path, found)]
        return [f"{row.request}: {each}" for each in unlike_events]
    body = answer.json()
    if row.keep:
        known[row.keep] = body["data"]["id"]
    return [f"{row.request}: {each}" for each in unlike(row.answer, body)]


def _unlike_events(found: list[Frame]) -> list[str]:
    wrong = [each for frame in found for each in unlike(EVENTS[frame.event], frame.data)]
    kinds = [frame.data["step"]["type"] for frame in found if frame.event == "process_step"]
    order = list(dict.fromkeys(kinds))
    if order != ["thinking", "text", "tool_call", "tool_result"]:
        wrong.append(f"the steps are {order}")
    if [frame.event for frame in found].index("done") != len(found) - 1:
        wrong.append("done is not the last event")
    return wrong


def _unlike_discussion(found: list[Frame]) -> list[str]:
    """A round of two, each of whom says one thing, and the first thinks before."""
    wrong = [
        each
        for frame in found
        for each in unlike({"type": frame.event, **ROOM_EVENTS[frame.event]}, frame.data)
    ]
    order = [name for name, _ in itertools.groupby(frame.event for frame in found)]
    turn = ["message_chunk", "message_end", "message"]
    if order != [
        "room_started",
        "message",
        "round_start",
        "message_start",
        "process_step",
        *turn,
        "message_start",
        *turn,
        "round_end",
        "room_completed",
    ]:
        wrong.append(f"the events are {order}")
    return wrong


async def test_the_documented_tools_need_the_documented_level(ann: Luxx) -> None:
    """A new user reads only: what needs more is refused before its arguments are looked at."""
    listed = (await ann.data("ann", "GET", "/api/tools/"))["tools"]
    for tool in listed:
        category, level = TOOLS[tool["name"]]
        assert tool["category"] == category
        path = f"/api/tools/{tool['name']}/execute"
        answer = await ann.send("ann", "POST", path, json={"no_such_argument": 1})
        assert answer.status_code == (422 if level == 1 else 403), tool["name"]
