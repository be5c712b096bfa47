"""What a supplier is asked: questions, words to choose from, items and their units.

Data of `supplier_fields.toml` and `supplier_items.toml`, which the template is made of and by
which an answer is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal, cast

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.factors import Factor, library
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import LANGS, Text

Kind = Literal["part", "transport"]
"""What a supplier delivers: a part, or carriage."""
KINDS: tuple[Kind, ...] = ("part", "transport")
Language = Literal["zh", "en", "both"]
LANGUAGES: tuple[Language, ...] = ("zh", "en", "both")
Need = Literal["always", "activity_data", "pcf", "unless_mass", "never"]
Type = Literal["text", "number", "date", "choice"]

IN = "cfp_in_"
"""Begins the defined name of every question's cell: `cfp_in_output`."""
FOR = "cfp_for_"
"""Begins the defined name of every personal cell: `cfp_for_supplier`."""
FEEDBACK = "cfp_feedback"
"""The rows of the first sheet that are kept for what the buyer has to say."""
PERSONAL = (
    "supplier_id",
    "supplier",
    "part_id",
    "part",
    "unit",
    "product",
    "buyer",
    "contact",
    "due",
    "code",
)
"""What differs between the workbooks of one edition; `code` is the 校验码."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A word that a supplier may choose, by its id."""

    id: str
    text: Text
    also: tuple[str, ...] = ()
    """Further words that people type for it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One question. Numbers must lie above `above` and within `minimum` and `maximum`."""

    id: str
    section: str
    need: Need
    type: Type
    label: Text
    help: Text
    example: Text
    unit: str = ""
    """`kg`, `kgCO2e`, `declared` for the declared unit of the part, "" for none."""
    minimum: float | date | None = None
    above: float | None = None
    maximum: float | date | None = None
    choices: tuple[Choice, ...] = ()
    flow: str = ""
    """The flow of which it asks whether there is any."""

    @property
    def name(self) -> str:
        """The defined name of its cell."""
        return IN + self.id

    def choice(self, typed: str) -> Choice | None:
        """The choice that a word means, in either language or both at once."""
        return next((c for c in self.choices if says(typed, c.text) or typed == c.id), None)


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was used, and the factor it is counted with."""

    factor: Factor
    text: Text
    flow: str
    quantity: str
    """What it is counted in: mass, energy, gas, volume, freight."""

    @property
    def units(self) -> tuple[str, ...]:
        return units()[self.quantity]


@dataclass(frozen=True, slots=True)
class Flow:
    """A group of items, with its share of the rows of activity data."""

    id: str
    text: Text
    rows: int
    items: tuple[Item, ...]


def words(text: Text, lang: Language) -> str:
    """A text as one cell says it; in both languages at once, Chinese first."""
    if lang != "both":
        return text.in_lang(lang)
    return text.zh if text.zh == text.en else f"{text.zh} / {text.en}"


def says(typed: str, text: Text) -> bool:
    """Whether somebody typed this text, in either language or in both."""
    wanted = folded(typed)
    return wanted in {folded(words(text, lang)) for lang in LANGUAGES}


@cache
def fields(kind: Kind) -> tuple[Field, ...]:
    """The questions of a template, in their order."""
    data = read_toml("supplier_fields.toml")
    texts = {id: Text(one["zh"], one["en"]) for id, one in data["choice"].items()}
    return tuple(
        _field(id, {**entry, **entry.get(kind, {})}, texts, data["also"])
        for id, entry in data["field"].items()
        if kind in entry.get("kinds", KINDS)
    )


def field(id: str, kind: Kind = "part") -> Field:
    """One question by its id; an unknown id is a bug and raises KeyError."""
    return {one.id: one for one in fields(kind)}[id]


@cache
def flows(kind: Kind) -> tuple[Flow, ...]:
    """The groups of activity data in a template."""
    return tuple(
        Flow(
            id,
            Text(entry["zh"], entry["en"]),
            entry["rows"],
            tuple(
                _item(factor_id, Text(text["zh"], text["en"]), id)
                for factor_id, text in entry["items"].items()
            ),
        )
        for id, entry in read_toml("supplier_items.toml")["flow"].items()
        if kind in entry.get("kinds", KINDS)
    )


def items(kind: Kind) -> tuple[Item, ...]:
    """All items of a template."""
    return tuple(item for flow in flows(kind) for item in flow.items)


def item_of(typed: str, kind: Kind) -> Item | None:
    """The item that a text means: its words in either language or both, or its factor's id."""
    return next(
        (i for i in items(kind) if says(typed, i.text) or typed.strip() == i.factor.id), None
    )


@cache
def units() -> Mapping[str, tuple[str, ...]]:
    """Units on offer by kind of quantity; the first of each is its base."""
    return {name: tuple(those) for name, those in read_toml("supplier_items.toml")["units"].items()}


def quantity_of(unit: str) -> str:
    """The kind of quantity that a unit measures; KeyError where no group of ours does."""
    for name, those in units().items():
        if same_dimension(unit, those[0]):
            return name
    raise KeyError(unit)


def as_listed(unit: str) -> str:
    """A declared unit as our lists spell it (吨 is t), by which the sheet knows masses."""
    listed = (one for those in units().values() for one in those)
    return next((o for o in listed if same_dimension(o, unit) and conversion(o, unit) == 1), unit)


def _item(factor_id: str, text: Text, flow: str) -> Item:
    factor = library().get(factor_id)
    return Item(factor, text, flow, quantity_of(factor.per_unit))


def _field(
    id: str,
    entry: Mapping[str, Any],
    texts: Mapping[str, Text],
    also: Mapping[str, Sequence[str]],
) -> Field:
    help, example = (
        Text(*(str(entry[f"{what}_{lang}"]) for lang in LANGS)) for what in ("help", "example")
    )
    bounds = (_bound(entry.get("min")), entry.get("above"), _bound(entry.get("max")))
    return Field(
        id,
        entry["section"],
        cast(Need, entry["need"]),
        cast(Type, entry["type"]),
        Text(entry["zh"], entry["en"]),
        help,
        example,
        entry.get("unit", ""),
        *bounds,
        tuple(Choice(one, texts[one], tuple(also[one])) for one in entry.get("choices", ())),
        entry.get("flow", ""),
    )


def _bound(value: Any) -> float | date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
