"""Groups of columns that are folded away, shown again where something was written into them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.values import Constant

_COLUMNS = re.compile(rb"<(?:\w+:)?cols>.*?</(?:\w+:)?cols>", re.DOTALL)
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_SPAN = re.compile(rb'\s(min|max)="(\d+)"')
_FOLDED = re.compile(rb'\s(?:hidden|collapsed)="[^"]*"')


def unfolded(
    package: Package, cells: Mapping[str, Mapping[Position, Constant]]
) -> dict[str, bytes]:
    """The sheets' parts in which a written cell is in a folded group, with the groups unfolded."""
    changed = {}
    parts = sheet_parts(package)
    for sheet, written in cells.items():
        filled = {column for (_, column), value in written.items() if value not in (None, "")}
        data = package.open(parts[sheet]).read()
        columns = _COLUMNS.search(data)
        if columns is None or not any(_folds(one, filled) for one in _COLUMN.findall(columns[0])):
            continue
        shown = _COLUMN.sub(lambda one: _FOLDED.sub(b"", one[0]), columns[0])
        changed[parts[sheet]] = data[: columns.start()] + shown + data[columns.end() :]
    return changed


def _folds(column: bytes, filled: set[int]) -> bool:
    span = {name: int(number) for name, number in _SPAN.findall(column)}
    is_folded = b"outlineLevel=" in column and b"hidden=" in column
    return is_folded and any(span[b"min"] <= one <= span[b"max"] for one in filled)
