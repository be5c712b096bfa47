"""Inventories of a year in a report whose results are per piece: 1,250 tCO2e beside 5.78 kgCO2e/台.

Their unit says nothing of what they are per, so their figures tell it: all of a place are those of
the results times one number, the year's output. A power of ten is none: it is a slip of the unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cfp_xl.verify.declared.figures import figure, halves
from cfp_xl.verify.declared.identity import TOTAL, ResultKey
from cfp_xl.verify.declared.table import Declared, DeclaredEntry

LEAST_OUTPUT = 10
"""Of a single figure in another unit than the results: fewer pieces are rather a slip."""


@dataclass(frozen=True)
class _Sum:
    """The figures of a result at one place, added: kgCO2e and what their rounding leaves open."""

    value: Decimal
    half_ulp: Decimal

    def times_of(self, one: _Sum) -> tuple[Decimal, Decimal]:
        """The least and the most that this may be times another."""
        low = max(self.value - self.half_ulp, Decimal(0)) / (one.value + one.half_ulp)
        least = one.value - one.half_ulp
        return low, (self.value + self.half_ulp) / least if least > 0 else Decimal("Infinity")


def with_annual_places(declared: Declared) -> Declared:
    """The same table, in which the rows of a year's inventory are marked as such."""
    places = declared.places("activity", "stage", "total")
    of_unit = {place for place, entries in places.items() if any(map(_says_per, entries))}
    results: dict[ResultKey, _Sum] = {}
    for place in of_unit:
        for key, one in _sums(places[place]).items():
            results.setdefault(key, one)
    annual = {
        id(entry)
        for place, entries in places.items()
        if place not in of_unit and results and _is_annual(entries, results, places, of_unit)
        for entry in entries
    }
    if not annual:
        return declared
    marked = (replace(e, is_annual=True) if id(e) in annual else e for e in declared.entries)
    return replace(declared, entries=tuple(marked))


def _says_per(entry: DeclaredEntry) -> bool:
    return bool(entry.figure("emission") and halves(entry.text("emission_unit"))[1].strip())


def _sums(entries: Sequence[DeclaredEntry]) -> Mapping[ResultKey, _Sum]:
    """The total, stages and processes of a place; sums of its rows where it prints only these."""
    found: dict[ResultKey, _Sum] = {}
    printed = {(e.key, e.item) for e in entries if e.item != "activity"}
    for entry in entries:
        shown = figure(entry, "emission")
        if shown is None or shown.value <= 0:
            continue
        if entry.item != "activity":
            found[entry.key] = _Sum(shown.value, shown.half_ulp)
            continue
        for key in {entry.key, ResultKey(entry.key.stage), ResultKey(TOTAL)}:
            if not any(of == key for of, _ in printed):
                before = found.get(key, _Sum(Decimal(0), Decimal(0)))
                found[key] = _Sum(before.value + shown.value, before.half_ulp + shown.half_ulp)
    return found


def _is_annual(
    entries: Sequence[DeclaredEntry],
    results: Mapping[ResultKey, _Sum],
    places: Mapping[str, Sequence[DeclaredEntry]],
    of_unit: set[str],
) -> bool:
    shared = {key: one for key, one in _sums(entries).items() if key in results}
    if not shared:
        return False
    bounds = [one.times_of(results[key]) for key, one in shared.items()]
    low, high = max(low for low, _ in bounds), min(high for _, high in bounds)
    if low > high or high <= 1 or any(low <= power <= high for power in _powers_of_ten()):
        return False
    if len(shared) > 1:
        return True
    units = {halves(e.text("emission_unit"))[0] for place in of_unit for e in places[place]}
    own = {halves(e.text("emission_unit"))[0] for e in entries if e.figure("emission")}
    return low >= LEAST_OUTPUT and not units & own


def _powers_of_ten() -> Iterator[Decimal]:
    return (Decimal(10) ** power for power in range(13))
