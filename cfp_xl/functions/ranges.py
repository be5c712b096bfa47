"""Ranges as the functions take them: rows of activities and of factors under their headings.

A sheet calls one function a row with the same ranges, so what was made of a range is kept, by
its content: a range that changed is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

from cfp_xl.footprint.assembled import WithComputed
from cfp_xl.footprint.assemblies import NO_ASSEMBLIES, Assemblies
from cfp_xl.footprint.calculate import Footprint, calculate
from cfp_xl.footprint.columns import column_of
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import (
    Factor,
    Factors,
    FactorSet,
    Layered,
    Library,
    layered,
    library,
)
from cfp_xl.footprint.inventory import Inventory
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.identity_cache import CACHED_AT_MOST, IdentityCache
from cfp_xl.functions.values import ExcelError, Scalar, Table
from cfp_xl.messages import Lang

if TYPE_CHECKING:
    from cfp_xl.footprint.search import SearchResult

Made = TypeVar("Made")


@dataclass(frozen=True)
class MistakenRange:
    """An argument that is no range of ours, for functions that say so in words."""

    mistake: ExcelError | FootprintError | None
    """The error given, what is wrong with the headings, or None for a single value."""


@dataclass(frozen=True, eq=False)
class ActivitiesRange:
    """Activities with the language of their headings; compared by identity (they are kept)."""

    inventory: Inventory
    lang: Lang


@dataclass(frozen=True, eq=False)
class FactorsRange:
    """The sheet's own factors over the built-in ones, and the language of the headings."""

    factors: Layered
    lang: Lang


@dataclass(frozen=True, eq=False)
class AssembliesRange:
    """Assemblies; compared by identity (they are kept)."""

    assemblies: Assemblies


@dataclass(frozen=True, eq=False)
class CellsRange:
    """Cells without headings."""

    table: Table


Content = tuple[tuple[int, int], tuple[Scalar, ...], tuple[type, ...]]
"""A range's shape, values and types: TRUE, 1 and 1.0 are equal in Python and not in a sheet."""


class _Kept(Generic[Made]):
    """What was made of the latest ranges, by their content."""

    def __init__(self, make: Callable[[Table], Made]) -> None:
        self._make = make
        self._made: dict[Content, Made] = {}

    def __call__(self, table: Table) -> Made:
        values = tuple(table.flat)
        content: Content = ((table.height, table.width), values, tuple(map(type, values)))
        if (made := self._made.get(content)) is None:
            made = self._make(table)
            while len(self._made) >= CACHED_AT_MOST:
                self._made.pop(next(iter(self._made)))
            self._made[content] = made
        return made


def activities_range(table: Table) -> ActivitiesRange:
    """The activities in a range; raises FootprintError where its headings do not suffice."""
    return _seen_activities(table.rows)


def factors_range(table: Table) -> FactorsRange:
    """The factors in a range; raises FootprintError where its headings do not suffice."""
    return _seen_factors(table.rows)


def assemblies_range(table: Table) -> AssembliesRange:
    """The assemblies in a range; raises FootprintError where its headings do not suffice."""
    return _seen_assemblies(table.rows)


@lru_cache(maxsize=CACHED_AT_MOST)
def footprint(
    activities: ActivitiesRange,
    factors: FactorsRange | None,
    assemblies: AssembliesRange | None = None,
) -> Footprint:
    """The footprint of the activities; kept, because a results sheet asks for it cell by cell."""
    made = assemblies.assemblies if assemblies is not None else NO_ASSEMBLIES
    return calculate(activities.inventory, lookup(factors), made)


def lookup(factors: FactorsRange | None, assemblies: AssembliesRange | None = None) -> Factors:
    """Where factors are found: the sheet's own first, then the built-in sets. An assembly's is
    what the sheet computed in its row."""
    found = factors.factors if factors is not None else library()
    return WithComputed(found, assemblies.assemblies) if assemblies is not None else found


def find_factors(
    words: str, limit: int, factors: FactorsRange | None
) -> tuple[SearchResult, tuple[Factor, ...]]:
    """What words mean among the built-in sets and the sheet's own factors, and the factors to show,
    best first; one to which the sheet gives another value is shown with that."""
    result = _searched(factors).find(words, limit)
    shown = result.shown
    return result, factors.factors.as_in_sheet(shown) if factors else shown


@lru_cache(maxsize=CACHED_AT_MOST)
def _searched(factors: FactorsRange | None) -> Library:
    """The built-in sets, and behind them what a sheet adds."""
    if factors is None:
        return library()
    known = set(map(folded, library().ids()))
    sheet = factors.factors.sheet
    own = {id: one for id, one in sheet.factors.items() if folded(id) not in known}
    return replace(library(), own=(replace(sheet, factors=own),)) if own else library()


def trimmed(table: Table) -> Table:
    """`table` without the blank rows and columns at its end; a whole column has a million."""
    return table.cut(used := used_rows(table), used_columns(table, used))


def used_rows(table: Table) -> int:
    """The number of rows up to the last one that is not blank."""
    for height in range(table.height, 0, -1):
        row = table.rows[height - 1]
        if row.count(None) + row.count("") < len(row):
            return height
    return 0


def used_columns(table: Table, rows: int | None = None) -> int:
    """The number of columns up to the last one that is not blank in the first `rows`."""
    used = 0
    for row in table.rows[:rows]:
        for width in range(len(row), used, -1):
            if row[width - 1] not in (None, ""):
                used = width
                break
    return used


def _activities(table: Table) -> ActivitiesRange:
    header, *rows = table.rows or [[]]
    return ActivitiesRange(Inventory.from_rows(header, rows), _lang("activities", header))


def _factors(table: Table) -> FactorsRange:
    header, *rows = table.rows or [[]]
    factors = layered(FactorSet.from_rows(header, rows), library())
    return FactorsRange(factors, _lang("factors", header))


def _assemblies(table: Table) -> AssembliesRange:
    header, *rows = table.rows or [[]]
    return AssembliesRange(Assemblies.from_rows(header, rows))


_kept_activities = _Kept(_activities)
_kept_factors = _Kept(_factors)
_kept_assemblies = _Kept(_assemblies)
Rows: TypeAlias = "Sequence[Sequence[Scalar]]"

_seen_activities: IdentityCache[Rows, ActivitiesRange] = IdentityCache(
    lambda rows: _kept_activities(trimmed(Table(rows)))
)
_seen_factors: IdentityCache[Rows, FactorsRange] = IdentityCache(
    lambda rows: _kept_factors(trimmed(Table(rows)))
)
_seen_assemblies: IdentityCache[Rows, AssembliesRange] = IdentityCache(
    lambda rows: _kept_assemblies(trimmed(Table(rows)))
)
"""The engine hands the same rows, which nobody changes, to one function after another."""


def _lang(table: str, header: Sequence[object]) -> Lang:
    """The language of our headings in a header row; a heading in both counts as Chinese."""
    ours = (h for h in header if isinstance(h, str) and column_of(table, h))
    return "zh" if any(map(is_chinese, ours)) else "en"


def is_chinese(text: object) -> bool:
    """Whether a text has a Chinese character in it; answers then are in Chinese."""
    return any("\u3400" <= char <= "\u9fff" for char in str(text))
