"""The rules by which the scripted model answers."""

import subprocess
import sys
from typing import Any

import orjson
import pytest

from luxx.llm.base import ModelRequest, Text, ToolCall, ToolResult, ToolSpec, Turn
from luxx.llm.demo.mind import answer
from luxx.llm.demo.reply import Reply

TOOLS: tuple[str, ...] = ("python_eval", "file_list", "file_read", "file_write", "process_data")
TOOLS += ("web_search", "file_grep", "shell_execute")


def user(text: str) -> Turn:
    return Turn("user", (Text(text),))


def ask(
    *turns: Turn | str, tools: tuple[str, ...] = TOOLS, system: str = "", thinking: bool = False
) -> Reply:
    return answer(
        ModelRequest(
            model="m",
            turns=[user(turn) if isinstance(turn, str) else turn for turn in turns],
            tools=[ToolSpec(name, "", {}) for name in tools],
            system=system,
            thinking=thinking,
        )
    )


def after(
    question: str, tool: str, content: Any, *, arguments: str = "{}", success: bool = True
) -> tuple[Turn, Turn, Turn]:
    body = content if isinstance(content, str) else orjson.dumps(content).decode()
    return (
        user(question),
        Turn("assistant", (ToolCall(tool, tool, arguments),)),
        Turn("user", (ToolResult(tool, tool, body, success),)),
    )


def calls(reply: Reply) -> list[tuple[str, Any]]:
    return [(call.name, orjson.loads(call.json())) for call in reply.tool_calls]


def test_it_says_that_it_is_no_ai() -> None:
    assert "not an AI" in ask("Good morning").text
    assert "不是人工智能" in ask("早上好").text
    assert "no weights" in ask("Who are you?").text
    assert "没有参数" in ask("你是谁").text


def test_it_introduces_itself_once() -> None:
    later = ask("Hi", Turn("assistant", (Text("Hello"),)), "And you?")
    assert "Still your scripted demo model" in later.text


def test_it_reflects_what_was_said() -> None:
    reply = ask("The tortoise outran everyone", tools=())
    assert "“The tortoise outran everyone”" in reply.text
    assert "4 words" in reply.text
    assert "tortoise" in reply.text
    assert "no tools" in reply.text
    assert "5 个字" in ask("你好啊世界").text
    assert ask("…").text


def test_the_same_request_has_the_same_answer() -> None:
    assert ask("Surprise me") == ask("Surprise me")


def test_it_thinks_only_when_asked_to() -> None:
    assert ask("Good morning").thinking == ""
    thought = ask("Good morning", thinking=True).thinking
    assert "Good morning" in thought
    assert thought.count(".") >= 2
    assert "python_eval" in ask("What is 1 + 1?", thinking=True).thinking
    told = ask(*after("What is 1 + 1?", "python_eval", {"result": 2}), thinking=True)
    assert "results" in told.thinking


def test_it_suggests_only_what_was_offered() -> None:
    text = ask("Good morning", tools=("file_list", "web_search")).text
    assert "List my files" in text
    assert "12 *" not in text


