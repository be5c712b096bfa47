"""What a row says of itself beyond its amount: its direction, its kind of carbon, by aircraft.

Blank means an input of fossil carbon, not by aircraft: a table without these columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import TypeVar

from cfp_xl.footprint.cells import words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.inventory import Activity
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.messages import Text, text


class Direction(StrEnum):
    """Which way a row goes: only inputs and outputs count in the total."""

    INPUT = "input"
    OUTPUT = "output"
    """Carbon that leaves in product, slag or dust: subtracted in its stage."""
    CREDIT = "credit"
    """What exported heat, power or material displaces: shown beside the total."""
    UPTAKE = "uptake"
    """Biogenic CO2 taken up."""


class CarbonKind(StrEnum):
    """What an emission is made of."""

    FOSSIL = "fossil"
    LAND_USE_CHANGE = "land_use_change"
    BIOGENIC_OTHER = "biogenic_other"
    """CH4 and N2O of biogenic origin, as CO2e."""
    BIOGENIC_CO2 = "biogenic_co2"


class WordNotKnown(FootprintError):
    """A cell that takes one of a few words holds another."""


class RowKindUnfit(FootprintError):
    """A row whose direction and kind contradict each other."""


_FLAGS: Mapping[str, bool] = {
    **dict.fromkeys(("是", "yes", "y", "true", "1", "x", "√", "✓", "航空", "aircraft"), True),
    **dict.fromkeys(("否", "no", "n", "false", "0", "-", "/"), False),
}

_FITS: Mapping[Direction, tuple[CarbonKind, ...]] = {
    Direction.OUTPUT: (CarbonKind.FOSSIL, CarbonKind.BIOGENIC_CO2),
    Direction.UPTAKE: (CarbonKind.BIOGENIC_CO2,),
}

_Word = TypeVar("_Word", Direction, CarbonKind)


def direction_of(activity: Activity) -> Direction:
    """The row's direction; raises WordNotKnown."""
    return _one_of(Direction, activity, "direction") or Direction.INPUT


def carbon_of(activity: Activity) -> CarbonKind | None:
    """The row's kind of carbon, None where the cell is blank; raises WordNotKnown."""
    return _one_of(CarbonKind, activity, "carbon")


def is_by_aircraft(activity: Activity) -> bool:
    """Whether the row is flown; raises WordNotKnown."""
    typed = _typed(activity, "aircraft")
    if not typed:
        return False
    if (flag := flag_of(typed)) is None:
        raise _not_known("aircraft", typed, [Text("是", "yes"), Text("否", "no")])
    return flag


def flag_of(typed: str) -> bool | None:
    """Whether a word says yes or no; None where it says neither."""
    return _FLAGS.get(folded(typed))


def yes_words() -> tuple[str, ...]:
    """The words by which a flag says yes."""
    return tuple(word for word, says_yes in _FLAGS.items() if says_yes)


def ensure_fit(direction: Direction, kind: CarbonKind | None, *, by_aircraft: bool) -> None:
    """Outputs are carbon, uptake is biogenic CO2, and only inputs fly; raises RowKindUnfit."""
    allowed = _FITS.get(direction)
    if kind is not None and allowed and kind not in allowed:
        raise _unfit(direction, "carbon", name_of(kind), [name_of(one) for one in allowed])
    if by_aircraft and direction is not Direction.INPUT:
        raise _unfit(direction, "aircraft", Text("是", "yes"), [Text("否", "no")])


def name_of(word: Direction | CarbonKind) -> Text:
    """The word in the sheet: 输入, 化石, …"""
    group = "direction" if isinstance(word, Direction) else "carbon"
    return text(f"footprint.{group}.{word.value}")


def listed(names: Iterable[Text]) -> Text:
    """Several names as a list in each language."""
    known = tuple(names)
    return Text("、".join(n.zh for n in known), ", ".join(n.en for n in known))


def _typed(activity: Activity, id: str) -> str:
    return words(getattr(activity, id), column("activities", id).heading)


def _one_of(kind: type[_Word], activity: Activity, id: str) -> _Word | None:
    if not (typed := _typed(activity, id)):
        return None
    found: _Word | None = _spellings(kind).get(_key(typed))
    if found is None:
        raise _not_known(id, typed, [name_of(one) for one in kind])
    return found


@cache
def _spellings(kind: type[_Word]) -> Mapping[str, _Word]:
    members: tuple[_Word, ...] = tuple(kind)
    return {
        _key(word): one for one in members for word in (one.value, name_of(one).zh, name_of(one).en)
    }


def _key(word: str) -> str:
    return folded(word).replace("_", "").replace("-", "")


def _not_known(id: str, typed: str, known: Iterable[Text]) -> WordNotKnown:
    heading = column("activities", id).heading
    return WordNotKnown(column=heading, typed=shortened(typed), known=listed(known))


def _unfit(direction: Direction, id: str, typed: Text, known: Iterable[Text]) -> RowKindUnfit:
    heading = column("activities", id).heading
    return RowKindUnfit(
        direction=name_of(direction), column=heading, typed=typed, known=listed(known)
    )
