"""A conversation that works: a model searches, writes a program, runs it and tells what it saw."""

import asyncio
import json

from world import World

from luxx.llm.demo import Call, Reply
from luxx.models import Message, MessageStatus, PermissionLevel, ToolCaller, ToolExecution, User

QUESTION = "Search my files for tortoise, then write words.py and run it"


async def test_a_model_searches_writes_runs_and_reports(each_wire: World) -> None:
    """Nothing is scripted here: every step follows from what the tool before it really gave."""
    world = each_wire
    await User.filter(id=world.user.id).update(permission_level=PermissionLevel.EXECUTE)
    notes = {"path": "notes/animals.txt", "content": "a hare\nthe tortoise wins\n"}
    await world.services.toolbox.execute(world.user, "file_write", notes)

    reply = await world.ask(QUESTION)

    assert reply.status is MessageStatus.COMPLETED
    steps = [step for step in reply.steps if step["type"] in {"tool_call", "tool_result"}]
    names = [step["name"] for step in steps if step["type"] == "tool_call"]
    assert names == ["file_grep", "file_write", "shell_execute"]
    results = [json.loads(step["content"]) for step in steps if step["type"] == "tool_result"]
    assert all(step["success"] for step in steps if step["type"] == "tool_result")
    assert results[0]["matches"][0]["path"] == "notes/animals.txt"
    printed = f"{len(QUESTION.split())} words; the longest is tortoise,"
    assert results[2]["stdout"].strip() == printed
    assert "notes/animals.txt:2:the tortoise wins" in reply.content
    assert printed in reply.content

    rows = await ToolExecution.filter(caller=ToolCaller.MODEL).order_by("id")
    assert [row.tool for row in rows] == names


async def test_only_the_call_that_is_repeated_is_not_run(here: World) -> None:
    again = Call("file_list", {})
    batch = [Call("file_exists", {"path": "a.txt"}), again, again, again]
    here.model.script.extend([Reply(tool_calls=batch), Reply(text="Enough.")])
    message = await here.ask()
    assert message.content == "Enough."
    results = [step["content"] for step in message.steps if step["type"] == "tool_result"]
    refused = ["made 3 times in a row" in str(result) for result in results]
    assert refused == [False, False, False, True]


async def test_a_level_taken_away_in_mid_reply_counts_for_its_next_tool(here: World) -> None:
    gate = asyncio.Event()
    write = Call("file_write", {"path": "late.txt", "content": "x"})
    here.model.script.append(Reply(tool_calls=[write], hold=gate, hold_after=0))
    here.model.script.append(Reply(text="Done."))
    exchange = await here.send("Write something")
    await here.model.arrived(1)
    await User.filter(id=here.user.id).update(permission_level=PermissionLevel.READ_ONLY)
    gate.set()
    await here.services.runs.wait(str(exchange.assistant_message.run_id))
    reply = await Message.get(id=exchange.assistant_message.id)
    (result,) = [step for step in reply.steps if step["type"] == "tool_result"]
    assert result["success"] is False
    assert result["content"] == "file_write needs the permission WRITE; yours is READ_ONLY"
