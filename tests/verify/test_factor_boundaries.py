"""F06: what a factor's boundary leaves out is in another row, for all kinds of factors."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.footprint.factors import builtin
from cfp_xl.functions.values import Scalar
from cfp_xl.verify.pipeline import verify_file
from tests.verify.model_changes import (
    DIESEL,
    NEW,
    OWN_FACTOR,
    activity,
    findings,
    new_row,
    own_factor,
    place,
)

MODEL = Path(__file__).parents[1] / "cases" / "model"
LORRY, LORRY_WTT = "DESNZ2025-27_304_3140_14_1", "DESNZ2025-28_907_3140_14_1"
UK_POWER, UK_LOSSES = "DESNZ2025-7_400_4000_5_1", "DESNZ2025-13_402_4000_5_1"
PV, PV_LOSSES, NETWORK = (f"CN-ELEC-CFP-2024-{kind}" for kind in ("PV", "TD-INLOSS", "TD-EXLOSS"))
PLASTIC_BURNT, PLASTIC_DUMPED, PLASTIC_RECYCLED = (
    f"DESNZ2025-20_505_{row}_15_1" for row in ("5381", "5383", "5380")
)
BIOGENIC = next(
    f.id
    for f in builtin("desnz-2025-more").factors.values()
    if f.category == "Outside of scopes" and "Wood pellets" in f.name.en and f.per_unit == "tonnes"
)
PAPER_BURNT, REFUSE_BURNT = "DESNZ2025-20_506_5451_15_1", "DESNZ2025-20_507_5283_15_1"

Row = dict[str, Scalar]


def row(factor_id: str, quantity: float, unit: str, activity: str, **more: Scalar) -> Row:
    return {
        "factor_id": factor_id,
        "quantity": quantity,
        "unit": unit,
        "activity": activity,
        **more,
    }


def t_km(factor_id: str, quantity: float = 5.0, **more: Scalar) -> Row:
    return row(factor_id, quantity, "t·km", "公路运输", **{"process": "运输", **more})


def kwh(factor_id: str, activity: str = "外购电力", quantity: float = 3.0, **more: Scalar) -> Row:
    return row(factor_id, quantity, "kWh", activity, **more)


def waste(factor_id: str, activity: str) -> Row:
    return row(factor_id, 2.0, "kg", activity, stage="生命末期", process="处置")


RIGHT: list[tuple[str, list[Row]]] = [
    ("national electricity", [kwh("CN-ELEC-CFP-2024")]),
    ("power and losses", [kwh(UK_POWER), kwh(UK_LOSSES, "线损")]),
    ("green power and losses", [kwh(PV, "绿电"), kwh(PV_LOSSES, "输配电")]),
    ("losses in a process of their own", [kwh(UK_POWER), kwh(UK_LOSSES, "线损", process="线损")]),
    ("own roof", [kwh(PV, "屋顶光伏自发自用")]),
    ("direct line", [kwh(PV, "direct line from the solar park")]),
    ("freight and its upstream", [t_km(LORRY), t_km(LORRY_WTT)]),
    ("freight whose factor holds both", [t_km("DESNZ2025-WTW-304_3140_14_1")]),
    ("two lorries, upstream together", [t_km(LORRY), t_km(LORRY, 7.0), t_km(LORRY_WTT, 12.0)]),
    ("upstream in a process of its own", [t_km(LORRY), t_km(LORRY_WTT, process="油品上游")]),
    ("plastic recycled, cut off", [waste(PLASTIC_RECYCLED, "塑料外壳回收")]),
    ("plastic in a landfill", [waste(PLASTIC_DUMPED, "塑料填埋")]),
    ("paper burnt: its carbon is biogenic", [waste(PAPER_BURNT, "废纸焚烧")]),
    ("metal foil, which holds no carbon", [waste("DESNZ2025-20_504_5353_15_1", "铝箔")]),
    (
        "plastic burnt, its CO2 beside it",
        [waste(PLASTIC_BURNT, "塑料"), waste("OWN-1", "塑料焚烧")],
    ),
    ("a material", [row("DESNZ2025-19_505_5120_15_1", 1.0, "kg", "塑料", stage="原材料获取")]),
]

WRONG: list[tuple[str, list[Row], str]] = [
    ("UK generation", [kwh(UK_POWER)], "losses"),
    ("green power as at the plant", [kwh(PV, "绿电")], "losses"),
    ("network without losses", [kwh(PV, "绿电"), kwh(NETWORK, "输配电")], "losses"),
    ("losses of another stage", [kwh(UK_POWER), kwh(UK_LOSSES, stage="使用")], "losses"),
    ("losses of a tenth", [kwh(UK_POWER), kwh(UK_LOSSES, quantity=0.3)], "losses"),
    ("freight alone", [t_km(LORRY)], "freight"),
    ("ship alone", [t_km("DESNZ2025-27_320_3235_14_1")], "freight"),
    ("upstream of another amount", [t_km(LORRY), t_km(LORRY_WTT, 0.5)], "freight"),
    ("plastic burnt", [waste(PLASTIC_BURNT, "塑料外壳")], "disposal"),
    ("plastic burnt by the recycling factor", [waste(PLASTIC_RECYCLED, "外壳焚烧")], "disposal"),
    ("plastic dumped, way there only", [waste(PLASTIC_RECYCLED, "填埋")], "disposal"),
    ("refuse burnt", [waste(REFUSE_BURNT, "其余部分")], "disposal"),
    ("fuel alone", [row(DIESEL, 1.0, "kg", "柴油")], ""),
    ("biogenic CO2", [row(BIOGENIC, 1.0, "kg", "木颗粒")], "biogenic"),
    ("a default value of CBAM", [row("CBAM-CN-731816", 1.0, "kg", "螺母")], "cbam"),
    (
        "a source without boundary",
        [row("MOENV-PURE-COPPER-WIRE-2013", 1.0, "kg", "铜线")],
        "not_stated",
    ),
    ("grid CO2", [kwh("CN-GRID-CO2-2023-AVG-CN")], "grid_co2"),
]


def of_f06(rows: list[Row]) -> set[tuple[int, str]]:
    """The rows (from 1) that F06 names, each with the case."""
    changes = own_factor(per_unit="kg", name="塑料焚烧 CO2（化石碳）", value=2.9)
    for number, values in enumerate(rows, NEW):
        changes |= {
            key.replace(f" {NEW} ", f" {number} "): value
            for key, value in activity(**values).items()
        }
    at = {place(f"activities {NEW + n} factor_id"): n + 1 for n in range(len(rows))}
    found = (one for one in findings(changes) if one.code == "F06" and one.where in at)
    return {(at[one.where], one.case) for one in found if one.where}


@pytest.mark.parametrize("rows", [rows for _, rows in RIGHT], ids=[name for name, _ in RIGHT])
def test_a_complete_row_is_silent(rows: list[Row]) -> None:
    assert of_f06(rows) == set()


@pytest.mark.parametrize(
    ("rows", "case"), [one[1:] for one in WRONG], ids=[name for name, *_ in WRONG]
)
def test_a_row_that_leaves_something_out_is_named(rows: list[Row], case: str) -> None:
    assert (1, case) in of_f06(rows)


def test_one_complement_completes_one_row() -> None:
    """Of two equal lorries in processes of their own, one has no upstream."""
    rows = [t_km(LORRY, process="一"), t_km(LORRY, process="二"), t_km(LORRY_WTT, process="三")]
    assert len(of_f06(rows)) == 1


def test_a_copy_cannot_say_more_than_its_set() -> None:
    """The example has no column for it, so its headings are changed to have one."""
    changes: Row = {
        "factors 0 confidence": "boundary",
        "factors 1 confidence": "cradle_to_gate",
        **new_row("factors", 10, {**OWN_FACTOR, "confidence": "gate to plate"}),
    }
    found = {(one.code, one.case, one.where) for one in findings(changes)}
    assert ("F01", "column", place("factors 1 confidence")) in found
    assert ("F06", "not_known", place("factors 10 confidence")) in found


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("led5r", {"Activities!G14", "Activities!G16", "Activities!G18"}),
        ("led4r", set()),  # the same bulb with its upstream and losses
    ],
)
def test_the_bulb(name: str, cells: set[str]) -> None:
    found = verify_file(MODEL / f"{name}.xlsx").findings
    assert {str(one.where) for one in found if one.code == "F06" and one.is_open} == cells
