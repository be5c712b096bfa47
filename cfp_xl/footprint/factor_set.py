"""Sets of factors: a shipped one, one in a sheet, one over the other; and pinning a set."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cfp_xl.findings import CellRef
from cfp_xl.footprint.cells import is_error, number_not_negative, number_or_none, words
from cfp_xl.footprint.columns import column, columns, match_header
from cfp_xl.footprint.errors import FootprintError, label
from cfp_xl.footprint.factor import (
    FIELDS,
    Factor,
    FactorAmbiguous,
    FactorIdMissing,
    FactorNotFound,
    Factors,
    FactorSource,
    FactorUnusable,
)
from cfp_xl.footprint.factor_choice import chosen_id
from cfp_xl.footprint.factor_parts import factor_parts
from cfp_xl.footprint.fuels import FuelParameters
from cfp_xl.footprint.units import parse
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.messages import Text

if TYPE_CHECKING:
    from cfp_xl.footprint.search import SearchIndex


class PinNotUnderstood(FootprintError):
    """A text that pins no factor set."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A factor set as a workbook pins it: `cn-2026@1 sha256:0123456789abcdef`."""

    id: str
    version: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.id}@{self.version} sha256:{self.sha256}"

    def fits(self, factor_set: FactorSet) -> bool:
        """Whether a set is the pinned one, its data included."""
        is_same = (self.id, self.version) == (factor_set.id, factor_set.version)
        return is_same and factor_set.sha256.startswith(self.sha256)


@dataclass(frozen=True)
class FactorSet:
    """Factors by id. `broken` holds what is wrong with ids that cannot be used."""

    id: str
    version: str
    factors: Mapping[str, Factor]
    broken: Mapping[str, FootprintError] = field(default_factory=dict)
    title: Text | None = None
    publisher: str = ""
    licence: str = ""
    attribution: Text | None = None

    @classmethod
    def from_rows(
        cls,
        header: Sequence[object],
        rows: Iterable[Sequence[object]],
        origins: Sequence[CellRef] | None = None,
        id: str = "sheet",
    ) -> FactorSet:
        """Factors of a sheet: the header row, the rows below it, and each row's first cell.

        A row that cannot be used (no value, a text, an unknown unit) says so when it is asked
        for; so does an id that is given twice with different factors. Raises HeadingMissing or
        HeadingTwice.
        """
        position = match_header("factors", header)
        factors: dict[str, Factor] = {}
        broken: dict[str, tuple[str, FootprintError]] = {}
        for number, row in enumerate(rows):
            cells = {name: row[column] for name, column in position.items()}
            if is_error(cells["id"]) or is_blank(cells["id"]):
                continue
            factor_id = words(cells["id"], column("factors", "id").heading)
            key = folded(factor_id)
            origin = origins[number] if origins else None
            try:
                factor = _from_cells(factor_id, cells, id, origin)
            except FootprintError as problem:
                broken.setdefault(key, (factor_id, FactorUnusable(factor_id, problem)))
                continue
            if key in factors and not _same_value(factors[key], factor):
                seen = tuple(_in_words(f) for f in (factors[key], factor))
                broken[key] = (factor_id, FactorAmbiguous(id=factor_id, seen=seen))
            factors.setdefault(key, factor)
        usable = {f.id: f for key, f in factors.items() if key not in broken}
        return cls(id, "", usable, dict(broken.values()))

    @cached_property
    def sha256(self) -> str:
        """Over the data, one factor a line in the order of ids, numbers in full precision."""
        lines = (_canonical_line(self.factors[id]) for id in sorted(self.factors))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @property
    def pin(self) -> str:
        """What a workbook writes down to say which factors it was computed with."""
        return str(Pin(self.id, self.version, self.sha256[:16]))

    def get(self, id: str) -> Factor:
        id = chosen_id(id)
        if not (key := folded(id)):
            raise FactorIdMissing()
        if problem := self._broken_by_key.get(key):
            raise problem
        if factor := self._by_key.get(key):
            return factor
        raise FactorNotFound(id, self)

    def holds(self, id: str) -> bool:
        """Whether the id is given here, usable or not."""
        key = folded(chosen_id(id))
        return key in self._by_key or key in self._broken_by_key

    def ids(self) -> Sequence[str]:
        return (*self.factors, *self.broken)

    def search(self, words: str, limit: int = 10) -> tuple[Factor, ...]:
        return self._index.find(words, limit).factors

    @cached_property
    def _index(self) -> SearchIndex:
        from cfp_xl.footprint.search import SearchIndex

        return SearchIndex(tuple(self.factors.values()))

    @cached_property
    def _by_key(self) -> Mapping[str, Factor]:
        return {folded(id): factor for id, factor in self.factors.items()}

    @cached_property
    def _broken_by_key(self) -> Mapping[str, FootprintError]:
        return {folded(id): problem for id, problem in self.broken.items()}


