"""What other inputs make of a workbook: the formula cells that moved, as text or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cfp_xl.messages import Lang, say, shown
from cfp_xl.report.verification import json_report

if TYPE_CHECKING:
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.engine.result import Computed
    from cfp_xl.engine.whatif import Outcome, WhatIf
    from cfp_xl.functions.values import Scalar

SCHEMA = "cfp-xl/what-if/1"
MOST_LINES = 100
"""A text lists so many of the cells that moved, JSON all."""


def whatif_text(
    book: WhatIf, values: Mapping[CellKey, Scalar], outcome: Outcome, lang: Lang
) -> str:
    """The inputs, then the cells that moved, at most MOST_LINES of them."""
    return "".join(f"{line}\n" for line in _lines(book, values, outcome, lang))


def whatif_json(
    book: WhatIf, values: Mapping[CellKey, Scalar], outcome: Outcome, lang: Lang
) -> str:
    """The text of `document`; the same in both languages."""
    del lang
    return json_report.dumps(document(book, values, outcome))


def document(book: WhatIf, values: Mapping[CellKey, Scalar], outcome: Outcome) -> dict[str, Any]:
    """Every input and every formula cell with another result, before and after."""
    before, shows = book.recalculation.cells, json_report.computed
    return {
        "schema": SCHEMA,
        "inputs": [
            _change(key, json_report.value(book.constant(key)), json_report.value(value))
            for key, value in values.items()
        ],
        "moved": [
            _change(key, shows(before[key]), shows(outcome.cells[key])) for key in outcome.moved
        ],
    }


def _change(key: CellKey, before: object, after: object) -> dict[str, object]:
    return {"sheet": key.sheet, "cell": key.ref.cell, "before": before, "after": after}


def _lines(
    book: WhatIf, values: Mapping[CellKey, Scalar], outcome: Outcome, lang: Lang
) -> Iterator[str]:
    for key, value in values.items():
        yield _line(key, book.constant(key), value, lang)
        if not book.is_referred_to(key):
            yield "  " + say("report.what_if.not_referred_to", lang, cell=key.ref)
    yield say("report.what_if.moved", lang, count=len(outcome.moved))
    before = book.recalculation.cells
    for key in outcome.moved[:MOST_LINES]:
        yield "  " + _line(key, _seen(before[key], lang), _seen(outcome.cells[key], lang), lang)
    if len(outcome.moved) > MOST_LINES:
        yield "  " + say("report.what_if.more", lang, count=len(outcome.moved) - MOST_LINES)


def _line(key: CellKey, before: object, after: object, lang: Lang) -> str:
    line = f"{key.ref}  {_word(before, lang)} → {_word(after, lang)}"
    if type(before) is float and type(after) is float and before:
        line += f"  ({after / before - 1:+.2%})"
    return line


def _word(value: object, lang: Lang) -> object:
    if value is None or value == "":
        return say("report.what_if.blank", lang)
    if isinstance(value, bool):
        return str(value).upper()
    return shown(value, lang)


def _seen(computed: Computed, lang: Lang) -> object:
    return computed.value if computed.is_computed else say("report.what_if.not_computed", lang)
