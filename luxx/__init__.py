"""Luxx: an AI chat server behind one typed GraphQL schema."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from luxx.client import AsyncClient, Luxx

__version__ = "1.0.0"
__all__ = ["AsyncClient", "connect"]


def connect(
    url: str | None = None,
    *,
    token: str | None = None,
    username: str | None = None,
    password: str | None = None,
    data_dir: "str | Path | None" = None,
    demo: bool = False,
) -> "Luxx":
    """Connect to a server, or start one in this process: see `luxx.client.connect`.

    In a notebook, replies and rooms are shown by widgets; elsewhere a terminal gets the text.
    """
    from luxx.client import connect as connect_  # noqa: PLC0415 - importing luxx stays cheap

    return connect_(
        url,
        token=token,
        username=username,
        password=password,
        data_dir=data_dir,
        demo=demo,
        view=_notebook_view() if "ipykernel" in sys.modules else None,
    )


def _notebook_view() -> Any:
    """None where there is no kernel, or no widgets (`pip install luxx[jupyter]`)."""
    try:
        from luxx.jupyter import notebook_view  # noqa: PLC0415 - only in a notebook
    except ImportError:
        return None
    return notebook_view()


def __getattr__(name: str) -> Any:
    if name == "AsyncClient":
        from luxx.client import AsyncClient  # noqa: PLC0415 - importing luxx stays cheap

        return AsyncClient
    raise AttributeError(f"module 'luxx' has no attribute {name!r}")
