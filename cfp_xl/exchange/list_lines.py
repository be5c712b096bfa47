"""The lines of a list, understood: amounts and units, levels of a bill of material, lines named
twice."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from cfp_xl.data_files import read_toml
from cfp_xl.exchange.listing import Listing, RawLine, is_number_like, number, text
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.units import canonical, convert
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained

AMOUNTS = {"activities": "quantity", "parts": "amount", "allocation": "total", "factors": "value"}
"""By table: the field that is an amount in the field `unit`."""
NAMES = {"activities": "activity", "parts": "part", "allocation": "medium", "factors": "id"}

_WITH_UNIT = re.compile(r"(?P<amount>[\d.,，+-]+)\s*(?P<unit>[^\d\s.,，+-].*)")
_IN_BRACKETS = re.compile(r"[(（](?P<unit>[^()（）]+)[)）]\s*$")


@dataclass(frozen=True, slots=True)
class ListLine:
    """A line as it goes into a table; `why` says what keeps it out."""

    number: int
    values: Mapping[str, Scalar]
    level: int | None = None
    parents: tuple[str, ...] = ()
    """The assemblies it is in, the outermost first."""
    specification: str = ""
    factor: str = ""
    """The factor's id or name, as the list has it."""
    why: Explained | None = None
    is_assembly: bool = False
    where: str = ""
    """The line as messages name it."""

    def __str__(self) -> str:
        return text(next((self.values[f] for f in NAMES.values() if self.values.get(f)), ""))

    @property
    def identity(self) -> tuple[str, ...]:
        """What makes two lines the same."""
        return tuple(folded(text(self.values[key])) for key in sorted(self.values))


def lines_of(listing: Listing, position: Mapping[str, int], table: str) -> list[ListLine]:
    """The lines below the heading. Lines of sums are left out (`sums_of` names them), as are lines
    without name and amount; an amount without a name is a line that can't enter."""
    found = [
        _line(one, position, listing.headings, table) for one in listing.lines if not _is_sum(one)
    ]
    named = [_named(one) for one in found if str(one) or one.values.get(AMOUNTS[table])]
    return _with_levels(named, AMOUNTS[table])


def without_values(listing: Listing, position: Mapping[str, int]) -> Mapping[str, int]:
    """The columns, but for one of factors that holds their values and no names."""
    if (at := position.get("factor")) is None:
        return position
    if any(text(one.at(at)) and not is_number_like(one.at(at)) for one in listing.lines):
        return position
    return {field: column for field, column in position.items() if field != "factor"}


def sums_of(listing: Listing) -> tuple[RawLine, ...]:
    """The lines that add up others."""
    return tuple(one for one in listing.lines if _is_sum(one))


def _is_sum(line: RawLine) -> bool:
    cells = (folded(text(cell)).strip(" :：()（）") for cell in line.cells)
    return any(cell in _totals() for cell in cells if cell)


def _named(line: ListLine) -> ListLine:
    return line if str(line) else replace(line, why=line.why or Explained("exchange.no_name"))


def named_twice(lines: Sequence[ListLine]) -> list[tuple[ListLine, ...]]:
    """Lines that say the same of the same thing."""
    count = Counter(one.identity for one in lines)
    groups: dict[tuple[str, ...], list[ListLine]] = {}
    for one in lines:
        if count[one.identity] > 1:
            groups.setdefault(one.identity, []).append(one)
    return [tuple(group) for group in groups.values()]


def _line(
    line: RawLine, position: Mapping[str, int], headings: Sequence[str], table: str
) -> ListLine:
    values: dict[str, Scalar] = {}
    why: Explained | None = None
    amount = AMOUNTS[table]
    declared = {column.id: column for column in columns(table)}
    for field, at in position.items():
        if field in ("level", "specification", "divisor", "factor"):
            continue
        value = line.at(at)
        if field in declared and declared[field].is_number:
            found, with_it = _amount(value, headings[at])
            if with_it and field == amount and "unit" not in position:
                values["unit"] = with_it
            if found is None and text(value):
                why = Explained("exchange.not_a_number", heading=headings[at], seen=text(value))
            try:
                values[field] = _measured(found, with_it, declared[field].measured_in)
            except Explained as mistake:
                why = mistake
        elif shown := text(value):
            values[field] = shown
    values = _divided(values, amount, line, position, headings)
    if isinstance(unit := values.get("unit"), str):
        try:
            values["unit"] = _unit(unit)
        except Explained as mistake:
            why = mistake
    elif values.get(amount) is not None:
        why = Explained("exchange.no_unit")
    level = _level(text(line.at(position.get("level"))))
    return ListLine(
        line.number,
        values,
        level,
        specification=text(line.at(position.get("specification"))),
        factor=text(line.at(position.get("factor"))),
        why=why,
        where=line.where,
    )


