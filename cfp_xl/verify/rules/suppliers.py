"""Rules on suppliers' data: S80 S81 factors and their answers, S82 S84 their use, D01 transport.

They look at the tables of parts, supplier data and history; without those there is nothing to find.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from cfp_xl.findings import BLANK, CellRef, Finding, Severity, finding
from cfp_xl.footprint.calculate import RowResult
from cfp_xl.footprint.emission import emission_kgco2e
from cfp_xl.footprint.factor import FACTOR_PREFIX, Factor
from cfp_xl.footprint.inventory import Activity
from cfp_xl.footprint.part_rows import FREIGHT, rows_of_part, transport_rows
from cfp_xl.footprint.product import Row
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained, text
from cfp_xl.schema.answer_history import history_of
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule

FIGURES = ("quantity", "factor_kgco2e", "output")


@rule("S80", "U02", reads=("factors", "answers", "history"), schemas=(PRODUCT,))
def supplier_factors_are_answers(case: Case) -> Iterator[Finding]:
    """S80: a supplier's factor is the sum of its answer's lines, by factors of the library.

    U02: a line by a factor of CO2 alone is told.
    """
    answers = _answers(case)
    for lines in answers.values():
        for line in lines:
            yield from _line(case, line)
    factors = {key: record for record, key in _supplier_factors(case)}
    for key, lines in answers.items():
        part, record = lines[0].text("part_id"), factors.get(key)
        values = [_value(line) for line in lines]
        if record is None:
            yield finding(
                "S80",
                lines[0].cell("part_id"),
                case="no_factor",
                part=part,
                factor=f"{FACTOR_PREFIX}{part}",
            )
        elif None not in values:
            total = math.fsum(value for value in values if value is not None)
            yield from _factor(record, lines[0].text("output_unit"), total)
            yield from _as_taken_in(case, lines[0], total)


def _factor(record: Row, unit: str, total_kgco2e: float) -> Iterator[Finding]:
    value, id = record.values.get("value"), record.text("id")
    expected_unit = f"kgCO2e/{unit}"
    seen_unit = f"{record.text('unit')}/{record.text('per_unit')}"
    try:
        ratio = conversion(seen_unit, expected_unit)
    except Explained:
        where = record.cell("per_unit")
        yield finding("S80", where, case="unit", seen=seen_unit, expected=expected_unit, factor=id)
        return
    if isinstance(value, float) and not _is_close(value * ratio, total_kgco2e):
        yield finding(
            "S80",
            record.cell("value"),
            seen=f"{value:.12g}",
            expected=f"{total_kgco2e / ratio:.12g}",
            factor=id,
        )


def _as_taken_in(case: Case, line: Row, total_kgco2e: float) -> Iterator[Finding]:
    """Lines and factor may be changed together; what the file gave stands in the history."""
    part = folded(line.text("part_id"))
    for entry in history_of(case.product.rows("history")):
        record = entry.record
        if entry.is_held or (entry.part, entry.sha256) != (part, line.text("sha256")):
            continue
        then = record.values.get("kgco2e_per_unit")
        if not isinstance(then, float) or not _is_close(total_kgco2e, then):
            yield finding(
                "S80",
                line.cell("part_id"),
                case="history",
                seen=f"{total_kgco2e:.12g}",
                expected=text_of(then) or BLANK,
                also=[record.cell("kgco2e_per_unit")],
                part=line.text("part_id"),
            )


def _line(case: Case, line: Row) -> Iterator[Finding]:
    for column in FIGURES:
        value = line.values.get(column)
        is_positive = isinstance(value, float) and (
            value > 0 or (value == 0 and column != "output")
        )
        if not is_positive:
            where, seen = line.cell(column), text_of(value)
            yield finding("S80", where, case="not_a_number" if seen else "blank", seen=seen)
    shipped, value = case.shipped(line.text("factor_id")), line.values.get("factor_kgco2e")
    if shipped is None and (named := line.text("factor_id")):
        where = line.cell("factor_id")
        yield finding("S80", where, case="unknown_factor", seen=named, severity=Severity.WARNING)
    if shipped is None or not isinstance(value, float):
        return
    if shipped.is_co2_only:
        # The sum becomes a factor in kgCO2e, where nothing shows any more what it is made of.
        yield finding(
            "U02",
            line.cell("factor_id"),
            seen=f"{shipped.unit}/{shipped.per_unit}",
            expected=f"kgCO2e/{shipped.per_unit}",
            severity=Severity.INFO,
            row=f"{line.text('part_id')} {line.text('item')}".strip(),
            factor=shipped.id,
        )
    expected = _per_unit(shipped, line.text("unit"))
    if expected is not None and not _is_close(value, expected):
        yield finding(
            "S80",
            line.cell("factor_kgco2e"),
            case="line",
            seen=f"{value:.12g}",
            expected=f"{expected:.12g}",
            factor=shipped.id,
            also=[line.cell("factor_id"), line.cell("unit")],
        )


def _per_unit(factor: Factor, unit: str) -> float | None:
    """kgCO2e of one unit by a factor; None where they don't fit, which makes no such line."""
    try:
        return emission_kgco2e(1.0, unit, factor)
    except Explained:
        return None


