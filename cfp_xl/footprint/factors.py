"""Factors: the sets that ship with the package, all of them as one library.

The door to everything about factors; `factor` says what one is, `factor_set` what sets do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.errors import NOT_FOUND, FootprintError
from cfp_xl.footprint.factor import (
    FIELDS,
    Factor,
    FactorAmbiguous,
    FactorIdMissing,
    FactorNotEmission,
    FactorNotFound,
    Factors,
    FactorSource,
    FactorUnusable,
)
from cfp_xl.footprint.factor_choice import chosen_id
from cfp_xl.footprint.factor_set import (
    FactorSet,
    Layered,
    Pin,
    PinNotUnderstood,
    layered,
    parse_pin,
    parse_pins,
    pin_text,
)
from cfp_xl.footprint.fuels import FuelParameters
from cfp_xl.messages import Text

if TYPE_CHECKING:
    from cfp_xl.footprint.search import Context, SearchIndex, SearchResult

__all__ = [
    "Factor",
    "FactorAmbiguous",
    "FactorIdMissing",
    "FactorNotEmission",
    "FactorNotFound",
    "FactorSet",
    "FactorSource",
    "FactorUnusable",
    "Factors",
    "FuelParameters",
    "Layered",
    "Library",
    "Pin",
    "PinNotUnderstood",
    "SetNotKnown",
    "builtin",
    "builtin_sets",
    "layered",
    "library",
    "parse_pin",
    "parse_pins",
    "pin_text",
]

_SET_IDS = (
    "cn-2026",
    "desnz-2025",
    "cn-2026-more",
    "gbt-51366-2019",
    "moenv",
    "desnz-2025-more",
    "eu-cbam-2026",
)
_FURTHER = tuple(column.id for column in columns("factors") if column.id not in FIELDS)
"""Columns that are no fields of a Factor; its `more` holds them."""


class SetNotKnown(FootprintError):
    """No shipped factor set has this id."""

    excel = NOT_FOUND


def builtin_sets() -> tuple[str, ...]:
    """Ids of the shipped sets, in the order they are searched."""
    return _SET_IDS


@cache
def builtin(set_id: str) -> FactorSet:
    """A shipped factor set; raises SetNotKnown."""
    if set_id not in _SET_IDS:
        raise SetNotKnown(id=set_id, known=_SET_IDS)
    head = read_toml("factors", f"{set_id}.toml")
    if "names" in head:
        head |= {"translate": partial(translated, read_toml("factors", head["names"]))}
    factors = [_plain(head, row) for row in _rows(head["factors"])]
    if "fuels" in head:
        factors += [_fuel(head, row) for row in _rows(head["fuels"])]
    return FactorSet(
        id=head["id"],
        version=head["version"],
        factors={factor.id: factor for factor in factors},
        title=Text(**head["title"]),
        publisher=head["publisher"],
        licence=head["licence"],
        attribution=Text(**head["attribution"]),
    )


@dataclass(frozen=True)
class Library:
    """Several sets as one look-up; a later set is read only when an earlier one has no answer."""

    set_ids: tuple[str, ...]
    own: tuple[FactorSet, ...] = ()
    """Sets of the user's own, behind those that ship."""

    @property
    def sets(self) -> Iterator[FactorSet]:
        yield from (builtin(set_id) for set_id in self.set_ids)
        yield from self.own

    def get(self, id: str) -> Factor:
        for factor_set in self.sets:
            if factor_set.holds(id) or not id.strip():
                return factor_set.get(id)
        raise FactorNotFound(chosen_id(id), self)

    def ids(self) -> Sequence[str]:
        return self._ids

    def search(self, words: str, limit: int = 10) -> tuple[Factor, ...]:
        return self.find(words, limit).factors

    def find(self, words: str, limit: int = 10, context: Context | None = None) -> SearchResult:
        """What is meant by words, for a product's region and year; or that there is none."""
        return self._index.find(words, limit, context)

    @cached_property
    def _ids(self) -> tuple[str, ...]:
        return tuple(id for factor_set in self.sets for id in factor_set.ids())

    @cached_property
    def _index(self) -> SearchIndex:
        from cfp_xl.footprint.search import SearchIndex

        own = [f for one in self.own for f in one.factors.values()]
        return SearchIndex(own, behind=_shipped(self.set_ids)) if own else _shipped(self.set_ids)


@cache
def library() -> Library:
    """All shipped sets as one look-up."""
    return Library(_SET_IDS)


@cache
def _shipped(set_ids: tuple[str, ...]) -> SearchIndex:
    from cfp_xl.footprint.search import SearchIndex

    return SearchIndex([f for id in set_ids for f in builtin(id).factors.values()])


def _rows(name: str) -> Iterable[dict[str, str]]:
    table = files("cfp_xl").joinpath("data", "factors", name).read_text("utf-8")
    return csv.DictReader(table.splitlines())


def _plain(head: Mapping[str, Any], row: Mapping[str, str]) -> Factor:
    return _factor(head, row, row["category"], float(row["value"]), row["unit"], None)


def _fuel(head: Mapping[str, Any], row: Mapping[str, str]) -> Factor:
    fuel = FuelParameters(
        float(row["ncv"]),
        row["ncv_unit"],
        _number(row["carbon_content_tc_per_tj"]),
        _number(row["oxidation"]),
        _number(row["ef_tco2_per_tj"]),
    )
    return _factor(head, row, "fuel", fuel.kgco2_per(row["per_unit"]), "kgCO2", fuel)


def _factor(
    head: Mapping[str, Any],
    row: Mapping[str, str],
    category: str,
    value: float,
    unit: str,
    fuel: FuelParameters | None,
) -> Factor:
    source = head["sources"][row["source"]]
    aliases = head.get("aliases", {})
    note = source.get("gwp_note")
    return Factor(
        id=row["id"],
        name=Text(row["name_zh"] or row["name_en"], row["name_en"]),
        translation=head["translate"](row["name_en"]) if "translate" in head else "",
        category=category,
        value=value,
        unit=unit,
        per_unit=row["per_unit"],
        region=row["region"],
        year=int(row["year"]) if row["year"] else None,
        source=FactorSource(
            source["title"],
            source["publisher"],
            source["date"],
            row["table"],
            source["licence"],
            row["confidence"],
        ),
        gwp_set=source.get("gwp_set"),
        gwp_note=Text(**note) if note else None,
        fuel=fuel,
        aliases=(
            *aliases.get("category", {}).get(category, ()),
            *aliases.get("id", {}).get(row["id"], ()),
            *filter(None, [row.get("name_hant")]),
        ),
        set_id=head["id"],
        more={id: row[id] for id in _FURTHER if row.get(id)},
    )


def translated(words: Mapping[str, Any], name_en: str) -> str:
    """A name put together from parts in English, in Chinese; a part without a word stays."""
    parts = []
    for part in (one.strip() for one in name_en.split(" / ")):
        plain = part.removeprefix("WTT- ")
        prefix = words["upstream"] if plain != part else ""
        parts.append(prefix + words["parts"].get(plain, plain))
    return " / ".join(dict.fromkeys(parts))


def _number(text: str) -> float | None:
    return float(text) if text else None
