"""What an attack is: a script that says whether it got what it wanted, and what must come of it.

Source is a function's body. In Python it returns its evidence, and OSError or `Held` (see kit.py)
says what held it; in shell its exit code says so. It may use the names of `Scene.facts`: whatever
an attacker could guess or find out.
"""

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from pathlib import Path
from textwrap import indent

from sandbox.attacks.scene import Scene

from luxx.sandbox.base import Completed, Job, Language, Limits, Stopped

#: Tight, so that what runs into a limit does it soon.
QUICK = Limits(
    seconds=5,
    memory=192 << 20,
    total_memory=256 << 20,
    processes=32,
    file_size=64 << 20,
    workspace=256 << 20,
    workspace_files=10_000,
    output=20_000,
    flood=2_000_000,
)
#: For what ends only because it has to.
BRIEF = replace(QUICK, seconds=1)
HELD, ESCAPED = "held: ", "ESCAPED: "

_KIT = Path(__file__).with_name("kit.py").read_text()
_SHELL = """
attack() {{
{body}
}}
evidence=$(attack 2>&1)
status=$?
case $status in
0) printf 'ESCAPED: %.300s\\n' "$evidence" ;;
2 | 127) printf 'broken: %s\\n' "$evidence" ;;
*) printf 'held: %s %.300s\\n' "$status" "$evidence" ;;
esac
"""


class Unconfined(Enum):
    """What an attack does when nothing confines it: proof that it works."""

    #: It could harm the machine, or depends on what the machine offers: it is not run.
    UNTRIED = auto()
    #: It gets its evidence.
    ESCAPES = auto()
    #: It does damage, which the scene reports.
    HARMS = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an attack came to."""

    completed: Completed
    limits: Limits
    scene: Scene
    workspace: Path


@dataclass(frozen=True, slots=True)
class Attack:
    name: str
    source: str
    language: Language = "python"
    limits: Limits = QUICK
    unconfined: Unconfined = Unconfined.UNTRIED
    #: The source is a whole script; it ends as `stops`, `exits` and `says` tell.
    bare: bool = False
    #: Limits that may end it.
    stops: tuple[Stopped, ...] = ()
    #: Exit codes that are as good as being held.
    exits: tuple[int, ...] = ()
    #: What it prints when it went as it should.
    says: str | None = None
    #: Makes something in the workspace first.
    prepare: Callable[[Scene, Path], None] | None = None
    #: Looks closer at what came of it.
    check: Callable[[Outcome], None] | None = None
    #: Comes next, in the same workspace, and is to be held as well.
    then: "Attack | None" = None
    #: Backends that would not pass the check, and why that is accepted.
    accepted: Mapping[str, str] = field(default_factory=dict)

    def job(self, scene: Scene, workspace: Path) -> Job:
        return Job(self.language, self._script(scene), workspace, self.limits)

    def was_held(self, completed: Completed) -> bool:
        """A script that ends for any other reason, a mistake in it above all, proves nothing."""
        return (
            completed.stopped in self.stops
            or completed.exit_code in self.exits
            or (not self.bare and completed.stdout.startswith(HELD))
            or (self.says is not None and self.says in completed.stdout)
        )

    def _script(self, scene: Scene) -> str:
        facts = {**scene.facts, "TOTAL": self.limits.total_memory, "QUOTA": self.limits.workspace}
        if self.language == "shell":
            known = [f"{name}={shlex.quote(str(value))}" for name, value in facts.items()]
            body = self.source if self.bare else _SHELL.format(body=self.source)
            return "\n".join([*known, body])
        known = [f"{name} = {value!r}" for name, value in facts.items()]
        body = f"def attack():\n{indent(self.source, '    ')}\n\nreport(attack)"
        return "\n".join([_KIT, *known, self.source if self.bare else body])