@rule("S81", reads=("factors", "parts", "answers", "history"), schemas=(PRODUCT,))
def supplier_factors_have_answers(case: Case) -> Iterator[Finding]:
    """S81: a supplier's factor has its lines, of one file, of a known part, in the history."""
    if "answers" not in case.product.tables:
        return
    answers = _answers(case)
    for record, key in _supplier_factors(case):
        if key not in answers:
            yield finding("S81", record.cell("id"), factor=record.text("id"))
    known = {folded(part.text("part_id")) for part in case.product.rows("parts")}
    taken = {
        (entry.part, entry.sha256)
        for entry in history_of(case.product.rows("history"))
        if not entry.is_held
    }
    for key, lines in answers.items():
        where, part = lines[0].cell("part_id"), lines[0].text("part_id")
        files = tuple(dict.fromkeys(line.text("sha256") for line in lines))
        if key not in known:
            yield finding("S81", where, case="line", seen=part)
        if len(files) > 1:
            names = tuple(dict.fromkeys(line.text("file") for line in lines))
            yield finding("S81", where, case="files", seen=", ".join(names), part=part)
        elif (key, files[0]) not in taken:
            yield finding(
                "S81",
                where,
                case="history",
                seen=lines[0].text("file"),
                also=[*(line.cell("sha256") for line in lines), *_entries(case, files[0])],
                part=part,
            )
        for line in lines:
            if not line.text("file"):
                yield finding("S81", line.cell("file"), case="no_file", part=part)


def _entries(case: Case, sha256: str) -> Iterator[CellRef]:
    """The part in the history's entries of a file."""
    for record in case.product.rows("history"):
        if record.text("sha256") == sha256:
            yield record.cell("part_id")


@rule("S82", reads=("activities", "answers"), schemas=(PRODUCT,))
def answers_are_used(case: Case) -> Iterator[Finding]:
    """S82: activities of an answered part use the supplier's factor; no other part's do."""
    answers = _answers(case)
    for lines in answers.values():
        part = lines[0].text("part_id")
        factor = f"{FACTOR_PREFIX}{part}"
        rows = rows_of_part(case.product.inventory, part, lines[0].text("output_unit"))
        if not rows:
            where = lines[0].cell("part_id")
            yield finding("S82", where, case="no_row", expected=factor, part=part)
        for row in rows:
            seen = text_of(row.factor_id)
            if folded(seen) != folded(factor):
                where = case.at(row, "factor_id")
                yield finding("S82", where, seen=seen or BLANK, expected=factor, part=part)
    for row in case.product.inventory:
        of_part = _part_of(text_of(row.factor_id))
        if of_part in answers and folded(text_of(row.part_id)) != of_part:
            yield finding(
                "S82",
                case.at(row, "factor_id"),
                case="other_part",
                seen=text_of(row.part_id) or BLANK,
                expected=answers[of_part][0].text("part_id"),
            )


@rule("S84", reads=("activities", "parts"), schemas=(PRODUCT,))
def amounts_are_those_of_the_activities(case: Case) -> Iterator[Finding]:
    """S84: the table of parts and the activities agree on how much goes into the product."""
    for record in case.product.rows("parts"):
        part, unit, amount = (record.text("part_id"), record.text("unit"), record.values["amount"])
        rows = rows_of_part(case.product.inventory, part, unit)
        yield from _mass_of_a_part(record, unit)
        if not part or not rows or not isinstance(amount, float):
            continue
        quantities = [_quantity(row, unit) for row in rows]
        if None in quantities:
            continue
        total = math.fsum(quantity for quantity in quantities if quantity is not None)
        if abs(total - amount) > limits("part_amount")["tolerance"] * max(total, amount):
            yield finding(
                "S84",
                record.cell("amount"),
                seen=f"{amount:.10g}",
                expected=f"{total:.10g}",
                also=[record.cell("unit")],
                part=part,
                unit=unit,
            )


