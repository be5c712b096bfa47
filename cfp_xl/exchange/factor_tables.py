"""A table of factors from elsewhere, made a set of one's own: read, checked, versioned, hashed.

What can't be used is named and stays out; what looks like a known mistake (carbon sold as CO2, a
slip of units, CO2 labelled CO2e, petrol's value under diesel) is named and comes in.
"""

from __future__ import annotations

import csv
import io
import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cfp_xl.exchange.listing import Listing, number, text
from cfp_xl.exchange.own_neighbours import doubts_between
from cfp_xl.exchange.unit_slips import far, is_comparable, slip
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.factors import Factor, FactorSet, library
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded, plain_text
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained

ALIKE = 0.95
"""The likeness of a factor that is of the same thing, and how many are looked at."""
NEIGHBOURS = 12
_HEADING_UNIT = re.compile(
    r"(?<![a-z])(?P<mass>[km]?g|t)\s*(CO2-?(e|eq)?)?\s*/\s*(?P<per_unit>[a-z0-9·]+)", re.IGNORECASE
)
_NUMBERS = frozenset(column.id for column in columns("factors") if column.is_number)
_DIESEL, _PETROL = ("柴油", "diesel"), ("汽油", "petrol", "gasoline")


@dataclass(frozen=True)
class OwnSet:
    """Factors that came in, and what is to be known of them."""

    factors: FactorSet
    mistakes: tuple[Explained, ...]
    """Rows that stay out."""
    doubts: tuple[Explained, ...]


def own_set(listing: Listing, position: Mapping[str, int], id: str) -> OwnSet:
    """The factors of a table; a row without an id is called by the set and its line."""
    fields = [column.id for column in columns("factors")]
    rows: list[list[object]] = []
    for line in listing.lines:
        values = {field: line.at(position.get(field)) for field in fields}
        if not text(values["name"]) and not text(values["id"]):
            continue
        values["id"] = text(values["id"]) or f"{id.upper()}-{line.number}"
        units = _units(text(values["unit"]), text(values["per_unit"]))
        values["unit"], values["per_unit"] = units
        found = number(values["value"])
        values["value"] = values["value"] if found is None else found
        values["source"] = text(values["source"]) or listing.path.name
        rows.append([_typed(field, values[field]) for field in fields])
    found_set = FactorSet.from_rows(fields, rows, id=id)
    doubts = [doubt for factor in found_set.factors.values() for doubt in _doubts(factor)]
    heading = listing.headings[position["value"]] if "value" in position else ""
    beside = _beside_heading(heading, found_set.factors.values())
    doubted = {str(one.values["id"]) for one in doubts}
    between = doubts_between(found_set.factors.values(), doubted)
    return OwnSet(found_set, tuple(found_set.broken.values()), (*beside, *doubts, *between))


def as_csv(factors: FactorSet) -> bytes:
    """The set as a table with our headings, which `fill --table factors` takes."""
    fields = [column.id for column in columns("factors")]
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(fields)
    for factor in factors.factors.values():
        cells = factor.cells("zh")
        writer.writerow(["" if cells.get(f) is None else cells.get(f) for f in fields])
    return target.getvalue().encode("utf-8-sig")


class NotAHead(Explained):
    """A file in the place of a set's head that is something else."""


