"""Rules on units: U02 CO2 or CO2e, U04 the result's unit is the functional unit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.findings import BLANK, CellRef, Finding, Severity, finding
from cfp_xl.footprint.product import FunctionalUnit
from cfp_xl.footprint.unit_questions import unit_question
from cfp_xl.footprint.units import UnitMissing, UnitNotKnown, canonical
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.result_formulas import named_results
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.factor_boundaries import boundary_of
from cfp_xl.verify.rules.rows import row_name
from cfp_xl.workbook.formulas.canonical import function_names

RESULT_FUNCTIONS = frozenset({"CFP_TOTAL", "CFP_STAGE"})
_RESULT_UNIT = re.compile(
    r"(?:.*[\s(（])?(?:k?g|t|千克|吨)\s*CO2e?\s*[/／]\s*(?P<per>\S.*)", re.IGNORECASE
)
_ONE_UNIT = re.compile(
    r"(?P<amount>\d+(?:[.,]\d+)?)?\s*(?P<unit>[^\s()（）/／\d][^\s()（）/／]*)[)）]?"
)


@rule("U01", reads=("factors", "allocation"))
def units_are_known(case: Case) -> Iterator[Finding]:
    """U01: factors and bills state units that are known (for activities see the row's rules)."""
    for factor in case.product.rows("factors"):
        for column in ("unit", "per_unit"):
            if why := _unknown(factor.text(column)):
                yield finding(
                    "U01",
                    factor.cell(column),
                    case="factor",
                    seen=factor.text(column) or BLANK,
                    factor=factor.text("id"),
                    why=why,
                )
    for bill in case.product.rows("allocation"):
        if why := _unknown(bill.text("unit")):
            medium = bill.text("medium")
            seen = bill.text("unit") or BLANK
            where = bill.cell("unit")
            yield finding("U01", where, case="allocation", seen=seen, medium=medium, why=why)


@rule("U01", reads=("activities", "factors", "allocation"), schemas=(PRODUCT,))
def units_mean_one_thing(case: Case) -> Iterator[Finding]:
    """U01: “ton”, “T” and “gallon” are asked about; they count as the most usual meaning."""
    for where, unit in _unclear_units(case):
        if question := unit_question(unit):
            yield finding(
                "U01",
                where,
                case="which",
                seen=unit,
                expected=question.taken,
                meanings=question.meanings,
            )


def _unclear_units(case: Case) -> Iterator[tuple[CellRef, str]]:
    for row in case.product.inventory:
        for column in ("unit", "bridge_unit"):
            if unit_question(unit := text_of(getattr(row, column))):
                yield case.at(row, column), unit
    for table, columns in (("factors", ("unit", "per_unit")), ("allocation", ("unit",))):
        for record in case.product.rows(table):
            for column in columns:
                yield record.cell(column), record.text(column)


def _unknown(unit: str) -> Explained | None:
    """Why a unit can't be read; None where it can."""
    try:
        if not unit:
            raise UnitMissing()
        canonical(unit)
    except Explained as mistake:
        return mistake
    return None


@rule("U02", reads=("activities", "factors"))
def co2_is_not_co2e(case: Case) -> Iterator[Finding]:
    """U02: a factor in CO2 counts 1:1 as CO2e only with a note that says why."""
    for row in case.footprint.rows:
        factor = case.factor(row)
        if not row.kgco2e or factor is None or not factor.is_co2_only:
            continue
        # Which factors a supplier may choose is the buyer's affair, who reads of each line.
        severity = Severity.WARNING if case.schema.kind == "supplier" else None
        if severity is None and boundary_of(case, factor).id in ("combustion", "process"):
            # Burning and calcining give CO2 and say so; whether other gases lack is G02's matter.
            severity = Severity.INFO
        yield finding(
            "U02",
            case.at(row.activity, "factor_id"),
            seen=f"{factor.unit}/{factor.per_unit}",
            expected=f"kgCO2e/{factor.per_unit}",
            severity=severity,
            row=row_name(row),
            factor=factor.id,
        )


@rule("U04", reads=("functional_unit", "results"), schemas=(PRODUCT,))
def result_unit_is_the_functional_unit(case: Case) -> Iterator[Finding]:
    """U04: there is a functional unit (amount and unit), and results are stated per that unit."""
    declared = case.product.functional_unit
    if declared is None:
        yield finding("U04", case="no_name")
        return
    text, per = declared.text, declared.value
    if per is None:
        yield finding("U04", declared.where, case="blank" if not text else "no_unit", seen=text)
        return
    stated = list(_stated_units(case, per))
    if not stated:
        yield finding("U04", declared.where, case="not_stated", expected=f"kgCO2e/{per.unit}")
    for where, unit in stated:
        if unit != (per.amount, _comparable(per.unit)):
            yield finding(
                "U04",
                where,
                seen=text_of(case.value(where)),
                expected=f"kgCO2e/{per.unit if per.amount == 1 else text}",
                functional_unit=text,
            )


def _stated_units(case: Case, per: FunctionalUnit) -> Iterator[tuple[CellRef, tuple[float, str]]]:
    """The cells beside results that state a unit kgCO2e/…: amount and unit after the stroke."""
    with_named_results = {key.sheet for key, _ in named_results(case)}
    for sheet in case.workbook.sheets:
        functions = {
            name
            for run in sheet.columns.layout.runs
            if "CFP" in run.formula.text.upper()
            for name in function_names(run.formula.text)
        }
        if not functions & RESULT_FUNCTIONS and sheet.name not in with_named_results:
            continue
        for (row, column), cell in sorted(sheet.cells.items()):
            for line in cell.value.splitlines() if isinstance(cell.value, str) else ():
                if stated := _stated_unit(line.strip(), per):
                    yield sheet.ref(row, column), stated
                    break


def _stated_unit(line: str, per: FunctionalUnit) -> tuple[float, str] | None:
    """What a line's kgCO2e/… is per: `件`, `1台`, `10 kg`; None where it states no one unit."""
    match = _RESULT_UNIT.fullmatch(line)
    if match is None:
        return None
    if folded(match["per"]).removesuffix(")") == folded(per.unit).removesuffix(")"):
        return 1.0, _comparable(per.unit)
    unit = _ONE_UNIT.fullmatch(match["per"])
    if unit is None:
        return None
    return float((unit["amount"] or "1").replace(",", ".")), _comparable(unit["unit"])


def _comparable(unit: str) -> str:
    """A unit's one spelling; the text itself where it is no unit we know (a set, a batch)."""
    try:
        return canonical(unit)
    except UnitNotKnown:
        return unit.casefold()