def _mass_of_a_part(record: Row, unit: str) -> Iterator[Finding]:
    """A part that is counted by its mass weighs what its unit says."""
    mass_kg, expected = record.values.get("mass_kg"), _in_kg(unit)
    if expected and isinstance(mass_kg, float) and not math.isclose(mass_kg, expected):
        yield finding(
            "S84",
            record.cell("mass_kg"),
            case="mass",
            seen=f"{mass_kg:.10g}",
            expected=f"{expected:.10g}",
            part=record.text("part_id"),
            unit=unit,
        )


def _in_kg(unit: str) -> float | None:
    try:
        return conversion(unit, "kg") if same_dimension(unit, "kg") else None
    except Explained:
        return None


@rule("D01", reads=("activities", "factors", "parts", "answers"), schemas=(PRODUCT,))
def inbound_transport_counts_once(case: Case) -> Iterator[Finding]:
    """D01: what a supplier's footprint includes of the delivery is not added again."""
    yes = {folded(word) for word in _both("supplier_product.yes")}
    carriers = {
        folded(part.text("part_id"))
        for part in case.product.rows("parts")
        if _is_freight(part.text("unit"))
    }
    for lines in _answers(case).values():
        if folded(lines[0].text("includes_delivery")) not in yes:
            continue
        part, unit = lines[0].text("part_id"), lines[0].text("output_unit")
        named = {row.number for row in transport_rows(case.product.inventory, part, unit)}
        for row in case.footprint.rows:
            where = case.at(row.activity, "factor_id")
            if not row.kgco2e:
                continue
            if row.activity.number in named:
                yield finding("D01", where, seen=f"{row.kgco2e:.6g}", part=part)
            elif _is_inbound(row) and folded(text_of(row.activity.part_id)) in {"", *carriers}:
                yield finding(
                    "D01",
                    where,
                    case="perhaps",
                    seen=f"{row.kgco2e:.6g}",
                    part=part,
                )


def _is_inbound(row: RowResult) -> bool:
    """Whether a row is freight of materials to the producer."""
    named = folded(f"{row.process} {text_of(row.activity.activity)}")
    is_named = any(folded(word) in named for word in limits("words")["inbound_transport"])
    is_inbound = is_named or row.stage_id == "raw_material_acquisition"
    return is_inbound and _is_freight(row.activity.unit)


def _is_freight(unit: object) -> bool:
    try:
        return isinstance(unit, str) and same_dimension(unit, FREIGHT)
    except Explained:
        return False


def _answers(case: Case) -> Mapping[str, list[Row]]:
    """The lines of the supplier data by part."""
    lines: dict[str, list[Row]] = {}
    for record in case.product.rows("answers"):
        lines.setdefault(folded(record.text("part_id")), []).append(record)
    return lines


def _supplier_factors(case: Case) -> Iterator[tuple[Row, str]]:
    """The suppliers' factors of the sheet, each with the part it is of."""
    for record in case.product.rows("factors"):
        if part := _part_of(record.text("id")):
            yield record, part


def _part_of(factor_id: str) -> str:
    """The part of a supplier's factor, as compared; "" for any other factor."""
    prefix = folded(FACTOR_PREFIX)
    key = folded(factor_id)
    return key.removeprefix(prefix) if key.startswith(prefix) else ""


def _value(line: Row) -> float | None:
    figures = [line.values.get(column) for column in FIGURES]
    quantity, factor, output = (f if isinstance(f, float) else math.nan for f in figures)
    value = quantity * factor / output if output else math.nan
    return None if math.isnan(value) else value


def _quantity(row: Activity, unit: str) -> float | None:
    if not isinstance(row.quantity, float) or not isinstance(row.unit, str):
        return None
    return row.quantity * conversion(row.unit, unit)


def _both(key: str) -> tuple[str, str]:
    words = text(key)
    return words.zh, words.en


def _is_close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=limits("supplier_factor")["tolerance"])
