"""Rows of one shape: the same columns, the same formulas but for the row's number in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol


class Formula(NamedTuple):
    """A cell's formula, as `Cell` describes it."""

    text: str
    array_ref: str | None = None
    is_dynamic_array: bool = False


class FilledDown(Protocol):
    """A formula that several rows have, as it reads in each."""

    def at(self, row: int, column: int, /) -> str: ...


class Look(NamedTuple):
    """What a cell's style makes of a number in it."""

    is_date: bool
    hides_positive: bool
    hides_negative: bool
    is_percent: bool = False

    def hides(self, number: float) -> bool:
        return number != 0 and (self.hides_positive if number > 0 else self.hides_negative)


@dataclass(frozen=True, eq=False, slots=True)
class RowShape:
    """The cells of a row, by their place in it, apart from values."""

    columns: tuple[int, ...]
    """In rising order."""
    formulas: Mapping[int, Formula | FilledDown] = field(default_factory=dict)
    """Of a shape that several rows have, each is FilledDown."""
    uncached: Collection[int] = ()
    """Formula cells without a value."""
    looks: Mapping[int, Look] = field(default_factory=dict)
    places: Mapping[int, int] = field(init=False)
    """By column."""

    def __post_init__(self) -> None:
        places = dict(zip(self.columns, range(len(self.columns)), strict=True))
        object.__setattr__(self, "places", places)


class RowRun(NamedTuple):
    """`height` rows of one shape from row `first` on; `number` is that of their first cell."""

    first: int
    height: int
    number: int
    shape: RowShape

    def formula(self, row: int, place: int) -> Formula | None:
        found = self.shape.formulas.get(place)
        if found is None or isinstance(found, Formula):
            return found
        return Formula(found.at(row, self.shape.columns[place]))
