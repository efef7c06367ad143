"""A talk as a file: markdown, JSON, or a notebook that can be run."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from luxx.client.types import (
    Message,
    MessageStatus,
    Step,
    TextStep,
    ThinkingStep,
    ToolCallStep,
)
from luxx.errors import BadInput

if TYPE_CHECKING:
    from luxx.client.talk import Talk

#: The version of the JSON form: raised when a field changes its meaning.
VERSION = 1
_FENCE = "```"


def write(path: Path, talk: "Talk") -> Path:
    """By the ending of the name. Raises BadInput for one that is not known."""
    match path.suffix.lower():
        case ".md":
            text = talk.to_markdown()
        case ".json":
            text = talk.to_json()
        case ".ipynb":
            text = to_notebook(talk)
        case _:
            expected = ".md, .json or .ipynb"
            raise BadInput(f"path must end with {expected}, not {path.name!r}", field="path")
    path.write_text(text, "utf-8")
    return path


def to_markdown(title: str, messages: Sequence[Message]) -> str:
    """For people to read elsewhere: a model's text stands in it as it is."""
    parts = [f"# {title}"]
    last_round = 0
    for message in messages:
        if message.round_number and message.round_number != last_round:
            last_round = message.round_number
            parts.append(f"## Round {last_round}")
        speaker = message.sender_name or ("Assistant" if message.is_reply else "User")
        parts.append(f"**{speaker}**{_mark(message)}")
        parts += [_step(each) for each in message.steps] or [message.content]
    return "\n\n".join(part for part in parts if part) + "\n"


def _mark(message: Message) -> str:
    if message.status is MessageStatus.COMPLETED:
        return ""
    return f" ({message.status.lower()})"


def _step(step: Step) -> str:
    if isinstance(step, TextStep):
        return step.content
    if isinstance(step, ThinkingStep):
        return "\n".join(f"> {line}" for line in step.content.splitlines())
    if isinstance(step, ToolCallStep):
        return f"Tool call `{step.name}`:\n\n{_fenced(step.arguments)}"
    failed = "" if step.success else " (failed)"
    return f"Tool result{failed}:\n\n{_fenced(step.content)}"


def _fenced(text: str) -> str:
    """With a fence that the text does not hold."""
    fence = _FENCE
    while fence in text:
        fence += "`"
    return f"{fence}\n{text}\n{fence}"


def to_json(kind: str, id_: str, title: str, messages: Sequence[Message]) -> str:
    document = {
        "version": VERSION,
        "kind": kind,
        "id": id_,
        "title": title,
        "messages": msgspec.to_builtins(messages),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def to_notebook(talk: "Talk") -> str:
    """Asks the same again when it is run; what was said before is not in it."""
    pieces = [f"import luxx\n\nlx = {talk.connection}", *talk.script()]
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"cell-{number}",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": piece,
        }
        for number, piece in enumerate(pieces)
    ]
    notebook = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
