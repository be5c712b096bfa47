"""Units: what spellings mean, which units convert into each other, by which factor.

The definitions live in `data/units.txt`. `compile_units` lets pint resolve them into a plain
table of exact fractions, `data/units.csv`; here are only look-ups, so nothing waits for pint.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from fractions import Fraction
from functools import cache, lru_cache, partial
from importlib.resources import files

from cfp_xl.footprint.errors import FootprintError, NotKnown
from cfp_xl.footprint.wording import LONGEST_NAME, shortened
from cfp_xl.messages import Text, text

ALIKE = 0.7
"""How much of two spellings must agree for one to be offered for the other."""
Dimensions = tuple[tuple[str, int], ...]
"""Powers of base dimensions, sorted by name: (("mass", 1), ("volume", -1)) for kg/L."""


class UnitNotKnown(NotKnown):
    """No such unit; `nearest` are the units that come closest."""

    def __init__(self, unit: str, find_nearest: Callable[[], tuple[str, ...]]) -> None:
        super().__init__(find_nearest, unit=shortened(unit))


class UnitAmbiguous(UnitNotKnown):
    """A spelling that may mean two units, such as MG (mg or Mg); `nearest` names them."""


class UnitMissing(FootprintError):
    """A number without its unit."""


class DimensionMismatch(FootprintError):
    """Two units that measure different things, such as kWh and kg."""

    def __init__(self, from_unit: str, to_unit: str) -> None:
        super().__init__(
            from_unit=from_unit,
            from_dimension=dimension(from_unit),
            to_unit=to_unit,
            to_dimension=dimension(to_unit),
        )


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as resolved: `size` counts base units (kg, MJ, L, km, …), exactly."""

    canonical: str
    size: Fraction
    dimensions: Dimensions

    def __mul__(self, other: Unit) -> Unit:
        return _compound([(self, 1), (other, 1)])

    def __truediv__(self, other: Unit) -> Unit:
        return _compound([(self, 1), (other, -1)])


def conversion(from_unit: str, to_unit: str) -> float:
    """What a value in `from_unit` is multiplied by to be in `to_unit`: 1000.0 for MWh to kWh.

    Raises UnitNotKnown, and DimensionMismatch (naming both sides) where they do not convert.
    """
    return float(exact_conversion(from_unit, to_unit))


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """`value` given in `from_unit`, expressed in `to_unit`."""
    return value * conversion(from_unit, to_unit)


@lru_cache(maxsize=4096)
def exact_conversion(from_unit: str, to_unit: str) -> Fraction:
    """`conversion` as an exact fraction, for chains of conversions rounded once at the end."""
    source, target = parse(from_unit), parse(to_unit)
    if source.dimensions != target.dimensions:
        raise DimensionMismatch(from_unit, to_unit)
    return source.size / target.size


def canonical(unit: str) -> str:
    """The one spelling we write: `kwh` and 千瓦时 are `kWh`, `tonne.km` is `t·km`."""
    return parse(unit).canonical


def same_dimension(unit: str, other: str) -> bool:
    """Whether two known units measure the same thing."""
    return parse(unit).dimensions == parse(other).dimensions


def dimension(unit: str) -> Text:
    """What a unit measures, in words: energy, mass per volume, mass × length."""
    return dimension_name(parse(unit).dimensions)


def dimension_name(dimensions: Dimensions) -> Text:
    """Dimensions in words."""
    above = [d for d in dimensions if d[1] > 0]
    below = [(name, -power) for name, power in dimensions if power < 0]
    zh, en = _named(above), _named(below)
    if below:
        return Text(f"{zh.zh}/{en.zh}", f"{zh.en} per {en.en}")
    return zh


def _named(dimensions: list[tuple[str, int]]) -> Text:
    if dimensions == [("length", 1), ("mass", 1)]:
        return text("footprint.dimension.freight")
    names = [
        text(f"footprint.dimension.{name}") for name, power in dimensions for _ in range(power)
    ]
    if not names:
        return text("footprint.dimension.none")
    return Text("×".join(n.zh for n in names), " × ".join(n.en for n in names))


def known_units() -> tuple[str, ...]:
    """Every canonical unit, in the order of the definition file."""
    return tuple(dict.fromkeys(unit.canonical for unit in _table().values()))


@lru_cache(maxsize=4096)
def parse(unit: str) -> Unit:
    """The unit that a spelling means; UnitNotKnown (with the nearest) where it means none."""
    tidied = tidy(unit)
    if not tidied:
        raise UnitMissing()
    if found := _atom(tidied, unit):
        return found
    parts = powers(tidied)
    if len(parts) > _MOST_PARTS:
        raise UnitNotKnown(unit, tuple)
    units = [(_atom(part, unit), power) for part, power in parts]
    for (part, _), (found, _) in zip(parts, units, strict=True):
        if found is None:
            raise UnitNotKnown(unit, partial(_nearest, part))
    return _compound([(found, power) for found, power in units if found])


_MOST_PARTS = 8
"""Units of more parts are no units, and their sizes would leave the range of a float."""


