"""Spectral, the linter of the OpenAPI world, has nothing to say about the document."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from described import described

HERE = Path(__file__).parent / "lint"
SECONDS = 240


def run(*command: str) -> str:
    done = subprocess.run(
        command, cwd=HERE, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.timeout(2 * SECONDS)
def test_the_linter_finds_nothing(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("there is no npm on this machine")
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(described()), "utf-8")
    assert run("npm", "ci", "--silent", "--no-audit", "--no-fund") == ""
    spectral = ("npx", "spectral", "lint", "--ruleset", "spectral.yaml")
    assert run(*spectral, "--fail-severity", "hint", str(document)) == ""
