"""What is kept of a talk in a notebook's file: readable, and without any power."""

from html.parser import HTMLParser

import pytest
from browser.payloads import ALL, FORBIDDEN, PAYLOADS

from luxx.client.types import (
    Message,
    MessageRole,
    MessageStatus,
    Step,
    TextStep,
    ThinkingStep,
    ToolCallStep,
    ToolResultStep,
)
from luxx.jupyter.static_html import MAX_TOOL_TEXT, bundle, render

ALLOWED = {"href", "rel", "target", "style", "class", "title", "start", "align"}


class Inventory(HTMLParser):
    """The elements and attributes that a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in {"href", "src"}:
                self.addresses.append(value or "")


def check(html: str) -> None:
    found = Inventory(html)
    assert not found.tags & set(FORBIDDEN.split(", "))
    assert found.attributes <= ALLOWED
    for address in found.addresses:
        assert address.startswith(("http:", "https:", "mailto:", "#")), address


def message(*steps: Step, **fields: object) -> Message:
    usual: dict[str, object] = {
        "id": "m",
        "role": MessageRole.ASSISTANT,
        "status": MessageStatus.COMPLETED,
        "steps": list(steps),
    }
    return Message(**usual | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_of_a_model_gains_power(payload: str) -> None:
    check(render(payload))


def test_nothing_else_of_a_talk_does() -> None:
    html = bundle(
        ALL,
        [
            message(
                TextStep(id="1", index=0, content=ALL),
                ThinkingStep(id="2", index=1, content=ALL),
                ToolCallStep(id="3", index=2, id_ref="c", name=ALL, arguments=ALL),
                ToolResultStep(id="4", index=3, id_ref="c", name=ALL, content=ALL),
                sender_name=ALL,
                sender_color="red;background:url(http://evil.example)",
                round_number=1,
                status=MessageStatus.FAILED,
                error=ALL,
            ),
            message(content=ALL, role=MessageRole.USER),
        ],
        folded=True,
    )["text/html"]
    check(html)
    assert "url(" not in html.replace(html[html.index("<p>") :], "")


def test_markdown_is_readable() -> None:
    html = render(
        "# T\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~no~~ [web](https://x.org) ![pic](https://x.org/i.png)"
    )
    assert "<h1>T</h1>" in html
    assert "<td>2</td>" in html
    assert "<s>no</s>" in html
    assert 'href="https://x.org" target="_blank" rel="noopener noreferrer nofollow"' in html
    assert '<a href="https://x.org/i.png" rel="noopener noreferrer nofollow">pic</a>' in html


def test_a_room_reads_by_rounds_and_speakers() -> None:
    said = [
        message(content="Task", role=MessageRole.USER, sender_name="me", round_number=0),
        message(
            TextStep(id="1", index=0, content="Hi"),
            sender_name="Ada",
            sender_color="#2563eb",
            round_number=1,
        ),
        message(
            TextStep(id="1", index=0, content="Ho"),
            sender_name="Ben",
            round_number=2,
            status=MessageStatus.CANCELLED,
        ),
    ]
    shown = bundle("Cache", said)
    assert '<strong style="color:#2563eb">Ada</strong>' in shown["text/html"]
    assert shown["text/html"].count("<em>Round") == 2
    assert "(cancelled)" in shown["text/html"]
    assert "**Ada**\n\nHi" in shown["text/plain"]


def test_the_output_of_a_tool_is_cut() -> None:
    step = ToolResultStep(
        id="1", index=0, id_ref="c", name="t", content="x" * 50_000, success=False
    )
    html = bundle("T", [message(step)])["text/html"]
    assert "x" * MAX_TOOL_TEXT + "\n…" in html
    assert len(html) < MAX_TOOL_TEXT + 500
    assert "Failed: t" in html