def powers(tidied: str) -> list[tuple[str, int]]:
    """The units that a tidied spelling is made of, with 1 above the stroke and -1 below it."""
    numerator, *denominators = re.split(r"/|每|per", tidied)
    parts = [(part, 1) for part in numerator.split("·")]
    return parts + [(part, -1) for below in denominators for part in below.split("·")]


def _compound(parts: list[tuple[Unit, int]]) -> Unit:
    size = Fraction(1)
    powers: dict[str, int] = {}
    for unit, power in parts:
        size *= unit.size**power
        for name, exponent in unit.dimensions:
            powers[name] = powers.get(name, 0) + exponent * power
    above = "·".join(unit.canonical for unit, power in parts if power > 0)
    below = "·".join(unit.canonical for unit, power in parts if power < 0)
    return Unit(f"{above}/{below}" if below else above, size, _sorted(powers))


def _sorted(powers: Mapping[str, int]) -> Dimensions:
    return tuple(sorted((name, power) for name, power in powers.items() if power))


_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def tidy(unit: str) -> str:
    """A spelling without what does not matter: width, superscripts, spaces, brackets, hyphens."""
    # Superscripts first: compatibility normalisation would make 10⁴ the number 104.
    spelled = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda m: "^" + m.group().translate(_SUPERSCRIPTS), unit)
    spelled = unicodedata.normalize("NFKC", spelled).strip()
    spelled = re.sub(r"(?i)(^|/)\s*(?:(?:1?[x×*])?10\s*(?:\^|\*\*)\s*4|1e\+?0?4)", r"\1万", spelled)
    spelled = re.sub(r"(?i)(co2)[\s_-]*e(?:q|quiv|quivalent)?\b\.?", r"\1e", spelled)
    spelled = re.sub(r"\*\*", "", spelled).rstrip(". ")
    spelled = re.sub(r"[⋅•∙‧・.*×]", "·", spelled)
    spelled = re.sub(r"(?i)([km]w)·h(?!\w)", r"\1h", spelled)
    # A hyphen or a dash between two units is a product (tonne-km); in one unit it is spelling.
    spelled = re.sub(r"(?<=\w)\s*[-‐‑–]\s*(?=\w)", "_", spelled)
    return re.sub(r"[\s_()\[\]^]", "", spelled)


def _atom(tidied: str, as_given: str) -> Unit | None:
    if tidied.startswith("万") and len(tidied) > 1:
        base = _atom(tidied[1:].lstrip("·"), as_given)
        return base and Unit(f"1e4{base.canonical}", base.size * 10_000, base.dimensions)
    table = _table()
    if tidied in table:
        return table[tidied]
    spellings = _by_folded().get(tidied.casefold(), ())
    matches = {table[spelling].canonical: table[spelling] for spelling in spellings}
    if len(matches) > 1:
        raise UnitAmbiguous(as_given, partial(tuple, matches))
    if not spellings or _changes_prefix(tidied, spellings[0]):
        return None
    return table[spellings[0]]


def _changes_prefix(typed: str, spelling: str) -> bool:
    """Whether taking `typed` for `spelling` would turn milli into mega or the reverse.

    `mJ` is a millijoule and never taken for MJ, `ML` a megalitre and never for mL. All in lower
    case (`mj`, `mwh`) no prefix is claimed: nobody bills electricity by the milliwatt-hour.
    """
    first, rest = spelling[0], spelling[1:]
    is_prefix = first in "mM" and rest in _table()
    return is_prefix and typed[0] != first and not typed.islower()


@cache
def _table() -> Mapping[str, Unit]:
    """All spellings of `units.txt`, tidied, as compiled into `units.csv`."""
    compiled = files("cfp_xl").joinpath("data", "units.csv").read_text("utf-8")
    table: dict[str, Unit] = {}
    for spelling, canonical, size, dimensions in csv.reader(compiled.splitlines()):
        powers = (part.split("^") for part in dimensions.split())
        unit = Unit(canonical, Fraction(size), _sorted({name: int(p) for name, p in powers}))
        table[spelling] = unit
    return table


@cache
def _by_folded() -> Mapping[str, tuple[str, ...]]:
    folded: dict[str, tuple[str, ...]] = {}
    for spelling in _table():
        key = spelling.casefold()
        folded[key] = (*folded.get(key, ()), spelling)
    return folded


@lru_cache(maxsize=1024)
def _nearest(tidied: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_nearest_canonical(tidied[:LONGEST_NAME])))[:3]


def _nearest_canonical(tidied: str) -> Iterator[str]:
    table, folded, typed = _table(), _by_folded(), tidied.casefold()
    for key in get_close_matches(typed, folded, n=6, cutoff=0.5):
        if _is_like(typed, key):
            yield from (table[spelling].canonical for spelling in folded[key])


def _is_like(typed: str, name: str) -> bool:
    """Whether a name may be meant: 箱 is not 标箱 for the one character that both have, nor is a
    carton a ton for the end of the word."""
    if not typed.isascii():
        return (Counter(typed) & Counter(name)).total() >= 2
    is_cut_short = len(typed) > 1 and (name.startswith(typed) or typed.startswith(name))
    differing = sum(a != b for a, b in zip(typed, name, strict=False))
    is_one_off = len(typed) == len(name) and differing == 1
    return is_cut_short or is_one_off or SequenceMatcher(None, name, typed).ratio() >= ALIKE
