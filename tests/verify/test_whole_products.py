"""Whole products, filled into the templates with factors as published: they conform.

Invented quantities; each row says the factor as its source prints it, and the total is worked out
from these, not by our program. What is left of findings are choices with their reasons.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from cfp_xl.findings import Severity
from cfp_xl.schema.opened import opened
from cfp_xl.templates.build import build_workbook
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import Conformity, FileStatus, Options

WORKBOOKS = Path(__file__).parents[2] / "workbooks"


@dataclass(frozen=True)
class Whole:
    edition: str
    product: str
    """Facts of the product sheet as .toml."""
    rows: Sequence[tuple[str, str, str, float, str, str, float]]
    """stage, process, activity, quantity, unit, factor id, kgCO2e per unit as published."""
    unused: str
    """A row of a stage that does not occur."""
    bills: str
    printed: str
    """What its report prints, worked out by hand."""
    reasons: Sequence[tuple[str, str, str]]


GRID = ("CN-ELEC-CFP-2024", 0.5777)
LORRY = ("DESNZ2025-WTW-304_3140_14_1", 0.12522)
TRUCK = ("GBT51366-HEAVY-DIESEL-TRUCK-18-T", 0.129)
COIL = ("GBT51366-COLD-ROLLED-CARBON-STEEL-COIL", 2.53)
CARTON = ("DESNZ2025-19_506_5156_15_1", 1.199725)
COLLECTED = ("DESNZ2025-20_506_5443_15_1", 0.00468568)
WOOD = ("DESNZ2025-19_500_5048_15_1", 0.2695042)
RAW, MAKE, SHIP, END = "raw material acquisition", "production", "distribution", "end of life"
GET, PUMPED = "原材料获取", "外购电力"
GWP = ("G01", "cfp_gwp_set", "the factors of the United Kingdom are in AR5")
OLDER = (
    "GBT51366-FOUNDRY-PIG-IRON",
    "GBT51366-HOT-ROLLED-CARBON-STEEL-BAR",
    "MOENV-BARE-COPPER-WIRE-2-6-MM-2018",
    TRUCK[0],
)
OLD = "the latest edition of the standard is of 2019"

PRODUCTS = {
    # 17.2452: wood 1.1319 + steel 6.8310 + carton 0.9598 + lorry 0.2880; 1.9642; ship 1.7793 +
    # lorry 0.3882; landfill 3.8864 + collection 0.0164. 68,000 kWh / 20,000 pieces = 3.4 kWh.
    "a chair": Whole(
        "en",
        """
name = "Stacking chair S7"
functional_unit = "1 piece"
function = "seats one person for 10 years"
mass_kg = 6.9
boundary = "cradle-to-grave"
service_life_years = 10
gwp_set = "AR5"
""",
        [
            (RAW, "shell", "beech plywood", 4.2, "kg", *WOOD),
            (RAW, "frame", "steel tube", 2.7, "kg", *COIL),
            (RAW, "packaging", "carton", 0.8, "kg", *CARTON),
            (RAW, "inbound transport", "lorry from the mills", 2.3, "t·km", *LORRY),
            (MAKE, "assembly and coating", "electricity", 3.4, "kWh", *GRID),
            (SHIP, "sea freight", "ship", 90.0, "t·km", "DESNZ2025-WTW-320_3235_14_1", 0.01977),
            (SHIP, "road freight", "lorry to the customer", 3.1, "t·km", *LORRY),
            (END, "landfill", "wood", 4.2, "kg", "DESNZ2025-20_500_5257_15_1", 0.9253435),
            (END, "recycling", "steel and carton collected", 3.5, "kg", *COLLECTED),
        ],
        "use,use,nothing,not_applicable,,kWh,,a chair takes nothing while in use\n",
        "2025,E-2025,electricity,68000,kWh,Stacking chair S7,20000,20000,20000\n",
        """\
