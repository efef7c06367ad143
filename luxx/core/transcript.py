"""The steps of one message as they grow, in the order in which they are shown.

The same class serves the run that writes a message, the recovery that rebuilds one from its events
and the reader that derives accumulated text from deltas.
"""

from typing import Any, Literal

from luxx.eventlog import events

TextKind = Literal["thinking", "text"]
Step = dict[str, Any]


def step_id(index: int) -> str:
    return f"step-{index}"


class Transcript:
    def __init__(self) -> None:
        self._steps: list[Step] = []
        #: Pieces of the steps that hold text, by index; joined when asked for.
        self._pieces: dict[int, list[str]] = {}

    def __len__(self) -> int:
        return len(self._steps)

    def open(self, kind: TextKind) -> int:
        """The index of the step that text of this kind now belongs to."""
        if not self._steps or self._steps[-1]["type"] != kind:
            self.write(len(self._steps), kind, "")
        return len(self._steps) - 1

    def write(self, index: int, kind: TextKind, text: str) -> None:
        """Append to the text step at `index`, which is made if it is the next one."""
        if index == len(self._steps):
            self._steps.append({"id": step_id(index), "index": index, "type": kind})
            self._pieces[index] = []
        self._pieces[index].append(text)

    def add(self, step: Step) -> Step:
        """Append a whole step; its id and index are set here."""
        index = len(self._steps)
        whole = {"id": step_id(index), "index": index, **step}
        self._steps.append(whole)
        return whole

    def apply(self, event: events.Event) -> None:
        """Take over what an event of the log says."""
        data = event.data
        if event.type == events.DELTA:
            self.write(data["i"], data["t"], data["d"])
        elif event.type == events.STEP:
            self.add(data["step"])

    def step(self, index: int) -> Step:
        """The step at `index`, whole."""
        step = self._steps[index]
        return {**step, "content": self.content(index)} if index in self._pieces else step

    def content(self, index: int) -> str:
        pieces = self._pieces[index]
        if len(pieces) > 1:
            pieces[:] = ["".join(pieces)]
        return pieces[0]

    def hold(self, index: int, text: str) -> None:
        """Hold this text of a step in place of an equal one."""
        self._pieces[index][:] = [text]

    def steps(self) -> list[Step]:
        return [self.step(index) for index in range(len(self._steps))]

    def text(self, kind: TextKind = "text") -> str:
        """All text of one kind, joined."""
        return "".join(
            self.content(index) for index in self._pieces if self._steps[index]["type"] == kind
        )
