"""Workbooks to measure with: like a supplier's, any number of rows, cached values right.

Three sheets: `activities` (a row an activity: two lookups, a product, a check), `lists` (units and
factors) and `results` (SUMIFS by stage, total, share, checks). Only functions that every engine
has are used, so that their totals can be compared.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import xlsxwriter

STAGES = ("raw materials", "production", "distribution", "use", "end of life")
UNITS = {"kg": 1.0, "t": 1000.0, "g": 0.001, "kWh": 1.0, "MWh": 1000.0, "MJ": 1 / 3.6}
FACTOR_COUNT = 40
FIRST_STAGE_ROW, TOTAL_ROW = 2, 7
"""Rows of `results`, from 1, in column B."""
RESULTS = "results"
CHANGED_ROW, CHANGED_COLUMN = 2, 3
"""The quantity of the first activity: the one input that is changed."""
BILL_FACTORS = (
    "DESNZ2025-19_505_5120_15_1",
    "GBT51366-CARBON-STEEL",
    "GBT51366-FLAT-GLASS",
    "MOENV-STAINLESS-STEEL-COLD-ROLLED-COIL-2025",
)
DRAWN = range(2, 22)
"""The rows whose quantities are drawn, for many draws at once."""


@dataclass(frozen=True, slots=True)
class Activity:
    stage: str
    quantity: float
    unit: str
    factor_id: str


def write_supplier(path: Path, rows: int, *, seed: int) -> float:
    """Writes a workbook of `rows` activities and returns its total, kgCO2e."""
    random = Random(seed)
    factors = {f"F-{n:03}": round(random.uniform(0.01, 12), 4) for n in range(1, FACTOR_COUNT + 1)}
    activities = [_activity(random, list(factors)) for _ in range(rows)]
    emissions = [a.quantity * UNITS[a.unit] * factors[a.factor_id] for a in activities]

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("activities")
        sheet.write_row(
            0, 0, ["stage", "process", "quantity", "unit", "factor", "in base unit", "per unit",
                   "kgCO2e", "check"],
        )  # fmt: skip
        for index, (activity, emission) in enumerate(zip(activities, emissions, strict=True)):
            _write_activity(sheet, index + 1, activity, factors[activity.factor_id], emission)
        _write_lists(book.add_worksheet("lists"), factors)
        _write_results(book.add_worksheet(RESULTS), activities, emissions)
    return math.fsum(emissions)


def write_lambdas(path: Path, rows: int) -> float:
    """Writes a workbook in which every row calls a LAMBDA of its own; its total."""
    function = "_xlfn.LAMBDA(_xlpm.q,_xlpm.f,_xlfn.LET(_xlpm.x,_xlpm.q*_xlpm.f,_xlpm.x+1))"
    amounts = [(float(row), row / 8) for row in range(1, rows + 1)]
    emissions = [quantity * factor + 1 for quantity, factor in amounts]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("activities")
        for row, (amount, emission) in enumerate(zip(amounts, emissions, strict=True)):
            sheet.write_row(row, 0, amount)
            sheet.write_formula(row, 2, f"={function}(A{row + 1},B{row + 1})", None, emission)
        results = book.add_worksheet(RESULTS)
        total = f"=SUM(activities!C1:C{rows})"
        results.write_formula(TOTAL_ROW - 1, 1, total, None, math.fsum(emissions))
    return math.fsum(emissions)


def write_bill(path: Path, lines: int) -> None:
    """A list of parts as csv, each with one of the materials of the shipped sets."""
    random = Random(lines)
    amounts = [(random.uniform(0.001, 2), random.choice(BILL_FACTORS)) for _ in range(lines)]
    written = [
        f"P{number:05},part {number},{amount:.4f},kg,{factor_id}"
        for number, (amount, factor_id) in enumerate(amounts)
    ]
    text = "\n".join(["part no.,name,quantity,unit,factor_id", *written])
    path.write_text(f"{text}\n", encoding="utf-8")


def drawn_quantities(count: int) -> list[list[float]]:
    """For each draw a quantity for each of the rows DRAWN."""
    random = Random(12345)
    return [[random.lognormvariate(5, 0.1) for _ in DRAWN] for _ in range(count)]


def write_warm_up(path: Path) -> None:
    """The smallest workbook with a formula: what an engine loads at first use is loaded then."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(RESULTS)
        sheet.write_number("A1", 1)
        sheet.write_formula(f"B{TOTAL_ROW}", "=SUM(A1,1)", None, 2)


