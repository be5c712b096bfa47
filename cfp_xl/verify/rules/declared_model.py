"""N11: what a published report prints is what the model gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.factors import Factor
from cfp_xl.footprint.printed import Printed, agrees
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.declared import Declared, declared_of
from cfp_xl.verify.declared.figures import Figure, figure, halves, to_kgco2e
from cfp_xl.verify.declared.identity import TOTAL, ResultKey
from cfp_xl.verify.declared.table import DeclaredEntry, place_name
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.side_by_side import SideBySide, side_by_side


@rule(
    "N11",
    reads=("declared", "activities", "factors", "functional_unit", "product_name"),
    schemas=(PRODUCT,),
)
def report_prints_the_models_figures(case: Case) -> Iterator[Finding]:
    """N11: total, stages, processes, quantities, units and factors of the report are the model's,
    each within the rounding of its printed digits."""
    yield from _differences(case, declared_of(case.product))


def differences_from_the_model(case: Case, declared: Declared) -> tuple[Finding, ...]:
    """N11 for each figure of a report, wherever it was read, that is not the model's."""
    return tuple(_differences(case, declared))


def _differences(case: Case, declared: Declared) -> Iterator[Finding]:
    both = side_by_side(case, declared)
    if both is None or both.names_nothing_of_the_model:
        return
    entries = both.entries
    for entry, key in zip(entries, both.keys, strict=True):
        if entry.item == "activity":
            row = both.row_of(entry)
            if row is not None:
                yield from _row_differences(case, both, entry, row)
        elif not (key.stage == TOTAL and key.process):
            shown = figure(entry, "emission")
            told = tuple(_result_difference(both, key, shown)) if shown else ()
            yield from told or _share_difference(both, key, entry)


def names_nothing_of_the_model(case: Case) -> bool:
    """Whether a report divides the footprint otherwise than the model, from its processes on: it
    can be checked by itself alone."""
    both = side_by_side(case, declared_of(case.product))
    return both is not None and both.names_nothing_of_the_model


def _result_difference(both: SideBySide, key: ResultKey, shown: Figure) -> Iterator[Finding]:
    """A printed total, stage or process against the model's."""
    _, amount = both.functional_unit
    if not both.is_per_functional_unit(shown):
        yield finding(
            "N11",
            shown.entry.where("emission_unit"),
            case="per",
            seen=shown.entry.text("emission_unit"),
            expected=_unit(both),
            also=_functional_unit(both.case),
            **_names(shown.entry),
        )
        return
    if key not in both.values:
        yield from _result_without_model(both, key, shown)
        return
    kgco2e = both.values[key]
    if kgco2e is None:
        yield finding("N11", shown.where, case="failed", seen=shown.text, **_names(shown.entry))
        return
    value = Decimal(kgco2e) / amount
    if abs(value - shown.value) > both.tolerance(key, shown):
        also = both.cells(key)
        if amount != 1 and abs(Decimal(kgco2e) - shown.value) <= both.tolerance(key, shown):
            also = _functional_unit(both.case)  # the figure fits, for another amount
        yield _difference(shown, f"{kgco2e:.8g} {_unit(both)}", value, also)


def _share_difference(both: SideBySide, key: ResultKey, entry: DeclaredEntry) -> Iterator[Finding]:
    """A printed share against that of the model's result, to a unit of its last digit: shares may
    be rounded so that they add up, or be of rounded emissions."""
    shown, total, part = figure(entry, "share"), both.values[ResultKey(TOTAL)], both.values.get(key)
    if shown is None or not total or part is None or key.stage == TOTAL:
        return
    value = Decimal(part) / Decimal(total) * 100
    if abs(value - shown.value) > 2 * shown.half_ulp:
        seen, expected = f"{shown.text.rstrip('%')} %", f"{value:.4g} %"
        names = _names(entry)
        yield finding(
            "N11", shown.where, seen=seen, expected=expected, also=both.cells(key), **names
        )


def _result_without_model(both: SideBySide, key: ResultKey, shown: Figure) -> Iterator[Finding]:
    """A stage with a figure that the model lacks, or under a name that stands for none of its
    stages while one of these is not in the same place of the report."""
    if key.process or not shown.value or any(one.stage == key.stage for one in both.values):
        return
    values = {"seen": shown.text, **_names(shown.entry)}
    if key.stage in both.case.footprint.stages:
        yield finding("N11", shown.where, case="absent", **values)
    elif left := both.stages_left_out(shown.entry):
        yield finding("N11", shown.entry.where("stage"), case="no_stage", stages=left, **values)