@dataclass(frozen=True)
class Layered:
    """Factors of a sheet over a library: an id that the sheet gives wins, even if it is wrong."""

    sheet: FactorSet
    library: Factors

    def get(self, id: str) -> Factor:
        if self.sheet.holds(id) or not folded(id):
            return self.sheet.get(id)
        try:
            return self.library.get(id)
        except FactorNotFound:
            raise FactorNotFound(chosen_id(id), self) from None

    def ids(self) -> Sequence[str]:
        return tuple(dict.fromkeys((*self.sheet.ids(), *self.library.ids())))

    def search(self, words: str, limit: int = 10) -> tuple[Factor, ...]:
        in_sheet = self.sheet.search(words, limit)
        others = (f for f in self.library.search(words, limit) if not self.sheet.holds(f.id))
        return (*in_sheet, *others)[:limit]

    def as_in_sheet(self, found: Iterable[Factor]) -> tuple[Factor, ...]:
        """Factors, with the sheet's value where it gives another; its mistakes are left out."""
        shown = []
        for factor in found:
            own = self.sheet._by_key.get(folded(factor.id), factor)
            if folded(factor.id) not in self.sheet._broken_by_key:
                shown.append(factor if _same_value(own, factor) else own)
        return tuple(shown)


def layered(sheet: FactorSet, library: Factors) -> Layered:
    """`sheet` first, then `library`."""
    return Layered(sheet, library)


def parse_pins(text: str) -> tuple[Pin, ...]:
    """The factor sets that a workbook pins, separated by semicolons or lines.

    At least 16 digits of the hash, so that a pin really pins. Raises PinNotUnderstood.
    """
    parts = [part.strip() for part in re.split(r"[;；\n]", text) if part.strip()]
    if not parts:
        raise PinNotUnderstood(pin=text)
    return tuple(parse_pin(part) for part in parts)


def parse_pin(text: str) -> Pin:
    """One pinned factor set; raises PinNotUnderstood."""
    match = re.fullmatch(r"\s*([\w.-]+)@([\w.-]+)\s+sha256:([0-9a-fA-F]{16,64})\s*", text)
    if match is None:
        raise PinNotUnderstood(pin=text)
    return Pin(match[1], match[2], match[3].lower())


def pin_text(sets: Iterable[FactorSet]) -> str:
    """How a sheet pins several sets."""
    return "; ".join(factor_set.pin for factor_set in sets)


def _canonical_line(factor: Factor) -> str:
    """The hashed columns in their order, texts in both languages, numbers in full precision."""
    zh, en = factor.cells("zh"), factor.cells("en")
    parts: list[str] = []
    for id in (one.id for one in columns("factors") if one.is_hashed):
        value = float(zh[id]) if id == "value" else zh.get(id)
        parts.append(repr(value) if isinstance(value, float) else str(value or ""))
        if id == "name":
            parts.append(str(en[id]))
    return "\t".join(parts)


def _from_cells(
    id: str, cells: Mapping[str, object], set_id: str, origin: CellRef | None
) -> Factor:
    def written(name: str) -> str:
        value = cells.get(name)
        return "" if is_error(value) else words(value, column("factors", name).heading)

    value = number_not_negative(cells["value"], label("factor_value"))
    unit = words(cells["unit"], column("factors", "unit").heading)
    per_unit = words(cells["per_unit"], column("factors", "per_unit").heading)
    name = written("name")
    factor = Factor(
        id=id,
        name=Text(name, name),
        category=written("category"),
        value=value,
        unit=unit,
        per_unit=per_unit,
        region=written("region"),
        year=_year(written("year")),
        source=FactorSource(
            *(written(n) for n in ("source", "publisher", "date", "table", "licence", "confidence"))
        ),
        gwp_set=written("gwp_set") or None,
        fuel=_fuel_parameters(cells, written("ncv_unit")),
        set_id=set_id,
        origin=origin,
        parts=factor_parts(value, cells),
        more={id: value for id, value in cells.items() if id not in FIELDS},
    )
    parse(per_unit)
    factor.exact_kg_per_unit_of_value()
    return factor


def _fuel_parameters(cells: Mapping[str, object], ncv_unit: str) -> FuelParameters | None:
    """The parameters a sheet shows beside a fuel's factor, where it shows any."""
    names = ("ncv", "carbon_content", "oxidation", "emission_factor")
    ncv, *others = (number_or_none(cells.get(name)) for name in names)
    return None if ncv is None else FuelParameters(ncv, ncv_unit, *others)


def _year(written: str) -> int | None:
    return int(written) if re.fullmatch(r"(19|20)\d\d", written) else None


def _same_value(one: Factor, other: Factor) -> bool:
    names = ("value", "unit", "per_unit", "parts")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def _in_words(factor: Factor) -> str:
    return f"{factor.value:.10g} {factor.unit}/{factor.per_unit}"
