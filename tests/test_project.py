"""The project's own promises: one version, links that lead on, modules that own one thing."""

import ast
import re
from pathlib import Path

import pytest

import luxx

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "luxx").rglob("*.py"))


def test_the_version_is_written_once() -> None:
    assert f'version = "{luxx.__version__}"' in _read("pyproject.toml")


def test_every_module_says_what_it_owns() -> None:
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text())), path


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert len(path.read_text().splitlines()) <= 320
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name


def test_the_readme_shows_both_commands() -> None:
    readme = _read("README.md")
    for command in ("scripts/demo", "scripts/test"):
        assert command in readme
        assert (ROOT / command).stat().st_mode & 0o111
    assert "scripts/test" in _read(".ci/run")


def test_both_readmes_say_the_same() -> None:
    """The same programs, in the same order, and the same ways on."""
    english, chinese = _read("README.md"), _read("README.zh-CN.md")
    ways = r"\((docs/[^)]*|notebooks)\)"
    for pattern in (r"```.*?```", r"^#+ ", ways, r"`LUXX_\w+`", r"`pip [^`]*`"):
        found = [re.findall(pattern, text, re.DOTALL | re.MULTILINE) for text in (english, chinese)]
        assert found[0] == found[1]


def test_links_of_the_documents_lead_somewhere() -> None:
    """To a file that is there, and in a document to a heading that is there."""
    for document in [*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^):]+)\)", document.read_text()):
            name, _, anchor = link.partition("#")
            target = document.parent / name if name else document
            assert target.exists(), f"{document.name}: {link}"
            assert not anchor or anchor in anchors(target), f"{document.name}: {link}"


def anchors(document: Path) -> set[str]:
    """Those that GitHub makes of the headings."""
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_programs_that_are_shown_are_those_that_the_tests_run() -> None:
    shown = _read("docs/graphql.md")
    for name in ("follow_graphql_ws.mjs", "follow_gql.py"):
        assert _read(f"tests/clients/{name}") in shown


def _read(name: str) -> str:
    return (ROOT / name).read_text()
