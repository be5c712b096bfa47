"""The study of a product's workbook: what its numbers are made of, how sure, and what if."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from cfp_xl.footprint.calculate import Footprint, calculate
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import Factors
from cfp_xl.schema.opened import Opened, Tables, tables_with
from cfp_xl.study.analytic import Analytic, Bar, NoSpread, analytic, tornado
from cfp_xl.study.bridge import Bridge, bridge
from cfp_xl.study.inputs import Inputs, NoTotal, inputs_of
from cfp_xl.study.monte_carlo import DRAWS, SEED, Simulated, simulate, spearman, totals
from cfp_xl.study.quality import Rating, primary_share, ratings
from cfp_xl.study.split import EmissionType, by_site, by_type
from cfp_xl.whatif.instruments import with_instruments
from cfp_xl.whatif.scenarios import Scenario, scenarios_of

STANDARD_ERRORS = 3.0
"""Q05: the simulated mean lies so near to the exact one."""


@dataclass(frozen=True)
class ScenarioResult:
    """A scenario beside the base; `total_kgco2e` is None where it gives no total, and why."""

    scenario: Scenario
    total_kgco2e: float | None
    delta: float | None
    by_stage: Mapping[str, float | None]
    problem: FootprintError | None = None
    probability_below: float | None = None
    """How likely it lies below the base, over the same draws of all inputs they share."""
    delta_low: float | None = None
    delta_high: float | None = None
    """The 95 % range of the difference over these draws."""
    location_based_kgco2e: float | None = None
    """Where green power is in it: the total of the scenario without that."""


@dataclass(frozen=True)
class ProductStudy:
    """The study of one product; each part is worked out when it is asked for."""

    tables: Tables
    inputs: Inputs
    draws: int = DRAWS
    seed: int = SEED

    @property
    def footprint(self) -> Footprint:
        assert self.tables.footprint is not None
        return self.tables.footprint

    @property
    def factors(self) -> Factors:
        assert self.tables.schema is not None
        return self.tables.schema.factors

    @property
    def functional_unit(self) -> str:
        product = self.tables.product
        fact = product.functional_unit if product else None
        return fact.text if fact else ""

    @cached_property
    def analytic(self) -> Analytic | None:
        """None where nothing states an uncertainty."""
        try:
            return analytic(self.inputs)
        except NoSpread:
            return None

    @cached_property
    def simulated(self) -> Simulated | None:
        return simulate(self.inputs, self.draws, self.seed) if self.analytic else None

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        return tornado(self.inputs)

    @cached_property
    def spearman(self) -> Mapping[str, float]:
        if self.analytic is None or self.simulated is None:
            return {}
        ids = [one.input.id for one in self.analytic.contributions if one.variance_share]
        return spearman(self.inputs, self.simulated, ids)

    @property
    def methods_agree(self) -> bool | None:
        """Q05: whether simulation and formula give one mean; None without uncertainty."""
        if self.analytic is None or self.simulated is None:
            return None
        off = abs(self.simulated.mean - self.analytic.mean)
        return off <= STANDARD_ERRORS * self.simulated.standard_error

    @cached_property
    def hotspots(self) -> tuple[tuple[str, float, float], ...]:
        """The product's rows, the largest first: name, kgCO2e, share of the total."""
        terms = sorted(self.inputs.terms[""], key=lambda term: -term.counted_kgco2e)
        total = self.inputs.total_kgco2e
        return tuple(
            (term.row.activity.label, term.counted_kgco2e, term.counted_kgco2e / total)
            for term in (terms if total else ())
        )

    @cached_property
    def ratings(self) -> Mapping[str, Rating]:
        return ratings(self.inputs, self.factors)

    @cached_property
    def primary_share(self) -> float | None:
        return primary_share(self.inputs, self.factors)

    @cached_property
    def by_type(self) -> Mapping[EmissionType, float]:
        """Direct and indirect emissions. Raises EmissionTypeNotKnown."""
        return by_type(self.inputs, self.factors)

    @cached_property
    def by_site(self) -> Mapping[str, float]:
        return by_site(self.inputs)

    @cached_property
    def scenarios(self) -> tuple[ScenarioResult, ...]:
        """Each scenario of the workbook's table. Raises ScenarioInRow."""
        return tuple(self._scenario(one) for one in scenarios_of(self.tables))

    @cached_property
    def _totals(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return totals(self.inputs, self.draws, self.seed)

    def _scenario(self, scenario: Scenario) -> ScenarioResult:
        schema = tables_with(self.tables.workbook, scenario.values).schema
        assert schema is not None
        inventory = with_instruments(schema.inventory, scenario.instruments)
        footprint = calculate(inventory, schema.factors, schema.assemblies)
        by_stage = {id: stage.kgco2e for id, stage in footprint.stages.items()}
        total = footprint.total_kgco2e
        if total is None:
            return ScenarioResult(scenario, None, None, by_stage, footprint.problems[0])
        without = None
        if scenario.instruments:
            without = calculate(schema.inventory, schema.factors, schema.assemblies).total_kgco2e
        known = ScenarioResult(
            scenario,
            total,
            total - self.inputs.total_kgco2e,
            by_stage,
            location_based_kgco2e=without,
        )
        if self.analytic is None:
            return known
        inputs = inputs_of(footprint, schema.factors, schema.assemblies)
        differences = totals(inputs, self.draws, self.seed) - self._totals
        low, high = np.quantile(differences, (0.025, 0.975))
        below = float((differences < 0).mean())
        return replace(known, probability_below=below, delta_low=float(low), delta_high=float(high))


def inputs_in(tables: Tables) -> Inputs:
    """The inputs of a workbook's footprint. Raises NoTotal, SpreadInRow."""
    schema, footprint = tables.schema, tables.footprint
    assert schema is not None
    assert footprint is not None
    return inputs_of(footprint, schema.factors, schema.assemblies)


def study_of(opened: Opened, draws: int = DRAWS, seed: int = SEED) -> ProductStudy | None:
    """The study of a workbook; None where it has no table of activities. Raises NoTotal,
    SpreadInRow."""
    tables = opened.recomputed
    return None if tables.schema is None else ProductStudy(tables, inputs_in(tables), draws, seed)


def bridge_of(old: ProductStudy, new: ProductStudy) -> Bridge:
    """From one study's total to another's."""
    return bridge(old.inputs, old.factors, new.inputs, new.factors)


__all__ = ["NoTotal", "ProductStudy", "ScenarioResult", "bridge_of", "inputs_in", "study_of"]
