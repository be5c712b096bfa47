"""Pivot tables as files have them: where they lie, and which items each of their lines shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import Bounds

DATA = -2
"""Stands among the fields of an axis where its lines tell several values apart."""


@dataclass(frozen=True, slots=True)
class PivotLine:
    """A row or column of values: the item of each field that it is for, by the field's number."""

    items: Mapping[int, int]
    value: int = 0
    """Which of the values it shows."""
    is_subtotal: bool = False


@dataclass(frozen=True, slots=True)
class Pivot:
    """A pivot table. `area` is without its page fields; the first value is at `first`."""

    sheet: str
    area: Bounds
    first: tuple[int, int]
    fields: tuple[str, ...]
    items: tuple[tuple[Scalar, ...], ...]
    """Of each field what its items are called, by their numbers on the axes."""
    parts_of_dates: frozenset[int]
    """Fields whose items are months, quarters, … by their numbers."""
    rows: tuple[PivotLine, ...]
    columns: tuple[PivotLine, ...]
    pages: Mapping[int, int | None]
    """The item that a page field lets through; None for all."""
    values: tuple[tuple[str, str], ...]
    """What each value is called, and its field."""
