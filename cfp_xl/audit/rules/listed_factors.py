"""Lists of factors, in an annex or among the methods, against the factors of the inventory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from cfp_xl.audit.document import PrintedCell, PrintedTable, Spot
from cfp_xl.audit.origins import headings_of, is_name, is_words, origins_of
from cfp_xl.audit.record import PrintedFigures, ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.audit.table_heads import TableHead, head_of
from cfp_xl.audit.tables import place_of_table
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.printed import NotPrintedNumber, Printed, printed
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.figures import halves, to_kgco2e
from cfp_xl.verify.declared.numbers import AMOUNT, NUMBER, read_cell
from cfp_xl.verify.declared.words import column_role

_NAMED_BY = ("activity", "process", "factor", "")
"""Roles of the columns whose words may be the name of a factor."""


@dataclass(frozen=True)
class PrintedFactor:
    """A factor as it is printed at one place."""

    name: str
    number: Printed
    unit: str
    spot: Spot

    @property
    def text(self) -> str:
        return f"{self.number.text} {self.unit}"

    def agrees_with(self, other: PrintedFactor) -> bool:
        """The same value, or the same with fewer digits; also where the units do not compare."""
        with suppress(Explained):
            scale = _scale(other.unit, self.unit)
            half = max(self.number.half_ulp, other.number.half_ulp * scale)
            return abs(self.number.value - other.number.value * scale) <= half
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
    listed: dict[str, list[PrintedFactor]] = {}
    places: dict[Spot, str] = {}
    for table in report.document.tables:
        for own, factor in _list(table):
            places[factor.spot] = place_of_table(report.document, table)
            for name in own:
                listed.setdefault(name, []).append(factor)
    if not listed:
        return
    origins = origins_of(report.document)
    used: dict[PrintedFactor, list[PrintedFactor]] = {}
    for row in report.figures:
        if (taken := _of_row(row)) is None:
            continue
        activity = folded(row.text("activity"))
        names = set(origins.factors.get((folded(row.text("stage")), activity), (activity,)))
        found = [one for name in names for one in listed.get(name, ())]
        # Of several of one name, such as those of several years, any may be meant.
        if len(names) == 1 and len(found) == 1:
            used.setdefault(found[0], []).append(taken)
    for one, rows in used.items():
        yield from _differences(one, rows, places[one.spot])


def _list(table: PrintedTable) -> Iterator[tuple[frozenset[str], PrintedFactor]]:
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


def _factor(named: list[PrintedCell], cell: PrintedCell, unit: str) -> PrintedFactor | None:
    reading = read_cell(cell.text)
    unit = reading.unit or unit
    if not named or not unit:
        return None
    with suppress(NotPrintedNumber):
        return PrintedFactor(named[0].plain, printed(reading.number), unit, cell.spot)
    return None


def _of_row(row: PrintedFigures) -> PrintedFactor | None:
    if row.item != "activity" or row.is_uncertain or not row.text("factor_unit"):
        return None
    with suppress(NotPrintedNumber):
        number = printed(row.text("factor"))
        spot = row.spots["factor"]
        return PrintedFactor(row.text("activity"), number, row.text("factor_unit"), spot)
    return None


def _differences(one: PrintedFactor, rows: list[PrintedFactor], place: str) -> Iterator[Finding]:
    """The odd ones: rows where others agree with the list, else the factor of the list."""
    odd = [row for row in rows if not one.agrees_with(row)]
    if not odd:
        return
    if len(odd) < len(rows):
        for row in odd:
            yield _finding(row, [one], place, "")
    else:
        is_told = len(odd) > 1 and all(row.agrees_with(odd[0]) for row in odd)
        yield _finding(one, odd, place, "" if is_told else "undecided")


def _finding(one: PrintedFactor, others: list[PrintedFactor], place: str, case: str) -> Finding:
    return finding(
        "N04",
        one.spot,
        case=case,
        seen=one.text,
        expected=others[0].text,
        row=one.name,
        place=place,
        others=tuple(str(other.spot) for other in others),
    )
