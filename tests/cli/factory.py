"""The factory of the tests: the tutorials' kettle, one more like it, and the LED bulb, of one site.

Every step is a user's: the tutorials are followed to their end, the site workbook is filled in, the
products take their shares of it, one supplier is asked once for the box of both kettles.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from cfp_xl.cli import run
from cfp_xl.schema.opened import refreshed
from cfp_xl.suppliers.fill import TypedAnswer, Used, fill
from tests.cli.tutorials import PAGES, steps, typed_into
from tests.exchange.site import write_site

A, B, LAMP = "kettle A.xlsx", "kettle B.xlsx", "lamp.xlsx"
PRODUCTS = (A, B, LAMP)
SITE = "site.xlsx"
NAMES = {A: "不锈钢电热水壶", B: "不锈钢电热水壶 B", LAMP: "LED bulb 9 W E27"}
KWH, NM3, GREEN_KWH = 4_000_000.0, 86_000.0, 240_000.0
PIECES = {A: 420_000.0, B: 280_000.0, LAMP: 2_400_000.0}
MACHINE_HOURS = {A: 50.0, B: 30.0, LAMP: 20.0}
FURNACE_HOURS = {A: 60.0, B: 40.0}
TABLES = {
    "Bills": (
        ("E-2025", "2025", "电力", KWH, "kWh", "工时", "yes"),
        ("G-2025", "2025", "天然气", NM3, "Nm3", "炉时", "yes"),
    ),
    "Outputs": (
        *(("产量", None, NAMES[one], pieces, "piece") for one, pieces in PIECES.items()),
        *(("工时", None, NAMES[one], hours, "h") for one, hours in MACHINE_HOURS.items()),
        *(("炉时", None, NAMES[one], hours, "h") for one, hours in FURNACE_HOURS.items()),
    ),
    "Certificates": (("GEC-7", "2025", "绿电", GREEN_KWH, "kWh", None, NAMES[LAMP]),),
    "Own factors": (
        ("OWN-SILICONE", "硅胶密封圈", 6.2, "kgCO2e", "kg", "CN", 2025.0, "AR6", "声明（示例）"),
        ("OWN-PV", "solar power", 0.05, "kgCO2e", "kWh", "CN", 2025.0, "AR5", "study", "example"),
    ),
    "Parts": (("P-BOX", "纸箱", "S01", "Box Ltd", "kg", 1.0, None, "s@example.com"),),
}
GREEN_POWER = {
    "Activities!A21": "production",
    "Activities!B21": "assembly",
    "Activities!C21": "green power",
    "Activities!F21": "kWh",
    "Activities!G21": "OWN-PV",
    "Activities!R21": "power",
}
SHARES = {
    "Allocation!A7": "power",
    "Activities!E13": "=Allocation!M7-Allocation!M9",
    "Activities!E21": "=Allocation!M9",
}
BOX = {
    "零部件!A7": "P-BOX",
    "零部件!B7": "纸箱",
    "零部件!C7": "S01",
    "零部件!E7": "0.35",
    "零部件!F7": "kg",
    "活动数据!Q14": "P-BOX",
}
PAPER_T, BOX_KWH, BOXES_KG = 550.0, 300_000.0, 500_000.0
ANSWER = TypedAnswer(
    {
        "contact_name": "Li",
        "contact": "li@boxes.example",
        "filled_on": date(2026, 3, 10),
        "site": "Wenzhou",
        "period_start": date(2025, 1, 1),
        "period_end": date(2025, 12, 31),
        "output": BOXES_KG,
        "data_kind": "activity_data",
        "has_material": "yes",
        "has_energy": "yes",
        "has_fuel": "no",
        "has_transport": "no",
        "has_waste": "no",
        "has_process": "no",
    },
    (
        Used("DESNZ2025-19_506_5156_15_1", PAPER_T, "t"),
        Used("CN-ELEC-CFP-2024", BOX_KWH, "kWh"),
    ),
)


def made(folder: Path) -> Path:
    """The folder with the three products and their site, the answer in both kettles."""
    kettle = followed("kettle.zh", folder / "kettle", "电热水壶.xlsx")
    bulb = followed("led-bulb.en", folder / "bulb", "bulb.xlsx", has_bills=False)
    shutil.move(kettle, folder / A)
    shutil.move(bulb, folder / LAMP)
    put(folder / A, BOX)
    shutil.copy(folder / A, folder / B)
    put(folder / B, {"产品!B7": NAMES[B]})
    write_site(folder / SITE, TABLES)
    put(folder / LAMP, GREEN_POWER)
    for name in PRODUCTS:
        command("fill", folder / name, "--from", folder / SITE, "--apply")
    put(folder / LAMP, SHARES)
    (folder / LAMP).write_bytes(refreshed((folder / LAMP).read_bytes(), folder / LAMP))
    asked = [word for name in (A, B) for word in ("--product", folder / name)]
    command("new", "supplier", *asked, "--out", folder / "out")
    (sheet,) = (folder / "out").glob("*.xlsx")
    answer_into(folder, sheet, ANSWER)
    (folder / "before").mkdir()
    shutil.copy(folder / B, folder / "before" / B)
    command("intake", folder / "in", *into(folder), "--apply", "--date", "2026-04-20")
    return folder


def answer_into(folder: Path, sheet: Path, answer: TypedAnswer) -> None:
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / sheet.name).write_bytes(fill(sheet.read_bytes(), answer, "zh", "part"))


def into(folder: Path) -> list[str | Path]:
    return [word for name in (A, B) for word in ("--into", folder / name)]


def followed(page: str, folder: Path, book: str, *, has_bills: bool = True) -> Path:
    """The tutorial's workbook: what it types and fills in, without its looks and checks."""
    shutil.copytree(PAGES / page.partition(".")[0], folder)
    for step in steps((PAGES / f"{page}.md").read_text("utf-8")):
        if isinstance(step, dict):
            typed = {at: text for at, text in step.items() if has_bills or at[0] != "Allocation"}
            (folder / book).write_bytes(typed_into(folder / book, typed))
        elif step[1] == "new" or ("--apply" in step and (has_bills or "allocation" not in step)):
            is_file = {word: word.endswith((".xlsx", ".csv")) for word in step[1:]}
            command(*(folder / word if is_file[word] else word for word in step[1:]))
    return folder / book


def put(file: Path, cells: Mapping[str, str]) -> None:
    apart = (cell.split("!") for cell in cells)
    typed = dict(zip(((sheet, at) for sheet, at in apart), cells.values(), strict=True))
    file.write_bytes(typed_into(file, typed))


def command(*words: str | Path) -> None:
    assert run([str(word) for word in words]) == 0, words