def _divided(
    values: dict[str, Scalar],
    amount: str,
    line: RawLine,
    position: Mapping[str, int],
    headings: Sequence[str],
) -> dict[str, Scalar]:
    """An amount that is for several products, for one: 用量:分子 ÷ 用量:分母."""
    divisor, found = number(line.at(position.get("divisor"))), values.get(amount)
    if not divisor or not isinstance(found, float) or amount not in position:
        return values
    words = {folded(word) for word in read_toml("list_columns.toml")["divided"]["words"]}
    is_for_several = folded(headings[position[amount]]) in words
    return {**values, amount: found / divisor} if is_for_several else values


def _measured(found: float | None, unit: str, measured_in: str) -> float | None:
    """A number in the unit of its column; Explained where its own is none that converts."""
    if found is None or not unit or not measured_in:
        return found
    return convert(found, unit, measured_in)


def _amount(value: Scalar, heading: str) -> tuple[float | None, str]:
    """A number and the unit that stands with it or in its heading: 12 kg, 重量(kg)."""
    bracketed = _IN_BRACKETS.search(heading)
    unit = bracketed["unit"] if bracketed else ""
    found = number(value)
    both = _WITH_UNIT.fullmatch(text(value))
    if found is None and both and not is_number_like(value):
        return number(both["amount"]), both["unit"]
    return found, unit


@cache
def _unit(typed: str) -> str:
    """A unit as we know it; raises an Explained that names it."""
    known = read_toml("list_columns.toml")["units"]
    spelt = known.get(typed.strip().upper())
    try:
        canonical(typed)
    except Explained:
        if spelt is None:
            raise
        return str(spelt)
    return str(spelt or typed.strip())


def _level(typed: str) -> int | None:
    """1, 1.2.3 (three), ..2 (two), `---x`: how deep a line stands in a bill of material."""
    if not typed:
        return None
    if re.fullmatch(r"\d+", typed):
        return int(typed)
    if re.fullmatch(r"\d+(\.\d+)+", typed):
        return typed.count(".") + 1
    digits = re.search(r"\d+$", typed)
    return int(digits[0]) if digits else len(typed)


def _with_levels(lines: list[ListLine], amount: str) -> list[ListLine]:
    """Lines with children are assemblies: they hold no material of their own, and what is in them
    is needed as often as they are."""
    return list(_walked(lines, amount)) if any(one.level is not None for one in lines) else lines


def _walked(lines: list[ListLine], amount: str) -> Iterator[ListLine]:
    above: list[tuple[int, str, float]] = []
    for n, one in enumerate(lines):
        level = one.level or 0
        while above and above[-1][0] >= level:
            above.pop()
        following = lines[n + 1] if n + 1 < len(lines) else None
        is_assembly = following is not None and (following.level or 0) > level
        times = 1.0
        for _, _, count in above:
            times *= count
        needed = number(one.values.get(amount))
        values, why = dict(one.values), one.why
        if needed is not None and times != 1.0:
            values[amount] = needed * times
            if not math.isfinite(needed * times):
                why = Explained("exchange.too_deep", name=str(one))
        parents = tuple(name for _, name, _ in above)
        yield replace(one, values=values, parents=parents, is_assembly=is_assembly, why=why)
        if is_assembly:
            above.append((level, str(one), needed if needed is not None else 1.0))


@cache
def _totals() -> frozenset[str]:
    return frozenset(folded(word) for word in read_toml("list_columns.toml")["totals"]["words"])
