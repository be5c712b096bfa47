"""Rules on factors: F01 provenance and value, the pinned sets, F03 year."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from functools import partial

from cfp_xl.findings import BLANK, CellRef, Finding, Severity, finding
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.columns import column, columns
from cfp_xl.footprint.factor_boundary import COLUMN as BOUNDARY
from cfp_xl.footprint.factor_boundary import find_factor_boundary
from cfp_xl.footprint.factor_choice import CHOICE, chosen_name
from cfp_xl.footprint.factors import Factor, builtin, builtin_sets, parse_pin, pin_text
from cfp_xl.footprint.product import Fact, Period, Row, period
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.serial_dates import moment_of
from cfp_xl.messages import Explained
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.rows import row_name

PROVENANCE = ("source", "publisher", "year", "region")


@rule("F01", reads=("factors",))
def factors_are_sourced(case: Case) -> Iterator[Finding]:
    """F01: a factor of the library has its value, units, region and year; any other its source."""
    for record in case.product.rows("factors"):
        id = text_of(record.values.get("id"))
        known = case.shipped(id)
        if not id:
            yield finding("F01", case.at(record, "id"), case="no_id")
        elif known is not None:
            yield from _differences(case, record, known)
        else:
            for missing in (field for field in PROVENANCE if not record.text(field)):
                heading = column("factors", missing).heading
                where = record.cell(missing)
                yield finding("F01", where, case="no_source", factor=id, column=heading)


def _differences(case: Case, record: Row, known: Factor) -> Iterator[Finding]:
    value = record.values.get("value")
    expected = known.value * _conversion(known, record)
    tolerance = limits("factor")["tolerance"] * abs(expected)
    if isinstance(value, float) and not abs(value - expected) <= tolerance:
        yield finding(
            "F01",
            odd_cell(case, record, known),
            case="lower" if value < expected else "",
            seen=f"{value:.15g}",
            expected=f"{expected:.15g}",
            factor=known.id,
            unit=f"{known.unit}/{known.per_unit}",
        )
    stated = known.cells("zh")
    for copied in (one for one in columns("factors") if one.copied):
        id, right = copied.id, stated.get(copied.id)
        seen = record.values.get(id)
        is_left_out = copied.copied == "same_or_blank" and not text_of(seen)
        is_unknown = not right and not text_of(seen)
        if id not in record.columns or is_unknown or is_left_out:
            continue
        if not right and copied.copied == "same_or_blank":
            continue  # what the source does not say, a workbook may
        if id == "date" and isinstance(seen, float):
            seen = _date(seen, date_1904=case.workbook.date_1904).isoformat()
        if not _says(id, seen, right):
            yield finding(
                "F01",
                record.cell(id),
                case="column",
                seen=text_of(seen) or BLANK,
                expected=right or BLANK,
                factor=known.id,
                column=copied.heading,
            )


def odd_cell(case: Case, record: Row, known: Factor) -> CellRef:
    """Where a factor's amount went wrong: the unit that was changed, where the number is the
    library's own; else the number."""
    value = record.values.get("value")
    if isinstance(value, float) and math.isclose(value, known.value, rel_tol=1e-9):
        for column, right in (("unit", known.unit), ("per_unit", known.per_unit)):
            if folded(record.text(column)) != folded(right):
                return record.cell(column)
    return case.at(record, "value")


def _says(column: str, seen: object, right: str | float | None) -> bool:
    """Whether a cell says what the library says; a unit may be any that converts, a boundary in
    any of its spellings."""
    if column == BOUNDARY:
        try:
            return find_factor_boundary(text_of(seen)).id == right
        except Explained:
            return False
    if column in ("unit", "per_unit"):
        try:
            return conversion(text_of(seen), str(right)) > 0
        except Explained:
            return False
    if right is None or right == "":
        return False
    if isinstance(right, float) and isinstance(seen, float):
        return bool(abs(seen - right) <= limits("factor")["tolerance"] * abs(right))
    return folded(text_of(seen)) == folded(str(right))


def _conversion(known: Factor, record: Row) -> float:
    """From the library's units to the row's; 1 where they don't convert, which is told apart."""
    unit, per_unit = (text_of(record.values.get(c)) for c in ("unit", "per_unit"))
    try:
        return conversion(known.unit, unit) / conversion(known.per_unit, per_unit)
    except Explained:
        return 1.0


@rule("F01", reads=("activities", "factors"))
def names_are_those_of_their_ids(case: Case) -> Iterator[Finding]:
    """F01: the name in `name [unit] | id` is that of the factor which the id leads to."""
    records = {record.row: record for record in case.product.rows("activities")}
    fits: dict[str, bool] = {}
    for row in case.footprint.rows:
        factor, origin = case.factor(row), row.activity.origin
        record = records.get(origin.row) if origin else None
        typed = record.text("factor_id") if record else ""
        if factor is None or record is None or fits.get(typed):
            continue
        name = chosen_name(typed)
        fits[typed] = not name or _is_name_of(case, factor, name)
        if not fits[typed]:
            yield finding(
                "F01",
                record.cell("factor_id"),
                case="name",
                seen=name,
                called=factor.name,
                factor=factor.id,
                row=row_name(row),
            )


