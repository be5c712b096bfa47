"""Workbooks set to *precision as displayed*: each number is rounded to what its format shows.

Excel rounds what is typed and what a formula gives, and goes on computing with that. Dates, times
and formats without digits of the number round nothing.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.builtin.format_code import AS_TEXT, PERCENT, SLASH, Section, sections_of
from cfp_xl.engine.builtin.fraction_format import nearest_fraction
from cfp_xl.engine.builtin.number_format import (
    chosen,
    digits_of,
    exponent_of,
    parted,
    quantized,
    without_commas,
)
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.cell_formats import GENERAL


def as_displayed(workbook: Workbook) -> Workbook:
    """The workbook with its constants as Excel holds them; any other workbook is itself."""
    if not workbook.is_as_displayed:
        return workbook
    return workbook.with_values(
        {
            sheet.name: {
                at: held(workbook, CellKey(sheet.name, *at), cell.value)
                for at, cell in sheet.cells.items()
                if cell.formula is None and isinstance(cell.value, float)
            }
            for sheet in workbook.sheets
        }
    )


def held(workbook: Workbook, key: CellKey, value: float) -> float:
    """What a cell keeps of a number; all of it, unless the workbook is such."""
    if workbook.rounded_by is None:
        return value
    return rounded(value, workbook.rounded_by[key.sheet].get((key.row, key.column), GENERAL))


def rounded(x: float, code: str) -> float:
    """The number that a format shows of `x`; `x` where it shows a date, a time or no digits."""
    section, _ = chosen(x, list(_sections(code)))
    if section is None or section.has("date", "elapsed"):
        return x
    if section.has("general") or AS_TEXT in section.tokens:
        return float(f"{x:.14e}")
    if not section.has("digit"):
        return x
    amount = float(_shown(abs(Decimal(f"{x:.14e}")), section))
    return -amount if x < 0 and amount else amount


@lru_cache(maxsize=1024)
def _sections(code: str) -> tuple[Section, ...]:
    return tuple(sections_of(code))


def _shown(amount: Decimal, section: Section) -> float | Decimal:
    tokens = list(section.tokens)
    if section.has("exponent"):
        at = next(i for i, token in enumerate(tokens) if token.kind == "exponent")
        whole, fraction = parted(tokens[:at])
        exponent = exponent_of(amount, whole, fraction)
        return quantized(amount.scaleb(-exponent), digits_of(fraction)).scaleb(exponent)
    power = 2 * tokens.count(PERCENT)
    if SLASH in tokens:
        return float(nearest_fraction(amount.scaleb(power), tokens) / 10**power)
    _, fraction, _, thousands = without_commas(tokens)
    power -= 3 * thousands
    return quantized(amount.scaleb(power), digits_of(fraction)).scaleb(-power)