stage,Table 3,raw material acquisition,9.21,kgCO2e/piece,53.4
stage,Table 3,production,1.96,kgCO2e/piece,11.4
stage,Table 3,distribution,2.17,kgCO2e/piece,12.6
stage,Table 3,end of life,3.90,kgCO2e/piece,22.6
total,Table 3,,17.25,kgCO2e/piece,100
total,cover,,17.2,kgCO2e/piece,
""",
        [
            GWP,
            ("B01", "activities 10", "a chair takes nothing in use"),
            ("F03", f"factors:{COIL[0]}", OLD),
        ],
    ),
    # 14,021.90, of which 24,000 kWh × 0.5777 = 13,864.80 in use: 98.9 %.
    # 141,000 kWh / 3,000 = 47 kWh = 28 + 19; 9,600 Nm3 / 3,000 = 3.2 Nm3.
    "a pump": Whole(
        "zh",
        """
name = "IS50-32-125 离心泵"
functional_unit = "1 台"
function = "在 12.5 m3/h、20 m 工况下输送清水 10 年，每年 2000 h"
mass_kg = 46
boundary = "摇篮到坟墓"
service_life_years = 10
gwp_set = "AR6"
""",
        [
            (GET, "泵体", "铸铁", 31.0, "kg", "GBT51366-FOUNDRY-PIG-IRON", 2.28),
            (GET, "轴和电机", "圆钢", 14.0, "kg", "GBT51366-HOT-ROLLED-CARBON-STEEL-BAR", 2.34),
            (GET, "电机绕组", "铜线", 2.4, "kg", "MOENV-BARE-COPPER-WIRE-2-6-MM-2018", 4.28),
            (GET, "包装", "木箱", 6.0, "kg", *WOOD),
            (GET, "原材料运输", "货车", 16.0, "t·km", *TRUCK),
            ("生产", "熔炼铸造", PUMPED, 28.0, "kWh", *GRID),
            ("生产", "机加工", PUMPED, 19.0, "kWh", *GRID),
            # 389.31 GJ/1e4 Nm3 × 15.3 kgC/GJ × 99 % × 44/12
            ("生产", "热处理", "天然气", 3.2, "Nm3", "CN-FUEL-GBT32151-NATURAL-GAS", 2.16218883),
            ("运输/交付", "成品运输", "货车", 42.0, "t·km", *TRUCK),
            ("使用", "运行", PUMPED, 24_000.0, "kWh", *GRID),
            ("生命末期", "回收", "废金属收集运输", 46.0, "kg", *COLLECTED),
        ],
        "",
        "2025,E-01,外购电力,141000,kWh,IS50-32-125 离心泵,3000,3000,3000\n"
        "2025,G-01,天然气,9600,Nm3,IS50-32-125 离心泵,3000,3000,3000\n",
        """\
阶段,表5.1,原材料获取,117.4,kgCO2e/台,0.84
阶段,表5.1,生产,34.1,kgCO2e/台,0.24
阶段,表5.1,运输/交付,5.4,kgCO2e/台,0.04
阶段,表5.1,使用,13864.8,kgCO2e/台,98.88
阶段,表5.1,生命末期,0.2,kgCO2e/台,0.00
合计,表5.1,,14021.9,kgCO2e/台,
合计,结论,,14.02,tCO2e/台,
""",
        [
            ("G01", "activities 4", "英国因子为 AR5，占比低于 0.1 %"),
            ("G01", "activities 11", "英国因子为 AR5，占比低于 0.1 %"),
            ("F06", "activities 8", "国内无天然气上游的公开因子，占比低于 0.1 %"),
            ("G02", "activities 8", "CH4 和 N2O 占天然气燃烧排放不到 0.2 %"),
            *(("F03", f"factors:{id}", "无更新版本") for id in OLDER),
        ],
    ),
    # 234.2538 kgCO2e per 1000 L: PET 170.0116 + PP 11.8568 + carton 14.3967 + water 0.2678 +
    # lorry 1.9033; 62 kWh × 0.5777 = 35.8174.
    "a bottled drink": Whole(
        "en-native",
        """
