"""Learning from a refusal: which parameter a server named, and the request without it.

Models and servers appear faster than tables. A 400 that names one of the optional parameters is
answered by the same request put differently, at most a few times.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from luxx.errors import Upstream
from luxx.llm.profiles import EFFORT_NONE, PLAIN, Profile

#: Statuses with which servers refuse a parameter.
STATUSES = (400, 422)
#: What is quoted from the request further on must not be taken for the reason.
_REASON_LENGTH = 600


@dataclass(frozen=True, slots=True)
class Repair:
    """If `pattern` is found in the refusal, `change` says how to put the request."""

    pattern: str
    change: Callable[[Profile], Profile]
    #: It holds for later requests too, not only for what this conversation holds.
    lasting: bool = True


def _other_limit(profile: Profile) -> Profile:
    is_old = profile.limit == "max_tokens"
    return replace(profile, limit="max_completion_tokens" if is_old else "max_tokens")


def _toolless_effort(profile: Profile) -> Profile:
    return replace(profile, style=EFFORT_NONE, temperature="quiet")


REPAIRS: tuple[Repair, ...] = (
    Repair(r"stream_options|include_usage|include_obfuscation",
           lambda p: replace(p, stream_options=False)),
    Repair(r"tool_stream", lambda p: replace(p, tool_stream=False)),
    Repair(r"tool_choice", lambda p: replace(p, tool_choice=False)),
    Repair(r"max_completion_tokens|unsupported parameter: .?max_tokens", _other_limit),
    Repair(r"temperature", lambda p: replace(p, temperature="never")),
    Repair(r"cache_control", lambda p: replace(p, cache=False)),
    Repair(r"reasoning_content.*(passed back|missing|required)|missing.*reasoning_content",
           lambda p: replace(p, echo="calls", filler=True)),
    Repair(r"signature|thinking.*cannot be modified|blocks? .*must remain as they were",
           lambda p: replace(p, echo="never", style=PLAIN), lasting=False),
    Repair(r"expected .?thinking.?", lambda p: replace(p, style=PLAIN), lasting=False),
    Repair(r"tools?\b.*reasoning_effort.*none|reasoning_effort.*tools?\b.*none", _toolless_effort),
    Repair(r"thinking|reasoning|chat_template", lambda p: replace(p, style=PLAIN)),
)  # fmt: skip


def repaired(profile: Profile, error: Upstream) -> tuple[Profile, bool] | None:
    """The profile to try next and whether it lasts; None if the refusal names nothing optional."""
    if error.upstream_status not in STATUSES:
        return None
    reason = error.message[:_REASON_LENGTH].lower()
    for repair in REPAIRS:
        if re.search(repair.pattern, reason):
            changed = repair.change(profile)
            if changed != profile:
                return changed, repair.lasting
    return None