@pytest.mark.parametrize(
    ("text", "last"), [("Count to 12, please", "12"), ("请数到 7", "7"), ("count to 99999", "500")]
)
def test_it_counts(text: str, last: str) -> None:
    assert ask(text).text.split()[-1] == last


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What is 12 * (3 + 4)?", [("python_eval", {"expression": "12 * (3 + 4)"})]),
        ("12 × 3 等于多少?", [("python_eval", {"expression": "12 * 3"})]),
        ("I wonder (is it 2^10 ÷ 4)", [("python_eval", {"expression": "2**10 / 4"})]),
        ("(2 + 3", [("python_eval", {"expression": "2 + 3"})]),
        ("2 + 3) is it", [("python_eval", {"expression": "2 + 3"})]),
        ("what is 3-5?", [("python_eval", {"expression": "3-5"})]),
        ("We were 3-5 people, 24/7, on 2024-01-02", []),
        ("1 + " * 60 + "1", []),
        ("List my files.", [("file_list", {"path": "."})]),
        ("What is in the folder?", [("file_list", {"path": "."})]),
        ("列出我的文件", [("file_list", {"path": "."})]),
        ("Read demo-note.md", [("file_read", {"path": "demo-note.md"})]),
        ("读取notes/a.txt", [("file_read", {"path": "notes/a.txt"})]),
        ("Read a.md and b.md", [("file_read", {"path": f"{name}.md"}) for name in "ab"]),
        ("Read what I think", []),
        ('Format {"b": [1]}', [("process_data", {"data": '{"b": [1]}', "operation": "format"})]),
        ('[{"a": 1}] as csv', [("process_data", {"data": '[{"a": 1}]', "operation": "to_csv"})]),
        ("minify [1, 2]", [("process_data", {"data": "[1, 2]", "operation": "minify"})]),
        ("CSV:\na,b\n1,2", [("process_data", {"data": "a,b\n1,2", "operation": "from_csv"})]),
        ("A csv with 1, 2", []),
        ("Search my files for tea", [("file_grep", {"pattern": "tea"})]),
        ("search for “green tea”, please", [("file_grep", {"pattern": r"green\ tea"})]),
        ("在文件中搜索 茶叶", [("file_grep", {"pattern": "茶叶"})]),
        ("Run words.py", [("shell_execute", {"command": "python words.py"})]),
        ("Run words.md", []),
        ("Run for your life", []),
        ("An empty {} or [link] or {x}", []),
    ],
)
def test_a_question_chooses_the_tool(text: str, expected: list[tuple[str, Any]]) -> None:
    assert calls(ask(text)) == expected
    assert calls(ask(text, tools=("web_search",))) == []


@pytest.mark.parametrize(
    ("text", "path"),
    [("Write a note about tea", "demo-note.md"), ("save this to tea.md", "tea.md")],
)
def test_a_note_holds_what_was_asked(text: str, path: str) -> None:
    ((name, arguments),) = calls(ask(text))
    assert (name, arguments["path"]) == ("file_write", path)
    assert text in arguments["content"]


@pytest.mark.parametrize("text", ['Write tea.py about "green" tea', "写 tea.py 关于茶\n的程序"])
def test_a_program_runs_and_speaks_of_what_was_asked(text: str) -> None:
    ((_, arguments),) = calls(ask(text))
    run = [sys.executable, "-I", "-c", arguments["content"]]
    printed = subprocess.run(run, capture_output=True, check=True, text=True, timeout=20).stdout
    assert str(len(text) if "写" in text else len(text.split())) in printed


def test_a_search_a_program_and_its_run_follow_one_another() -> None:
    question = "Search my files for tea, then write tea.py and run it"
    names = []
    done: tuple[Turn, ...] = (user(question),)
    while steps := calls(reply := ask(*done)):
        names.append(steps[0][0])
        done = (*done, *after("", names[-1], {"stdout": "4 words", "exit_code": 0})[1:])
    assert names == ["file_grep", "file_write", "shell_execute"]
    assert "It ran and printed:\n\n```\n4 words\n```" in reply.text


def test_a_chinese_note_is_chinese() -> None:
    ((_, arguments),) = calls(ask("写一条关于茶的笔记"))
    assert "演示笔记" in arguments["content"]


def test_several_steps_follow_one_another_in_the_order_asked_for() -> None:
    question = "Write a note about tea, read it back, then list the files"
    done = list(after(question, "file_write", {"path": "demo-note.md"}))
    assert calls(ask(question))[0][0] == "file_write"
    second = ask(*done)
    assert calls(second) == [("file_read", {"path": "demo-note.md"})]
    assert "saved in `demo-note.md`" in second.text
    third = ask(*done, *after(question, "file_read", {"content": "tea"})[1:])
    assert calls(third) == [("file_list", {"path": "."})]
    last = ask(*done, *after(question, "file_list", {"entries": []})[1:], tools=("file_write",))
    assert calls(last) == []
    assert "empty" in last.text


