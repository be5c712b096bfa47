"""What every export starts from: a product study, whom the copy is for, and what it lacks.

A writer asks for all it needs before it gives up, so that the user is shown every cell to fill.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Literal

from cfp_xl.findings import CellRef
from cfp_xl.footprint.calculate import Footprint
from cfp_xl.footprint.factor import Factor, Factors, is_supplier_factor
from cfp_xl.footprint.gate import GateCut, cut_at_gate
from cfp_xl.footprint.product import Fact, FunctionalUnit, Period, Product
from cfp_xl.footprint.row_emission import RowResult
from cfp_xl.footprint.row_kinds import flag_of
from cfp_xl.footprint.wording import is_blank
from cfp_xl.messages import Explained, Lang, Text, catalogue, text
from cfp_xl.privacy import masked
from cfp_xl.schema.opened import Tables
from cfp_xl.study.inputs import Inputs, inputs_of
from cfp_xl.study.quality import Rating, primary_share, ratings

Audience = Literal["customer", "verifier", "own"]
AUDIENCES: tuple[Audience, ...] = ("customer", "verifier", "own")
KNOWN = ("product_name", "producer", "functional_unit", "boundary", "period", "gwp_set")
"""The facts that a product has fields for."""
IDENTIFIERS = frozenset({"product_ids", "company_ids", "model"})
"""Facts that something is found by: never masked."""
OTHER_LABELS = {"allocation_method": "allocation", "product_name": "name", "period": "period_start"}
"""Entries of the product sheet whose cells have another name."""


class Lack(Explained):
    """Something that a format needs and the workbook does not say, and the cell to fill."""

    def __init__(self, key: str, where: CellRef | None, **values: object) -> None:
        place = text("exchange_out.lack.nowhere") if where is None else Text(str(where), str(where))
        super().__init__(f"exchange_out.lack.{key}", where=place, **values)
        self.where = where


class CannotExport(Explained):
    """A study that a format can't take; `lacks` says all that is missing."""

    def __init__(self, *lacks: Explained) -> None:
        super().__init__("exchange_out.cannot_export")
        self.lacks = lacks

    def say(self, lang: Lang) -> str:
        return "\n".join([super().say(lang), *(f"  {one.say(lang)}" for one in self.lacks)])


