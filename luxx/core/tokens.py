"""Counting tokens where no provider has counted them."""

from luxx.llm.base import Usage

#: Characters of Latin script in a token, on average; other scripts take about a token each.
CHARACTERS_PER_TOKEN = 4


def estimate(text: str) -> int:
    """Roughly how many tokens a text has; never fewer than 1 for a text that is not empty."""
    if text.isascii():
        return -(-len(text) // CHARACTERS_PER_TOKEN)
    ascii_ = sum(1 for character in text if character < "\x80")
    return len(text) - ascii_ + -(-ascii_ // CHARACTERS_PER_TOKEN)


def add(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.prompt + other.prompt,
        one.completion + other.completion,
        one.estimated or other.estimated,
    )
