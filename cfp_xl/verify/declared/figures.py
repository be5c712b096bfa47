"""Printed figures of named results, brought to one unit so that places can be compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from cfp_xl.findings import CellRef
from cfp_xl.footprint.printed import Printed
from cfp_xl.footprint.units import conversion, parse
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.identity import TOTAL, ResultKey
from cfp_xl.verify.declared.table import Declared, DeclaredEntry

A_YEAR = "\0year"
"""What the figures of an annual inventory are per."""
_AMOUNT = re.compile(r"^(\d+(?:\.\d+)?)(?=\D)")


@dataclass(frozen=True)
class Figure:
    """One printing of a named result; `printed` is in kgCO2e, or per cent, whatever the unit."""

    entry: DeclaredEntry
    column: str
    printed: Printed
    per: str = ""
    """What the emission is per (件数, mass, …); "" where the unit does not say."""
    coarse: Printed | None = None
    """The same number if its trailing zeros are rounding too; None where it has none."""

    @property
    def value(self) -> Decimal:
        return self.printed.value

    @property
    def half_ulp(self) -> Decimal:
        return self.printed.half_ulp

    @property
    def where(self) -> CellRef:
        return self.entry.where(self.column)

    @property
    def text(self) -> str:
        """The figure as printed; a share without its sign."""
        return self.printed.text if self.column == "share" else self.entry.text(self.column)

    def agrees_with(self, other: Figure) -> bool:
        """The same figure, or the same printed with fewer digits."""
        return abs(self.value - other.value) <= max(self.half_ulp, other.half_ulp)

    def may_agree_with(self, other: Figure) -> bool:
        """The same figure if trailing zeros are rounding: 2300 beside 2284.9."""
        return self.at_best.agrees_with(other.at_best)

    @property
    def at_best(self) -> Figure:
        return replace(self, printed=self.coarse) if self.coarse else self

    def is_comparable(self, other: Figure) -> bool:
        """Whether both are per the same thing, as far as their units say."""
        return not self.per or not other.per or self.per == other.per


def figure(entry: DeclaredEntry, column: str) -> Figure | None:
    """A row's printed emission (in kgCO2e) or share (in %); None where it prints none."""
    printed = entry.figure(column)
    if printed is None:
        return None
    scale, per = Decimal(1), ""
    if column == "emission":
        numerator, per, amount = _unit(entry.text("emission_unit"))
        scale = numerator / amount
        per = per or (A_YEAR if entry.is_annual else "")
    coarse = _coarse(printed)
    return Figure(
        entry,
        column,
        _times(printed, scale),
        per,
        _times(coarse, scale) if coarse else None,
    )


def _times(printed: Printed, scale: Decimal) -> Printed:
    return Printed(printed.text, printed.value * scale, printed.half_ulp * scale)


def _coarse(printed: Printed) -> Printed | None:
    """2300 as 2300 ± 50: trailing zeros of a whole number may be rounding to two digits or more."""
    if printed.half_ulp != Decimal("0.5") or printed.value != printed.value.to_integral_value():
        return None
    digits = str(abs(int(printed.value)))
    zeros = min(len(digits) - len(digits.rstrip("0")), len(digits) - 2)
    if zeros < 1:
        return None
    return replace(printed, half_ulp=Decimal(10) ** zeros / 2)


@cache
def _unit(unit: str) -> tuple[Decimal, str, Decimal]:
    """kgCO2e in the part before "/"; what the part after it measures, and how much of that."""
    denominator = folded(halves(unit)[1])
    numerator = Decimal(repr(to_kgco2e(unit)))
    amount = Decimal(1)
    if match := _AMOUNT.match(denominator):
        amount, denominator = Decimal(match[1]), denominator[match.end() :]
    try:
        known = parse(denominator)
    except Explained:
        return numerator, denominator, amount
    size = Decimal(known.size.numerator) / Decimal(known.size.denominator)
    return numerator, repr(known.dimensions), amount * size


def per_what(unit: str) -> tuple[str, Decimal]:
    """What a unit of emission is per, as `Figure.per` has it, and how much of that."""
    _, per, amount = _unit(unit)
    return per, amount


def halves(unit: str) -> tuple[str, str]:
    """A unit's part before and after its "/" (per, 每)."""
    numerator, *rest = re.split(r"[/／每]|\bper\b", unit, maxsplit=1)
    return numerator, "".join(rest)


