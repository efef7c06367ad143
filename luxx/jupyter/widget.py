"""The widgets: a talk in a cell's output, and the front-end that all of them share.

The front-end is sent to the browser once a kernel, as the module of a widget without a view. Each
talk carries a few lines that find it there, and keep what comes before it is found. Pages get
deltas by custom messages; the synced `state` is computed when somebody asks for it, as after a
reload. So a page needs no answer from the kernel to begin: while a cell runs it would get none.
"""

import asyncio
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from luxx.client.talk import Talk
from luxx.client.transcript import Transcript
from luxx.client.types import Event
from luxx.errors import LuxxError
from luxx.jupyter.relay import Relay

_FRONTEND = Path(__file__).parent.parent / "web" / "static" / "chat" / "widget.js"
#: What each talk's widget consists of in the browser.
_SHIM = """
export default () => {
  const early = [];
  let hear = (message) => early.push(message);
  let talk;
  return {
    initialize({ model }) {
      model.on("msg:custom", (message) => hear(message));
    },
    async render({ model, el, host }) {
      const { exports } = await host.getWidget(model.get("runtime"));
      talk ??= exports.open(model, (listener) => {
        early.splice(0).forEach(listener);
        hear = listener;
      });
      return exports.show(talk, el);
    },
  };
};
"""
ACTIONS = ("send", "stop", "retry", "start")


class Runtime(anywidget.AnyWidget):
    """The front-end, without a view of its own."""

    def __init__(self) -> None:
        super().__init__(_esm=_FRONTEND.read_text("utf-8"))


_runtime: Runtime | None = None


def _shared() -> str:
    """How the browser finds the runtime; it is made anew where a kernel has closed its comms."""
    global _runtime  # noqa: PLW0603 - one a process, like the kernel
    if _runtime is None or _runtime.comm is None:
        _runtime = Runtime()
    return f"anywidget:{_runtime.model_id}"


class TalkWidget(anywidget.AnyWidget):
    """A conversation or a room, alive: `shown` is all of it, or what one cell has to do with it."""

    _esm = _SHIM
    runtime = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True, to_json=lambda _value, self: self._state_for_a_page())

    def __init__(self, talk: Talk, shown: Transcript) -> None:
        self._talk, self._shown = talk, shown
        self._tasks: set[asyncio.Task[None]] = set()
        self._relay = Relay(talk.portal.loop, self.send)
        super().__init__(runtime=_shared())
        self.on_msg(self._heard)
        self._deaf = talk.listen(self._told)

    def _state_for_a_page(self) -> dict[str, Any]:
        """On the kernel's thread, at the beginning and after a reload."""
        return self._talk.portal.run(self._numbered_state())

    async def _numbered_state(self) -> dict[str, Any]:
        return {**self._state(), "seq": self._relay.flush()}

    def _state(self) -> dict[str, Any]:
        excerpt = self._shown is not self._talk.transcript
        return {**self._shown.state(), "excerpt": excerpt}

    def end(self) -> None:
        """Follow no longer; the view stays as it is until it is closed."""
        self._deaf()
        self._talk.portal.call(self._relay.flush)

    def _heard(self, _widget: object, content: Any, _buffers: object) -> None:
        """From the browser, on whichever thread the kernel hears it."""
        if isinstance(content, dict):
            self._talk.portal.call(self._receive, content)

    def _told(self, event: Event) -> None:
        if self._shown is not self._talk.transcript:
            self._shown.apply(event)
        self._relay.add(event)

    def _receive(self, content: dict[str, Any]) -> None:
        kind = content.get("k")
        if kind == "sync":
            self._relay.snapshot(self._state())
        elif kind in ACTIONS:
            self.send({"k": "ack"})
            work = self._act(kind, str(content.get("text", "")))
            task = asyncio.get_running_loop().create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _act(self, action: str, text: str) -> None:
        notice = None
        try:
            await self._talk.act(action, text)
        except LuxxError as error:
            notice = error.message
        except Exception as error:  # noqa: BLE001 - nobody else would hear of it
            notice = f"Unexpected: {type(error).__name__}"
        self._shown.notice = notice
        # What it began with may have replaced what was shown.
        self._relay.snapshot(self._state())
