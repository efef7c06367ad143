"""What is imported when: nobody pays for what they do not use."""

import subprocess
import sys

import pytest

SERVER = {"starlette", "uvicorn", "strawberry", "tortoise", "aiohttp"}
NOTEBOOK = {"IPython", "ipywidgets", "anywidget", "markdown_it", "pandas", "matplotlib"}


def imported(statement: str) -> set[str]:
    source = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=30, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("statement", "kept_out"),
    [
        ("import luxx", SERVER | NOTEBOOK | {"httpx", "graphql", "msgspec", "asyncio"}),
        ("import luxx.client", SERVER | NOTEBOOK),
        ("import luxx; luxx.AsyncClient('http://127.0.0.1:1')", SERVER | NOTEBOOK),
        ("import luxx.jupyter", SERVER | {"pandas", "matplotlib"}),
    ],
)
def test_imports_stay_light(statement: str, kept_out: set[str]) -> None:
    assert imported(statement) & kept_out == set()
