"""The notebooks that are shipped, and one that is exported, run from top to bottom in a kernel."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browser.payloads import PAYLOADS
from nbclient import NotebookClient
from nbconvert import HTMLExporter

import luxx
from luxx.client.embedded import close_all

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
CELL_SECONDS = 60


def execute(notebook: Any, folder: Path) -> Any:
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
    )
    return client.execute()


def test_there_are_four() -> None:
    assert [path.stem[:2] for path in NOTEBOOKS] == ["01", "02", "03", "04"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_cleared(path: Path) -> None:
    for cell in json.loads(path.read_text())["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.timeout(240)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_reads_as_text_without_a_kernel(path: Path, tmp_path: Path) -> None:
    done = execute(nbformat.read(path, as_version=4), tmp_path)
    kinds = {
        kind
        for cell in done.cells
        for out in cell.get("outputs", ())
        for kind in out.get("data", ())
    }
    assert "text/markdown" not in kinds
    page, _ = HTMLExporter().from_notebook_node(done)
    if path.stem.startswith(("01", "02")):
        assert "luxx-transcript" in page
        assert "<summary>Transcript: " in page
    assert "Traceback" not in page


@pytest.mark.timeout(240)
def test_an_exported_notebook_runs(tmp_path: Path) -> None:
    lx = luxx.connect(demo=True, data_dir=tmp_path / "luxx-demo")
    chat = lx.chat("It's & <i>so</i>", system="Be brief.", tools=[])
    chat.send("count to 7")
    path = chat.export(tmp_path / "again.ipynb")
    lx.close()
    close_all()
    text = path.read_text().replace("luxx.connect()", "luxx.connect(demo=True)")
    done = execute(nbformat.reads(text, as_version=4), tmp_path)
    assert "5 6 7" in json.dumps(done.cells[-1]["outputs"])


@pytest.mark.timeout(240)
def test_what_a_saved_notebook_shows_of_a_hostile_model_can_do_nothing(tmp_path: Path) -> None:
    source = f"""
from luxx.client.types import Message, MessageRole, MessageStatus, TextStep, ThinkingStep
from luxx.jupyter.static_html import bundle
from IPython.display import display
payloads = {PAYLOADS!r}
steps = [TextStep(id=str(n), index=n, content=each) for n, each in enumerate(payloads)]
steps += [ThinkingStep(id="t", index=len(steps), content="".join(payloads))]
message = Message(id="m", role=MessageRole.ASSISTANT, status=MessageStatus.COMPLETED, steps=steps)
display(bundle(payloads[0], [message]), raw=True)
"""
    cell = nbformat.v4.new_code_cell(source)
    done = execute(nbformat.v4.new_notebook(cells=[cell]), tmp_path)
    (output,) = done.cells[0]["outputs"]
    assert set(output["data"]) == {"text/html", "text/plain"}
