"""A returned sheet as an answer: every question with what was typed, every row with its figures.

Only input cells are read, and what their values mean is decided here; no formula of the file has
a say in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Explained, Text
from cfp_xl.schema.region import Record, Region
from cfp_xl.schema.understand import (
    NotUnderstood,
    Reading,
    arithmetic,
    choice,
    number,
    says_nothing,
)
from cfp_xl.suppliers.days import Edge, day
from cfp_xl.suppliers.template_comparison import cell_at
from cfp_xl.templates.supplier.fields import Field, Item, Kind, fields, item_of, items, words
from cfp_xl.templates.supplier.layout import ACTIVITY_INPUTS
from cfp_xl.workbook.model import Cell, Workbook

Value = float | str | date | None
Said = tuple[Value, tuple[Finding, ...]]
"""What a cell says, and what is to be said of it."""


@dataclass(frozen=True, slots=True)
class Given:
    """One question and what was answered; `value` None where nothing was, or nothing understood."""

    field: Field
    where: CellRef | None
    typed: str
    value: Value
    is_blank: bool
    """Nothing was answered, or a word for it (n/a, 无): not the same as not understood."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of activity data. `unit` is a known unit, "" where there is none."""

    record: Record
    item: Item | None
    quantity: float | None
    unit: str
    typed: str
    """Quantity and unit as they were typed."""

    def cell(self, column: str) -> CellRef:
        return self.record.cell(column)

    def lacks(self, column: str) -> bool:
        """Whether one of its cells says nothing; one that is not understood says something."""
        return says_nothing(self.record.values.get(column)) and not (column == "unit" and self.unit)

    @property
    def fits(self) -> bool:
        """Whether its unit converts to that of its item's factor."""
        if self.item is None or not self.unit:
            return False
        try:
            return same_dimension(self.unit, self.item.factor.per_unit)
        except Explained:
            return False


@dataclass(frozen=True)
class ReadAnswer:
    """What a supplier answered."""

    kind: Kind
    given: Mapping[str, Given]
    """By the question's id."""
    rows: tuple[AnswerRow, ...]
    table: Region | None = None

    def value(self, id: str) -> Value:
        given = self.given.get(id)
        return None if given is None else given.value

    def number(self, id: str) -> float | None:
        value = self.value(id)
        return value if isinstance(value, float) else None

    def day(self, id: str) -> date | None:
        value = self.value(id)
        return value if isinstance(value, date) else None

    def text(self, id: str) -> str:
        """A text or the id of a choice; "" where there is none."""
        value = self.value(id)
        return value if isinstance(value, str) else ""

    def where(self, id: str) -> CellRef | None:
        given = self.given.get(id)
        return None if given is None else given.where


def read_answer(
    workbook: Workbook,
    kind: Kind,
    places: Mapping[str, CellRef],
    table: Region | None,
    declared_unit: str,
) -> tuple[ReadAnswer, tuple[Finding, ...]]:
    """The answer in a workbook whose questions stand at `places`, its activity data in `table`."""
    findings: list[Finding] = []
    given: dict[str, Given] = {}
    for field in fields(kind):
        where = places.get(field.id)
        cell = cell_at(workbook, where)
        value = _typed(cell)
        meant, told = _meant(field, cell, where, declared_unit, date_1904=workbook.date_1904)
        is_blank = meant is None and not told
        given[field.id] = Given(field, where, shown(value).strip(), meant, is_blank)
        findings += told
    rows: list[AnswerRow] = []
    for record in table.records(ACTIVITY_INPUTS) if table else ():
        row, told = _row(record, kind)
        rows.append(row)
        findings += told
    return ReadAnswer(kind, given, tuple(rows), table), tuple(findings)


def _typed(cell: Cell | None) -> Scalar:
    """The constant in a cell, or what a sum of plain numbers gives, computed here; the result of
    any other formula is not ours to trust."""
    if cell is None:
        return None
    return cell.value if cell.formula is None else arithmetic(cell.formula)


def _meant(
    field: Field,
    cell: Cell | None,
    where: CellRef | None,
    declared_unit: str,
    *,
    date_1904: bool,
) -> Said:
    value = _typed(cell)
    try:
        match field.type:
            case "number":
                return _number(field, cell, where, declared_unit)
            case "date":
                edge: Edge = "end" if field.id.endswith("_end") else "start"
                return day(value, edge, date_1904=date_1904), ()
            case "choice":
                return choice(value, _words(field), _offered(field)), ()
            case _:
                text = shown(value).strip()
                return (None if says_nothing(value) else shortened(text)), ()
    except NotUnderstood as why:
        said = shortened(shown(value))
        told = finding("S31", where, field=field.label, why=_in_words(why), seen=said)
        return None, (told,)


