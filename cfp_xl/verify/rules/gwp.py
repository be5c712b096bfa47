"""Rules on global warming potentials: G01 one set, G02 gases complete, G03 values."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import BLANK, Finding, finding
from cfp_xl.footprint.gwp import LATEST, circulating_gwp, find_gas, gwp, gwp_set
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained, Text
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.factor_boundaries import is_combustion
from cfp_xl.verify.rules.rows import row_name


@rule("G01", reads=("activities", "factors", "gwp_set"), schemas=(PRODUCT,))
def one_gwp_set(case: Case) -> Iterator[Finding]:
    """G01: the workbook names its GWP set, the latest or a justified one, and factors share it."""
    declared = case.product.gwp_set
    if declared is None:
        yield finding("G01", case="no_name")
        return
    text = declared.text
    if not text:
        yield finding("G01", declared.where, case="blank", seen=BLANK)
        return
    try:
        named = gwp_set(text)
    except Explained as mistake:
        yield finding("G01", declared.where, case="not_known", seen=text, why=mistake)
        return
    if named != LATEST:
        yield finding("G01", declared.where, seen=named, expected=LATEST)
    for factor, rows in case.factors_in_use:
        for row in rows if factor.gwp_set not in (None, named) else ():
            yield finding(
                "G01",
                case.at(row.activity, "factor_id"),
                case="mixed",
                seen=factor.gwp_set,
                expected=named,
                factor=factor.id,
                row=row_name(row),
            )


@rule("G02", reads=("activities", "factors"), schemas=(PRODUCT,))
def gases_are_complete(case: Case) -> Iterator[Finding]:
    """G02: combustion gives CH4 and N2O besides CO2, unless a factor counts them or a note says."""
    for factor, rows in case.factors_in_use:
        for row in rows if factor.is_co2_only and is_combustion(case, factor) else ():
            yield finding(
                "G02",
                case.at(row.activity, "factor_id"),
                seen=f"{factor.unit}/{factor.per_unit}",
                factor=factor.id,
                row=row_name(row),
            )


@rule("G03", reads=("factors", "gwp_set"), schemas=(PRODUCT,))
def gwp_values_hold(case: Case) -> Iterator[Finding]:
    """G03: a factor that is a gas's GWP has the value of the workbook's set (AR5 CH4 28, …)."""
    declared = case.product.gwp_set
    for record in case.product.rows("factors"):
        value = record.values.get("value")
        if not isinstance(value, float):
            continue
        named = record.values.get("gwp_set") or (declared.text if declared else None)
        if not _may_be_an_emission(text_of(record.values.get("category"))):
            continue  # a gas that is bought, with the footprint of making it
        name = text_of(record.values.get("name"))
        expected = _gwp_of(name, text_of(named))
        units = [text_of(record.values.get(column)) for column in ("unit", "per_unit")]
        if not expected or not _is_mass_per_mass(*units):
            continue
        value_kg_per_kg = value * conversion(units[0], "kgCO2e") / conversion(units[1], "kg")
        if any(abs(value_kg_per_kg - right) <= _tolerance(name, right) for right in expected):
            continue
        circulating = _circulating(name, text_of(named), value_kg_per_kg)
        yield finding(
            "G03",
            case.at(record, "value"),
            case="circulates" if circulating else "",
            seen=text_of(value),
            expected=" / ".join(f"{right:.10g}" for right in dict.fromkeys(expected)),
            gas=name,
            set=text_of(named),
            why=circulating,
        )


def _tolerance(gas: str, gwp: float) -> float:
    """A gas has the digits of its table; a blend is computed, and printed without decimals."""
    exact: float = limits("factor")["tolerance"] * gwp
    return max(exact, 0.5) if find_gas(gas).is_blend and gwp >= 10 else exact


def _circulating(name: str, set: str, value: float) -> Text | None:
    """Why a value that is not the table's goes about nevertheless; None where it does not."""
    known = circulating_gwp(find_gas(name).id, gwp_set(set) if set else LATEST)
    return known.why if known and known.value == value else None


def _may_be_an_emission(category: str) -> bool:
    """Whether a factor of this category is what a kilogram of gas does in the air; a category
    that is left blank does not say."""
    return not category or folded(category) in limits("words")["gas_emission_categories"]


def _gwp_of(name: str, set: str) -> tuple[float, ...] | None:
    """The GWPs a name may stand for (methane of either origin too); None where it is no gas."""
    try:
        gas, report = find_gas(name), gwp_set(set) if set else LATEST
        return tuple(
            gwp(variant, report)
            for variant in (gas.id, f"{gas.id}-fossil", f"{gas.id}-nonfossil")
            if _is_given(variant, report)
        )
    except Explained:
        return None


def _is_given(gas: str, report: str) -> bool:
    try:
        return gwp(gas, report) > 0
    except Explained:
        return False


def _is_mass_per_mass(unit: str, per_unit: str) -> bool:
    try:
        return conversion(unit, "kgCO2e") > 0 and conversion(per_unit, "kg") > 0
    except Explained:
        return False
