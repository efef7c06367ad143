"""Counting tokens where no provider has counted them."""

from luxx.llm.base import Usage

#: Characters of Latin script in a token, on average; other scripts take about a token each.
CHARACTERS_PER_TOKEN = 4
#: The most that a column of the database, and an Int of GraphQL, can say.
MAX_TOKENS = 2**31 - 1


def estimate(text: str) -> int:
    """Roughly how many tokens a text has; never fewer than 1 for a text that is not empty."""
    if text.isascii():
        return -(-len(text) // CHARACTERS_PER_TOKEN)
    ascii_ = len(text.encode("ascii", "ignore"))
    return len(text) - ascii_ + -(-ascii_ // CHARACTERS_PER_TOKEN)


def add(one: Usage, other: Usage) -> Usage:
    return bounded(
        one.prompt + other.prompt,
        one.completion + other.completion,
        estimated=one.estimated or other.estimated,
    )


def bounded(prompt: int, completion: int, *, estimated: bool) -> Usage:
    """A usage whose total, too, can be stored and shown."""
    completion = min(completion, MAX_TOKENS)
    return Usage(min(prompt, MAX_TOKENS - completion), completion, estimated)