def to_kgco2e(unit: str) -> float:
    """kgCO2e in one printed unit of emission; the part after "/" is the functional unit.

    CO2 counts 1:1 as CO2e here; a unit that is missing or can't be read is U01's to report.
    """
    numerator = halves(unit)[0]
    try:
        return conversion(numerator, "kgCO2e")
    except Explained:
        mass = folded(numerator).removesuffix("e").removesuffix("co2")
        return {"t": 1000.0, "g": 0.001}.get(mass, 1.0)


def results(declared: Declared, column: str) -> Mapping[ResultKey, tuple[Figure, ...]]:
    """Every printing of each named result: stage and total rows, and inventory rows.

    An inventory row is a printing of the stage (or process) whose only figure it is, where the
    inventory shows every stage. Rows of one table that have one name are several results.
    """
    found: dict[ResultKey, list[Figure]] = {}
    for entries in declared.places("stage", "total").values():
        has_rows = any(e.item == "stage" for e in entries)
        by_key: dict[ResultKey, list[Figure]] = {}
        for entry in entries:
            is_of_part = entry.item == TOTAL and entry.key.stage != TOTAL
            if (shown := figure(entry, column)) and not (is_of_part and column == "share"):
                by_key.setdefault(entry.key, []).append(shown)
        for key, figures in by_key.items():
            is_one = all(one.agrees_with(figures[0]) for one in figures)
            if is_one or not has_rows:
                found.setdefault(key, []).extend(figures)
            elif key.stage == TOTAL:
                # The totals above the last one are subtotals: the sums look at them.
                found.setdefault(key, []).append(figures[-1])
    if column == "emission":
        everywhere = shown_stages(declared)
        for rows in declared.places("activity").values():
            by_stage = figures_by_stage(rows)
            if everywhere.issubset(by_stage):
                for key, printings in found.items():
                    if len(inside := rows_of(by_stage, key)) == 1:
                        printings.extend(inside)
    return {key: tuple(figures) for key, figures in found.items()}


def shown_stages(declared: Declared) -> set[str]:
    """The stages for which some result table prints a figure other than zero."""
    return {
        entry.key.stage
        for entry in declared.of("stage")
        if any((printed := entry.figure(c)) and printed.value for c in ("emission", "share"))
    }


def comparable(figures: Iterable[Figure]) -> list[tuple[Figure, ...]]:
    """Figures of one name by what they are per; those that don't say so count as the most usual."""
    all_of_name = tuple(figures)
    pers = [per for per, _ in Counter(f.per for f in all_of_name if f.per).most_common()] or [""]
    return [tuple(f for f in all_of_name if (f.per or pers[0]) == per) for per in pers]


def figures_by_stage(entries: Iterable[DeclaredEntry]) -> Mapping[str, list[Figure]]:
    """The printed emissions of rows by their stage, so that large tables stay quick to check."""
    by_stage: dict[str, list[Figure]] = {}
    for entry in entries:
        if shown := figure(entry, "emission"):
            by_stage.setdefault(entry.key.stage, []).append(shown)
    return by_stage


def rows_of(by_stage: Mapping[str, list[Figure]], key: ResultKey) -> list[Figure]:
    """The printed emissions of the rows that belong to a named result."""
    return [f for f in by_stage.get(key.stage, ()) if key.process in ("", f.entry.key.process)]


def odd_ones(figures: Sequence[Figure]) -> tuple[Figure | None, tuple[Figure, ...]]:
    """The figure that most places print, and those that differ from it.

    Where no value has a majority, the one that an inventory row bears out counts as right; where
    there is none either, all of them are odd (and none is right).
    """
    groups: list[list[Figure]] = []
    for one in figures:
        group = next((g for g in groups if all(one.agrees_with(f) for f in g)), None)
        if group is None:
            groups.append([one])
        else:
            group.append(one)
    if len(groups) < 2:
        return (figures[0] if figures else None), ()
    groups.sort(key=_weight, reverse=True)
    if _weight(groups[0]) == _weight(groups[1]):
        return None, tuple(figures)
    right = groups[0]
    return right[0], tuple(f for f in figures if f not in right)


def _weight(group: list[Figure]) -> tuple[int, bool]:
    return len(group), any(f.entry.item == "activity" for f in group)
