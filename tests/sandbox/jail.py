"""What lies outside the jail of these tests, and how a path that leads there is refused."""

from collections.abc import Callable

import pytest

from luxx.errors import ToolFailed

SECRET = b"a secret outside"
OUTSIDE = ["../secret", "a/../../secret", "/etc/passwd", "/", "..", "/workspace/../secret", "//etc"]
OUTSIDE += [
    "/workspaces/x",
    "a/b/../../../secret",
    "out/secret",
    "out",
    "chain",
    "absolute",
    "loop",
]
OUTSIDE += ["self/secret", "x" * 300, "/proc/self/root/etc/passwd", "a.txt/..x", "a.txt/b"]


def reason_of(call: Callable[[], object], path: str) -> str:
    with pytest.raises(ToolFailed) as caught:
        call()
    assert caught.value.field == "path"
    return caught.value.message.replace(repr(path if len(path) <= 200 else path[:200] + "…"), "?")
