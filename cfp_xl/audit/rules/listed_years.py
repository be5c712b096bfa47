"""The years of factors: in the list of factors, and behind the sources that rows of an inventory
name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from cfp_xl.audit.amounts import PrintedAmount, amount, differs
from cfp_xl.audit.document import PrintedCell, PrintedTable, Spot
from cfp_xl.audit.origins import headings_of, is_name, is_words
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.table_heads import head_of
from cfp_xl.audit.tables import place_of_table
from cfp_xl.findings import Finding
from cfp_xl.footprint.wording import folded

_OF_FACTORS = re.compile(r"因子|系数|factor", re.IGNORECASE)
_YEARS = re.compile(r"年份|年度|year", re.IGNORECASE)
_YEAR = re.compile(r"(?P<year>[1-9]\d{3})年?")
_SOURCES = re.compile(r"来源|出处|source", re.IGNORECASE)
_BEHIND_SOURCE = re.compile(r"[(（](?P<year>[1-9]\d{3})年?[)）]\s*$")
_LEAST_ALIKE = 3
"""Years behind sources may be those of publication. They are the factors' own where so many agree
with the list; then a single one that does not is wrong."""

ByName = Mapping[str, list[PrintedAmount]]


@report_rule("N04", needs=("figures", "tables"))
def years_of_factors_are_one(report: ReadReport) -> Iterator[Finding]:
    """N04: a factor's year in the list is the one behind the source that its rows name."""
    listed: dict[str, list[PrintedAmount]] = {}
    behind: dict[str, list[PrintedAmount]] = {}
    places: dict[Spot, str] = {}
    for table in report.document.tables:
        if table.is_uncertain:
            continue
        for heading, pattern, found in (
            (_YEARS, _YEAR, listed),
            (_SOURCES, _BEHIND_SOURCE, behind),
        ):
            for one in _years(table, heading, pattern):
                found.setdefault(folded(one.name), []).append(one)
                places[one.spot] = place_of_table(report.document, table)
    joined = {name: rows for name, rows in behind.items() if len(listed.get(name, ())) == 1}
    wrong = [name for name, rows in joined.items() if _odd(listed[name][0], rows)]
    if len(wrong) == 1 and len(joined) > _LEAST_ALIKE:
        one, rows = listed[wrong[0]][0], joined[wrong[0]]
        odd = _odd(one, rows)
        if len(odd) < len(rows):
            for row in odd:
                yield differs(row, [one], places[row.spot], "")
        else:
            yield differs(one, odd, places[one.spot])


def _odd(one: PrintedAmount, rows: list[PrintedAmount]) -> list[PrintedAmount]:
    return [row for row in rows if row.number.value != one.number.value]


def _years(
    table: PrintedTable, heading: re.Pattern[str], pattern: re.Pattern[str]
) -> Iterator[PrintedAmount]:
    """The years of a table's column of years, or of sources, with the factors they are of."""
    head = head_of(table)
    if head is None or head.is_of_figures:
        return
    headings = headings_of(table, head)
    names = [i for i, words in enumerate(headings) if _OF_FACTORS.search(words) and is_name(words)]
    columns = [i for i, words in enumerate(headings) if heading.search(words)]
    if len(columns) != 1:
        return
    for row in table.rows[head.height :]:
        if len(row) == len(headings):
            named = next((row[i] for i in names if is_words(row[i].text)), None)
            yield from _year(named, row[columns[0]], pattern)


def _year(
    named: PrintedCell | None, cell: PrintedCell, pattern: re.Pattern[str]
) -> Iterator[PrintedAmount]:
    match = pattern.search(cell.plain)
    if named is not None and match is not None:
        found = amount(named.plain, match["year"], "", cell.spot)
        if found is not None:
            yield found
