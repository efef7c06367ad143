"""A closer look at what came of an attack."""

import re
import time

from sandbox.attacks.attack import Outcome

#: Far below the limits of these attacks.
PROMPT_SECONDS = 2.5
#: Limits that are kept by looking again and again may be overshot: by what is done meanwhile.
SLACK = 2
#: What a terminal or a log viewer would obey.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def ends_promptly(outcome: Outcome) -> None:
    """A call is over with its first process, whoever stays behind."""
    assert outcome.completed.stopped is None
    assert outcome.completed.duration < PROMPT_SECONDS


def shows_no_life(outcome: Outcome) -> None:
    """What is too quick to be seen would go on writing."""
    ends_promptly(outcome)
    sign = outcome.workspace / "sign of life"
    before = sign.read_text()
    time.sleep(0.1)
    assert sign.read_text() == before


def keeps_processes(outcome: Outcome) -> None:
    assert outcome.scene.peak.processes <= SLACK * outcome.limits.processes


def keeps_memory(outcome: Outcome) -> None:
    most = outcome.scene.peak.memory >> 20
    assert most <= SLACK * outcome.limits.total_memory >> 20, f"{most} MiB"


def keeps_quota(outcome: Outcome) -> None:
    found = [path.lstat() for path in outcome.workspace.rglob("*")]
    size = sum(info.st_blocks * 512 for info in found)
    assert size <= SLACK * outcome.limits.workspace, f"{size >> 20} MiB"
    assert len(found) <= SLACK * outcome.limits.workspace_files, f"{len(found)} files"


def keeps_output(outcome: Outcome) -> None:
    completed, limits = outcome.completed, outcome.limits
    for text in (completed.stdout, completed.stderr):
        assert len(text.encode()) <= limits.output
    assert completed.truncated
    assert "\ufffd" not in completed.stdout, "a character was cut in two"


def is_text(outcome: Outcome) -> None:
    """It can be sent as JSON, and stored."""
    outcome.completed.stdout.encode()
    assert "\0" not in outcome.completed.stdout


def is_neutral(outcome: Outcome) -> None:
    for text in (outcome.completed.stdout, outcome.completed.stderr):
        assert not _OBEYED.search(text)


def hides_the_servers_paths(outcome: Outcome) -> None:
    assert "ZeroDivisionError" in outcome.completed.stderr
    assert str(outcome.scene.root) not in outcome.completed.stdout + outcome.completed.stderr
