"""A footprint as a network of processes that a program for life cycle assessment solves again.

The product takes one of each stage; a stage takes the factors of its rows; a factor emits CO2e, a
flow for each kind of carbon. Amounts and factors stay apart: to solve it is a second calculation.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

from cfp_xl.data_files import read_toml
from cfp_xl.exchange.out.study import Study
from cfp_xl.footprint.assembled import WithAssemblies
from cfp_xl.footprint.factor import Factor, is_supplier_factor
from cfp_xl.footprint.parts import Parts, of_kind
from cfp_xl.footprint.row_emission import FootprintState, RowResult, scaled_by_quantity
from cfp_xl.footprint.row_kinds import CarbonKind, Direction, is_by_aircraft
from cfp_xl.footprint.stages import STAGES
from cfp_xl.footprint.units import (
    UnitMissing,
    UnitNotKnown,
    canonical,
    conversion,
    same_dimension,
)
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained, text
from cfp_xl.privacy import masked
from cfp_xl.study.spread import Distribution, Uncertainty
from cfp_xl.study.stated import stated_spread

KINDS = ("fossil", "land_use_change", "biogenic_other", "biogenic_co2", "uptake")
COUNTED = KINDS[:3]
"""What a total without biogenic CO2 is the sum of."""


@dataclass(frozen=True, slots=True)
class LcaUnit:
    """A unit of both programs, and the unit of ours that it is."""

    ours: str
    name: str
    id: str
    factor: float
    group: tuple[str, str]
    property: tuple[str, str]
    reference: tuple[str, str]
    brightway: str


@dataclass(frozen=True, slots=True)
class Emission:
    """CO2e of one kind, in kg."""

    kind: str
    by_aircraft: bool = False

    @property
    def name(self) -> str:
        known = text(f"exchange_out.lca.flow.{self.kind}").en
        return f"{known}, aircraft" if self.by_aircraft else known

    @property
    def excluding(self) -> float:
        """What a kg counts in a total without biogenic CO2."""
        return 1.0 if self.kind in COUNTED else 0.0

    @property
    def including(self) -> float:
        """The same with biogenic CO2, emitted and taken up."""
        return -1.0 if self.kind == "uptake" else 1.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a process takes from another, or emits."""

    target: str | Emission
    """The key of the other process, or what is emitted."""
    amount: float
    unit: LcaUnit
    comment: str = ""
    sigma: float = 0.0
    """σ of the logarithm where it is log-normal; 0 where nothing is stated."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process and the one thing that it makes."""

    key: str
    name: str
    amount: float
    unit: LcaUnit
    category: str
    exchanges: tuple[Exchange, ...]
    location: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class LcaModel:
    """All processes, each after those that it takes; the product is the last."""

    processes: tuple[Process, ...]
    site: str

    @property
    def product(self) -> Process:
        return self.processes[-1]

    @property
    def emissions(self) -> tuple[Emission, ...]:
        """The flows that are emitted, in a fixed order."""
        exchanges = (one for process in self.processes for one in process.exchanges)
        used = {one.target for one in exchanges if not isinstance(one.target, str)}
        return tuple(sorted(used, key=lambda one: (KINDS.index(one.kind), one.by_aircraft)))


@cache
def lca_units() -> Mapping[str, LcaUnit]:
    """By the unit of ours."""
    return {
        ours: LcaUnit(
            ours,
            name,
            id,
            factor,
            _pair(entry["group"]),
            _pair(entry["property"]),
            _pair(entry["reference"]),
            entry["brightway"],
        )
        for ours, entry in read_toml("lca_units.toml").items()
        for name, id, factor in (entry["unit"],)
    }


def _pair(entry: list[str]) -> tuple[str, str]:
    name, id = entry
    return name, id


def lca_unit(unit: str) -> tuple[LcaUnit, float] | None:
    """The program's unit for one of ours, and how many of it that is; None for other kinds."""
    with suppress(UnitNotKnown, UnitMissing):
        for ours, found in lca_units().items():
            if same_dimension(unit, ours):
                return found, conversion(unit, ours)
    return None


def lca_model(study: Study) -> LcaModel:
    """The model of a study. Raises CannotExport."""
    builder = _Builder(study)
    processes = tuple(builder.processes())
    study.refuse_lacks()
    return LcaModel(processes, study.words("site", is_wanted=False))


