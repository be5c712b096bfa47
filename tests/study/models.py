"""Small footprints for tests of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cfp_xl.footprint.assemblies import NO_ASSEMBLIES, Assemblies
from cfp_xl.footprint.calculate import calculate
from cfp_xl.footprint.factor_set import FactorSet
from cfp_xl.footprint.inventory import Inventory
from cfp_xl.study.inputs import Inputs, inputs_of

Row = Mapping[str, object]


def table(rows: Sequence[Row]) -> tuple[list[str], list[list[object]]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return names, [[row.get(name) for name in names] for row in rows]


def row(activity: str, quantity: float, unit: str, factor_id: str, **more: object) -> Row:
    return {
        "stage": "production",
        "activity": activity,
        "quantity": quantity,
        "unit": unit,
        "factor_id": factor_id,
        **more,
    }


def factor(id: str, value: float, per_unit: str, **more: object) -> Row:
    return {"id": id, "value": value, "unit": "kgCO2e", "per_unit": per_unit, **more}


def inputs(rows: Sequence[Row], factors: Sequence[Row], assemblies: Sequence[Row] = ()) -> Inputs:
    made = Assemblies.from_rows(*table(assemblies)) if assemblies else NO_ASSEMBLIES
    held = FactorSet.from_rows(*table(factors))
    footprint = calculate(Inventory.from_rows(*table(rows)), held, made)
    return inputs_of(footprint, held, made)