def _functional_unit(case: Case) -> tuple[CellRef, ...]:
    fact = case.product.functional_unit
    return (fact.where,) if fact and fact.where else ()


def _unit(both: SideBySide) -> str:
    fact = both.case.product.functional_unit
    return f"kgCO2e/{fact.text}" if fact else "kgCO2e"


def _difference(shown: Figure, expected: str, value: Decimal, also: Iterable[CellRef]) -> Finding:
    """An error; a warning where it agrees if trailing zeros are rounding."""
    coarse = shown.coarse
    is_unclear = coarse is not None and abs(value - coarse.value) <= coarse.half_ulp
    return finding(
        "N11",
        shown.where,
        seen=shown.text,
        expected=expected,
        severity=Severity.WARNING if is_unclear else None,
        also=also,
        **_names(shown.entry),
    )


def _names(entry: DeclaredEntry) -> dict[str, Any]:
    return {"row": entry.name, "place": place_name(entry)}


def _row_differences(
    case: Case, both: SideBySide, entry: DeclaredEntry, row: RowResult
) -> Iterator[Finding]:
    """A row of the report's inventory against its row in the model."""
    yield from _quantity_difference(case, entry, row)
    factor = case.factor(row)
    named = entry.text("factor_id").strip()
    if named and factor is not None and folded(named) != folded(factor.id):
        yield finding(
            "N11",
            entry.where("factor_id"),
            case="factor_id",
            seen=named,
            expected=factor.id,
            also=[case.at(row.activity, "factor_id")],
            **_names(entry),
        )
    elif not named and factor is not None:
        yield from _factor_difference(entry, factor, case.at(row.activity, "factor_id"))
    shown = figure(entry, "emission")
    if shown is None or row.kgco2e is None:
        return
    value = Decimal(row.kgco2e) / both.functional_unit[1]
    if abs(value - shown.value) > both.rounding(entry):
        where = case.at(row.activity, "quantity")
        yield _difference(shown, f"{row.kgco2e:.8g} kgCO2e", value, [where])


def _quantity_difference(case: Case, entry: DeclaredEntry, row: RowResult) -> Iterator[Finding]:
    """A printed quantity against the model's; one that prints none against a row that counts."""
    shown, amount = entry.figure("quantity"), row.activity.quantity
    if shown is None or not isinstance(amount, float):
        if shown is not None and shown.value and row.kgco2e == 0:
            yield _quantity(case, entry, row)
        return
    theirs, ours = entry.text("unit"), text_of(row.activity.unit)
    try:
        scale = Decimal(conversion(theirs or ours, ours))
    except Explained:
        yield finding(
            "N11",
            entry.where("unit"),
            case="unit",
            seen=theirs,
            expected=ours,
            also=[case.at(row.activity, "unit")],
            **_names(entry),
        )
        return
    if abs(Decimal(amount) - shown.value * scale) > _half_ulp(shown) * scale:
        yield _quantity(case, entry, row)


def _half_ulp(shown: Printed) -> Decimal:
    """Half a digit, and what a float loses of a decimal."""
    return shown.half_ulp + abs(shown.value) * Decimal(2) ** -50


def _quantity(case: Case, entry: DeclaredEntry, row: RowResult) -> Finding:
    amount = text_of(row.activity.quantity) or "—"
    return finding(
        "N11",
        entry.where("quantity"),
        case="quantity",
        seen=f"{entry.text('quantity')} {entry.text('unit')}".strip(),
        expected=f"{amount} {text_of(row.activity.unit)}".strip(),
        also=[case.at(row.activity, "quantity")],
        **_names(entry),
    )


def _factor_difference(entry: DeclaredEntry, factor: Factor, where: CellRef) -> Iterator[Finding]:
    """A printed factor with its unit against the factor of the model's row, by its digits."""
    shown, unit = entry.figure("factor"), entry.text("factor_unit")
    numerator, denominator = halves(unit)
    if shown is None or not denominator:
        return
    try:
        value = factor.kgco2e_per(denominator) / to_kgco2e(numerator)
    except Explained:
        return
    if not agrees(value, shown):
        yield finding(
            "N11",
            entry.where("factor"),
            case="factor",
            seen=f"{entry.text('factor')} {unit}",
            expected=f"{value:.6g} {unit} ({factor.id})",
            also=[where],
            **_names(entry),
        )
