"""The event loop of a process: uvloop where there is one."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any


def run(work: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(ImportError):
        import uvloop  # noqa: PLC0415 - not on every system

        uvloop.run(work)
        return
    asyncio.run(work)
