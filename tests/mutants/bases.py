"""The workbooks that mutants are made of: right, and small so that hundreds can be verified.

A garden lamp, all figures invented: 1.2 kg of steel, 3.2 kWh in production (6,400 kWh for 2,000
lamps), 0.45 t·km by lorry, 120 kWh in use, 1.2 kg of scrap. By hand, with the shipped factors:
1.2 × 2.86390131 = 3.436682; 3.2 × 0.5777 = 1.848640; 0.45 × 0.10163 = 0.045734;
120 × 0.5777 = 69.324000; 1.2 × 0.00468568 = 0.005623; in all 74.660678 kgCO2e.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import openpyxl
import xlsxwriter

from cfp_xl.findings import CellRef
from cfp_xl.footprint.stages import STAGES
from cfp_xl.schema.opened import open_file, refreshed
from cfp_xl.suppliers.apply import apply
from cfp_xl.suppliers.outcomes import Accepted, AnswerLine
from cfp_xl.templates import checks, native
from cfp_xl.templates.build import build_workbook
from cfp_xl.templates.layout import ProductLayout, lay_out
from cfp_xl.templates.source import read_source

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
TOTAL_KGCO2E = 3.436681572 + 1.84864 + 0.0457335 + 69.324 + 0.005622816
STEEL, GRID = "DESNZ2025-19_504_5116_15_1", "CN-ELEC-CFP-2024"
LORRY, SCRAP = "DESNZ2025-27_304_3140_14_1", "DESNZ2025-20_504_5366_15_1"


@dataclass(frozen=True)
class Words:
    """What the source of the lamp says in one language."""

    stages: tuple[str, str, str, str, str]
    processes: tuple[str, str, str, str, str]
    data: str
    unit: str
    boundary: str
    items: tuple[str, str]


WORDS: Mapping[str, Words] = {
    "zh": Words(
        ("原材料获取", "生产", "运输/交付", "使用", "生命末期"),
        ("灯体钢材", "组装用电", "公路运输", "照明用电", "废钢回收"),
        "数据",
        "台",
        "摇篮到坟墓",
        ("阶段", "合计"),
    ),
    "en": Words(
        ("raw material acquisition", "production", "distribution", "use", "end of life"),
        ("steel of the body", "assembly", "road freight", "light", "scrap steel"),
        "data",
        "piece",
        "cradle-to-grave",
        ("stage", "total"),
    ),
}
AMOUNTS = (
    ("0.0012", "tonnes", STEEL),
    ("3.2", "kWh", GRID),
    ("0.45", "tonne.km", LORRY),
    ("120", "kWh", GRID),
    ("0.0012", "tonnes", SCRAP),
)
Printed: TypeAlias = tuple[tuple[str, str], ...]
PRINTED = (
    ("3.44", "4.60"),
    ("1.85", "2.48"),
    ("0.05", "0.06"),
    ("69.32", "92.85"),
    ("0.01", "0.01"),
    ("74.66", "100"),
)
"""The report's stages and total, with their shares, of 74.6607 kgCO2e."""
PRINTED_WITH_ANSWER = (
    ("1.73", "2.38"),
    ("1.85", "2.53"),
    ("0.05", "0.06"),
    ("69.32", "95.02"),
    ("0.01", "0.01"),
    ("72.96", "100"),
)
"""The same with the supplier's steel: 74.6607 − 3.4367 + 1.7331 = 72.9571 kgCO2e."""


def source_toml(edition: str) -> str:
    words = WORDS[edition[:2]]
    return f"""
based_on = "product-{edition}"
title = "Lamp"
subject = "Lamp"
about = "Lamp"
[product]
name = "GL-1"
functional_unit = "1 {words.unit}"
boundary = "{words.boundary}"
period_start = 2025-01-01
period_end = 2025-12-31
service_life_years = 3
gwp_set = "AR5"
[factors]
ids = ["{GRID}", "{STEEL}", "{LORRY}", "{SCRAP}"]
spare = 2
[rows]
activities = 9
processes = 7
allocation = 3
declared = 8
justifications = 6
[suppliers]
parts = 2
answers = 3
history = 3
"""


@cache
def lamp(edition: str, printed: Printed = PRINTED) -> tuple[bytes, ProductLayout]:
    """The lamp by edition: zh, en, zh-native, en-native; and where everything stands in it."""
    with tempfile.TemporaryDirectory() as folder:
        for id in ("product-zh", "product-en", f"product-{edition}"):
            shutil.copytree(WORKBOOKS / id, Path(folder) / id, dirs_exist_ok=True)
        case = Path(folder) / "lamp"
        case.mkdir()
        (case / "workbook.toml").write_text(source_toml(edition), "utf-8")
        for name, text in tables(WORDS[edition[:2]], printed).items():
            (case / f"{name}.csv").write_text(text, "utf-8")
        return build_workbook(case), layout_of(case)


def layout_of(case: Path) -> ProductLayout:
    source = read_source(case)
    return lay_out(source, len(STAGES), len(checks.checks_of(source)), len(native.UNITS))


