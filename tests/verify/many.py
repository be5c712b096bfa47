"""Small workbooks, many of them, for tests of batches."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import xlsxwriter


def book(path: Path, number: float = 3, *, cached: float | None = None) -> Path:
    """A workbook with `number` and its double; the cached double is right unless given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(path) as workbook:
        workbook.set_properties({"created": datetime(2026, 1, 1)})  # same content, same bytes
        sheet = workbook.add_worksheet("S")
        sheet.write("A1", number)
        sheet.write_formula("A2", "=A1*2", None, number * 2 if cached is None else cached)
    return path


def folder(path: Path, count: int) -> list[Path]:
    """`count` workbooks of different content; every third one's cached value is wrong."""
    return [
        book(path / f"{n:04}.xlsx", n + 1, cached=None if n % 3 else -1.0) for n in range(count)
    ]
