"""Write computed values into a copy of a workbook, and leave every other byte as it was.

Only `<v>` and the `t` attribute of the cells given change, in the sheets that hold them, and the
figures that charts keep of these cells; all other parts of the zip are copied as they lie, still
compressed, with their order, times and comments.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from cfp_xl.functions.values import Scalar
from cfp_xl.outputs import ensure_workbook, write_output
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.cell_editor import CellXml, as_xml, edit_cells, retyped, value_xml
from cfp_xl.workbook.writing.charts import redrawn
from cfp_xl.workbook.writing.markup import attribute_in
from cfp_xl.workbook.writing.zip_copy import replace_parts

CellKey = tuple[str, int, int]
"""Sheet name, row, column."""


def patch_values(
    package: Package, destination: Path, values: Mapping[CellKey, Scalar]
) -> tuple[CellKey, ...]:
    """Write `values` as the cached values of their cells into a copy of the workbook.

    Returns the cells that the file does not hold: they were not written, for that would mean to
    add cells. The destination appears whole or not at all.
    Raises WouldOverwrite, NotWritten.
    """
    ensure_workbook(destination, package.path.suffix, [package.path])
    data, left_over = patched(package, values)
    write_output(destination, data)
    return left_over


def patched(
    package: Package, values: Mapping[CellKey, Scalar]
) -> tuple[bytes, tuple[CellKey, ...]]:
    """The package's bytes with these cached values, and the cells that it does not hold."""
    replaced: dict[str, bytes] = {}
    left_over: list[CellKey] = []
    wanted = by_part(package, values)
    for sheet, part in sheet_parts(package).items():
        if part in wanted:
            replaced[part], missing = patch_sheet(package.open(part).read(), wanted[part])
            left_over.extend((sheet, row, column) for row, column in missing)
    return replace_parts(package, replaced | redrawn(package, values)), tuple(left_over)


def by_part(
    package: Package, values: Mapping[CellKey, Scalar]
) -> dict[str, dict[Position, Scalar]]:
    """Values by the parts of their sheets, those that there are."""
    by_name: dict[str, dict[Position, Scalar]] = {}
    for (name, row, column), value in values.items():
        by_name.setdefault(name, {})[row, column] = value
    part_of = {sheet.casefold(): part for sheet, part in sheet_parts(package).items()}
    found: dict[str, dict[Position, Scalar]] = {}
    for name, of_sheet in by_name.items():
        if part := part_of.get(name.casefold()):
            found.setdefault(part, {}).update(of_sheet)
    return found


def patch_sheet(
    xml: bytes, values: Mapping[tuple[int, int], Scalar]
) -> tuple[bytes, list[tuple[int, int]]]:
    """A sheet part with new cached values, and the cells (row, column) that it does not hold."""
    return edit_cells(xml, values, lambda cell: patched_cell(cell, values[cell.position]))


def patched_cell(cell: CellXml, value: Scalar) -> str:
    """A cell's XML with `value` as the value of its formula."""
    kind, content = as_xml(value)
    inner, prefix = cell.inner, cell.prefix
    if cell.is_empty:
        if content is None:
            return cell.start
        return f"{_typed(cell, kind)}{value_xml(prefix, content)}</{prefix}c>"
    spans = cell.children()
    old_start, old_end = spans.get("v") or spans.get("is") or (0, 0)
    if (old_start, old_end) == (0, 0):
        old_start = old_end = spans.get("f", (0, 0))[1]
    old = inner[old_start:old_end]
    if content is None:
        new = ""
    elif (
        old and (kind or "n") == (attribute_in(cell.attributes, "t") or "n") and _holds(old, value)
    ):
        new = old
    else:
        new = value_xml(prefix, content)
    return _typed(cell, kind) + inner[:old_start] + new + inner[old_end:]


def _typed(cell: CellXml, kind: str) -> str:
    """The start tag of a cell, open, with `kind` as its type."""
    present = attribute_in(cell.attributes, "t")
    if not cell.is_empty and (present == kind or (present in (None, "n") and not kind)):
        return cell.start
    if present == "n" and not kind:
        return f"<{cell.prefix}c{cell.attributes}>"
    return f"<{cell.prefix}c{retyped(cell.attributes, kind)}>"


def _holds(old: str, value: Scalar) -> bool:
    """Whether a `<v>` already says this value, a number in whatever spelling."""
    text = re.sub("<[^>]*>", "", old)
    if isinstance(value, float) and not isinstance(value, bool):
        try:
            return float(text) == value
        except ValueError:
            return False
    return text == as_xml(value)[1]
