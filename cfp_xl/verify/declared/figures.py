"""Printed figures of named results, brought to one unit so that places can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from cfp_xl.findings import CellRef
from cfp_xl.footprint.printed import Printed
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.names import ResultKey
from cfp_xl.verify.declared.table import Declared, Entry


@dataclass(frozen=True)
class Figure:
    """One printing of a named result; `printed` is in kgCO2e, or per cent, whatever the unit."""

    entry: Entry
    column: str
    printed: Printed

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
        return self.entry.text(self.column)

    def agrees_with(self, other: Figure) -> bool:
        """The same figure, or the same printed with fewer digits."""
        return abs(self.value - other.value) <= max(self.half_ulp, other.half_ulp)


def figure(entry: Entry, column: str) -> Figure | None:
    """A row's printed emission (in kgCO2e) or share (in %); None where it prints none."""
    printed = entry.figure(column)
    if printed is None:
        return None
    scale = Decimal(1)
    if column == "emission":
        scale = Decimal(repr(to_kgco2e(entry.text("emission_unit"))))
    return Figure(
        entry,
        column,
        Printed(printed.text, printed.value * scale, printed.half_ulp * scale),
    )


def to_kgco2e(unit: str) -> float:
    """kgCO2e in one printed unit of emission; the part after "/" is the functional unit.

    CO2 counts 1:1 as CO2e here; a unit that is missing or can't be read is U01's to report.
    """
    numerator = unit.replace("／", "/").partition("/")[0]
    try:
        return conversion(numerator, "kgCO2e")
    except Explained:
        mass = folded(numerator).removesuffix("e").removesuffix("co2")
        return {"t": 1000.0, "g": 0.001}.get(mass, 1.0)


def results(declared: Declared, column: str) -> Mapping[ResultKey, tuple[Figure, ...]]:
    """Every printing of each named result: stage and total rows, and inventory rows.

    An inventory row is a printing of the stage (or process) whose only figure it is.
    """
    found: dict[ResultKey, list[Figure]] = {}
    for entry in declared.of("stage", "total"):
        if shown := figure(entry, column):
            found.setdefault(entry.key, []).append(shown)
    if column == "emission":
        for rows in declared.places("activity").values():
            by_stage = figures_by_stage(rows)
            for key, figures in found.items():
                if len(inside := rows_of(by_stage, key)) == 1:
                    figures.extend(inside)
    return {key: tuple(figures) for key, figures in found.items()}


def figures_by_stage(entries: Iterable[Entry]) -> Mapping[str, list[Figure]]:
    """The printed emissions of rows by their stage, so that large tables stay quick to check."""
    by_stage: dict[str, list[Figure]] = {}
    for entry in entries:
        if shown := figure(entry, "emission"):
            by_stage.setdefault(entry.key.stage, []).append(shown)
    return by_stage


def rows_of(by_stage: Mapping[str, list[Figure]], key: ResultKey) -> list[Figure]:
    """The printed emissions of the rows that belong to a named result."""
    return [f for f in by_stage.get(key.stage, ()) if belongs(f.entry.key, key)]


def belongs(row: ResultKey, result: ResultKey) -> bool:
    return row.stage == result.stage and result.process in ("", row.process)


def odd_ones(figures: tuple[Figure, ...]) -> tuple[Figure | None, tuple[Figure, ...]]:
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
        return None, figures
    right = groups[0]
    return right[0], tuple(f for f in figures if f not in right)


def _weight(group: list[Figure]) -> tuple[int, bool]:
    return len(group), any(f.entry.item == "activity" for f in group)