def _is_name_of(case: Case, factor: Factor, name: str) -> bool:
    known = case.shipped(factor.id)
    names = {name for one in (factor, known) if one for name in (*_names(one), "")}
    return folded(name) in map(folded, names)


def _names(factor: Factor) -> tuple[str, ...]:
    """As its set and our templates write it: a stroke within a name would part it from its id."""
    names = (factor.name.zh, factor.name.en, factor.translation)
    return (*names, *(name.replace(CHOICE, ", ") for name in names))


@rule("F01", reads=("activities", "factors", "factor_set"))
def sets_are_pinned(case: Case) -> Iterator[Finding]:
    """F01: the workbook names its factor sets with version and hash, and they are those shipped."""
    declared = case.product.factor_set
    used = sorted({f.set_id for f in _used_library_factors(case)})
    if declared is None:
        yield finding("F01", case="no_pin_name")
        return
    text = declared.text
    if not text:
        expected = pin_text(builtin(id) for id in used)
        yield finding("F01", declared.where, case="no_pin", seen=BLANK, expected=expected)
        return
    for pin in filter(None, (part.strip() for part in re.split(r"[;；\n]", text))):
        yield from _pin_findings(pin, declared.where)
    pinned = {_set_id(pin) for pin in re.split(r"[;；\n]", text)}
    for id in used:
        if id in pinned:
            continue
        yield finding(
            "F01",
            declared.where,
            case="set_not_pinned",
            seen=text,
            expected=builtin(id).pin,
            set=id,
        )


def _pin_findings(text: str, where: CellRef | None) -> Iterator[Finding]:
    try:
        pin = parse_pin(text)
    except Explained as mistake:
        yield finding("F01", where, case="bad_pin", seen=text, why=mistake)
        return
    if pin.id not in builtin_sets():
        known = tuple(builtin_sets())
        yield finding("F01", where, case="unknown_set", seen=text, known=known)
    elif not pin.fits(builtin(pin.id)):
        yield finding("F01", where, case="other_set", seen=text, expected=builtin(pin.id).pin)


def _set_id(pin: str) -> str:
    return pin.strip().partition("@")[0].strip()


def _used_library_factors(case: Case) -> Iterator[Factor]:
    for factor, _ in case.factors_in_use:
        if shipped := case.shipped(factor.id):
            yield shipped


@rule("F03", reads=("activities", "factors", "period", "report_date"), schemas=(PRODUCT,))
def factors_fit_the_period(case: Case) -> Iterator[Finding]:
    """F03: the factor's year is near the period of the data; thresholds are parameters."""
    declared = case.product.period
    if declared is None:
        yield finding("F03", case="no_name")
        return
    span = declared.value
    if span is None or (problem := _odd_period(declared)):
        yield finding("F03", declared.where, case=problem if span else "no_period")
        return
    first, last = span.start.year, span.end.year
    now = _year_now(case)
    if now is not None and last > now:
        yield finding("F03", declared.where, case="future", seen=last, expected=now)
    gap = limits("year_gap")
    seen: set[str] = set()
    for factor, (row, *_) in case.factors_in_use:
        if factor.year is None or factor.id in seen:
            continue
        seen.add(factor.id)
        years_off = max(first - factor.year, factor.year - last, 0)
        if years_off == 0:
            continue
        if years_off <= gap["info_years"]:
            severity = Severity.INFO
        elif years_off <= gap["warning_years"]:
            severity = Severity.WARNING
        else:
            severity = Severity.ERROR
        yield finding(
            "F03",
            _year_cell(case, factor, row),
            seen=factor.year,
            expected="–".join(dict.fromkeys((str(first), str(last)))),
            severity=severity,
            factor=factor.id,
            years=years_off,
        )


def _year_cell(case: Case, factor: Factor, row: RowResult) -> CellRef:
    for record in case.product.rows("factors"):
        if folded(record.text("id")) == folded(factor.id) and "year" in record.columns:
            return record.cell("year")
    return case.at(row.activity, "factor_id")


def _odd_period(declared: Fact[Period]) -> str:
    """What is wrong with a period of two dates: one is blank, or the last comes first."""
    bounds = declared.where.bounds if declared.where else None
    dates = [value for value in declared.typed if isinstance(value, float)]
    if bounds is None or (bounds[2] - bounds[0] + 1) * (bounds[3] - bounds[1] + 1) != 2:
        return ""
    if len([value for value in declared.typed if str("" if value is None else value).strip()]) == 1:
        return "half_period"
    return "inverted" if len(dates) == 2 and dates[0] > dates[1] else ""


def _year_now(case: Case) -> int | None:
    """The year in which the report was or is made: of `--as-of`, else of the report's own date."""
    if case.as_of:
        return date.fromisoformat(case.as_of).year
    dated = case.product.other_facts.get("report_date")
    if dated is None:
        return None
    day = period(dated.typed, partial(_date, date_1904=case.workbook.date_1904))
    return day.end.year if day else None


def _date(serial: float, *, date_1904: bool) -> date:
    """The day that a spreadsheet's number for it means, also where a typed date became one."""
    return moment_of(min(max(int(serial), 0), 2_900_000), date_1904=date_1904).date()
