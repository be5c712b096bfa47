"""What a supplier says beside its figures, and who says it: nothing of it is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.footprint.wording import shortened
from cfp_xl.functions.values import shown
from cfp_xl.schema.understand import NotUnderstood, number, says_nothing
from cfp_xl.suppliers.answer import ReadAnswer
from cfp_xl.suppliers.outcomes import Note, Sender
from cfp_xl.templates.supplier.fields import words


def sender_of(answer: ReadAnswer) -> Sender:
    """Who filled the sheet in."""
    return Sender(
        answer.text("contact_name"),
        _typed(answer, "contact"),
        answer.text("site"),
        answer.day("filled_on"),
    )


def notes_of(answer: ReadAnswer) -> tuple[Note, ...]:
    """The remarks on the whole, then those of each row and what was typed around its number."""
    return tuple(_notes(answer))


def _notes(answer: ReadAnswer) -> Iterator[Note]:
    if remarks := answer.text("remarks"):
        yield Note(answer.where("remarks"), "", remarks)
    for given in answer.given.values():
        if given.field.type == "number" and (beside := _beside_number(given.typed)):
            yield Note(given.where, given.field.label.zh, beside)
    for row in answer.rows:
        item = words(row.item.text, "zh") if row.item else row.record.text("activity")
        typed_item = row.record.text("activity")
        note = row.record.values.get("reason")
        if not says_nothing(note):
            yield Note(row.cell("reason"), typed_item or item, shortened(shown(note).strip()))
        if beside := _beside_number(row.record.text("quantity")):
            yield Note(row.cell("quantity"), typed_item or item, beside)


def _beside_number(typed: str) -> str:
    """What was typed, where it says more than a number with its unit: an estimate, a remark."""
    try:
        read = number(typed)
    except NotUnderstood:
        return ""
    return shortened(typed) if read is not None and (read.note or read.is_estimate) else ""


def _typed(answer: ReadAnswer, id: str) -> str:
    given = answer.given.get(id)
    return "" if given is None or given.is_blank else shortened(given.typed)
