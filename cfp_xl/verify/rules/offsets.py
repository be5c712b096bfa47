"""D02: offsets and credits are shown apart, never subtracted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from cfp_xl.engine.areas import CellKey
from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import rule
from cfp_xl.verify.rules.rows import row_name
from cfp_xl.verify.texts_that import texts_that
from cfp_xl.workbook.model import Sheet

LONGEST_LABEL = 40
"""Longer texts are prose, not the label of a row."""


@rule("D02", reads=("activities", "factors"))
def offsets_are_not_subtracted(case: Case) -> Iterator[Finding]:
    """D02: no activity is an offset, and no number beside such a label enters a formula."""
    reported: set[CellRef] = set()
    activities = [row.activity for row in case.footprint.rows]
    typed = (text_of(text) for one in activities for text in (one.activity, one.process))
    factors = {factor.id: factor for row in case.footprint.rows if (factor := case.factor(row))}
    names = (name for one in factors.values() for name in (one.name.zh, one.name.en))
    offsets = texts_that(is_offset, (*typed, *names))
    for row in case.footprint.rows if offsets else ():
        factor = case.factor(row)
        words = [text_of(row.activity.activity), text_of(row.activity.process)]
        if factor is not None:
            words += [factor.name.zh, factor.name.en]
        if row.counted_kgco2e != 0 and (named := next(filter(offsets.__contains__, words), None)):
            where = case.at(row.activity, "quantity")
            reported.add(where)
            yield finding("D02", where, seen=named, row=row_name(row))
    for sheet in case.workbook.sheets:
        for where, label in _numbers_beside_offsets(case, sheet):
            if where not in reported:
                yield finding("D02", where, case="beside", seen=label)


@lru_cache(maxsize=4096)
def is_offset(text: str) -> bool:
    """Whether a label names an offset or a credit; short Latin words count as whole words only."""
    short, others = _words()
    plain = folded(text)
    return short.search(text) is not None or any(word in plain for word in others)


@cache
def _words() -> tuple[re.Pattern[str], tuple[str, ...]]:
    words = limits("words")["offsets"]
    short = [word for word in words if word.isascii() and len(word) <= 4]
    others = tuple(folded(word) for word in words if word not in short)
    return re.compile(rf"(?<![A-Za-z])(?:{'|'.join(short)})s?(?![A-Za-z])"), others


def _numbers_beside_offsets(case: Case, sheet: Sheet) -> Iterator[tuple[CellRef, str]]:
    """Numbers other than 0 on the row of such a label, outside our tables, that a formula uses."""
    places = sheet.columns.text_places  # of no formula: a diagnosis may speak so
    labels = texts_that(is_offset, (one for one in places if len(one) <= LONGEST_LABEL))
    rows: dict[int, str] = {}
    for row, column, text in sorted((*at, label) for label in labels for at in places[label]):
        if not case.is_in_table(sheet.name, row, column):
            rows[row] = text
    for row, label in sorted(rows.items()):
        for column, cell in sheet.columns.in_row(row):
            is_number = isinstance(cell.value, float) and cell.value != 0
            users = case.recalculation.reading_sheets(CellKey(sheet.name, row, column))
            if is_number and next(iter(users), None) is not None:
                yield sheet.ref(row, column), label
