"""What our results sheet shows beside the results: shares, agreement, the headline, all processes.

The results themselves are compared in `verify.independent`; units and headings beside them, and how
they look, have rules of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.printed import NotPrintedNumber, agrees, printed
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.functions.values import shown as plainly_shown
from cfp_xl.schema.case import Case, text_of
from cfp_xl.schema.template_tables import TemplateTable, is_word, labelled
from cfp_xl.verify.result_formulas import ResultScope, asked_in
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.workbook.model import Cell, Sheet

CLOSE = 1e-9
"""Relative difference of two sums of the same numbers in another order, at most."""
_STATED = re.compile(r"\s*(?P<number>[-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(?P<unit>\S.*)?")


@rule("V05", reads=(EVERYTHING,), schemas=(PRODUCT,))
def shares_are_ours(case: Case) -> Iterator[Finding]:
    """V05: a share is its result over the total; the sum of all stages' shares is 1."""
    total = case.footprint.total_kgco2e
    for table, row, asked in result_rows(case):
        cell = table.cell(row, "share")
        result, _ = asked.answer(case.footprint)
        if not total or result is None or cell is None:
            continue
        is_outside = isinstance(cell.value, str) and not result
        if (cell.formula is None and cell.value is None) or is_outside:
            continue
        if not is_close(cell.value, result / total):
            yield finding(
                "V05",
                table.sheet.ref(row, cell.column),
                case="share",
                seen=plainly_shown(cell.value),
                expected=f"{result / total:.12g}",
                what=asked.name,
            )


@rule("V10", reads=(EVERYTHING,), schemas=(PRODUCT,))
def two_ways_agree(case: Case) -> Iterator[Finding]:
    """V10: a row of results says that its two computations agree where they do, and only there."""
    for table, row, asked in result_rows(case):
        one, other, said = (table.cell(row, c) for c in ("cfp", "native", "agrees"))
        if one is None or other is None or said is None:
            continue
        where = table.sheet.ref(row, said.column)
        if is_word(said.value, "look"):
            yield finding("V10", where, seen=text_of(said.value), what=asked.name)
        elif is_word(said.value, "ok") and not _same(one.value, other.value):
            seen, expected = plainly_shown(one.value), plainly_shown(other.value)
            yield finding(
                "V10", where, case="masked", seen=seen, expected=expected, what=asked.name
            )


@rule("V05", reads=(EVERYTHING,), schemas=(PRODUCT,))
def every_process_is_shown(case: Case) -> Iterator[Finding]:
    """V05: a table of processes shows all of them; too few rows leave the last ones out."""
    shown: set[tuple[str | None, str]] = set()
    last: CellRef | None = None
    for table, _, asked in result_rows(case):
        if asked.process:
            shown.add((asked.stage_id, folded(asked.process)))
            last = table.sheet.ref(table.last_row, table.columns["stage"])
    missing = tuple(
        ResultScope(process.stage.id, process.process).name
        for process in case.footprint.processes
        if process.process and (process.stage.id, folded(process.process)) not in shown
    )
    if last is not None and missing:
        known = len(shown) + len(missing)
        yield finding(
            "V05", last, case="rows_missing", seen=len(shown), expected=known, absent=missing
        )


@rule("V05", "W41", reads=(EVERYTHING,), schemas=(PRODUCT,))
def headlines_are_ours(case: Case) -> Iterator[Finding]:
    """V05: the footprint above the results and on the first sheet is the total."""
    total = case.footprint.total_kgco2e
    if total is None or not any(case.template_tables("results")):
        return
    for where, value in headlines(case):
        if isinstance(value, ExcelError) or is_close(value, total):
            continue
        stated = _STATED.fullmatch(value) if isinstance(value, str) else None
        if value in (None, ""):
            yield finding("W41", where)
        elif not (stated and _states(stated, total)):
            seen = plainly_shown(value)
            yield finding("V05", where, case="headline", seen=seen, expected=f"{total:.12g}")


def result_rows(case: Case) -> Iterator[tuple[TemplateTable, int, ResultScope]]:
    """Every row of our results tables that is for a stage, a process or the total."""
    for table in case.template_tables("results"):
        for row in table.rows:
            if (asked := asked_in(table, row)) is not None:
                yield table, row, asked


def headlines(case: Case) -> Iterator[tuple[CellRef, Scalar]]:
    """Where our templates repeat the total: above the results, and on the first sheet."""
    for sheet, row, column in labelled(case.workbook, "results.headline"):
        at, cell = _right_of(sheet, row, column)
        yield sheet.ref(row, at), cell.value if cell else None
    for where, cell in about_answers(case, "about.result"):
        yield where, cell.value if cell else None


def about_answers(case: Case, label: str) -> Iterator[tuple[CellRef, Cell | None]]:
    """What stands beside a label on the first sheet, which also says the template's number."""
    about = {sheet.name for sheet, _, _ in labelled(case.workbook, "about.template")}
    for sheet, row, column in labelled(case.workbook, label):
        if sheet.name in about:
            about.discard(sheet.name)
            near = [c for c in range(column + 1, column + 4) if holds(sheet.cells.get((row, c)))]
            at = near[0] if near else column + 1
            yield sheet.ref(row, at), sheet.cells.get((row, at))


def holds(cell: Cell | None) -> bool:
    """Whether a cell holds anything."""
    return cell is not None and (cell.formula is not None or cell.value not in (None, ""))


def is_close(value: Scalar, expected: float) -> bool:
    """Whether a cell holds the expected number, up to noise of summing in another order."""
    if not isinstance(value, float):
        return False
    return abs(value - expected) <= CLOSE * max(abs(value), abs(expected))


def _right_of(sheet: Sheet, row: int, column: int) -> tuple[int, Cell | None]:
    """The first number right of a label; where there is none, the cell two columns on."""
    for at in range(column + 1, column + 6):
        cell = sheet.cells.get((row, at))
        if cell is not None and isinstance(cell.value, float):
            return at, cell
    return column + 2, sheet.cells.get((row, column + 2))


def _same(one: Scalar, other: Scalar) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-6 * max(abs(one), abs(other))
    return one == other


def _states(stated: re.Match[str], total: float) -> bool:
    """Whether a text gives the total to its digits, in kgCO2e."""
    try:
        is_right = agrees(total, printed(stated["number"]))
    except NotPrintedNumber:
        return False
    return is_right and folded(stated["unit"] or "kgCO2e").startswith("kgco2e")