name = "Sparkling water 0.5 L"
functional_unit = "1000 L"
function = "drinking water, bottled, at the gate of the plant"
mass_kg = 1060
boundary = "cradle-to-gate"
gwp_set = "AR5"
""",
        [
            (RAW, "bottles", "PET preforms", 44.0, "kg", "DESNZ2025-19_505_5140_15_1", 3.863901),
            (RAW, "caps", "PP caps", 4.6, "kg", "DESNZ2025-19_505_5144_15_1", 2.577572),
            (RAW, "trays", "carton trays", 12.0, "kg", *CARTON),
            (RAW, "water", "water supply", 1.4, "m3", "DESNZ2025-17_404_4005_1_1", 0.1913),
            (RAW, "inbound transport", "lorry", 15.2, "t·km", *LORRY),
            (MAKE, "blowing and filling", "electricity", 62.0, "kWh", *GRID),
        ],
        "",
        "2025,E-9,electricity,1240000,kWh,Sparkling water,20000,20000,20000\n",
        """\
stage,Table 2,raw materials,198.4,kgCO2e/1000 L,84.7
stage,Table 2,manufacturing,35.8,kgCO2e/1000 L,15.3
total,Table 2,,234.3,kgCO2e/1000 L,100.0
total,abstract,,0.234,kgCO2e/L,
""",
        [GWP],
    ),
}


def source(whole: Whole, folder: Path) -> Path:
    """The product as a template's source, beside the template that it is based on."""
    for id in {"product-zh", f"product-{whole.edition[:2]}", f"product-{whole.edition}"}:
        shutil.copytree(WORKBOOKS / id, folder / id)
    case = folder / "own"
    case.mkdir()
    ids = ", ".join(f'"{id}"' for id in dict.fromkeys(row[5] for row in whole.rows))
    (case / "workbook.toml").write_text(
        f"""based_on = "product-{whole.edition}"
title = "T"
subject = "T"
about = "T"
[product]
producer = "Works Ltd"
period_start = 2025-01-01
period_end = 2025-12-31
{whole.product}
[factors]
ids = [{ids}]
[rows]
activities = 14
processes = 12
allocation = 3
declared = 8
justifications = 9
""",
        "utf-8",
    )
    data = "数据" if whole.edition.startswith("zh") else "data"
    rows = "".join(f"{s},{p},{a},{data},{q},{u},{f},\n" for s, p, a, q, u, f, _ in whole.rows)
    reasons = "".join(f"{code},{cell},{why},N.N.,2026-03-01\n" for code, cell, why in whole.reasons)
    tables = {
        "activities": "stage,process,activity,status,quantity,unit,factor_id,reason\n"
        + rows
        + whole.unused,
        "allocation": "month,voucher,medium,total,unit,product,basis_product,basis_total,output\n"
        + whole.bills,
        "declared": "item,place,stage,emission,emission_unit,share\n" + whole.printed,
        "justifications": "code,cell,reason,who,date\n" + reasons,
    }
    for name, text in tables.items():
        (case / f"{name}.csv").write_text(text, "utf-8")
    return case


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_right_product_conforms(name: str, tmp_path: Path) -> None:
    whole = PRODUCTS[name]
    path = Path(f"{name}.xlsx")
    result = verify_opened(opened(build_workbook(source(whole, tmp_path)), path), path, Options())
    left = [
        f"{f.code} {f.where}: {f.message('en')}"
        for f in result.findings
        if f.severity is not Severity.INFO
    ]
    assert not left
    assert (result.status, result.conformity) == (FileStatus.PASSED, Conformity.CONFORMS)
    assert result.footprint is not None
    by_hand = sum(row[3] * row[6] for row in whole.rows)
    assert result.footprint.total_kgco2e == pytest.approx(by_hand, rel=1e-6)
