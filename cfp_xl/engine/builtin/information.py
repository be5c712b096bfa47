"""CELL and INFO: what a cell is, and where."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cfp_xl.engine.areas import Area, Reference
from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.builtin.format_name import format_name
from cfp_xl.engine.builtin.references import area_of
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.address import column_letters
from cfp_xl.workbook.looks import CellLooks


@lazy("CELL", least=1)
def _cell(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Where the file lies is made up, another place at each moment, so that only what does not
    depend on it is compared."""
    kind = str(one(evaluator, nodes, 0)).casefold()
    area = area_of(evaluator, nodes, 1)
    if not isinstance(area, Area):
        return area or ExcelError.VALUE
    first = area.part(1, 1)
    match kind:
        case "filename":
            evaluator.trace.is_volatile = True
            return f"{evaluator.moment.folder}[{evaluator.moment.book}]{first.sheet}"
        case "row":
            return float(first.first_row)
        case "col":
            return float(first.first_column)
        case "address":
            return f"${column_letters(first.first_column)}${first.first_row}"
        case "contents":
            return Reference((first,))
        case "type":
            value = evaluator.read(Reference((first,)))
            return "b" if value is None else "l" if isinstance(value, str) else "v"
    looks = evaluator.grid.workbook.looks
    if looks is not None and first.sheet in looks and kind in _OF_LOOKS:
        value = evaluator.read(Reference((first,)))
        return _OF_LOOKS[kind](looks[first.sheet], first, is_text=isinstance(value, str))
    if looks is not None and kind not in _OF_LOOKS:
        return ExcelError.VALUE
    raise Uncomputable("E02", "CELL", case="environment", name=f'CELL("{kind}")')


def _width(look: CellLooks, cell: Area, **_: bool) -> Result:
    """In characters, and whether that is the default."""
    characters, is_default = look.width(cell.first_column)
    made = np.empty((1, 2), object)
    made[0, :] = float(characters), is_default
    return made


def _format(look: CellLooks, cell: Area, **_: bool) -> str:
    return format_name(look.style(cell.first_row, cell.first_column).number_format)


def _colour(look: CellLooks, cell: Area, **_: bool) -> float:
    code = look.style(cell.first_row, cell.first_column).number_format
    return float(format_name(code).rstrip("()").endswith("-"))


def _parentheses(look: CellLooks, cell: Area, **_: bool) -> float:
    code = look.style(cell.first_row, cell.first_column).number_format
    return float(format_name(code).endswith("()"))


def _prefix(look: CellLooks, cell: Area, *, is_text: bool) -> str:
    alignment = look.style(cell.first_row, cell.first_column).alignment
    return _PREFIXES.get(alignment, "'") if is_text else ""


def _protect(look: CellLooks, cell: Area, **_: bool) -> float:
    return float(look.style(cell.first_row, cell.first_column).is_locked)


_PREFIXES = {"right": '"', "center": "^", "fill": "\\"}

_OF_LOOKS: dict[str, Callable[..., Result]] = {
    "width": _width, "format": _format, "color": _colour, "parentheses": _parentheses,
    "prefix": _prefix, "protect": _protect,
}  # fmt: skip


@lazy("INFO", least=1)
def _info(evaluator: Evaluator, nodes: Nodes) -> Result:
    raise Uncomputable(
        "E02", "INFO", case="environment", name=f'INFO("{one(evaluator, nodes, 0)}")'
    )
