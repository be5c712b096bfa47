"""Rules on the supplier data line by line: S88 each fact of it, S83 what was in doubt.

A line says the same thing in several ways: as answered and as a number, by its file and by that
file's hash. A digest of the lines in the history covers what is said only once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from cfp_xl.findings import BLANK, Finding, finding
from cfp_xl.footprint.product import Row
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained, text
from cfp_xl.schema.answer_history import HistoryEntry, held_of, history_of
from cfp_xl.schema.answer_record import record_of
from cfp_xl.schema.case import Case, text_of
from cfp_xl.schema.understand import NotUnderstood, Reading, number
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule

_CELL = re.compile(r".+![A-Z]{1,3}[1-9]\d{0,6}|JSON![\w.]+", re.ASCII)
"""A cell of a sheet, or a field of a footprint file."""
CUT = "…"
"""Ends what was typed where it was too long for its cell."""


@rule("S88", reads=("answers", "parts", "history"), schemas=(PRODUCT,))
def lines_say_one_thing(case: Case) -> Iterator[Finding]:
    """S88: as answered and number, file, cell, period, unit and delivery of a line agree."""
    units = {folded(p.text("part_id")): p.text("unit") for p in case.product.rows("parts")}
    entries = _taken(history_of(case.product.rows("history")))
    answers: dict[str, list[Row]] = {}
    for line in case.product.rows("answers"):
        answers.setdefault(folded(line.text("part_id")), []).append(line)
    for part, lines in answers.items():
        entry = entries.get((part, lines[0].text("sha256")))
        for line in lines:
            yield from _as_answered(line)
            yield from _place(line, entry)
            yield from _period(line)
            yield from _unit(line, units.get(part))
            yield from _delivery(line)
        if entry is not None and (expected := entry.record.text("record")):
            seen = record_of(line.values for line in lines)
            if seen != expected:
                where = lines[0].cell("part_id")
                name = lines[0].text("part_id")
                yield finding("S88", where, case="record", seen=seen, expected=expected, part=name)


def _taken(entries: Sequence[HistoryEntry]) -> Mapping[tuple[str, str], HistoryEntry]:
    """By part and file, the entry of its answer."""
    return {(entry.part, entry.sha256): entry for entry in entries if not entry.is_held}


def _as_answered(line: Row) -> Iterator[Finding]:
    """What the supplier typed, read again, is the quantity of the line."""
    quantity, typed = line.values.get("quantity"), line.text("as_answered")
    if not isinstance(quantity, float) or typed.endswith(CUT):
        return
    where = line.cell("quantity")
    readings = list(_readings(typed))
    if not readings:
        where = line.cell("as_answered")
        yield finding("S88", where, case="unread", seen=typed or BLANK, part=line.text("part_id"))
    elif not any(_is_same(one, quantity, line) for one in readings):
        yield finding("S88", where, seen=text_of(quantity), expected=typed, unit=line.text("unit"))


def _readings(typed: str) -> Iterator[Reading]:
    """What a number with its unit can mean: the unit stands in it, behind it, or in both."""
    head, _, last = typed.rpartition(" ")
    for one, unit in ((typed, ""), (head, last)):
        try:
            read = number(one)
        except NotUnderstood as why:
            # An earlier edition took a point for the decimal mark.
            yield from (
                Reading(float(str(why.values[key])), unit) for key in _BOTH if key in why.values
            )
        else:
            if read is not None:
                yield read if read.unit or not unit else Reading(read.value, unit)


_BOTH = ("thousands", "decimal")


def _is_same(read: Reading, quantity: float, line: Row) -> bool:
    unit, output_unit = line.text("unit"), line.text("output_unit")
    for wanted in (unit, f"{unit}/{output_unit}"):
        try:
            ratio = conversion(read.unit, wanted) if read.unit else 1.0
        except Explained:
            continue
        if math.isclose(read.value * ratio, quantity, rel_tol=limits("supplier_factor")["typed"]):
            return True
    return False


def _place(line: Row, entry: HistoryEntry | None) -> Iterator[Finding]:
    """The file is the one that the history names for its hash; the cell is a cell."""
    part, file, cell = line.text("part_id"), line.text("file"), line.text("cell")
    if entry is not None and entry.record.text("file") != file:
        expected = entry.record.text("file")
        yield finding("S88", line.cell("file"), case="file", seen=file, expected=expected)
    if not _CELL.fullmatch(cell):
        yield finding("S88", line.cell("cell"), case="cell", seen=cell or BLANK, part=part)


def _period(line: Row) -> Iterator[Finding]:
    """The period is one from a day to a later one, and the year is that in which it ends.

    Of a supplier's own footprint the year is stated by itself.
    """
    typed, year = line.text("period"), line.values.get("year")
    where = line.cell("period")
    if not line.values.get("period") and "period" not in line.columns:
        return
    try:
        start, end = (date.fromisoformat(day) for day in typed.split("/"))
    except ValueError:
        yield finding("S88", where, case="period", seen=typed or BLANK)
        return
    if start >= end:
        yield finding("S88", where, case="period", seen=typed)
    elif isinstance(year, float) and line.text("factor_id") and year != end.year:
        yield finding("S88", line.cell("year"), case="year", seen=text_of(year), expected=end.year)


def _unit(line: Row, expected: str | None) -> Iterator[Finding]:
    """The output is counted in the part's declared unit."""
    seen = line.text("output_unit")
    if expected is None:
        return
    try:
        is_same = conversion(seen, expected) == 1
    except Explained:
        is_same = False
    if not is_same:
        yield finding(
            "S88", line.cell("output_unit"), case="unit", seen=seen or BLANK, expected=expected
        )


def _delivery(line: Row) -> Iterator[Finding]:
    """Whether a delivery is included is said of a supplier's own footprint, and of it alone."""
    if "includes_delivery" not in line.columns:
        return
    seen = line.text("includes_delivery")
    words = {folded(w) for key in ("yes", "no") for w in _both(f"supplier_product.{key}")}
    is_pcf = folded(line.text("kind")) in {folded(w) for w in _both("supplier_product.kind.pcf")}
    if (folded(seen) not in words) if is_pcf else bool(seen):
        case = "delivery" if is_pcf else "no_delivery"
        yield finding("S88", line.cell("includes_delivery"), case=case, seen=seen or BLANK)


def _both(key: str) -> tuple[str, str]:
    words = text(key)
    return words.zh, words.en


@rule("S83", reads=("answers", "history"), schemas=(PRODUCT,))
def doubtful_answers_are_named(case: Case) -> Iterator[Finding]:
    """S83: an answer that is held back; one that was taken in although it was in doubt."""
    entries = history_of(case.product.rows("history"))
    for entry in held_of(entries).values():
        row = entry.record
        yield finding(
            "S83",
            row.cell("part_id"),
            seen=", ".join(entry.codes),
            part=row.text("part_id"),
            file=row.text("file"),
        )
    in_use = {(folded(a.text("part_id")), a.text("sha256")) for a in case.product.rows("answers")}
    for entry in _taken(entries).values():
        if (entry.part, entry.sha256) not in in_use or not entry.codes:
            continue
        row = entry.record
        yield finding(
            "S83",
            row.cell("part_id"),
            case="accepted" if entry.reason else "no_reason",
            seen=", ".join(entry.codes),
            part=row.text("part_id"),
            reason=entry.reason,
        )