def _activity(random: Random, factor_ids: Sequence[str]) -> Activity:
    return Activity(
        stage=random.choice(STAGES),
        quantity=round(random.uniform(0.1, 5000), 3),
        unit=random.choice(list(UNITS)),
        factor_id=random.choice(factor_ids),
    )


def _write_activity(
    sheet: xlsxwriter.worksheet.Worksheet,
    row: int,
    activity: Activity,
    factor: float,
    emission: float,
) -> None:
    n = row + 1
    in_base, last_unit, last_factor = UNITS[activity.unit], len(UNITS) + 1, FACTOR_COUNT + 1
    sheet.write_string(row, 0, activity.stage)
    sheet.write_string(row, 1, f"process {row}")
    sheet.write_number(row, 2, activity.quantity)
    sheet.write_string(row, 3, activity.unit)
    sheet.write_string(row, 4, activity.factor_id)
    sheet.write_formula(row, 5, f"=VLOOKUP(D{n},lists!$A$2:$B${last_unit},2,FALSE)", None, in_base)
    sheet.write_formula(
        row, 6,
        f"=INDEX(lists!$E$2:$E${last_factor},MATCH(E{n},lists!$D$2:$D${last_factor},0))",
        None, factor,
    )  # fmt: skip
    sheet.write_formula(row, 7, f"=C{n}*F{n}*G{n}", None, emission)
    check = f'=IF(AND(ISNUMBER(C{n}),C{n}>=0,A{n}<>""),"OK","look at this row")'
    sheet.write_formula(row, 8, check, None, "OK")


def _write_lists(sheet: xlsxwriter.worksheet.Worksheet, factors: dict[str, float]) -> None:
    sheet.write_row(0, 0, ["unit", "in base unit", "", "factor", "kgCO2e per unit"])
    for row, (unit, in_base) in enumerate(UNITS.items(), start=1):
        sheet.write_row(row, 0, [unit, in_base])
    for row, (factor_id, value) in enumerate(factors.items(), start=1):
        sheet.write_row(row, 3, [factor_id, value])


def _write_results(
    sheet: xlsxwriter.worksheet.Worksheet,
    activities: Sequence[Activity],
    emissions: Sequence[float],
) -> None:
    last = len(activities) + 1
    total = math.fsum(emissions)
    sheet.write_row(0, 0, ["stage", "kgCO2e", "share"])
    for row, stage in enumerate(STAGES, start=FIRST_STAGE_ROW - 1):
        of_stage = math.fsum(
            emission
            for activity, emission in zip(activities, emissions, strict=True)
            if activity.stage == stage
        )
        sheet.write_string(row, 0, stage)
        ranges = f"activities!$H$2:$H${last},activities!$A$2:$A${last}"
        sheet.write_formula(row, 1, f"=SUMIFS({ranges},A{row + 1})", None, of_stage)
        sheet.write_formula(row, 2, f"=B{row + 1}/$B${TOTAL_ROW}", None, of_stage / total)
    sheet.write_string(TOTAL_ROW - 1, 0, "total")
    stages = f"B{FIRST_STAGE_ROW}:B{TOTAL_ROW - 1}"
    sheet.write_formula(TOTAL_ROW - 1, 1, f"=SUM({stages})", None, total)
    difference = f"ABS(B{TOTAL_ROW}-SUM(activities!$H$2:$H${last}))"
    sheet.write_formula(
        TOTAL_ROW, 1, f'=IF({difference}<0.000001*B{TOTAL_ROW},"OK","differs")', None, "OK"
    )
    sheet.write_formula(
        TOTAL_ROW + 1, 1, f'=COUNTIF(activities!$I$2:$I${last},"OK")', None, len(activities)
    )
