"""Kinds of carbon and the range below the total on our results sheet: V05 where they are not what
the rows give."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.parts import NAMES, part_name, part_of
from cfp_xl.functions.values import shown
from cfp_xl.messages import Text, text
from cfp_xl.schema.case import Case
from cfp_xl.schema.template_tables import labelled
from cfp_xl.study.analytic import analytic
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.whatif.study import inputs_in
from cfp_xl.workbook.model import Sheet

CLOSE = 1e-9
"""Of the total: kinds are differences of sums."""
BY_BOTH_WAYS = (2, 3)
"""So many columns right of its label are the figures of a kind; of the range its ends."""


@rule("V05", reads=(EVERYTHING,), schemas=(PRODUCT,))
def kinds_are_ours(case: Case) -> Iterator[Finding]:
    """V05: each kind of carbon, by both ways of the sheet."""
    parts, total = case.footprint.parts, case.footprint.total_kgco2e
    if parts is None or total is None:
        return
    size = max(abs(total), *(abs(part_of(parts, name)) for name in NAMES))
    for sheet, top, column in labelled(case.workbook, "results.kinds"):
        for name in NAMES:
            rows = (
                row
                for one, row, at in labelled(case.workbook, f"results.kind.{name}")
                if (one.name, at) == (sheet.name, column) and row > top
            )
            for row in rows if name != "excluding" else ():
                what, expected = part_name(name), part_of(parts, name)
                yield from _differences(sheet, row, column, what, (expected,) * 2, size)


@rule("V05", reads=(EVERYTHING,), schemas=(PRODUCT,))
def the_range_is_ours(case: Case) -> Iterator[Finding]:
    """V05: numbers below the total are the ends of its 95 % range; words are none."""
    for sheet, row, column in labelled(case.workbook, "results.interval"):
        values = [sheet.columns.value((row, column + by)) for by in BY_BOTH_WAYS]
        if not any(isinstance(value, float) for value in values):
            continue
        expected: tuple[float | None, float | None] = (None, None)
        with suppress(FootprintError):
            found = analytic(inputs_in(case.tables))
            expected = (found.low, found.high)
        what = text("templates.results.interval")
        yield from _differences(sheet, row, column, what, expected, abs(expected[1] or 1.0))


def _differences(
    sheet: Sheet,
    row: int,
    column: int,
    what: Text,
    expected: tuple[float | None, float | None],
    size: float,
) -> Iterator[Finding]:
    for by, wanted in zip(BY_BOTH_WAYS, expected, strict=True):
        value = sheet.columns.value((row, column + by))
        is_right = (
            isinstance(value, float)
            and wanted is not None
            and abs(value - wanted) <= CLOSE * max(size, 1e-300)
        )
        if not is_right:
            right = "—" if wanted is None else f"{wanted:.12g}"
            where = sheet.ref(row, column + by)
            yield finding("V05", where, case="kind", seen=shown(value), expected=right, what=what)
