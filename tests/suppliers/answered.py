"""A product with two parts for tests, and answers to it, all figures invented.

By hand, per functional unit: shell 5.2 kg × 2 kWh/kg × 0.5777 = 6.008080; bars 1.1 kg × 5 kWh/kg ×
0.5777 = 3.177350; assembly 17 kWh × 0.5777 = 9.820900; freight of the shell 3.1 t·km ×
0.1 kWh/(t·km) × 0.5777 = 0.179087; in all 19.185417 kgCO2e.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from cfp_xl.findings import CellRef
from cfp_xl.suppliers.outcomes import Accepted, AnswerLine
from cfp_xl.templates.build import build_workbook

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
TOTAL_KGCO2E = 6.00808 + 3.17735 + 9.8209 + 0.179087
STAGES = {
    "zh": ("原材料获取", "生产", "运输/交付", "数据"),
    "en": ("raw material acquisition", "production", "distribution", "data"),
}
GRID = "CN-ELEC-CFP-2024"
DAY = "2026-11-23"


@cache
def product(edition: str = "zh") -> bytes:
    """A sealed product by its edition: zh, en, zh-native, en-native."""
    lang = edition[:2]
    raw, make, ship, data = STAGES[lang]
    unit, gate = ("1 台", "摇篮到大门") if lang == "zh" else ("1 piece", "cradle-to-gate")
    with tempfile.TemporaryDirectory() as folder:
        for id in ("product-zh", "product-en", f"product-{edition}"):
            shutil.copytree(WORKBOOKS / id, Path(folder) / id, dirs_exist_ok=True)
        case = Path(folder) / "case"
        case.mkdir()
        (case / "workbook.toml").write_text(
            f'based_on = "product-{edition}"\n[product]\nname = "Box"\nfunctional_unit = "{unit}"\n'
            f'boundary = "{gate}"\nperiod_start = 2025-01-01\nperiod_end = 2025-12-31\n'
            "[suppliers]\nparts = 4\nanswers = 8\nhistory = 8\n",
            "utf-8",
        )
        (case / "activities.csv").write_text(
            "stage,process,activity,status,quantity,unit,factor_id,bridge,bridge_unit,part_id\n"
            f"{raw},shell,steel shell,{data},5.2,kg,{GRID},2,kWh/kg,P-01\n"
            f"{raw},bars,copper bars,{data},1100,g,{GRID},0.005,kWh/g,P-02\n"
            f"{make},assembly,electricity,{data},17,kWh,{GRID},,,\n"
            f"{ship},inbound,freight of the shell,{data},3.1,t·km,{GRID},0.1,kWh/t·km,P-01\n",
            "utf-8",
        )
        (case / "parts.csv").write_text(
            "part_id,part,supplier_id,supplier,amount,unit,mass_kg,kind,contact,lang,due\n"
            "P-01,steel shell,SUP-A,Steel Ltd,5.2,kg,1,,a@example.com,zh,2026-12-31\n"
            "P-02,copper bars,SUP-B,Copper Ltd,1.1,kg,1,,b@example.com,both,2026-12-31\n",
            "utf-8",
        )
        return build_workbook(case)


def by_activity(sha256: str = "a" * 64, **changed: Any) -> Accepted:
    """The shell's answer: 50,000 kWh and 200 kg of diesel for 100,000 kg of shells.

    50000 × 0.5777 / 100000 + 200 × 3.0 / 100000 = 0.28885 + 0.006 = 0.29485 kgCO2e/kg
    """
    lines = tuple(
        AnswerLine(
            item=item,
            kind="activity_data",
            as_answered=f"{amount:g} {unit}",
            quantity=amount,
            unit=unit,
            factor_id=factor,
            factor_kgco2e=value,
            output=1e5,
            output_unit="kg",
            cell=CellRef("填报", "D12"),
        )
        for item, amount, unit, factor, value in (
            ("electricity", 50_000.0, "kWh", GRID, 0.5777),
            ("diesel", 200.0, "kg", "OWN-DIESEL", 3.0),
        )
    )
    answer = Accepted(
        part_id="P-01",
        supplier_id="SUP-A",
        supplier="Steel Ltd",
        kind="activity_data",
        kgco2e_per_unit=0.29485,
        unit="kg",
        lines=lines,
        file="SUP-A_P-01.xlsx",
        sha256=sha256,
        period="2025-01-01/2025-12-31",
        year=2025,
        lang="zh",
    )
    return replace(answer, **changed)


def by_pcf(kgco2e: float = 4.0, sha256: str = "b" * 64, **changed: Any) -> Accepted:
    """The bars' answer: their supplier's own footprint, kgCO2e/kg."""
    place = CellRef("填报", "D30")
    line = AnswerLine("PCF", "pcf", f"{kgco2e:g}", kgco2e, "kgCO2e", "", 1.0, 1.0, "kg", place)
    answer = Accepted(
        part_id="P-02",
        supplier_id="SUP-B",
        supplier="Copper Ltd",
        kind="pcf",
        kgco2e_per_unit=kgco2e,
        unit="kg",
        lines=(line,),
        file="SUP-B_P-02.xlsx",
        sha256=sha256,
        period="2025-01-01/2025-12-31",
        year=2025,
        lang="both",
        boundary="cradle-to-gate",
        standard="ISO 14067:2018",
        pcf_year=2025,
        verification="third party",
        includes_delivery=False,
    )
    return replace(answer, **changed)
