"""The tokens that messages took: as a table, and as a plot."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from luxx.client.extras import extra
from luxx.client.types import Message, Tokens

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Pixels of the longest bar, and of one row.
_WIDTH, _ROW = 240, 16
_PROMPT, _COMPLETION = "#94a3b8", "#2563eb"


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens by whom: a speaker of a room, or a reply of a conversation."""

    label: str
    color: str
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class Usage:
    rows: tuple[Row, ...]

    @staticmethod
    def of(messages: Sequence[Message]) -> "Usage":
        """By speaker in a room, by reply in a conversation."""
        rows: dict[str, Row] = {}
        for message in messages:
            if message.usage is None:
                continue
            label = message.sender_name or f"reply {len(rows) + 1}"
            before = rows[label].tokens if label in rows else Tokens()
            color = message.sender_color or _COMPLETION
            rows[label] = Row(label, color, before + message.usage)
        return Usage(tuple(rows.values()))

    @property
    def total(self) -> Tokens:
        return sum((row.tokens for row in self.rows), Tokens())

    @property
    def prompt_tokens(self) -> int:
        return self.total.prompt_tokens

    @property
    def completion_tokens(self) -> int:
        return self.total.completion_tokens

    @property
    def total_tokens(self) -> int:
        return self.total.total_tokens

    def plot(self, ax: "Axes | None" = None) -> "Axes":
        """Bars of prompt and completion tokens. Needs matplotlib."""
        with extra("experiments"):
            from matplotlib import pyplot as plt  # noqa: PLC0415 - takes a second

        if ax is None:
            _, ax = plt.subplots(figsize=(6, 0.6 + 0.4 * max(len(self.rows), 1)))
        labels = [row.label for row in self.rows]
        prompt = [row.tokens.prompt_tokens for row in self.rows]
        completion = [row.tokens.completion_tokens for row in self.rows]
        ax.barh(labels, prompt, color=_PROMPT, label="prompt")
        ax.barh(
            labels,
            completion,
            left=prompt,
            color=[row.color for row in self.rows],
            label="completion",
        )
        ax.invert_yaxis()
        ax.set_xlabel("tokens")
        # Beside the bars, which fill the frame.
        ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        return ax

    def __repr__(self) -> str:
        total = self.total
        lines = [f"{'':<20} {'prompt':>8} {'completion':>10} {'total':>8}"]
        for label, tokens in [*((row.label, row.tokens) for row in self.rows), ("total", total)]:
            lines.append(
                f"{label:<20.20} {tokens.prompt_tokens:>8} {tokens.completion_tokens:>10}"
                f" {tokens.total_tokens:>8}"
            )
        return "\n".join(lines) + ("\n(partly estimated)" if total.estimated else "")

    def _repr_html_(self) -> str:
        most = max((row.tokens.total_tokens for row in self.rows), default=0) or 1
        rows = "".join(_html_row(row.label, row.tokens, most) for row in self.rows)
        total = _html_row("total", self.total, 0)
        note = "<p>partly estimated</p>" if self.total.estimated else ""
        return (
            "<table><thead><tr><th></th><th>prompt</th><th>completion</th><th>total</th><th></th>"
            f"</tr></thead><tbody>{rows}{total}</tbody></table>{note}"
        )


def _html_row(label: str, tokens: Tokens, most: int) -> str:
    numbers = (tokens.prompt_tokens, tokens.completion_tokens, tokens.total_tokens)
    cells = "".join(f"<td>{number}</td>" for number in numbers)
    return f"<tr><th>{escape(label)}</th>{cells}<td>{_bar(tokens, most)}</td></tr>"


def _bar(tokens: Tokens, most: int) -> str:
    if not most:
        return ""
    prompt, completion = (
        round(_WIDTH * part / most) for part in (tokens.prompt_tokens, tokens.completion_tokens)
    )
    return (
        f'<svg width="{_WIDTH}" height="{_ROW}" role="img" aria-label="{tokens.total_tokens}">'
        f'<rect width="{prompt}" height="{_ROW}" fill="{_PROMPT}"/>'
        f'<rect x="{prompt}" width="{completion}" height="{_ROW}" fill="{_COMPLETION}"/></svg>'
    )
