"""An emission factor: its value and units, where it comes from, and what can be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

from cfp_xl.findings import CellRef
from cfp_xl.footprint.errors import NOT_FOUND, FootprintError, NotKnown
from cfp_xl.footprint.fuels import FuelParameters
from cfp_xl.footprint.nearest_ids import nearest_ids
from cfp_xl.footprint.parts import Parts
from cfp_xl.footprint.units import exact_conversion, same_dimension
from cfp_xl.footprint.wording import shortened
from cfp_xl.messages import Lang, Text

FACTOR_PREFIX = "S-"
"""A supplier-specific factor is called by this and the id of its part."""


def is_supplier_factor(id: object) -> bool:
    """Whether an id, as typed, is that of a supplier-specific factor."""
    return isinstance(id, str) and id.strip().upper().startswith(FACTOR_PREFIX)


class FactorNotFound(NotKnown):
    """No factor has this id; `nearest` are the ids that come closest."""

    excel = NOT_FOUND

    def __init__(self, id: str, factors: Factors) -> None:
        super().__init__(lambda: nearest_ids(id, factors.ids()), id=shortened(id))
        self.id = id


class FactorAmbiguous(FootprintError):
    """A table gives one id to different factors."""


class FactorUnusable(FootprintError):
    """A factor whose row in the sheet is incomplete or wrong; `excel` is that mistake's."""

    def __init__(self, id: str, why: FootprintError) -> None:
        super().__init__(id=id, why=why)
        self.why = why
        self.excel = why.excel


class FactorNotEmission(FootprintError):
    """A factor whose unit is no mass of CO2 or CO2e."""


class FactorIdMissing(FootprintError):
    """A row that names no factor."""


@dataclass(frozen=True, slots=True)
class FactorSource:
    """Where a factor comes from; empty where the source does not say."""

    title: str = ""
    publisher: str = ""
    date: str = ""
    table: str = ""
    licence: str = ""
    confidence: str = ""

    def __str__(self) -> str:
        """The citation: publisher, title, table, date."""
        return ", ".join(
            part for part in (self.publisher, self.title, self.table, self.date) if part
        )


@dataclass(frozen=True, slots=True)
class Factor:
    """An emission factor: `value` `unit` per `per_unit` (0.5777 kgCO2e per kWh).

    `gwp_set` is the IPCC report whose GWPs it holds, None where there is none or it is not
    known; `gwp_note` then says which. `origin` is the cell of its id in a sheet.
    """

    id: str
    name: Text
    category: str
    value: float
    unit: str
    per_unit: str
    region: str = ""
    year: int | None = None
    source: FactorSource = FactorSource()
    gwp_set: str | None = None
    gwp_note: Text | None = None
    fuel: FuelParameters | None = None
    aliases: tuple[str, ...] = ()
    set_id: str = ""
    translation: str = ""
    """Its name in Chinese, ours, where the source has none: a reading aid, no part of the data."""
    origin: CellRef | None = None
    parts: Parts | None = None
    """What its value is made of and what lies beside it, in its unit; None where it is not said."""
    more: Mapping[str, object] = field(default_factory=dict, hash=False)
    """Cells of further columns of a factors table, by the ids of these."""

    def label(self, lang: Lang) -> str:
        """Its name as a reader of `lang` is shown it."""
        return self.translation if lang == "zh" and self.translation else self.name.in_lang(lang)

    @property
    def is_co2_only(self) -> bool:
        """Whether it counts CO2 only (unit kgCO2), which an emission takes 1:1 as CO2e."""
        return same_dimension(self.unit, "kgCO2")

    def row(self, lang: Lang) -> Mapping[str, Any]:
        """The factor as a row of a factors sheet that people read: its name in their language."""
        return {**self.cells(lang), "name": self.label(lang)}

    def cells(self, lang: Lang) -> Mapping[str, Any]:
        """The factor as a row of a factors table, by the ids of its columns.

        The one place that says which field a column shows: hashes, look-ups, templates and the
        comparison with a sheet's copy take it from here.
        """
        fuel, source = self.fuel, self.source
        return {
            **self.more,
            "id": self.id,
            "name": self.name.in_lang(lang),
            "category": self.category,
            "value": self.value,
            "unit": self.unit,
            "per_unit": self.per_unit,
            "region": self.region,
            "year": self.year,
            "gwp_set": self.gwp_set,
            "source": source.title,
            "publisher": source.publisher,
            "date": source.date,
            "table": source.table,
            "licence": source.licence,
            "confidence": source.confidence,
            "ncv": fuel.ncv if fuel else None,
            "ncv_unit": fuel.ncv_unit if fuel else None,
            "carbon_content": fuel.carbon_content_tc_per_tj if fuel else None,
            "oxidation": fuel.oxidation if fuel else None,
            "emission_factor": fuel.ef_tco2_per_tj if fuel else None,
        }

    def exact_kg_per_unit_of_value(self) -> Fraction:
        """kgCO2e (or kgCO2) in one of the factor's `unit`: 1000 for tCO2e."""
        for mass in ("kgCO2e", "kgCO2"):
            if same_dimension(self.unit, mass):
                return exact_conversion(self.unit, mass)
        raise FactorNotEmission(id=self.id, unit=self.unit)

    def kgco2e_per(self, unit: str | None = None) -> float:
        """The factor in kgCO2e per `unit`, or per its own `per_unit` where none is given.

        Raises DimensionMismatch where `unit` measures something else.
        """
        per = exact_conversion(unit, self.per_unit) if unit else 1
        return self.value * float(self.exact_kg_per_unit_of_value() * per)


FIELDS = frozenset(Factor("", Text("", ""), "", 0.0, "", "").cells("zh"))
"""The columns of a factors table that are fields of a Factor; cells of others are its `more`."""


class Factors(Protocol):
    """Anything that factors are looked up in."""

    def get(self, id: str) -> Factor:
        """The factor with this id; raises FactorNotFound, FactorAmbiguous, FactorUnusable."""
        ...

    def ids(self) -> Sequence[str]:
        """All ids, for offering the nearest."""
        ...

    def search(self, words: str, limit: int = 10) -> tuple[Factor, ...]:
        """Factors that match words in Chinese or English, best first."""
        ...
