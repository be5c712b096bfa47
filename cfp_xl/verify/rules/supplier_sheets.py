"""A supplier's sheet by itself: its formulas, what it says of its own answers, the size of these.

Whoever takes the answer in judges it by more than that (`suppliers/`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.schema.opened import opened
from cfp_xl.schema.seal import differences_from_template, has_seal
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import EVERYTHING, SUPPLIER, rule
from cfp_xl.workbook.model import Workbook

MISSING = "▶"
COMPLAINTS = ("✗", "？", MISSING)
"""How the sheet begins what it says of an answer that is wrong, odd or not there."""
MOST_DIFFERENCES = 60
"""A sheet that differs in more cells is of another version, or rows were put in."""
INTENSITY = {"energy": "kWh", "gas": "Nm3", "volume": "m3", "freight": "t·km"}


@rule("N01", "W40", "W41", reads=(EVERYTHING,), schemas=(SUPPLIER,))
def formulas_are_the_templates(case: Case) -> Iterator[Finding]:
    """Without a seal of its own, a sheet is held against the seal of the template it came from."""
    if has_seal(case.workbook):
        return
    found = [
        differences_from_template(case.workbook, template)
        for template in _templates_of(case.workbook)
    ]
    fewest = min(found, key=len, default=())
    if len(fewest) <= MOST_DIFFERENCES:
        yield from fewest


def _templates_of(workbook: Workbook) -> Iterator[Workbook]:
    """Today's templates that have the same sheets."""
    for file in sorted(one.name for one in _folder().iterdir()):
        template = _template(file)
        if template.by_name.keys() == workbook.by_name.keys():
            yield template


def _folder() -> Traversable:
    return files("cfp_xl").joinpath("data", "supplier")


@cache
def _template(file: str) -> Workbook:
    data = _folder().joinpath(file).read_bytes()
    return opened(data, Path(file)).workbook


@rule("V10", reads=(EVERYTHING,), schemas=(SUPPLIER,))
def answers_are_complete_and_possible(case: Case) -> Iterator[Finding]:
    """V10: the sheet itself says that an answer is missing, wrong or to be looked at.

    A sheet that nobody has begun to fill in lacks everything, which is no finding.
    """
    complaints = [
        (sheet.ref(row, column), cell.value)
        for sheet in case.workbook.sheets
        for (row, column), cell in sheet.cells.items()
        if cell.formula is not None
        and isinstance(cell.value, str)
        and cell.value.startswith(COMPLAINTS)
    ]
    is_begun = bool(case.footprint.rows) or _number(case, "in_output") is not None
    if is_begun or not all(said.startswith(MISSING) for _, said in complaints):
        for where, said in complaints:
            yield finding("V10", where, case="answer", seen=said)


@rule("N09", reads=(EVERYTHING,), schemas=(SUPPLIER,))
def amounts_fit_the_mass(case: Case) -> Iterator[Finding]:
    """N09: energy, gas, water and freight for one kilogram of product, within what is usual."""
    product_kg = _product_kg(case)
    for row in case.footprint.rows if product_kg else ():
        for kind, unit in INTENSITY.items():
            amount = _amount(row.activity.quantity, text_of(row.activity.unit), unit)
            if amount is None or not product_kg:
                continue
            low, high = limits("supplier_intensity")[kind]
            if not low <= amount / product_kg <= high:
                yield finding(
                    "N09",
                    case.at(row.activity, "quantity"),
                    case="supplier",
                    seen=f"{amount / product_kg:.4g}",
                    expected=f"{low:g}–{high:g}",
                    row=text_of(row.activity.activity),
                    unit=unit,
                    product_kg=f"{product_kg:.6g}",
                )


def _product_kg(case: Case) -> float | None:
    """The mass of all that was made; None where it is not stated in pieces and mass, or mass."""
    output, mass_kg = (_number(case, name) for name in ("in_output", "in_mass_kg"))
    unit = case.product.other_facts.get("for_unit")
    as_mass = _amount(output, unit.text if unit else "", "kg")
    return as_mass or (output * mass_kg if output and mass_kg else None)


def _number(case: Case, name: str) -> float | None:
    fact = case.product.other_facts.get(name)
    typed = fact.typed[0] if fact and fact.typed else None
    return typed if isinstance(typed, float) else None


def _amount(quantity: object, unit: str, to: str) -> float | None:
    try:
        is_alike = isinstance(quantity, float) and same_dimension(unit, to)
        return quantity * conversion(unit, to) if is_alike and isinstance(quantity, float) else None
    except Explained:
        return None
