"""The workbook's checks of itself: what they say, what they compare, and by which constants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.footprint.units import conversion
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.functions.values import shown as plainly_shown
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.schema.template_tables import TemplateTable, is_word, labelled
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.shown_results import about_answers, is_close
from cfp_xl.workbook.model import Cell

OF_TOTAL: Mapping[str, tuple[str, ...]] = {
    "seen": ("check.total", "native.check.total", "check.stages", "check.processes"),
    "expected": ("check.total", "native.check.total", "check.stages", "check.processes"),
}
"""Checks whose two sides are the total, by their names."""
SHOULD_BE: Mapping[str, float] = {
    "check.shares": 1.0,
    "check.missing": 0.0,
    "check.allocation": 0.0,
    "check.rows": 0.0,
    "check.below": 0.0,
    "check.suppliers": 0.0,
}
"""Checks that compare with a constant of the template."""


@rule("V10", reads=(EVERYTHING,), schemas=(PRODUCT,))
def self_checks_pass(case: Case) -> Iterator[Finding]:
    """V10: no check says that something is to be looked at, and none says OK of unlike values."""
    for table, row in check_rows(case) if case.footprint.rows else ():
        said, name = table.cell(row, "result"), _name(table, row)
        if said is None:
            continue
        where = table.sheet.ref(row, said.column)
        seen, expected = (_value(table.cell(row, c)) for c in ("seen", "expected"))
        one, other = plainly_shown(seen), plainly_shown(expected)
        if is_word(said.value, "look"):
            yield finding(
                "V10",
                where,
                case="differ",
                seen=one,
                expected=other,
                severity=_weight(name),
                what=name,
            )
        elif is_word(said.value, "ok") and not _agree(seen, expected):
            yield finding("V10", where, case="masked", seen=one, expected=other, what=name)
        elif not (is_word(said.value, "ok") or _is_silent(said.value)):
            yield finding("V10", where, case="word", seen=text_of(said.value), what=name)


@rule("V10", reads=(EVERYTHING,), schemas=(PRODUCT,))
def overall_verdict_is_that_of_the_checks(case: Case) -> Iterator[Finding]:
    """V10: the one line for all checks says OK only where every check does."""
    said = [table.cell(row, "result") for table, row in check_rows(case)]
    if not said or not case.footprint.rows:
        return
    is_good = all(cell is not None and is_word(cell.value, "ok") for cell in said)
    for where, cell in overall_verdicts(case):
        if cell is None or isinstance(cell.value, ExcelError):
            continue
        if is_word(cell.value, "all_ok") is not is_good:
            yield finding("V10", where, case="overall", seen=text_of(cell.value) or '""')


@rule("V05", "V11", reads=(EVERYTHING,), schemas=(PRODUCT,))
def checks_compare_what_they_say(case: Case) -> Iterator[Finding]:
    """V05: checks on the total see the total; V11: what others should be is the template's."""
    total = case.footprint.total_kgco2e
    for table, row in check_rows(case):
        name = table.cell(row, "check")
        for column, keys in OF_TOTAL.items():
            cell = table.cell(row, column)
            if total is None or cell is None or not is_word(name and name.value, *keys):
                continue
            if is_word(_value(table.cell(row, "result")), "look"):
                continue  # V10 names it with both values
            if isinstance(cell.value, float | str) and not is_close(cell.value, total):
                yield finding(
                    "V05",
                    table.sheet.ref(row, cell.column),
                    case="check",
                    seen=plainly_shown(cell.value),
                    expected=f"{total:.12g}",
                    what=_name(table, row),
                )
        for key, right in SHOULD_BE.items():
            cell = table.cell(row, "expected")
            if cell is None or not is_word(name and name.value, key) or cell.value == right:
                continue
            where = table.sheet.ref(row, cell.column)
            seen = plainly_shown(cell.value)
            yield finding("V11", where, seen=seen, expected=f"{right:g}", what=_name(table, row))


@rule("V11", reads=(EVERYTHING,), schemas=(PRODUCT,))
def tolerance_is_small(case: Case) -> Iterator[Finding]:
    """V11: two computations of the same may differ by rounding noise only."""
    most = limits("self_check")["tolerance_at_most"]
    for sheet, row, column in labelled(case.workbook, "check.tolerance"):
        cell = sheet.cells.get((row, column + 1))
        value = cell.value if cell else None
        if not (isinstance(value, float) and 0 <= value <= most):
            where = sheet.ref(row, column + 1)
            seen = plainly_shown(value) or '""'
            yield finding("V11", where, case="tolerance", seen=seen, expected=f"{most:g}")


@rule("V11", reads=(EVERYTHING,), schemas=(PRODUCT,))
def units_convert_as_they_do(case: Case) -> Iterator[Finding]:
    """V11: each unit of the table for native formulas is what the library says it is."""
    for table in case.template_tables("units"):
        for row in table.rows:
            unit, base, size = (_value(table.cell(row, c)) for c in table.columns)
            where = table.sheet.ref(row, table.columns["in_base"])
            names = f"{text_of(unit)} → {text_of(base)}"
            try:
                right = conversion(text_of(unit), text_of(base))
            except Explained as mistake:
                yield finding("V11", where, case="unit_unknown", seen=names, why=mistake)
                continue
            if not is_close(size, right):
                seen = plainly_shown(size) or '""'
                yield finding(
                    "V11",
                    where,
                    case="unit",
                    seen=seen,
                    expected=f"{right:.12g}",
                    also=[table.sheet.ref(row, table.columns[c]) for c in ("unit", "base")],
                    what=names,
                )


def check_rows(case: Case) -> Iterator[tuple[TemplateTable, int]]:
    """The rows of our tables of checks."""
    for table in case.template_tables("checks"):
        for row in table.rows:
            yield table, row


def overall_verdicts(case: Case) -> Iterator[tuple[CellRef, Cell | None]]:
    """Where our templates say in one line whether all checks agree."""
    for sheet, row, column in labelled(case.workbook, "check.overall"):
        yield sheet.ref(row, column + 1), sheet.cells.get((row, column + 1))
    yield from about_answers(case, "about.checks")


def _is_silent(said: Scalar) -> bool:
    """An error is named where it comes from; nothing is said where there is nothing to compare."""
    return said in (None, "") or isinstance(said, ExcelError)


def _weight(name: str) -> Severity:
    """Whether shares of a bill add to 1 is for L01 to judge: others may be on another sheet."""
    return Severity.WARNING if is_word(name, "check.allocation") else Severity.ERROR


def _name(table: TemplateTable, row: int) -> str:
    return text_of(_value(table.cell(row, "check")))


def _value(cell: Cell | None) -> Scalar:
    return cell.value if cell is not None else None


def _agree(seen: Scalar, expected: Scalar) -> bool:
    if isinstance(seen, float) and isinstance(expected, float):
        at_most: float = limits("self_check")["tolerance_at_most"]
        return abs(seen - expected) <= at_most * max(abs(seen), abs(expected))
    return seen == expected
