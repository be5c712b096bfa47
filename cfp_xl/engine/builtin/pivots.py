"""GETPIVOTDATA: a value that a pivot table of the file shows."""

from __future__ import annotations

from cfp_xl.engine.areas import Area, Reference
from cfp_xl.engine.builtin.define import Nodes, lazy, one
from cfp_xl.engine.builtin.references import area_of
from cfp_xl.engine.convert import compare, number_in_text
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.pivots import Pivot, PivotLine


@lazy("GETPIVOTDATA", least=2)
def _getpivotdata(evaluator: Evaluator, nodes: Nodes) -> Result:
    """The cell for a value's name and any number of pairs of a field and an item; #REF! where the
    table does not show it."""
    pivots = evaluator.grid.workbook.pivots
    if pivots is None or len(nodes) % 2:
        raise Uncomputable("E02", "GETPIVOTDATA", name="GETPIVOTDATA")
    area = area_of(evaluator, nodes, 1)
    if not isinstance(area, Area):
        return area or ExcelError.REF
    here = [p for p in pivots if p.sheet == area.sheet and _lies_in(p, area)]
    arguments = [one(evaluator, nodes, at) for at in (0, *range(2, len(nodes)))]
    for argument in arguments:
        if isinstance(argument, ExcelError):
            return argument
    name, *pairs = arguments
    for pivot in reversed(here):
        value = _value_called(pivot, name)
        wanted = _wanted(pivot, pairs)
        if value is not None and wanted is not None:
            return _cell(pivot, value, wanted)
    return ExcelError.REF


def _lies_in(pivot: Pivot, area: Area) -> bool:
    top, left, bottom, right = pivot.area
    return top <= area.first_row <= bottom and left <= area.first_column <= right


def _value_called(pivot: Pivot, name: Scalar) -> int | None:
    """By what the table calls it, or else by its field."""
    wanted = str(name).strip().casefold()
    for which in (0, 1):
        for at, called in enumerate(pivot.values):
            if called[which].strip().casefold() == wanted:
                return at
    return None


def _wanted(pivot: Pivot, pairs: list[Scalar]) -> dict[int, int] | None:
    """The items asked for, by their fields; None where the table has no such thing."""
    fields = [field.casefold() for field in pivot.fields]
    found: dict[int, int] = {}
    for field, item in zip(pairs[::2], pairs[1::2], strict=True):
        name = str(field).casefold()
        if name not in fields or fields.index(name) >= len(pivot.items):
            return None
        at = fields.index(name)
        number = _item(pivot, at, item)
        if number is None:
            return None
        found[at] = number
    return found


def _item(pivot: Pivot, field: int, item: Scalar) -> int | None:
    names = pivot.items[field]
    for at, name in enumerate(names):
        if name is not None and compare(name, item) == 0:
            return at
    if isinstance(item, str):  # a date or number written as text
        number = number_in_text(item)
        if isinstance(number, float):
            return next((at for at, name in enumerate(names) if name == number), None)
        return None
    if isinstance(item, float):
        if field in pivot.parts_of_dates and 1 <= int(item) < len(names):
            return int(item)
        return next((at for at, name in enumerate(names) if name == f"{item:g}"), None)
    return None


def _cell(pivot: Pivot, value: int, wanted: dict[int, int]) -> Result:
    for field, chosen in pivot.pages.items():
        if field in wanted and wanted.pop(field) != chosen:
            return ExcelError.REF
    in_columns = {field for line in pivot.columns for field in line.items}
    across = {field: item for field, item in wanted.items() if field in in_columns}
    down = {field: item for field, item in wanted.items() if field not in in_columns}
    has_values_across = any(line.value for line in pivot.columns)
    row = _line(pivot.rows, down, 0 if has_values_across else value)
    column = _line(pivot.columns, across, value if has_values_across else 0)
    if row is None or column is None:
        return ExcelError.REF
    at = pivot.first[0] + row, pivot.first[1] + column
    return Reference((Area(pivot.sheet, *at, *at),))


def _line(lines: tuple[PivotLine, ...], wanted: dict[int, int], value: int) -> int | None:
    """The line for just these items; a subtotal before the heading that has the same items."""
    found = [at for at, line in enumerate(lines) if line.items == wanted and line.value == value]
    return next((at for at in found if lines[at].is_subtotal), found[0] if found else None)
