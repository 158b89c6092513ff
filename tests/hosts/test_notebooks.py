"""The notebooks run from top to bottom, and are kept without their outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.hosts.conftest import EXAMPLES

nbformat = pytest.importorskip("nbformat", reason="nbclient is not installed")
pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

NOTEBOOKS = sorted((EXAMPLES / "notebooks").glob("*.ipynb"))
EXTRAS = {"frames_and_charts": ("polars", "narwhals", "pyarrow", "altair")}


def opened(path: Path) -> Any:
    """A notebook, checked against the format."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    return notebook


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
@pytest.mark.filterwarnings("default")  # of the kernel's machinery; those of the notebook itself are looked for below
def test_notebook_runs(path: Path, tmp_path: Path) -> None:
    """Every cell runs in a fresh kernel; none complains on its error stream, and those that end in a value show it."""
    from nbclient import NotebookClient

    for name in EXTRAS.get(path.stem, ()):
        pytest.importorskip(name, reason=f"{name} is not installed")
    notebook = opened(path)
    NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert [output["text"] for output in outputs if output.get("name") == "stderr"] == []
    shown = [output["data"] for output in outputs if output["output_type"] == "execute_result"]
    assert any("text/html" in data or any("vega" in kind for kind in data) for data in shown)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_kept_bare(path: Path) -> None:
    """Outputs and counts are not kept, so that a notebook changes only where someone changed it."""
    code = [cell for cell in opened(path).cells if cell.cell_type == "code"]
    assert code
    assert [cell for cell in code if cell.outputs or cell.execution_count is not None] == []
