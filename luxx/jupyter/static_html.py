"""Messages as HTML without a script: what a saved notebook shows where no kernel runs.

A model's text is hostile. It becomes HTML by markdown-it with raw HTML off, links go to the web
and to mail only, and an image is a link: nothing is fetched by looking at a notebook. It is never
published as `text/markdown`, which JupyterLab does not sanitise in a trusted notebook.
"""

import re
from collections.abc import Sequence
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from luxx.client.export import to_markdown
from luxx.client.types import (
    Message,
    MessageStatus,
    Step,
    TextStep,
    ThinkingStep,
    ToolCallStep,
)

#: Characters of a tool's output that are kept in a notebook.
MAX_TOOL_TEXT = 20_000
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}\Z")
_LINK = re.compile(r"(?:https?:|mailto:|#)", re.IGNORECASE)


def bundle(title: str, messages: Sequence[Message], *, folded: bool = False) -> dict[str, str]:
    """By media type. `folded` hides it behind its title, for where a widget shows the same."""
    html = "".join(_message(each, before) for before, each in _with_rounds(messages))
    if folded:
        html = f"<details><summary>Transcript: {escape(title)}</summary>{html}</details>"
    return {
        "text/html": f'<div class="luxx-transcript">{html}</div>',
        "text/plain": to_markdown(title, messages),
    }


def _with_rounds(messages: Sequence[Message]) -> list[tuple[int, Message]]:
    """Each with the number of the round that begins with it, or 0."""
    last, found = 0, []
    for message in messages:
        number = message.round_number or 0
        found.append((number if number != last else 0, message))
        last = number
    return found


def _message(message: Message, begins: int) -> str:
    heading = f"<p><em>Round {begins}</em></p>" if begins else ""
    name = message.sender_name or ("Assistant" if message.is_reply else "You")
    color = message.sender_color or ""
    style = f' style="color:{color}"' if _COLOR.match(color) else ""
    who = f"<p><strong{style}>{escape(name)}</strong>{_status(message)}</p>"
    body = "".join(_step(each) for each in message.steps) or _plain(message.content)
    return f"{heading}{who}{body}"


def _status(message: Message) -> str:
    if message.status is MessageStatus.COMPLETED:
        return ""
    said = f": {message.error}" if message.error else ""
    return f" <em>({escape(message.status.lower() + said)})</em>"


def _step(step: Step) -> str:
    if isinstance(step, TextStep):
        return render(step.content)
    if isinstance(step, ThinkingStep):
        return _details("Thought", _plain(step.content))
    if isinstance(step, ToolCallStep):
        return _details(f"Tool call: {step.name}", _code(step.arguments))
    outcome = "Result" if step.success else "Failed"
    return _details(f"{outcome}: {step.name}", _code(step.content))


def _details(summary: str, body: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"


def _plain(text: str) -> str:
    return f'<p style="white-space:pre-wrap">{escape(text)}</p>' if text else ""


def _code(text: str) -> str:
    cut = text[:MAX_TOOL_TEXT]
    more = "\n…" if len(text) > MAX_TOOL_TEXT else ""
    return f"<pre>{escape(cut)}{more}</pre>"


def render(text: str) -> str:
    """A model's markdown as HTML that can do nothing."""
    html: str = _markdown().render(text)
    return html


@cache
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.validateLink = lambda url: bool(_LINK.match(url.strip()))  # type: ignore[method-assign]
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("link_open", _link_open)
    return markdown


def _image(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[at]
    label = self.renderInlineAsText(token.children or [], options, env) or "image"
    address = escape(str(token.attrGet("src") or ""))
    return f'<a href="{address}" rel="noopener noreferrer nofollow">{escape(label)}</a>'


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[at].attrSet("target", "_blank")
    tokens[at].attrSet("rel", "noopener noreferrer nofollow")
    return self.renderToken(tokens, at, options, env)
