"""A small corpus of our own: workbooks with cached values, and a manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import xlsxwriter

HEAD = (
    "file	source_repo	source_path	source_commit	licence	sha256	formula_cells	compared_cells"
    "	suspect_cells	formulas_matched	libreoffice_matched"
)

Formulas = Mapping[str, tuple[str, object]]
"""A formula and its cached value by the cell it stands in."""


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[[Mapping[str, Formulas]], Path]:
    """`corpus({"a.xlsx": {"A1": ("=1+1", 2)}})` writes the files and returns the folder."""

    def write(files: Mapping[str, Formulas]) -> Path:
        folder = tmp_path / "corpus"
        folder.mkdir()
        lines = [HEAD]
        for name, formulas in files.items():
            path = folder / name
            with xlsxwriter.Workbook(str(path)) as book:
                sheet = book.add_worksheet("Sheet1")
                for cell, (formula, cached) in formulas.items():
                    sheet.write_formula(cell, formula, None, cached)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            count = len(formulas)
            lines.append(f"{name}\tr\tp\tc\tMIT\t{digest}\t{count}\t{count}\t0\t1\t{count}")
        (folder / "MANIFEST.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        return folder

    return write
