"""What accepted answers change in a product workbook: values for prepared cells, no formula.

An answer's lines become rows of the supplier data, their sum the part's factor `S-<part_id>`, and
the activities of the part take that factor. What it replaces stays in the history; so does an
answer that is held back, of which nothing else enters. What a table has no column for, though it
is one of its columns, goes right of it.
"""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.calculate import calculate_row
from cfp_xl.footprint.columns import column as table_column
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.factor import FACTOR_PREFIX
from cfp_xl.footprint.inventory import Activity
from cfp_xl.footprint.part_rows import rows_of_part
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.messages import say
from cfp_xl.schema.answer_record import record_of
from cfp_xl.schema.region import PREFIX
from cfp_xl.schema.schema import Record, Region, Schema
from cfp_xl.suppliers.doubts import in_words, reasons_in_words
from cfp_xl.suppliers.outcomes import Accepted
from cfp_xl.suppliers.parts import language_of
from cfp_xl.suppliers.product_rows import all_notes, answer_row, factor_row, notes_by_line, value_of
from cfp_xl.workbook.writing.values import Constant

NEEDED = ("parts", "answers", "history", "factors")
HASH_SHOWN = 8
LONGEST_TEXT = 1000
"""What a supplier typed may be longer; this much of it is enough to find it again."""


@dataclass(frozen=True)
class Taken:
    """An answer that the product takes in: the factor it makes, and the one it replaces."""

    part_id: str
    supplier_id: str
    action: str
    """`accepted`, or `replaced` where an earlier answer of this part goes."""
    factor_before: str
    factor_after: str
    kgco2e_per_unit: float
    unit: str


@dataclass(frozen=True)
class IntakePlan:
    """All that a batch of answers changes, or the findings that forbid every bit of it."""

    taken: tuple[Taken, ...] = ()
    unchanged: tuple[str, ...] = ()
    """Parts whose answer stands in the product already, from this very file."""
    findings: tuple[Finding, ...] = ()
    values: Mapping[str, Mapping[tuple[int, int], Constant]] = field(default_factory=dict)
    """By sheet and (row, column), for `write_values`."""
    like: Mapping[str, Mapping[tuple[int, int], tuple[int, int]]] = field(default_factory=dict)
    """Which cell a new one looks like."""
    held: tuple[str, ...] = ()
    """Parts whose answer is noted as held back."""
    rows_short: Mapping[str, int] = field(default_factory=dict)
    """By table: how many rows it lacks for these answers."""

    @property
    def changes(self) -> bool:
        return bool(self.values)


def plan(
    schema: Schema, accepted: Sequence[Accepted], day: date, held: Sequence[Accepted] = ()
) -> IntakePlan:
    """What these answers change, in whatever order they come; by parts, for the same bytes.

    An answer that stands in the product already changes nothing, nor does one that is noted there
    as held back.
    """
    lacking = [table for table in NEEDED if schema.region(table) is None]
    if lacking or not schema.regions["activities"].has("part_id"):
        return IntakePlan(findings=(finding("S87", case="tables"),))
    tables = _Tables(schema)
    ordered = sorted(accepted, key=lambda one: one.part_id)
    fresh = [one for one in ordered if not tables.holds(one)]
    findings = tuple(_mistakes(tables, fresh))
    if findings:
        return IntakePlan(findings=findings)
    sheets = _Sheets(tables, day)
    taken = [sheets.take(one) for one in fresh]
    noted = [
        one
        for one in sorted(held, key=lambda one: (one.part_id, one.sha256))
        if folded(one.part_id) in tables.parts and not tables.notes_held(one)
    ]
    for one in noted:
        sheets.hold(one)
    unchanged = tuple(one.part_id for one in ordered if tables.holds(one))
    if findings := (*sheets.full, *_formulas_in_the_way(schema, sheets.values)):
        return IntakePlan(findings=findings, rows_short=sheets.short)
    parts_held = tuple(one.part_id for one in noted)
    return IntakePlan(tuple(taken), unchanged, (), sheets.values, sheets.like, parts_held)


class _Tables:
    """The product's rows by part, each table read once."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.parts = _by(schema, "parts", "part_id")
        self.answers = _by(schema, "answers", "part_id")
        self.factors = _by(schema, "factors", "id")
        self.history = _by(schema, "history", "part_id")

    def holds(self, one: Accepted) -> bool:
        """Whether the part's present answer came in this very file."""
        rows = self.answers.get(folded(one.part_id))
        return rows is not None and rows[0].text("sha256") == one.sha256

    def notes_held(self, one: Accepted) -> bool:
        """Whether the history says already that this file is held back, and why."""
        return any(
            (row.text("sha256"), row.text("codes")) == (one.sha256, in_words(one))
            and not row.text("factor_after")
            for row in self.history.get(folded(one.part_id), ())
        )

    def part(self, one: Accepted) -> Record:
        return self.parts[folded(one.part_id)][0]