def _in_words(why: Explained) -> Text:
    """The reason in both languages: findings travel between processes, exceptions should not."""
    return Text(why.say("zh"), why.say("en"))


def _words(field: Field) -> Mapping[str, str]:
    return {
        word: one.id
        for one in field.choices
        for word in (one.text.zh, one.text.en, words(one.text, "both"), one.id, *one.also)
    }


def _offered(field: Field) -> Text:
    """The words that the sheet offers."""
    return Text(
        "、".join(one.text.zh for one in field.choices),
        ", ".join(one.text.en for one in field.choices),
    )


def _read(cell: Cell | None) -> Reading | None:
    """The number in a cell, by what the cell shows. Raises NotUnderstood."""
    if cell is None:
        return None
    return number(_typed(cell), is_date=cell.is_date, is_percent=cell.is_percent)


def _number(field: Field, cell: Cell | None, where: CellRef | None, declared_unit: str) -> Said:
    read = _read(cell)
    if read is None:
        return None, ()
    wanted = {"declared": declared_unit}.get(field.unit, field.unit)
    factor = 1.0
    if read.unit:
        per = f"{wanted}/{declared_unit}"
        if wanted and same_dimension(read.unit, wanted):
            factor = conversion(read.unit, wanted)
        elif field.unit == "kgCO2e" and same_dimension(read.unit, per):
            factor = conversion(read.unit, per)
        else:
            told = finding("S33", where, field=field.label, seen=read.unit, expected=wanted or "–")
            return None, (told,)
    return read.value * factor, tuple(_remarks(read, where, shown(_typed(cell))))


def _remarks(read: Reading, where: CellRef | None, typed: str) -> Iterator[Finding]:
    """What stood beside a number, for somebody to look at."""
    seen = shortened(typed)
    if read.is_estimate:
        yield finding("S39", where, case="estimate", seen=seen, value=read.value)
    if read.note:
        yield finding("S39", where, seen=seen, value=read.value, note=shortened(read.note))


def _row(record: Record, kind: Kind) -> tuple[AnswerRow, tuple[Finding, ...]]:
    item, told_of_item = _item(record, kind)
    quantity: float | None = None
    typed_unit = record.text("unit")
    unit = "" if says_nothing(typed_unit) else typed_unit
    findings: list[Finding] = [*told_of_item]
    typed = record.text("quantity")
    try:
        read = _read(record.region.sheet.cells.get(_position(record, "quantity")))
        if read is not None:
            quantity = read.value
            findings += _remarks(read, record.cell("quantity"), typed)
            unit = _one_unit(read, unit, record, findings)
    except NotUnderstood as why:
        findings.append(
            finding(
                "S31",
                record.cell("quantity"),
                case="row",
                why=_in_words(why),
                seen=shortened(typed),
            )
        )
    shown_typed = " ".join(part for part in (typed, typed_unit) if part)
    return AnswerRow(record, item, quantity, unit, shortened(shown_typed)), tuple(findings)


def _position(record: Record, column: str) -> tuple[int, int]:
    return record.row, record.region.columns.get(column, 0)


def _one_unit(read: Reading, unit: str, record: Record, findings: list[Finding]) -> str:
    """Of the unit beside the number and the one in the unit's cell the one that is meant.

    What was typed with the number was meant of it; the other cell may still hold its first choice.
    """
    if not read.unit or read.unit == unit:
        return read.unit or unit
    where = record.cell("quantity")
    try:
        is_same = not unit or conversion(read.unit, unit) == 1
    except Explained:
        findings.append(finding("S33", where, case="two", seen=read.unit, expected=unit))
        return ""
    if not is_same:
        findings.append(
            finding("S39", where, case="unit", seen=record.text("quantity"), unit=read.unit)
        )
    return read.unit


def _item(record: Record, kind: Kind) -> tuple[Item | None, tuple[Finding, ...]]:
    """The item a row is about: by its words, or by a part of them that only one item has."""
    typed = record.text("activity")
    if says_nothing(typed):
        return None, ()
    if found := item_of(typed, kind):
        return found, ()
    alike = tuple(_alike(typed, items(kind)))
    where = record.cell("activity")
    if len(alike) == 1:
        return alike[0], (finding("S39", where, case="item", seen=typed, item=alike[0].text),)
    options = tuple(item.text for item in alike[:4])
    case = "several" if options else ""
    return None, (finding("S34", where, case=case, seen=shortened(typed), options=options),)


def _alike(typed: str, offered: Sequence[Item]) -> Iterator[Item]:
    part = folded(typed)
    for item in offered:
        if len(part) >= 2 and any(part in folded(w) for w in (item.text.zh, item.text.en)):
            yield item