class _Builder:
    """Makes each factor's process once, for the rows that take it in the same way."""

    def __init__(self, study: Study) -> None:
        self.study = study
        made = {folded(id): one for id, one in study.footprint.assemblies.items()}
        self.factors = WithAssemblies(study.product.factors, made)
        self.of_factors: dict[str, Process] = {}

    def processes(self) -> Iterator[Process]:
        rows = [row for row in self.study.footprint.rows if self._counts(row)]
        assemblies = []
        for id, result in self.study.footprint.assemblies.items():
            of_it = [row for row in rows if folded(row.assembly) == folded(id)]
            if result.factor and (found := lca_unit(result.factor.per_unit)):
                output, unit = result.assembly.output_and_unit()
                amount = output * conversion(unit, found[0].ours)
                name = masked(result.assembly.name or id)
                taken = tuple(self._exchange(row) for row in of_it)
                assemblies.append(
                    Process(f"A-{folded(id)}", name, amount, found[0], "assemblies", taken)
                )
        stages = list(self._stages([row for row in rows if not row.assembly]))
        yield from self.of_factors.values()
        yield from assemblies
        yield from stages
        yield self._product(stages)

    def _stages(self, rows: list[RowResult]) -> Iterator[Process]:
        piece = lca_units()["piece"]
        for stage in STAGES:
            if taken := tuple(self._exchange(row) for row in rows if row.stage is stage):
                name = f"{self.study.words('product_name')}, {stage.name.in_lang(self.study.lang)}"
                yield Process(f"stage:{stage.id}", name, 1.0, piece, "stages", taken)

    def _product(self, stages: list[Process]) -> Process:
        study = self.study
        unit = study.functional_unit()
        found = lca_unit(unit.unit) if unit else None
        if unit and found is None:
            fact = study.fact("functional_unit")
            study.lack("lca_unit", fact.where if fact else None, seen=unit.unit)
        lca, scale = found or (lca_units()["piece"], 1.0)
        comment = text(f"exchange_out.copy_for.{study.audience}").en
        if study.is_draft:
            comment = f"{text('exchange_out.lca.draft').en} {comment}"
        return Process(
            "product",
            f"{text('exchange_out.lca.draft_name').en if study.is_draft else ''}"
            f"{study.words('product_name')}",
            (unit.amount if unit else 1.0) * scale,
            lca,
            "product",
            tuple(Exchange(one.key, 1.0, one.unit) for one in stages),
            comment=f"{comment} SHA-256 {study.sha256}",
        )

    def _counts(self, row: RowResult) -> bool:
        """Whether a row has something to say in the model: credits lie outside it."""
        is_value = row.state is FootprintState.VALUE and row.direction is not Direction.CREDIT
        return is_value and bool(row.kgco2e) and not row.scheme

    def _exchange(self, row: RowResult) -> Exchange:
        """A row's amount of its factor, in the factor's own unit."""
        factor = self.factors.get(str(row.activity.factor_id))
        scaled = scaled_by_quantity(row.activity, self.factors)
        assert scaled is not None
        quantity = row.activity.quantity
        assert isinstance(quantity, float | int)
        amount = scaled[0](float(quantity)) / float(factor.exact_kg_per_unit_of_value())
        found = lca_unit(factor.per_unit)
        if found is None:
            where = self.study.product.cell(row.activity, "factor_id")
            self.study.lack("lca_unit", where, seen=canonical(factor.per_unit))
            found = lca_units()["piece"], 1.0
        unit, scale = found
        key = self._key_of(row, factor)
        if not key.startswith("A-") and key not in self.of_factors:
            self.of_factors[key] = self._factor_process(key, row, factor, unit, scale)
        sign = -1.0 if row.direction is Direction.OUTPUT else 1.0
        sigma = _sigma("activities", row.activity.more, float(quantity))
        return Exchange(key, sign * amount * scale, unit, self._comment_of(row), sigma)

    def _key_of(self, row: RowResult, factor: Factor) -> str:
        key = self.study.product.assemblies.key_of_factor(row.activity.factor_id)
        if key is not None:
            return f"A-{key}"
        uptake = "uptake" if row.direction is Direction.UPTAKE else row.carbon.value
        kind = "" if uptake == CarbonKind.FOSSIL.value or factor.parts else f":{uptake}"
        return f"{factor.id}{kind}{':aircraft' if is_by_aircraft(row.activity) else ''}"

    def _factor_process(
        self, key: str, row: RowResult, factor: Factor, unit: LcaUnit, scale: float
    ) -> Process:
        """One `unit` of a factor, which is `scale`th of the factor's own."""
        kg = float(factor.exact_kg_per_unit_of_value()) / scale
        parts = _parts_of(row, factor)
        sigma = _sigma("factors", factor.more, factor.value)
        by_aircraft = is_by_aircraft(row.activity)
        emitted = tuple(
            Exchange(Emission(kind, by_aircraft), value * kg, lca_units()["kg"], sigma=sigma)
            for kind in KINDS
            if (value := getattr(parts, kind))
        )
        name = self._name_of(factor)
        suffix = key.removeprefix(factor.id).replace(":", ", ").replace("_", " ")
        return Process(
            key,
            f"{name}{suffix}",
            1.0,
            unit,
            "factors",
            emitted,
            location=factor.region,
            comment="" if is_supplier_factor(factor.id) else masked(str(factor.source)),
        )

    def _name_of(self, factor: Factor) -> str:
        """A factor's name and id; of a supplier's only the id, which names its part."""
        if is_supplier_factor(factor.id) and self.study.is_for_customer:
            return factor.id
        label = masked(factor.label(self.study.lang))
        return f"{label} [{factor.id}]" if label and label != factor.id else factor.id

    def _comment_of(self, row: RowResult) -> str:
        """What the row is called; with its cell for those who hold the workbook."""
        activity = str(row.activity.activity or "")
        name = masked(", ".join(one for one in (row.process, activity) if one))
        if self.study.is_for_customer:
            return name
        return f"{name} ({self.study.product.cell(row.activity, 'quantity')})"


def _parts_of(row: RowResult, factor: Factor) -> Parts:
    """What one unit of a factor's value emits, in the way that this row takes it."""
    if factor.parts is not None:
        beside = (factor.parts.land_use_change, factor.parts.biogenic_other)
        return replace(factor.parts, fossil=math.fsum((factor.value, *(-one for one in beside))))
    if row.direction is Direction.UPTAKE:
        return Parts(uptake=factor.value)
    return of_kind(row.carbon, factor.value)


def _sigma(table: str, cells: Mapping[str, object], value: float) -> float:
    """σ of a log-normal that a row states; 0 for any other."""
    try:
        spread: Uncertainty | None = stated_spread(table, cells, value)
    except Explained:
        return 0.0
    if spread is None or spread.distribution is not Distribution.LOGNORMAL:
        return 0.0
    return spread.sigma if math.isfinite(spread.sigma) else 0.0
