"""What a person names as a lever or a result: a cell, a name, a row of a table, a factor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cfp_xl.engine.areas import CellKey
from cfp_xl.findings import CellRef
from cfp_xl.footprint.errors import NOT_FOUND
from cfp_xl.footprint.wording import nearest, shortened
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.opened import Opened, Tables
from cfp_xl.study.spread import StudyError
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Workbook

_CELL = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^!']+))!(?P<cell>[$A-Za-z0-9]+)")

_ARITHMETIC = re.compile(r"[-+]*[(]*[\d.][-+*/^%().,\d\sEe]*")


class TargetNotKnown(StudyError):
    """A text that names no cell, name, row or factor of the workbook."""

    excel = NOT_FOUND


class TargetIsFormula(StudyError):
    """A cell that cannot be given a value, for a formula fills it."""


def find_cell(tables: Tables, typed: str, column: str = "") -> CellKey:
    """The cell that a text names; of a row the `column`, else its quantity or value.

    `活动数据!E8`, a defined name, `factor:E`, `activities:生产/焊接/电力`, or a row's identity or a
    factor's id alone. Raises TargetNotKnown with the nearest.
    """
    for found in (_cell(tables, typed), _named(tables, typed), _row(tables, typed, column)):
        if found is not None:
            return CellKey(found.sheet, found.row, found.column)
    close = nearest(typed, list(_names(tables)))
    raise TargetNotKnown(target=shortened(typed), nearest=close or ("—",))


def find_typed(tables: Tables, typed: str, column: str = "") -> CellKey:
    """As `find_cell`; raises TargetIsFormula where a formula fills the cell, but not for arithmetic
    that somebody typed in place of its result, such as `=0.65*0.8`: it depends on no cell."""
    key, formula = _with_formula(tables, typed, column)
    if formula is not None and not _is_arithmetic(formula):
        raise TargetIsFormula(cell=key.ref, formula=shortened(formula))
    return key


def with_results(opened: Opened, keys: Iterable[CellKey]) -> Workbook:
    """The workbook with the result of each of these cells in place of its arithmetic."""
    cells = opened.recalculation.cells
    held: dict[str, dict[tuple[int, int], Scalar]] = {}
    for key in keys:
        if key in cells:
            held.setdefault(key.sheet, {})[key.row, key.column] = cells[key].value
    return opened.workbook.typed_over(held)


def _with_formula(tables: Tables, typed: str, column: str) -> tuple[CellKey, str | None]:
    key = find_cell(tables, typed, column)
    sheet = tables.workbook.by_name[key.sheet.casefold()]
    cell = sheet.cells.get((key.row, key.column))
    return key, None if cell is None else cell.formula


def _is_arithmetic(formula: str) -> bool:
    """Whether it holds numbers, signs and brackets only."""
    return bool(_ARITHMETIC.fullmatch(formula))


def _cell(tables: Tables, typed: str) -> CellRef | None:
    match = _CELL.fullmatch(typed.strip())
    sheet = match and tables.workbook.sheet(
        (match["quoted"] or "").replace("''", "'") or match["plain"]
    )
    at = cell_position(match["cell"]) if match else None
    return sheet.ref(*at) if sheet and at else None


def _named(tables: Tables, typed: str) -> CellRef | None:
    for name in tables.workbook.names:
        if name.name.casefold() == typed.strip().casefold():
            found = references(name.formula, name.sheet or "")
            sheet = tables.workbook.sheet(found[0].sheet) if len(found) == 1 else None
            top, left, bottom, right = found[0].bounds if found else (0, 0, 1, 1)
            if sheet is not None and (top, left) == (bottom, right):
                return sheet.ref(top, left)
    return None


def _row(tables: Tables, typed: str, column: str) -> CellRef | None:
    if tables.schema is None:
        return None
    head, _, rest = typed.replace("：", ":").partition(":")
    asked = {"factor": "factors", "activity": "activities"}.get(head.strip(), head.strip())
    for table, of_row in (("activities", "quantity"), ("factors", "value")):
        if rest and asked != table:
            continue
        record = tables.schema.row(table, (rest or typed).strip())
        wanted = column if column and table == "activities" else of_row
        if record is not None and wanted in record.columns:
            return record.cell(wanted)
    return None


def _names(tables: Tables) -> Iterator[str]:
    yield from (name.name for name in tables.workbook.names)
    if tables.schema is not None:
        for table in ("activities", "factors"):
            yield from (record.identity for record in tables.schema.records(table))