def tables(words: Words, printed: Printed) -> Mapping[str, str]:
    """The lamp's tables as .csv."""
    unit = f"kgCO2e/{words.unit}"
    activities = "".join(
        f"{stage},{process},{process},{words.data},{amount},{of},{factor},{part}\n"
        for stage, process, (amount, of, factor), part in zip(
            words.stages, words.processes, AMOUNTS, ("P-01", "", "", "", ""), strict=True
        )
    )
    *stages, (total, whole) = printed
    declared = "".join(
        f"{words.items[0]},T1,{stage},{emission},{unit},{share}\n"
        for stage, (emission, share) in zip(words.stages, stages, strict=True)
    )
    return {
        "activities": "stage,process,activity,status,quantity,unit,factor_id,part_id\n"
        + activities,
        "allocation": "month,voucher,medium,total,unit,product,basis_product,basis_total,output\n"
        "2025,V-1,electricity,6400,kWh,GL-1,2000,2000,2000\n",
        "parts": "part_id,part,supplier_id,supplier,amount,unit,mass_kg,kind,contact,lang,due\n"
        "P-01,body,SUP-A,Steel Ltd,1.2,kg,1,,a@example.com,en,2026-12-31\n",
        "declared": "item,place,stage,emission,emission_unit,share\n"
        f"{declared}{words.items[1]},T1,,{total},{unit},{whole}\n",
        "justifications": "code,cell,reason,who,date\n"
        "G01,cfp_gwp_set,the factors of the United Kingdom are in AR5,N.N.,2026-11-23\n"
        f"F06,activities:{words.stages[2]}/{words.processes[2]}/{words.processes[2]},"
        "no upstream of this lorry is published,N.N.,2026-11-23\n",
    }


@cache
def answered_lamp() -> tuple[bytes, ProductLayout]:
    """The lamp with its steel from a supplier: 50,000 kWh for 20,000 kg of bodies.

    50000 × 0.5777 / 20000 = 1.44425 kgCO2e/kg; × 1.2 = 1.7331 in place of 3.4367.
    """
    data, layout = lamp("zh", PRINTED_WITH_ANSWER)
    line = AnswerLine(
        item="electricity",
        kind="activity_data",
        as_answered="50000 kWh",
        quantity=50_000.0,
        unit="kWh",
        factor_id=GRID,
        factor_kgco2e=0.5777,
        output=20_000.0,
        output_unit="kg",
        cell=CellRef("填报", "D12"),
    )
    answer = Accepted(
        part_id="P-01",
        supplier_id="SUP-A",
        supplier="Steel Ltd",
        kind="activity_data",
        kgco2e_per_unit=1.44425,
        unit="kg",
        lines=(line,),
        file="SUP-A_P-01.xlsx",
        sha256="a" * 64,
        period="2025-01-01/2025-12-31",
        year=2025,
        lang="en",
    )
    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder) / "lamp.xlsx"
        box.write_bytes(data)
        apply(open_file(box), (answer,), box, "2026-11-23")
        return box.read_bytes(), layout


@cache
def meter_box() -> tuple[bytes, ProductLayout]:
    """The shipped worked example, with its eight justified findings."""
    return (WORKBOOKS / "bxd2.xlsx").read_bytes(), layout_of(WORKBOOKS / "bxd2")


@cache
def strangers_workbook() -> bytes:
    """Not of our schema: a footprint in one sheet, written by XlsxWriter with its values.

    3.4 × 2.1 = 7.14; 12 × 0.5777 = 6.9324; 1.5 × 0.11 = 0.165; in all 14.2374.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Footprint")
    sheet.write_row(0, 0, ("Item", "Amount", "Factor", "kgCO2e"))
    rows = (("steel", 3.4, 2.1), ("electricity", 12, 0.5777), ("freight", 1.5, 0.11))
    for row, (name, amount, factor) in enumerate(rows, 1):
        sheet.write_row(row, 0, (name, amount, factor))
        sheet.write_formula(row, 3, f"B{row + 1}*C{row + 1}", None, amount * factor)
    sheet.write(4, 0, "Total")
    sheet.write_formula(4, 3, "SUM(D2:D4)", None, 3.4 * 2.1 + 12 * 0.5777 + 1.5 * 0.11)
    book.close()
    return out.getvalue()


@cache
def strangers_model() -> bytes:
    """Not of our schema: stages and amounts in two sheets, written by openpyxl, then calculated."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Inventory"
    sheet.append(("stage", "item", "kg", "kgCO2e/kg", "kgCO2e"))
    for row, values in enumerate(
        (
            ("materials", "PP", 0.8, 1.9),
            ("materials", "ABS", 0.3, 3.1),
            ("packaging", "card", 0.2, 0.9),
        ),
        2,
    ):
        sheet.append((*values, f"=C{row}*D{row}"))
    summary = book.create_sheet("Summary")
    for stage in ("materials", "packaging"):
        summary.append((stage, f'=SUMIFS(Inventory!E2:E4,Inventory!A2:A4,"{stage}")'))
    summary.append(("total", "=SUM(B1:B2)"))
    summary.append(("share", "=B1/B3"))
    out = io.BytesIO()
    book.save(out)
    return refreshed(out.getvalue(), Path("model.xlsx"))