def ensure_head(place: Path) -> None:
    """Raises NotAHead where something else has the name of the set's head (a policy, say)."""
    if not place.exists():
        return
    try:
        known = tomllib.loads(place.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise NotAHead("exchange.not_a_head", file=place) from error
    if not known.keys() >= {"id", "version", "sha256"}:
        raise NotAHead("exchange.not_a_head", file=place)


def head_of(factors: FactorSet, earlier: Path, source: str) -> tuple[str, int]:
    """The text of the set's head, and its version: one more where the data changed."""
    version = 1
    if earlier.exists():
        known = tomllib.loads(earlier.read_text("utf-8"))
        is_same = known.get("sha256") == factors.sha256
        version = int(known.get("version", 0)) + (0 if is_same else 1)
    name = source.replace("\\", "/").replace('"', "'")
    head = f'id = "{factors.id}"\nversion = {version}\nsha256 = "{factors.sha256}"\n'
    return head + f'source = "{name}"\n', version


def _units(unit: str, per_unit: str) -> tuple[str, str]:
    """`kg CO2e/kg` as two units; kgCO2e where a table names only what it is per."""
    if not per_unit:
        unit, stroke, per_unit = unit.partition("/")
        if not stroke and "co2" not in folded(unit):
            unit, per_unit = "", unit
    return unit.replace(" ", "") or "kgCO2e", per_unit.strip()


def _typed(field: str, value: Scalar) -> object:
    if field == "year":
        return text(value)
    if field in _NUMBERS and (found := number(value)) is not None:
        return found
    return value if isinstance(value, float) else text(value) or None


def _doubts(factor: Factor) -> Iterator[Explained]:
    """What an imported factor looks like beside the shipped ones of the same name."""
    hits = library().find(factor.name.zh, NEIGHBOURS).hits
    alike = [hit.factor for hit in hits if _is_same_thing(hit.factor, factor)]
    for known in alike:
        found = slip(factor.kgco2e_per() / known.kgco2e_per(factor.per_unit))
        if found:
            said = {"id": factor.id, "seen": factor.value, "known": known.id, "slip": found}
            yield Explained("exchange.doubt_size", **said)
            break
    else:
        yield from _far_off(factor, [hit.factor for hit in hits if hit.likeness >= ALIKE])
    if not factor.is_co2_only and any(one.is_co2_only and _is_equal(one, factor) for one in alike):
        yield Explained("exchange.doubt_co2", id=factor.id, seen=factor.value)
    if _says(factor, _DIESEL) and not _says(factor, _PETROL):
        petrol = library().search("汽油", 20)
        if any(is_comparable(one, factor) and _is_equal(one, factor) for one in petrol):
            yield Explained("exchange.doubt_petrol", id=factor.id, seen=factor.value)


def _far_off(factor: Factor, near: Iterable[Factor]) -> Iterator[Explained]:
    """A value a hundred times above all shipped ones of the thing, or below: g, kg or t."""
    known = [one for one in near if is_comparable(one, factor)]
    ratios = {one.id: factor.kgco2e_per() / one.kgco2e_per(factor.per_unit) for one in known}
    id = min(ratios, key=lambda one: abs(math.log(ratios[one])), default="")
    if id and (found := far(ratios[id])):
        said = {"id": factor.id, "seen": factor.value, "known": id, "slip": found}
        yield Explained("exchange.doubt_size", **said)


def _beside_heading(heading: str, factors: Iterable[Factor]) -> Iterator[Explained]:
    """The unit in the heading of the values, where that of some rows is another size."""
    written = _HEADING_UNIT.search(plain_text(heading))
    if not written:
        return
    mass, per_unit = written["mass"], written["per_unit"]
    for factor in factors:
        try:
            size = conversion(mass, "kg") / conversion(per_unit, factor.per_unit)
        except Explained:
            continue
        if not math.isclose(size, float(factor.exact_kg_per_unit_of_value()), rel_tol=1e-9):
            unit = f"{factor.unit}/{factor.per_unit}"
            said = {"id": factor.id, "unit": unit, "heading": written[0]}
            yield Explained("exchange.doubt_heading", **said)


def _says(factor: Factor, words: tuple[str, ...]) -> bool:
    named = folded(f"{factor.name.zh} {factor.name.en}")
    return any(word in named for word in words)


def _is_same_thing(one: Factor, other: Factor) -> bool:
    names = {folded(name) for name in (one.name.zh, one.name.en, one.label("zh"))}
    return folded(other.name.zh) in names and is_comparable(one, other)


def _is_equal(one: Factor, other: Factor) -> bool:
    return math.isclose(one.kgco2e_per(other.per_unit), other.kgco2e_per(), rel_tol=1e-4)