def _by(schema: Schema, table: str, column: str) -> Mapping[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in schema.records(table):
        found.setdefault(folded(record.text(column)), []).append(record)
    return found


def _mistakes(tables: _Tables, accepted: Sequence[Accepted]) -> Iterator[Finding]:
    """Why an answer can't enter this product, whatever the answer itself is worth."""
    schema = tables.schema
    seen: dict[str, Accepted] = {}
    for one in accepted:
        parts = tables.parts.get(folded(one.part_id), [])
        if not parts:
            where = schema.regions["parts"].where
            yield finding("S85", where, case="no_part", seen=one.part_id, file=one.file)
        elif len(parts) > 1:
            yield finding("S85", parts[1].cell("part_id"), case="twice", seen=one.part_id)
        elif folded(parts[0].text("supplier_id")) != folded(one.supplier_id):
            yield finding(
                "S85",
                parts[0].cell("supplier_id"),
                case="supplier",
                seen=one.supplier_id,
                expected=parts[0].text("supplier_id"),
                part=one.part_id,
                file=one.file,
            )
        elif not rows_of_part(schema.inventory, one.part_id, one.unit):
            where = parts[0].cell("part_id")
            yield finding("S85", where, seen=one.part_id, unit=one.unit)
        if other := seen.get(folded(one.part_id)):
            files = (other.file, one.file)
            yield finding("S85", case="two_answers", seen=one.part_id, files=files)
        seen[folded(one.part_id)] = one


def _formulas_in_the_way(
    schema: Schema, values: Mapping[str, Mapping[tuple[int, int], Constant]]
) -> Iterator[Finding]:
    """Cells to be written that hold a formula of the user's: it would be lost."""
    sheets = {region.sheet.name: region.sheet for region in schema.regions.values()}
    for name, cells in values.items():
        for row, column in sorted(cells):
            cell = sheets[name].cells.get((row, column))
            if cell is not None and cell.formula is not None:
                where = sheets[name].ref(row, column)
                yield finding("S85", where, case="formula", seen=f"={cell.formula}")


class _Sheets:
    """The product's cells as they will be; `full` says which table has no free row left."""

    def __init__(self, tables: _Tables, day: date) -> None:
        self.tables = tables
        self.schema = schema = tables.schema
        self.day = day
        self.values: dict[str, dict[tuple[int, int], Constant]] = {}
        self.like: dict[str, dict[tuple[int, int], tuple[int, int]]] = {}
        self._added: dict[str, dict[str, int]] = {}
        self.full: list[Finding] = []
        self.short: dict[str, int] = {}
        self.lang = language_of(schema.regions["answers"].sheet.name)
        self._free = {
            table: _free_rows(schema, table) for table in ("answers", "factors", "history")
        }
        numbers = (record.values.get("number") for record in schema.records("history"))
        self._number = max((n for n in numbers if isinstance(n, float)), default=0.0)

    def take(self, one: Accepted) -> Taken:
        """Write one answer; returns what it does."""
        rows = rows_of_part(self.schema.inventory, one.part_id, one.unit)
        before = _factor_before(rows)
        earlier = self.tables.answers.get(folded(one.part_id), [])
        if not before.startswith(FACTOR_PREFIX):
            self._secondary(one, rows)
        for record in earlier:
            for column in _written("answers"):
                self._put(record.region, record.row, column, None)
            insort(self._free["answers"], record.row)
        notes = notes_by_line(one)
        rows_of_answer = [
            {column: _cut(value) for column, value in row.items()}
            for row in (answer_row(one, line, self.lang, notes) for line in one.lines)
        ]
        for values in rows_of_answer:
            self._row("answers", values)
        self._factor(one)
        for row in rows:
            self._put_activity(row, one.factor_id)
        taken = Taken(
            one.part_id,
            one.supplier_id,
            "replaced" if earlier else "accepted",
            before,
            one.factor_id,
            value_of(one),
            one.unit,
        )
        self._history(one, taken.action, before, one.factor_id, record_of(rows_of_answer))
        self._note_on_part(one, "accepted" if one.doubts else "")
        return taken

    def hold(self, one: Accepted) -> None:
        """Note an answer that is held back: in the history, and beside its part."""
        rows = rows_of_part(self.schema.inventory, one.part_id, one.unit)
        self._history(one, "held", _factor_before(rows), "", "")
        self._note_on_part(one, "held")

    def _note_on_part(self, one: Accepted, what: str) -> None:
        part = self.tables.part(one)
        words = None
        if what:
            key, reason = f"supplier_product.note.{what}", reasons_in_words(one)
            words = say(key, self.lang, codes=in_words(one), reason=reason)
        if words or part.text("answer_note"):
            self._put(part.region, part.row, "answer_note", words)

    def _factor(self, one: Accepted) -> None:
        known = self.tables.factors.get(folded(one.factor_id))
        part = self.tables.part(one).text("part")
        values = factor_row(one, part, self.day, self.lang)
        self._row("factors", values, known[0].row if known else None)

    def _history(self, one: Accepted, action: str, before: str, after: str, record: str) -> None:
        self._number += 1
        values: dict[str, Constant] = {
            "number": self._number,
            "date": self.day,
            "action": say(f"supplier_product.action.{action}", self.lang),
            "supplier_id": one.supplier_id,
            "part_id": one.part_id,
            "kgco2e_per_unit": value_of(one),
            "unit": one.unit,
            "kind": say(f"supplier_product.kind.{one.kind}", self.lang),
            "file": one.file,
            "sha256": one.sha256,
            "factor_before": before,
            "factor_after": after or None,
            "filled_on": one.sender.filled_on,
            "contact": " · ".join(filter(None, (one.sender.name, one.sender.contact))),
            "codes": in_words(one),
            "reason": reasons_in_words(one),
            "note": all_notes(one),
            "record": record,
        }
        self._row("history", values)

    def _secondary(self, one: Accepted, rows: Sequence[Activity]) -> None:
        """Keep what the factor until now gives for one unit, to tell what the answer changes."""
        part = self.tables.part(one)
        self._put(part.region, part.row, "secondary_kgco2e", self._now_per_unit(one, rows))

    def _now_per_unit(self, one: Accepted, rows: Sequence[Activity]) -> float | None:
        """kgCO2e per declared unit of these rows; None where they can't be calculated."""
        results = [calculate_row(row, self.schema.factors) for row in rows]
        amounts = [
            row.quantity * conversion(row.unit, one.unit)
            for row in rows
            if isinstance(row.quantity, float) and isinstance(row.unit, str)
        ]
        emitted = [result.kgco2e for result in results if result.kgco2e is not None]
        if len(emitted) != len(rows) or not sum(amounts):
            return None
        return math.fsum(emitted) / math.fsum(amounts)

    def _row(self, table: str, values: Mapping[str, Constant], row: int | None = None) -> None:
        region = self.schema.regions[table]
        if row is None and not self._free[table]:
            self.short[table] = self.short.get(table, 0) + 1
            if not any(full.where == region.where for full in self.full):
                self.full.append(finding("S86", region.where, table=region.sheet.name))
            return
        at = self._free[table].pop(0) if row is None else row
        for column, value in values.items():
            self._put(region, at, column, value)

    def _put(self, region: Region, row: int, column: str, value: Constant) -> None:
        value = _cut(value)
        sheet = region.sheet.name
        at = region.columns.get(column)
        if at is None and not is_blank(value):
            at = self._column_right(region, column)
            self.like.setdefault(sheet, {})[row, at] = (row, _model(region, value))
        if at is not None:
            self.values.setdefault(sheet, {})[row, at] = value

    def _column_right(self, region: Region, id: str) -> int:
        """A column that the table has not yet, right of it, with its heading."""
        added = self._added.setdefault(region.name, {})
        if id not in added:
            sheet, top = region.sheet.name, region.header_row
            at = region.bounds[3] + 1 + len(added)
            while any(cell == at and row >= top for row, cell in region.sheet.cells):
                at += 1
            added[id] = at
            heading = table_column(region.name.removeprefix(PREFIX), id).heading
            self.values.setdefault(sheet, {})[top, at] = heading.in_lang(self.lang)
            self.like.setdefault(sheet, {})[top, at] = (top, _model(region, ""))
        return added[id]

    def _put_activity(self, row: Activity, factor_id: str) -> None:
        where = self.schema.cell(row, "factor_id")
        self.values.setdefault(where.sheet, {})[where.row, where.column] = factor_id


def _factor_before(rows: Sequence[Activity]) -> str:
    """The factors that the part's activities have until now."""
    ids = dict.fromkeys(str(row.factor_id).strip() for row in rows if row.factor_id is not None)
    return "; ".join(ids)


def _free_rows(schema: Schema, table: str) -> list[int]:
    region = schema.regions[table]
    used = {record.row for record in schema.records(table)} | region.closing_rows
    top, _, bottom, _ = region.bounds
    return [row for row in range(top + 1, bottom + 1) if row not in used]


def _written(table: str) -> list[str]:
    return [column.id for column in columns(table) if not column.is_computed]


def _cut(value: Constant) -> Constant:
    """A text no longer than a cell should hold."""
    is_long = isinstance(value, str) and len(value) > LONGEST_TEXT
    return f"{str(value)[:LONGEST_TEXT]}…" if is_long else value


def _model(region: Region, value: Constant) -> int:
    """The column whose looks a new one takes: that of days for a day, else that of the files."""
    known = region.columns
    like = "date" if isinstance(value, date) else "file"
    return known.get(like, known.get("supplier", region.bounds[1]))
