"""docs/notebook.ipynb runs, and says of the worked example what its report says: 15.0006 in all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

PROJECT = Path(__file__).parents[1]


def said(cell: Any) -> str:
    """The plain text of a cell's last output."""
    return str(cell.outputs[-1]["data"]["text/plain"]) if cell.outputs else ""


def test_the_notebook_runs() -> None:
    notebook = nbformat.read(PROJECT / "docs" / "notebook.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert not [cell for cell in notebook.cells if cell.get("outputs")]  # they would go stale
    resources = {"metadata": {"path": str(PROJECT)}}
    NotebookClient(notebook, timeout=300, resources=resources).execute()  # a failing cell raises
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert said(code[0]) == "('1 台', 15.0006)"
    assert "9.9565" in said(code[1])  # production
    assert said(code[3]).startswith("('passed'")
    assert "17.2348 kWh × 0.5777 kgCO2e/kWh" in said(code[4])  # 9.9565, two thirds of it
    assert "('factor', 5.1202)" in said(code[5]) or "('factor', 5.1203)" in said(code[5])
