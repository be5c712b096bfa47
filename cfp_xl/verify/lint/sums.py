"""K03, K04, K06: sums that leave a number out, or that hide their failure."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.verify.lint.calls import WrittenCall, as_range, calls, is_column
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.cells import Cell
from cfp_xl.workbook.formulas.canonical import relative_key
from cfp_xl.workbook.model import Sheet, Workbook

ADDING = frozenset({"SUM", "AVERAGE", "SUBTOTAL"})
TOTALS = frozenset({"SUM", "SUMIF", "SUMIFS", "SUMPRODUCT"})
NOTHING = frozenset({"0", '""', "0.0"})
LEAST_ROWS = 3
YEARS = range(1900, 2101)


def sums(workbook: Workbook, sheet: Sheet) -> Iterator[Finding]:
    """K03 a range shorter than its data, K04 numbers stored as text, K06 IFERROR around a sum."""
    for run in sheet.columns.layout.runs:
        text, where = run.formula.text, sheet.ref(run.row, run.column)
        upper = text.upper()
        if not any(f"{name}(" in upper for name in TOTALS | ADDING):
            continue
        for call in calls(text):
            if call.function == "IFERROR" and not call.depth:
                yield from _hidden_failure(call, text, where)
            if call.function in ADDING:
                yield from _of_ranges(workbook, sheet, call, text, (run.row, run.column))


def _hidden_failure(call: WrittenCall, text: str, where: CellRef) -> Iterator[Finding]:
    """K06: IFERROR(SUM(…),0)."""
    if len(call.arguments) != 2 or call.arguments[1] not in NOTHING:
        return
    first = next(calls(call.arguments[0]), None)
    is_whole = first is not None and call.arguments[0].upper().startswith(f"{first.function}(")
    outer = [one for one in calls(call.arguments[0]) if not one.depth]
    is_whole &= call.arguments[0].endswith(")") and len(outer) == 1
    if is_whole and outer[0].function in TOTALS:
        yield finding("K06", where, seen=f"={text}")


def _of_ranges(
    workbook: Workbook, sheet: Sheet, call: WrittenCall, text: str, at: tuple[int, int]
) -> Iterator[Finding]:
    given = [as_range(one, sheet.name) for one in call.arguments]
    ranges = [one for one in given if one is not None]
    where = sheet.ref(*at)
    for one in ranges:
        other = workbook.sheet(one.sheet)
        if other is None:
            continue
        top, left, bottom, right = one.bounds
        if bottom - top > 100_000 or right - left > 200:
            continue
        texts = _texts(other, one.bounds)
        if texts:
            area = range_address((texts[0].row, texts[0].column, texts[-1].row, texts[-1].column))
            is_one = texts[0][:2] == texts[-1][:2]
            place = CellRef(other.name, texts[0].address if is_one else area)
            yield finding("K04", place, seen=len(texts), expected=f"={text}", by=where)
        is_alone = len(ranges) == len(call.arguments) == 1
        if is_alone and is_column(one.bounds) and bottom - top + 1 >= LEAST_ROWS:
            missed = _left_out(other, one.bounds, at if other is sheet else None)
            if missed is not None:
                yield finding("K03", where, seen=f"={text}", expected=missed.address, also=())


def _texts(sheet: Sheet, bounds: tuple[int, int, int, int]) -> list[Cell]:
    """Typed texts that would be numbers, in a range that has other numbers."""
    top, left, bottom, right = bounds
    found = [
        cell
        for row in range(top, bottom + 1)
        for column, text in sheet.columns.texts.get(row, ())
        if left <= column <= right and any(char.isdigit() for char in text)
        for cell in (sheet.columns[row, column],)
        if cell.is_text_number
    ]
    numbers = sum(isinstance(value, float) for value in sheet.columns.values_in(bounds))
    return found if numbers > len(found) else []


def _left_out(
    sheet: Sheet, bounds: tuple[int, int, int, int], own: tuple[int, int] | None
) -> Cell | None:
    """The cell right above or below a range that is of the same kind as its end."""
    top, column, bottom, _ = bounds
    if own is not None and own[1] == column and own[0] in (top - 1, bottom + 1):
        steps = [(top - 1, top, top + 1)] if own[0] == bottom + 1 else []
        steps += [(bottom + 1, bottom, bottom - 1)] if own[0] == top - 1 else []
    else:
        steps = [(bottom + 1, bottom, bottom - 1), (top - 1, top, top + 1)]
    for beside, end, inner in steps:
        cells = [sheet.columns.get((row, column)) for row in (beside, end, inner)]
        if all(cells) and (beside, column) != own and _are_alike(cells):
            return cells[0]
    return None


def _are_alike(cells: list[Cell | None]) -> bool:
    """Numbers of one kind: all typed, or all of one relative formula. Years are headings."""
    kinds = set()
    for cell in cells:
        if cell is None or not isinstance(cell.value, float) or cell.is_date:
            return False
        is_formula = cell.formula is not None
        kinds.add(relative_key(cell.formula or "", cell.row, cell.column) if is_formula else "")
    first = cells[0]
    assert first is not None
    is_year = first.formula is None and first.value in YEARS
    return len(kinds) == 1 and not is_year
