"""Kinds of carbon and the 95 % range on the results sheet, by CFP functions and native formulas.

To the case of `test_assemblies_and_signs` come, by hand: 0.5 kg × 1.5 of land-use change; 0.1 kg of
zinc × 3 flown; 2 kg × 1.7 taken up; 0.2 kg × 1.7 of biogenic methane in four bolts, of which the
product holds two; 10 kg × 1.7 of biogenic CO2 in 100 coats, of which it holds two. Of zinc (0.11 kg
in all) 1 of 3 is biogenic methane, 0.5 biogenic CO2 and 0.4 uptake beside.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

import pytest

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import Tables
from cfp_xl.verify.rules.shown_kinds import kinds_are_ours, the_range_is_ours
from tests.templates.test_assemblies_and_signs import EDITIONS, FACTORS, TOTAL, changed, made

ROWS: tuple[dict[str, Scalar], ...] = (
    {"activity": "豆油", "quantity": 0.5, "factor_id": "WIRE", "carbon": "土地利用变化"},
    {"activity": "空运", "quantity": 0.1, "factor_id": "ZINC", "aircraft": "是"},
    {"activity": "木材", "quantity": 2.0, "factor_id": "WOOD", "direction": "碳吸收"},
    {
        "activity": "沼气",
        "quantity": 0.2,
        "factor_id": "WOOD",
        "carbon": "生物源其他",
        "assembly": "BOLT",
    },
    {
        "activity": "木柴",
        "quantity": 10.0,
        "factor_id": "WOOD",
        "carbon": "生物源CO2",
        "assembly": "COAT",
    },
)
ZINC: Mapping[str, Scalar] = {
    "fossil": 2.0,
    "biogenic_other": 1.0,
    "biogenic_co2": 0.5,
    "uptake": 0.4,
}
WHOLE = TOTAL + 0.75 + 0.3 + 0.17
KINDS = {
    "化石": WHOLE - 0.75 - 0.17 - 0.11,
    "土地利用变化": 0.75,
    "生物源 CH4、N2O": 0.17 + 0.11,
    "生物源 CO2 排放": 3 * 1.7 + 0.34 + 0.055,
    "生物源 CO2 吸收": 3.4 + 0.044,
    "避免排放": 0.5777,
    "航空运输": 0.3,
    "含生物源 CO2 的合计": WHOLE + 5.495 - 3.444,
}
SPREADS: Mapping[tuple[str, int, str], Scalar] = {
    ("activities", 8, "gsd2"): 1.21,
    ("activities", 3, "uncertainty_percent"): 10.0,
}
Changes = dict[tuple[str, int, str], Scalar]


def factor_row(edition: str, id: str) -> int:
    """The row of a factor below its table's heading; `made` puts them at its end."""
    schema = made(edition).cached.schema
    assert schema is not None
    top, _, bottom, _ = schema.regions["factors"].bounds
    return bottom - len(FACTORS) - top + [one[0] for one in FACTORS].index(id)


def with_kinds(edition: str, more: Mapping[tuple[str, int, str], Scalar]) -> Tables:
    cells: Changes = dict(more)
    common = {"stage": "生产", "process": "装配", "status": "数据", "unit": "kg"}
    for number, row in enumerate(ROWS, 13):
        cells |= {("activities", number, id): v for id, v in {**common, **row}.items()}
    place = factor_row(edition, "ZINC")
    cells |= {("factors", place, id): value for id, value in ZINC.items()}
    return changed(edition, cells)


def shown(tables: Tables) -> tuple[dict[str, list[Scalar]], list[Scalar]]:
    """The rows of kinds, by both ways and whether they agree; and low, high, GSD²."""
    sheet = tables.workbook.sheet("结果")
    assert sheet is not None
    value = sheet.columns.value
    rows = {str(value((row, 1))): row for row in range(1, 60)}
    kinds = {kind: [value((rows[kind], column)) for column in (3, 4, 5)] for kind in KINDS}
    return kinds, [value((4, column)) for column in (3, 4, 5)]


@pytest.mark.parametrize("edition", EDITIONS)
def test_each_kind_by_both_ways(edition: str) -> None:
    kinds, ends = shown(with_kinds(edition, {}))
    for kind, expected in KINDS.items():
        assert kinds[kind][:2] == pytest.approx([expected] * 2, rel=1e-12), kind
        assert kinds[kind][2] == "OK", kind
    assert ends == ["", "", "未填写不确定度"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_range_by_rows_and_shared_factors(edition: str) -> None:
    """Steel is 1.6 of the total through frame and electrodes, power 1.1554, wire 0.75."""
    steel = ("factors", factor_row(edition, "STEEL"), "gsd2")
    parts = (1.6 * math.log(1.44) / 2, 1.1554 * math.log(1.21) / 2)
    z = NormalDist().inv_cdf(0.975)
    sigma = math.hypot(*parts, 0.75 * math.log(1.1) / z) / WHOLE
    _, ends = shown(with_kinds(edition, {**SPREADS, steel: 1.44}))
    expected = [WHOLE * math.exp(-z * sigma), WHOLE * math.exp(z * sigma), math.exp(2 * sigma)]
    assert ends == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_cannot_be_told_is_no_range(edition: str) -> None:
    """A GSD² below 1; the total missing; natively, a meter's spread is for `cfp-xl study`."""
    for wrong in ({("activities", 8, "gsd2"): 0.9}, {("activities", 8, "quantity"): None}):
        _, ends = shown(with_kinds(edition, {**SPREADS, **wrong}))
        assert all(isinstance(end, ExcelError) for end in ends), wrong
    _, ends = shown(with_kinds(edition, {**SPREADS, ("activities", 8, "allocation_id"): "B1"}))
    said = ends == ["", "", "见 cfp-xl study"]
    assert said if edition == "native" else all(isinstance(end, float) for end in ends)


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_figure_typed_over_is_named(edition: str) -> None:
    tables = with_kinds(edition, SPREADS)
    sheet = tables.workbook.sheet("结果")
    assert sheet is not None
    row = next(row for row in range(1, 60) if sheet.columns.value((row, 1)) == "避免排放")
    typed = tables.workbook.with_values({"结果": {(row, 3): 0.1, (4, 4): 99.0}})
    case = Case(Tables(typed), made(edition).recalculation)
    found = [f for rule in (kinds_are_ours, the_range_is_ours) for f in rule(case)]
    assert [str(f.where) for f in found] == [f"结果!C{row}", "结果!D4"]
