"""Jobs come after the server where both want a processor.

Where the kernel groups processes by session ("autogroup"), niceness counts only inside a session,
and that of the group has to be set as well. A job that spins in many processes is otherwise worth
as much as the server.
"""

from contextlib import suppress
from pathlib import Path

NICE = 10
_MOST_DISPENSABLE = 1_000


def die_first(process: int) -> None:
    """Have the kernel end this one, rather than the server, when memory runs out."""
    with suppress(OSError):
        Path(f"/proc/{process}/oom_score_adj").write_text(str(_MOST_DISPENSABLE))


def step_behind(session: int) -> bool:
    """False where the kernel wants to be asked again: it takes ten such wishes a second."""
    try:
        Path(f"/proc/{session}/autogroup").write_text(str(NICE))
    except BlockingIOError:
        return False
    except OSError:
        pass  # this kernel has no such groups, or the job has ended
    return True
