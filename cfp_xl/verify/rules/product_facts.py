"""B06: what a study says of its product is there, and a service life that is stated is used."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.footprint.product import Fact
from cfp_xl.messages import Text
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.flows import ENERGY, USE, InventoryFlow, flows_of
from cfp_xl.verify.plausibility import has_word, plausibility
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name

NAMES = ("product_name", "producer")
LIFE_NAMES = ("service_life_years", "service_life", "life_years", "life")
_YEARS = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:年|years?|yrs?|a)?\s*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TIMES_A_YEAR = (
    (365, ("每天", "每日", "日均", "per day", "a day", "daily", "/day", "/d")),
    (52, ("每周", "per week", "a week", "weekly")),
    (12, ("每月", "per month", "a month", "monthly")),
)


@rule("B06", reads=(EVERYTHING,), schemas=(PRODUCT,))
def the_product_is_named(case: Case) -> Iterator[Finding]:
    """B06: name and producer are filled in, where the workbook has a place for them."""
    facts: dict[str, tuple[Fact[str] | None, Text]] = {
        "product_name": (case.product.product_name, Text("产品名称", "product name")),
        "producer": (case.product.producer, Text("生产者", "producer")),
    }
    for name, (fact, what) in facts.items():
        if fact is not None and not fact.text:
            severity = Severity.ERROR if name == "product_name" else Severity.WARNING
            yield finding("B06", fact.where, case="blank", severity=severity, what=what)


@rule("B06", reads=(EVERYTHING,), schemas=(PRODUCT,))
def the_use_is_described(case: Case) -> Iterator[Finding]:
    """B06: of a full footprint with energy in use the function and the service life are stated."""
    boundary = case.product.boundary
    in_use = [flow for flow in flows_of(case).of(USE, kinds=ENERGY) if flow.kgco2e > 0]
    if not in_use or boundary is None or boundary.value is None:
        return
    if USE not in boundary.value.required:
        return
    for words, what, severity in (
        ("life", Text("使用寿命", "service life"), Severity.WARNING),
        ("function", Text("产品功能", "function of the product"), Severity.INFO),
    ):
        found = labelled(case, words)
        if found and not text_of(case.value(found)):
            yield finding("B06", found, case="blank", severity=severity, what=what)


@rule("B06", reads=(EVERYTHING,), schemas=(PRODUCT,))
def the_service_life_is_used(case: Case) -> Iterator[Finding]:
    """B06: energy in use is that of the whole service life, as far as the row says how it comes."""
    years = service_life_years(case)
    unit = case.product.functional_unit
    if not years or years < 2 or (unit and has_word(unit.text, ("年", "year", "a"))):
        return
    for flow in flows_of(case).of(USE, kinds=ENERGY):
        if flow.kgco2e > 0 and _is_of_one_year(flow, years):
            yield finding(
                "B06",
                case.at(flow.row.activity, "quantity"),
                case="one_year",
                seen=f"{flow.quantity:.6g} {flow.unit}",
                expected=f"{flow.quantity * years:.6g} {flow.unit}",
                row=row_name(flow.row),
                years=f"{years:g}",
            )


def service_life_years(case: Case) -> float | None:
    """The service life, as a number or as in `30 年`; None where none is stated."""
    found = service_life_cell(case)
    value = case.value(found) if found else None
    if isinstance(value, str) and (match := _YEARS.fullmatch(value)):
        value = float(match[1])
    return value if isinstance(value, float) and value > 0 else None


def service_life_cell(case: Case) -> CellRef | None:
    """Where the service life is stated: by its name, or by the label beside it."""
    for name in LIFE_NAMES:
        fact = case.product.other_facts.get(name)
        if fact and fact.where and fact.value not in (None, ""):
            return fact.where
    return labelled(case, "life")


def labelled(case: Case, words: str) -> CellRef | None:
    """The cell right of a label on the sheet that describes the product."""
    unit = case.product.functional_unit
    sheet = case.workbook.sheet(unit.where.sheet) if unit and unit.where else None
    if unit is None or unit.where is None or sheet is None:
        return None
    for (row, column), cell in sorted(sheet.cells.items()):
        is_label = isinstance(cell.value, str) and column == unit.where.column - 1
        if is_label and has_word(text_of(cell.value), plausibility("words")[words]):
            return sheet.ref(row, column + 1)
    return None


def _is_of_one_year(flow: InventoryFlow, years: float) -> bool:
    """Whether the numbers in a row's text give its quantity without the service life, or the text
    speaks of a year and names no number."""
    text = f"{flow.text} {text_of(flow.row.activity.reason)}"
    of_life = rf"(?<![\d.]){years:g}\s*(?:年|a\b|years?)"
    numbers = [float(n) for n in _NUMBER.findall(re.sub(of_life, " ", text))]
    if not numbers:
        says_life = re.search(of_life, text) is not None
        return not says_life and has_word(text, plausibility("words")["of_one_year"])
    times = next((n for n, words in _TIMES_A_YEAR if has_word(text, words)), 1)
    return math.isclose(math.prod(numbers) * times, flow.quantity, rel_tol=0.01) and (
        times > 1 or has_word(text, plausibility("words")["of_one_year"])
    )