@dataclass
class Study:
    """A product study on its way out."""

    tables: Tables
    sha256: str
    """Of the workbook's file."""
    audience: Audience = "customer"
    is_draft: bool = False
    preceding: tuple[str, ...] = ()
    """The ids of the footprints that this one replaces, the latest first."""
    lacks: list[Lack] = field(default_factory=list)

    @property
    def product(self) -> Product:
        assert self.tables.product is not None
        return self.tables.product

    @cached_property
    def footprint(self) -> Footprint:
        """Raises CannotExport where there is no total."""
        assert self.tables.footprint is not None
        if self.tables.footprint.total_kgco2e is None:
            raise CannotExport(*self.tables.footprint.problems)
        return self.tables.footprint

    @property
    def lang(self) -> Lang:
        """The language that the workbook is written in, by its words for the stages."""
        stages = "".join(str(row.activity.stage or "") for row in self.footprint.rows)
        return "en" if stages.isascii() else "zh"

    @property
    def is_for_customer(self) -> bool:
        return self.audience == "customer"

    @cached_property
    def gate(self) -> GateCut:
        """The rows on either side of the gate; each that is undecided is a lack."""
        cut = cut_at_gate(self.footprint.rows)
        for row in cut.undecided:
            where = self.product.cell(row.activity, "stage")
            self.lacks.append(Lack("gate", where, row=row.activity.label))
        return cut

    @cached_property
    def gate_inputs(self) -> Inputs:
        """The rows inside the gate as terms of a total of their own."""
        of_assemblies = tuple(row for row in self.footprint.rows if row.assembly)
        inside = replace(
            self.footprint,
            total_kgco2e=self.gate.parts.excluding,
            rows=(*self.gate.inside, *of_assemblies),
        )
        return inputs_of(inside, self.product.factors, self.product.assemblies)

    @cached_property
    def gate_ratings(self) -> Mapping[str, Rating]:
        return ratings(self.gate_inputs, self.product.factors)

    def primary_percent(self) -> float | None:
        """Of the cradle-to-gate footprint: by the rows where they say where their data come from,
        else as the workbook states it. None where nothing does."""
        share = self.primary_share_of(self.gate_inputs)
        if share is not None:
            return 100 * share
        return self.number("primary_percent", high=100.0)

    def primary_share_of(self, inputs: Inputs) -> float | None:
        """The share of primary data; None where neither a row nor its factor states it: that a
        supplier's factor says nothing is no statement."""
        factors = self.product.factors
        if not any(self._says_origin(term.row, factors) for term, _ in inputs.leaves()):
            return None
        return primary_share(inputs, factors)

    def _says_origin(self, row: RowResult, factors: Factors) -> bool:
        factor = factors.get(str(row.activity.factor_id))
        stated = (
            row.activity.more.get("data_type"),
            factor.more.get("data_type"),
            factor.more.get("primary_share"),
        )
        return not all(is_blank(one) for one in stated)

    def used_factors(self, rows: tuple[RowResult, ...]) -> tuple[Factor, ...]:
        """The factors of rows that count, without suppliers' and assemblies', by their ids."""
        assemblies = self.product.assemblies
        ids = {
            str(row.activity.factor_id)
            for row in rows
            if row.kgco2e
            and not is_supplier_factor(row.activity.factor_id)
            and assemblies.key_of_factor(row.activity.factor_id) is None
        }
        return tuple(self.product.factors.get(id) for id in sorted(ids))

    def lack(self, key: str, where: CellRef | None, **values: object) -> None:
        self.lacks.append(Lack(key, where, **values))

    def refuse_lacks(self) -> None:
        """Raises CannotExport where anything was missing."""
        if self.lacks:
            raise CannotExport(*{one.say("en"): one for one in self.lacks}.values())

    def fact(self, name: str) -> Fact[Any] | None:
        """A fact as stated; None where the workbook has no cell of that name."""
        if name in KNOWN:
            stated: Fact[Any] | None = getattr(self.product, name)
            return stated
        return self.product.other_facts.get(name)

    def words(self, name: str, *, is_wanted: bool = True) -> str:
        """A text without numbers of persons; "" where it lacks, which is noted if it is wanted."""
        fact = self.fact(name)
        found = fact.text.strip() if fact else ""
        if not found and is_wanted:
            self._blank(name, fact)
        return found if name in IDENTIFIERS else masked(found)

    def number(
        self, name: str, low: float = 0.0, high: float = float("inf"), *, is_wanted: bool = True
    ) -> float | None:
        """A number within bounds."""
        fact = self.fact(name)
        if fact is None or not fact.text:
            if is_wanted:
                self._blank(name, fact)
            return None
        value: object = fact.value
        if isinstance(value, float) and low <= value <= high:
            return value
        self._unfit(name)
        return None

    def flag(self, name: str) -> bool | None:
        """Yes or no."""
        if not (typed := self.words(name)):
            return None
        if (found := flag_of(typed)) is None:
            self._unfit(name)
        return found

    def choice(self, name: str, words: Mapping[str, str]) -> str | None:
        """One of a few words, by their spellings."""
        if not (typed := self.words(name)):
            return None
        if (found := words.get(typed.casefold())) is None:
            self._unfit(name)
        return found

    def day(self, name: str) -> date | None:
        """A day."""
        from cfp_xl.footprint.product import readings
        from cfp_xl.functions.serial_dates import moment_of

        fact = self.fact(name)
        if fact is None or not fact.text:
            self._blank(name, fact)
            return None
        if isinstance(fact.value, float) and 10_000 < fact.value < 110_000:
            return moment_of(fact.value, date_1904=self.tables.workbook.date_1904).date()
        days = readings(str(fact.value)) or ()
        if len(days) != 1:
            self._unfit(name)
            return None
        return days[0]

    def functional_unit(self) -> FunctionalUnit | None:
        self._understood("functional_unit")
        fact = self.product.functional_unit
        return fact.value if fact else None

    def period(self) -> Period | None:
        self._understood("period")
        fact = self.product.period
        return fact.value if fact else None

    def _understood(self, name: str) -> None:
        """Notes a fact that lacks, or that the product's record does not understand."""
        fact = self.fact(name)
        if fact is None or not fact.text:
            self._blank(name, fact)
        elif fact.value is None:
            self._unfit(name)

    def _blank(self, name: str, fact: Fact[Any] | None) -> None:
        label, help = label_of(name)
        where = fact.where if fact else None
        self.lack("blank" if fact else "no_name", where, label=label, name=name, help=help)

    def _unfit(self, name: str) -> None:
        label, help = label_of(name)
        fact = self.fact(name)
        assert fact is not None
        self.lack("unfit", fact.where, label=label, seen=fact.text, help=help)


def label_of(name: str) -> tuple[Text, Text]:
    """What a fact is called on the product sheet, and how it is filled in."""
    entry = f"templates.product.{OTHER_LABELS.get(name, name)}"
    known = catalogue()
    if f"{entry}.label" in known:
        return known[f"{entry}.label"], known[f"{entry}.help"]
    return text(f"exchange_out.fact.{name}.label"), text(f"exchange_out.fact.{name}.help")
