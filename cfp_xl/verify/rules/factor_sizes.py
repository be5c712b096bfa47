"""N09 on factors: a value, a fuel's parameter or a bridge of an unlikely or impossible size."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.product import Row
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.flows import is_fuel, scaled
from cfp_xl.verify.plausibility import IMPOSSIBLE, Range, has_word, range_of, ranges
from cfp_xl.verify.rule import rule
from cfp_xl.verify.rules.rows import row_name

PARAMETERS = ("ncv", "carbon_content", "oxidation")


@rule("N09", reads=("activities", "factors"))
def factors_have_a_possible_size(case: Case) -> Iterator[Finding]:
    """N09: a factor of one's own is within the range of its kind; a shipped one is held by F01."""
    for record in case.product.rows("factors"):
        id = text_of(record.values.get("id"))
        factor = _of_sheet(case, id)
        if factor is None or case.shipped(id) is not None:
            continue
        yield from _value(case, record, factor)
        yield from _parameters(record, factor)


def _of_sheet(case: Case, id: str) -> Factor | None:
    """The sheet's factor; None where it can't be used, which has its own finding."""
    try:
        return case.product.sheet_factors.get(id) if id else None
    except Explained:
        return None


def _value(case: Case, record: Row, factor: Factor) -> Iterator[Finding]:
    found = range_of_factor(case, factor)
    value = _kgco2e_per(factor, found.per) if found else None
    if found is None or value is None or value <= 0:
        return
    if judged := found.judge(value):
        yield finding(
            "N09",
            case.at(record, "value"),
            case="factor",
            seen=f"{value:.6g}",
            expected=found.usual,
            severity=severity_of(judged),
            factor=factor.id,
            unit=f"kgCO2e/{found.per}",
            kind=found.name,
        )


def severity_of(judged: str) -> Severity:
    """An error for the impossible, a warning for the unlikely."""
    return Severity.ERROR if judged == IMPOSSIBLE else Severity.WARNING


def range_of_factor(case: Case, factor: Factor) -> Range | None:
    """The range of the factor's kind: by its own words, else by those of its activities, else by
    its unit alone."""
    fuel = is_fuel(case, factor)
    fitting = [r for r in ranges("factor") if scaled(factor.per_unit, r.per) and r.is_fuel <= fuel]
    own = f"{case.category(factor)} {factor.name.zh} {factor.name.en} {factor.id}"
    used = " ".join(
        text_of(row.activity.activity)
        for row in case.footprint.rows
        if folded(text_of(row.activity.factor_id)) == folded(factor.id)
    )
    for text in (own, used):
        for one in fitting:
            if has_word(text, one.words) or (one.is_fuel and not one.words):
                return one
    return next((one for one in fitting if not one.words), None)


def _kgco2e_per(factor: Factor, unit: str) -> float | None:
    try:
        return factor.kgco2e_per(unit)
    except Explained:
        return None


def _parameters(record: Row, factor: Factor) -> Iterator[Finding]:
    for column in PARAMETERS:
        value = record.values.get(column)
        found = range_of("parameter", column)
        if not isinstance(value, float) or value <= 0:
            continue
        if column == "ncv":
            scale = scaled(record.text("ncv_unit"), found.per)
            if scale is None:
                continue
            value *= scale
        if judged := found.judge(value):
            yield finding(
                "N09",
                record.cell(column),
                case="parameter",
                seen=f"{value:.6g}",
                expected=found.usual,
                severity=severity_of(judged),
                factor=factor.id,
                unit=found.per if found.per != "1" else "–",
            )


@rule("N09", "U03", reads=("activities", "factors"))
def bridges_have_a_possible_size(case: Case) -> Iterator[Finding]:
    """N09: heating values and densities of fuels; U03: a bridge between units that need none."""
    for row in case.footprint.rows:
        factor, bridge = case.factor(row), row.activity.bridge
        if factor is None or not row.kgco2e or not isinstance(bridge, float):
            continue
        where = case.at(row.activity, "bridge")
        if scaled(text_of(row.activity.unit), factor.per_unit):
            # With its unit it may tell the mass of a part whose factor is per piece: no mistake.
            if not text_of(row.activity.bridge_unit):
                seen = f"{bridge:.6g}"
                yield finding("U03", where, case="idle_bridge", seen=seen, row=row_name(row))
            continue
        if found := _of_bridge(case, row_name(row), factor, text_of(row.activity.bridge_unit)):
            value = bridge * conversion(text_of(row.activity.bridge_unit), found.per)
            if judged := found.judge(value):
                yield finding(
                    "N09",
                    where,
                    case="bridge",
                    seen=f"{value:.6g}",
                    expected=found.usual,
                    severity=severity_of(judged),
                    row=row_name(row),
                    unit=found.per,
                    kind=found.name,
                )


def _of_bridge(case: Case, text: str, factor: Factor, unit: str) -> Range | None:
    words = f"{text} {factor.name.zh} {factor.name.en}"
    for one in ranges("bridge"):
        if scaled(unit, one.per) is None or (one.words and not has_word(words, one.words)):
            continue
        # A bridge from mass to energy is a heating value for fuels only: it may be the power
        # that a kilogram takes.
        if one.id != "heating_value" or is_fuel(case, factor):
            return one
    return None
