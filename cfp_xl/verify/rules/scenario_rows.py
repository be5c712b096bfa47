"""Scenarios whose rows belong together: B08 ways of disposal, F08 green power.

Only what contradicts itself is an error: shares that do not add to 1, more covered than is used,
another year, a certificate used twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import shown
from cfp_xl.schema.case import Case
from cfp_xl.verify.flows import InventoryFlow, Kind, flows_of
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.whatif import instruments, routes
from cfp_xl.whatif.scenarios import Scenario, ScenarioInRow, scenarios_as_typed

END = "end_of_life"
HAULAGE = ("运输", "清运", "收集", "transport", "haulage", "collection")
READS = ("scenarios", "activities", "factors", "period")


def _scenarios(case: Case) -> Sequence[Scenario]:
    """None at all where a row cannot be computed, which Q04 names."""
    try:
        return tuple(scenarios_as_typed(case.tables))
    except ScenarioInRow:
        return ()


@rule("B08", reads=READS, schemas=(PRODUCT,))
def ways_of_disposal_are_whole(case: Case) -> Iterator[Finding]:
    """B08: the shares of a scenario add to 1; those of the end of life have their transport, and
    say by which method recycling is counted."""
    for scenario in case.once(_scenarios):
        for record, why in routes.problems(scenario.routes):
            yield finding("B08", record.cell("value"), why=why, scenario=scenario.name)
        ends = [one for one in scenario.routes if _is_of_end(case, one)]
        if not ends:
            continue
        where = ends[0].record.cell("target")
        if not any(_is_haulage(flow) for flow in flows_of(case).of(END)):
            yield finding("B08", where, case="transport", scenario=scenario.name)
        if not (scenario.note or scenario.source):
            yield finding("B08", where, case="method", scenario=scenario.name)


def _is_of_end(case: Case, way: routes.Route) -> bool:
    of_end = (row.activity.origin for row in case.footprint.rows if row.stage_id == END)
    return any(origin is not None and origin.row == way.target.row for origin in of_end)


def _is_haulage(flow: InventoryFlow) -> bool:
    return flow.kind is Kind.FREIGHT or any(word in folded(flow.text) for word in HAULAGE)


@rule("F08", reads=READS, schemas=(PRODUCT,))
def green_power_is_covered_once(case: Case) -> Iterator[Finding]:
    """F08: instruments cover no more than is used, are of the data's year and used once; they say
    which they are, and are not 0; what they leave takes the row's own factor."""
    for scenario in case.once(_scenarios):
        green = scenario.instruments
        for record, why in instruments.problems(case.tables, green):
            yield finding("F08", record.cell("value"), why=why, scenario=scenario.name)
        for one in green:
            if not one.certificate or not isinstance(one.record.values.get("year"), float):
                yield finding("F08", one.record.cell("target"), case="not_stated")
            if not one.technology.value:
                yield finding("F08", one.record.cell("target"), case="zero", id=one.technology.id)
        for row in instruments.uncovered(case.product.inventory, green):
            where = case.at(row, "quantity")
            yield finding("F08", where, case="rest", row=row.label, id=shown(row.factor_id))
