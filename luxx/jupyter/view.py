"""How a notebook shows talks: a widget while a kernel lives, and what is kept of it in the file.

JupyterLab shows an error in place of a widget whose kernel is gone. So a cell that asks once is
left with sanitised HTML in the widget's place, and a displayed talk has a folded copy under it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import ProgressBar, display

from luxx.client.talk import Talk
from luxx.client.types import Event
from luxx.client.view import Progress
from luxx.jupyter.static_html import bundle
from luxx.jupyter.widget import TalkWidget


class NotebookView:
    """One for all talks of a kernel."""

    def __init__(self) -> None:
        #: The outputs with a talk's folded copy.
        self._copies: WeakKeyDictionary[Talk, list[str]] = WeakKeyDictionary()

    @contextmanager
    def exchange(self, talk: Talk) -> Iterator[None]:
        widget = TalkWidget(talk, shown := talk.excerpt())
        place = uuid4().hex
        _publish(_widget_bundle(widget), place)
        try:
            yield
        finally:
            widget.end()
            _publish(bundle(talk.title, shown.frozen()), place, update=True)
            widget.close()

    def display(self, talk: Talk) -> None:
        talk.portal.run(talk.load())
        widget = TalkWidget(talk, talk.transcript)
        _publish(_widget_bundle(widget), uuid4().hex)
        place = uuid4().hex
        _publish(self._copy(talk), place)
        if talk not in self._copies:
            self._copies[talk] = []
            talk.listen(lambda event: self._refresh_at_an_end(talk, event))
        self._copies[talk].append(place)

    def refresh(self, talk: Talk) -> None:
        for place in self._copies.get(talk, ()):
            _publish(self._copy(talk), place, update=True)

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        bars: list[ProgressBar] = []

        def show(done: int, all_: int) -> None:
            if not bars:
                bars.append(ProgressBar(all_))
                bars[0].display()
            bars[0].progress = done

        yield show

    def _refresh_at_an_end(self, talk: Talk, event: Event) -> None:
        """Also of what was begun in the browser, when no cell waits for it."""
        if event.is_last:
            self.refresh(talk)

    def _copy(self, talk: Talk) -> dict[str, str]:
        return bundle(talk.title, talk.transcript.frozen(), folded=True)


def _widget_bundle(widget: TalkWidget) -> dict[str, Any]:
    data = widget._repr_mimebundle_()
    return dict(data[0] if isinstance(data, tuple) else data or {})


def _publish(data: dict[str, Any], place: str, *, update: bool = False) -> None:
    """By media type, and as it is: `HTML(text)` would take a text for the name of a file."""
    if InteractiveShell.initialized():
        display(data, raw=True, display_id=place, update=update)
