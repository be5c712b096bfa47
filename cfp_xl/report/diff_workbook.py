"""What changed between two workbooks as a workbook: totals, and a row a change to filter."""

from __future__ import annotations

import io
from datetime import datetime
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.diff import change_words

if TYPE_CHECKING:
    from cfp_xl.compare.diff import WorkbookDiff

WIDTHS = (22, 12, 34, 40, 40, 14)


def diff_xlsx(found: WorkbookDiff, lang: Lang) -> bytes:
    """Every text in it is a text, whatever it begins with; the same changes give the same bytes."""
    from xlsxwriter import Workbook

    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = Workbook(target, options)
    book.set_properties({"created": datetime(2026, 1, 1)})
    head = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    page = book.add_worksheet(say("report.diff.sheet", lang))
    page.write_string(0, 0, masked(f"{found.old} → {found.new}"), book.add_format({"bold": True}))
    row = 2
    if found.bridge is not None:
        totals = {
            say("report.diff.before", lang): found.bridge.before_kgco2e,
            say("report.diff.after", lang): found.bridge.after_kgco2e,
            **{c.text.in_lang(lang): value for c, value in found.bridge.by_cause().items()},
        }
        for words, value in totals.items():
            page.write_string(row, 0, words)
            page.write_number(row, 1, value)
            page.write_string(row, 2, "kgCO2e")
            row += 1
        row += 1
    keys = ("where", "kind", "what", "before", "after")
    heads = [*(say(f"report.diff.{key}", lang) for key in keys), "kgCO2e"]
    for column, (words, width) in enumerate(zip(heads, WIDTHS, strict=True)):
        page.set_column(column, column, width)
        page.write_string(row, column, words, head)
    for at, one in enumerate(found.changes, row + 1):
        for column, words in enumerate(change_words(one, lang)[:5]):
            page.write_string(at, column, masked(words), wrapped)
        if one.effect_kgco2e is not None:
            page.write_number(at, 5, one.effect_kgco2e)
    page.autofilter(row, 0, row + max(len(found.changes), 1), len(heads) - 1)
    page.freeze_panes(row + 1, 0)
    note = row + len(found.changes) + 2
    page.write_string(note, 0, say("report.diff.not_compared", lang))
    book.close()
    return target.getvalue()
