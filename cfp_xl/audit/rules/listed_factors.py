"""Lists of factors, in an annex or among the methods, against the factors of the inventory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal

from cfp_xl.audit.amounts import PrintedAmount, amount, differs
from cfp_xl.audit.document import PrintedCell, PrintedTable, Spot
from cfp_xl.audit.origins import headings_of, is_name, is_words, origins_of
from cfp_xl.audit.record import PrintedFigures, ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.table_heads import TableHead, head_of
from cfp_xl.audit.tables import place_of_table
from cfp_xl.findings import Finding
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.figures import halves, to_kgco2e
from cfp_xl.verify.declared.numbers import AMOUNT, NUMBER, read_cell
from cfp_xl.verify.declared.words import column_role

_NAMED_BY = ("activity", "process", "factor", "")
"""Roles of the columns whose words may be the name of a factor."""


def factors_agree(one: PrintedAmount, other: PrintedAmount) -> bool:
    """Whether two factors are one; also where their units do not compare."""
    with suppress(Explained):
        return one.agrees_with(other, _scale(other.unit, one.unit))
    return True


def _scale(unit: str, target: str) -> Decimal:
    """What brings a factor of one unit to another."""
    (numerator, per), (wanted, wanted_per) = halves(unit), halves(target)
    scale = Decimal(repr(to_kgco2e(numerator))) / Decimal(repr(to_kgco2e(wanted)))
    if folded(per) == folded(wanted_per):
        return scale
    return scale / Decimal(repr(conversion(per, wanted_per)))


@report_rule("N04", needs=("figures", "tables"))
def listed_factors_are_those_of_the_inventory(report: ReadReport) -> Iterator[Finding]:
    """N04: a factor that a list names has the value that the inventory's rows of it print."""
    listed: dict[str, list[PrintedAmount]] = {}
    places: dict[Spot, str] = {}
    for table in report.document.tables:
        for own, factor in factors_in(table):
            places[factor.spot] = place_of_table(report.document, table)
            for name in own:
                listed.setdefault(name, []).append(factor)
    if not listed:
        return
    origins = origins_of(report.document)
    used: dict[PrintedAmount, list[PrintedAmount]] = {}
    for row in report.figures:
        if (taken := factor_of_row(row)) is None:
            continue
        activity = folded(row.text("activity"))
        names = set(origins.factors.get((folded(row.text("stage")), activity), (activity,)))
        found = [one for name in names for one in listed.get(name, ())]
        # Of several of one name, such as those of several years, any may be meant.
        if len(names) == 1 and len(found) == 1:
            used.setdefault(found[0], []).append(taken)
    for one, rows in used.items():
        yield from _differences(one, rows, places[one.spot])


def factors_in(table: PrintedTable) -> Iterator[tuple[frozenset[str], PrintedAmount]]:
    """The factors of a table that lists them, with the names that their row gives them."""
    head = head_of(table)
    if head is None or table.is_uncertain or head.has("quantity") or head.has("emission"):
        return
    headings = headings_of(table, head)
    roles = [column_role(words) for words in headings]
    value = next((i for i, r in enumerate(roles) if r == "factor" and _holds(table, head, i)), None)
    if value is None:
        return
    own = [i for i, words in enumerate(headings) if roles[i] in _NAMED_BY and is_name(words)]
    for row in table.rows[head.height :]:
        if len(row) != len(headings):
            continue
        named = [row[i] for i in own if i != value and is_words(row[i].text)]
        unit = next((row[i].plain for i, r in enumerate(roles) if r == "factor_unit"), "")
        factor = _factor(named, row[value], unit or head.columns[value].unit)
        if factor is not None:
            yield frozenset(folded(cell.plain) for cell in named), factor


def _holds(table: PrintedTable, head: TableHead, column: int) -> bool:
    """Whether a column holds numbers."""
    cells = [row[column] for row in table.rows[head.height :] if column < len(row)]
    numbers = sum(read_cell(cell.text).kind in (NUMBER, AMOUNT) for cell in cells)
    return numbers * 2 > len(cells)


def _factor(named: list[PrintedCell], cell: PrintedCell, unit: str) -> PrintedAmount | None:
    reading = read_cell(cell.text)
    unit = reading.unit or unit
    if not named or not unit:
        return None
    return amount(named[0].plain, reading.number, unit, cell.spot)


def factor_of_row(row: PrintedFigures) -> PrintedAmount | None:
    """The factor that a row of an inventory prints, with its unit."""
    if row.item != "activity" or row.is_uncertain or not row.text("factor_unit"):
        return None
    if not row.text("factor"):
        return None
    name, unit = row.text("activity"), row.text("factor_unit")
    return amount(name, row.text("factor"), unit, row.spots["factor"])


def _differences(one: PrintedAmount, rows: list[PrintedAmount], place: str) -> Iterator[Finding]:
    """The odd ones: rows where others agree with the list, else the factor of the list."""
    odd = [row for row in rows if not factors_agree(one, row)]
    if not odd:
        return
    if len(odd) < len(rows):
        for row in odd:
            yield differs(row, [one], place, "")
    else:
        is_told = len(odd) > 1 and all(factors_agree(row, odd[0]) for row in odd)
        yield differs(one, odd, place, "" if is_told else "undecided")