@pytest.mark.parametrize(
    ("tool", "content", "told"),
    [
        ("python_eval", {"result": 84}, "**84**"),
        ("python_eval", "84", "**84**"),
        ("file_list", {"entries": [{"name": "a.txt"}, {"path": "b"}]}, "2 entries: `a.txt`, `b`"),
        ("file_list", ["a"], "1 entries: `a`"),
        ("file_list", [str(number) for number in range(15)], "`11` and 3 more"),
        ("file_list", "just words", "just words"),
        ("file_list", {"entries": []}, "The folder is empty"),
        ("file_read", {"path": "x.md", "content": "tea"}, "`x.md` says:\n\n```\ntea\n```"),
        ("file_read", "plain tea", "`given.md` says:\n\n```\nplain tea\n```"),
        ("file_read", "x" * 5000, "x …"),
        ("shell_execute", {"stdout": "a\n", "stderr": "b", "exit_code": 0}, "```\na\nb\n```"),
        ("python_execute", {"stdout": "", "exit_code": 3}, "exit code 3"),
        ("file_grep", {"matches": [{"path": "x", "line": 2, "text": "tea"}]}, "x:2:tea"),
        ("file_grep", {"matches": []}, "```\n-\n```"),
        ("file_grep", {"matches": ["odd"]}, "odd"),
        ("process_data", {"result": {"a": 1}}, '```\n{"a":1}\n```'),
        ("web_search", {"result": "{tea}"}, "web_search answered:\n\n```\n{tea}\n```"),
    ],
)
def test_a_result_is_told(tool: str, content: Any, told: str) -> None:
    reply = ask(*after("Do it", tool, content, arguments='{"path":"given.md"}'))
    assert told in reply.text
    assert not reply.tool_calls


def test_a_failed_tool_is_told_and_not_tried_again() -> None:
    reply = ask(*after("Read x.md", "file_read", {"error": "no such file"}, success=False))
    assert "file_read did not work: no such file" in reply.text
    assert not reply.tool_calls
    chinese = ask(*after("读取 x.md", "file_read", "没有", success=False))
    assert "没有成功" in chinese.text


def test_a_new_question_after_results_is_a_new_question() -> None:
    first, called, results = after("What is 1 + 1?", "python_eval", {"result": 2})
    both = Turn("user", (*results.parts, Text("What is 2 + 2?")))
    assert calls(ask(first, called, both)) == [("python_eval", {"expression": "2 + 2"})]


def test_results_without_a_question_are_told_all_the_same() -> None:
    _, called, results = after("", "python_eval", {"result": 2})
    assert "**2**" in ask(called, results).text


ROOM = "You are a careful coder.\nYour name is {name}. Your role is reviewer.\nSpeak for yourself."


def test_a_seat_speaks_briefly_in_its_role_about_the_task() -> None:
    reply = ask("Task: build a shed", system=ROOM.format(name="Ada"), tools=(), thinking=True)
    assert "reviewer" in reply.text
    assert "“build a shed”" in reply.text
    assert len(reply.text) < 200
    assert "I am Ada here" in reply.thinking


def test_seats_differ_by_name_and_from_turn_to_turn() -> None:
    names = ("Ada", "Grace", "Linus", "Barbara")
    texts = {ask("Build a shed", system=ROOM.format(name=name)).text for name in names}
    assert len(texts) >= 3
    before = ask("Build a shed", system=ROOM.format(name="Ada")).text
    spoken = Turn("assistant", (Text(before),))
    assert ask("Build a shed", spoken, "Go on", system=ROOM.format(name="Ada")).text != before


def test_a_seat_takes_up_what_another_said() -> None:
    heard = "Build a shed\n\nAda: with a roof.\n\nGrace: and a door."
    text = ask(heard, system=ROOM.format(name="Grace")).text
    assert "Ada" in text
    assert "Grace" not in text


@pytest.mark.parametrize(
    "system",
    [
        "你是代码助手。你的角色是代码审查。",
        "你的名字是“代码助手”。角色:代码审查",
        "名字:代码助手\n职责:代码审查",
    ],
)
def test_a_chinese_seat_speaks_chinese(system: str) -> None:
    text = ask("任务:设计登录页面\n\n测试助手:先写测试。", system=system, tools=()).text
    assert "代码审查" in text
    assert "测试助手" in text


@pytest.mark.parametrize(
    "system", ["You are Ada, kind and brief.", "Your role is to help.", "You are an AI. Role: help"]
)
def test_an_ordinary_system_prompt_makes_no_seat(system: str) -> None:
    assert "scripted demo model" in ask("Good morning", system=system).text
