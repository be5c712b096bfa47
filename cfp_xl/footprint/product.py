"""One product study as a workbook holds it: what is stated, and its tables, each with its cells.

The schema's loader makes it. Rules, reports and exports read it, and no loose settings.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from cfp_xl.findings import CellRef, Justification
from cfp_xl.footprint.assemblies import Assemblies
from cfp_xl.footprint.boundary import Boundary
from cfp_xl.footprint.factor_set import FactorSet, Pin
from cfp_xl.footprint.factors import Factors
from cfp_xl.footprint.inventory import Activity, Inventory

Stated = TypeVar("Stated")

_FUNCTIONAL_UNIT = re.compile(r"\s*(?P<amount>\d+(?:[.,]\d+)?)\s*(?P<unit>\S.*?)\s*")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DAY = re.compile(
    r"((?:19|20)\d\d)(?:(?P<sep>[-/.])(\d{1,2})(?:(?P=sep)(\d{1,2}))?"
    r"|年(?:(\d{1,2})月(?:(\d{1,2})日)?)?)?"
)
"""A year, month or day: `2025`, `2025-01-31`, `2025年1月`."""
_DAY_FIRST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2((?:19|20)\d\d)")
"""A day that ends with its year, day or month first: `31.12.2024`, `12/31/2024`."""
_TO = re.compile(
    r"\s*(?:[–—~～至到]+|\bto\b)\s*|\s+-\s+|(?<=[\d年月日])[-/](?=(?:19|20)\d\d(?!\d))",
    re.IGNORECASE,
)
"""What stands between the first and the last day of a period."""


@dataclass(frozen=True, slots=True)
class Fact(Generic[Stated]):
    """One thing that a study states of itself."""

    value: Stated | None
    """As understood; None where nothing is stated, or nothing that can be understood."""
    text: str = ""
    """What its first filled cell shows; "" where all are blank."""
    typed: tuple[object, ...] = ()
    """What its cells hold."""
    where: CellRef | None = None
    """Its cell or cells; None where a name holds a constant."""


@dataclass(frozen=True, slots=True)
class FunctionalUnit:
    """What a result is stated for: `1 台`, `1000 kWh`."""

    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Period:
    """The days of the data, both included."""

    start: date
    end: date


class Row(Protocol):
    """One row of a table: its values by column, and where each stands."""

    @property
    def row(self) -> int: ...

    @property
    def values(self) -> Mapping[str, Any]: ...

    @property
    def columns(self) -> Collection[str]: ...

    @property
    def identity(self) -> str: ...

    def value(self, field: str, /) -> object:
        """Of any column, computed ones too, which are not among the `values`."""

    def text(self, field: str, /) -> str: ...

    def cell(self, field: str, /) -> CellRef: ...


KNOWN_FACTS = (
    "product_name",
    "producer",
    "functional_unit",
    "boundary",
    "period",
    "gwp_set",
    "factor_set",
)
"""The facts that a product has fields for."""


@dataclass(frozen=True)
class Product:
    """A product study. A fact is None where the workbook has no name for it."""

    product_name: Fact[str] | None
    producer: Fact[str] | None
    functional_unit: Fact[FunctionalUnit] | None
    boundary: Fact[Boundary] | None
    period: Fact[Period] | None
    gwp_set: Fact[str] | None
    """By the report's short name: AR5, AR6."""
    factor_set: Fact[tuple[Pin, ...]] | None
    other_facts: Mapping[str, Fact[object]]
    """What else names beginning with `cfp_` lead to, by name without it."""
    inventory: Inventory
    factors: Factors
    """Where a factor is looked up: in the sheet, then in the shipped sets."""
    sheet_factors: FactorSet
    """Only those of the sheet."""
    tables: Mapping[str, tuple[Row, ...]]
    """The filled rows of each table that the workbook has: `activities`, `factors`, `parts`, …"""
    assemblies: Assemblies
    justifications: tuple[Justification, ...]

    def rows(self, table: str) -> tuple[Row, ...]:
        """The filled rows of a table; none where the workbook lacks it."""
        return self.tables.get(table, ())

    def cell(self, activity: Activity, column: str) -> CellRef:
        """The cell of a column in an activity's row."""
        assert activity.origin is not None
        return self._activity_rows[activity.origin.row].cell(column)

    @cached_property
    def _activity_rows(self) -> Mapping[int, Row]:
        return {row.row: row for row in self.rows("activities")}

    @property
    def facts_by_name(self) -> Mapping[str, Fact[Any]]:
        """All that is stated, known or not, by the workbook's name without `cfp_`."""
        known = {name: getattr(self, name) for name in KNOWN_FACTS}
        found = {name: fact for name, fact in known.items() if fact is not None}
        return {**found, **self.other_facts}

    @property
    def facts(self) -> tuple[Fact[Any], ...]:
        """All that is stated, known or not."""
        return tuple(self.facts_by_name.values())


def functional_unit(text: str) -> FunctionalUnit | None:
    """The amount and unit in `1 台`; None where either lacks or the amount is not above 0."""
    match = _FUNCTIONAL_UNIT.fullmatch(text)
    amount = float(match["amount"].replace(",", ".")) if match else 0.0
    return FunctionalUnit(amount, match["unit"]) if match and amount > 0 else None


def period(typed: Sequence[object], day_of: Callable[[float], date]) -> Period | None:
    """From the first day that the cells name to the last; None where they name no year.

    A number is a year or a day, as `day_of` counts them; a text may name years, months, days.
    """
    spans = [span for value in typed for span in _spans(value, day_of)]
    if not spans:
        return None
    return Period(min(start for start, _ in spans), max(end for _, end in spans))


def readings(text: str) -> tuple[date, ...] | None:
    """The days that one text may mean: two for `01/02/2024`, none for a day that does not exist;
    None where it is not a whole day."""
    if match := _DAY_FIRST.fullmatch(text.strip()):
        first, _, second, year = match.groups()
        orders = {(int(year), int(second), int(first)), (int(year), int(first), int(second))}
    elif match := _DAY.fullmatch(text.strip()):
        year, _, month, of_month, month_zh, of_month_zh = match.groups()
        if not (of_month or of_month_zh):
            return None
        orders = {(int(year), int(month or month_zh), int(of_month or of_month_zh))}
    else:
        return None
    return tuple(sorted(filter(None, (_day(*order) for order in orders))))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _spans(value: object, day_of: Callable[[float], date]) -> Iterator[tuple[date, date]]:
    if isinstance(value, float) and 1900 <= value <= 2200:
        yield date(int(value), 1, 1), date(int(value), 12, 31)
    elif isinstance(value, float) and 10_000 < value < 110_000:
        yield day_of(value), day_of(value)
    elif value is not None:
        text = str(value).strip()
        if len(meant := readings(text) or ()) == 1:
            yield meant[0], meant[0]
            return
        days = [_DAY.fullmatch(one) for one in _TO.split(text)]
        if len(days) <= 2 and all(days):
            for day in filter(None, days):
                year, _, month, of_month, month_zh, of_month_zh = day.groups()
                yield _span(
                    int(year), int(month or month_zh or 0), int(of_month or of_month_zh or 0)
                )
        else:
            yield from (_span(int(year)) for year in _YEAR.findall(text))


def _span(year: int, month: int = 0, day: int = 0) -> tuple[date, date]:
    """A year, a month of it, or a day; the whole year where there is no such month or day."""
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        if month:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    except ValueError:
        pass
    return date(year, 1, 1), date(year, 12, 31)
