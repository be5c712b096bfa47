"""An answer as a supplier would type it, by program: for the worked example, tests and benchmarks.

It types into a workbook that went out, and nowhere else: what it can't type, no supplier can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from cfp_xl.schema.opened import refreshed
from cfp_xl.templates.supplier.fields import Kind, Language, item_of, words
from cfp_xl.templates.supplier.layout import ANSWER, SupplierLayout
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.writing.values import Constant, write_values

PATH = Path("answer.xlsx")

Typed = str | float | date


@dataclass(frozen=True, slots=True)
class Used:
    """A row of activity data: what was used, by the id of its factor."""

    factor_id: str
    quantity: Typed
    unit: str
    note: str = ""


@dataclass(frozen=True)
class TypedAnswer:
    """What a supplier types: answers by the question's id, choices by theirs; activity data."""

    fields: Mapping[str, Typed]
    used: Sequence[Used] = field(default=())


def fill(issued: bytes, answer: TypedAnswer, lang: Language, kind: Kind) -> bytes:
    """The workbook with these answers, recalculated as a spreadsheet program would."""
    return refreshed(type_in(issued, answer, lang, kind), PATH)


def type_in(issued: bytes, answer: TypedAnswer, lang: Language, kind: Kind) -> bytes:
    """The workbook with these answers, and the values that its formulas had before.

    A question or item that the template lacks raises KeyError; too many rows of a flow raise
    IndexError.
    """
    layout = SupplierLayout(lang, kind)
    typed = {layout.sheets["fill"]: dict(_answers(layout, answer))}
    typed[layout.activities.sheet] = _used(layout, answer.used)
    return write_values(package_of(issued, PATH), typed)


def answer_of(entry: Mapping[str, Any]) -> TypedAnswer:
    """An answer from its text source: `fields` and a list `used`."""
    return TypedAnswer(entry["fields"], tuple(Used(**one) for one in entry.get("used", ())))


def _answers(layout: SupplierLayout, answer: TypedAnswer) -> list[tuple[tuple[int, int], Constant]]:
    by_id = {field.id: field for field in layout.fields}
    return [
        (
            (layout.rows[id] + 1, ANSWER + 1),
            next(
                (words(c.text, layout.lang) for c in by_id[id].choices if c.id == value),
                float(value) if isinstance(value, int) else value,
            ),
        )
        for id, value in answer.fields.items()
    ]


def _used(layout: SupplierLayout, used: Sequence[Used]) -> dict[tuple[int, int], Constant]:
    """Each row goes into the next free one of its flow."""
    region = layout.activities
    free = {flow: list(rows) for flow, rows in layout.flow_rows.items()}
    typed: dict[tuple[int, int], Constant] = {}
    for one in used:
        item = item_of(one.factor_id, layout.kind)
        if item is None:
            raise KeyError(one.factor_id)
        row = free[item.flow].pop(0)
        values = {
            "activity": words(item.text, layout.lang),
            "quantity": float(one.quantity) if isinstance(one.quantity, int) else one.quantity,
            "unit": one.unit,
            "reason": one.note,
        }
        typed |= {(row + 1, region.index(id) + 1): value for id, value in values.items()}
    return typed
