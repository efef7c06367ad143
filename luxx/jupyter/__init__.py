"""Luxx in notebooks: widgets for conversations and rooms, and `%load_ext luxx.jupyter`.

Needs the extra: `pip install luxx[jupyter]`.
"""

from typing import TYPE_CHECKING

from luxx.jupyter.view import NotebookView

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_view = NotebookView()


def notebook_view() -> NotebookView:
    """Where `luxx.connect()` shows things in a kernel."""
    return _view


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """`%luxx`, `%%chat` and `%%room`."""
    from luxx.jupyter.magics import register  # noqa: PLC0415 - who loads no magics needs none

    register(shell)
