"""What a row of the table says.

An endpoint names a stored operation, or for a stream two: the one that starts a run and the one
that follows it (`stream.follow`). Paths are written without the slash that may end them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from luxx.errors import LuxxError
from luxx.rest.replies import Shape, value

Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Stream:
    """How a run is followed.

    `run` is the variable that names it; `events` gives the SSE name of each type of event;
    `deltas` is the operation that `?delta=true` chooses. `lifted` names, for a type of event, the
    object whose fields stand beside the event's own; `broken` is what the event has that says that
    a stream broke, beside its `content`; `ends`, whether nothing follows the end of a run, ever.
    """

    follow: str
    deltas: str
    run: str
    events: Mapping[str, str]
    location: str
    lifted: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one path.

    `run_at` is where the result of a start holds what names the run; empty where a run is only
    followed. `fixed` is an answer that is always the same and has no envelope.
    """

    method: Method
    path: str
    operation: str | None
    shape: Shape = value
    message: str | None = None
    public: bool = False
    whole_body: str | None = None
    stream: Stream | None = None
    run_at: tuple[str, ...] = ()
    fixed: Mapping[str, str] | None = None
    fails: tuple[type[LuxxError], ...] = ()
    about: str = ""

    @property
    def path_names(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.path))

    @property
    def has_body(self) -> bool:
        return self.method in {"POST", "PUT"}
