"""Rule on the declared table itself: W50 each row can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.verify.declared.table import FIGURES, Declared, place_name
from cfp_xl.verify.rule import rule

WITHOUT_FIGURES = ("boundary", "product")
"""Items whose rows are words: a figure there would be held against nothing."""


@rule("W50", reads=("declared", "factors"))
def rows_readable(declared: Declared) -> Iterator[Finding]:
    """W50: each row says what it holds, and each figure is a number as printed."""
    for entry in declared.entries:
        if entry.item is None:
            yield finding("W50", entry.where("item"), case="item", seen=entry.text("item"))
        for column in FIGURES:
            if column in entry.two_readings:
                whole, fraction = re.split("[,.]", entry.text(column).strip(" %％"), maxsplit=1)
                yield finding(
                    "W50",
                    entry.where(column),
                    case="two_readings",
                    seen=entry.text(column),
                    place=place_name(entry),
                    decimal=f"{whole}.{fraction}",
                    thousands=f"{whole}{fraction}",
                )
            elif entry.is_unreadable(column):
                yield finding(
                    "W50", entry.where(column), seen=entry.text(column), place=place_name(entry)
                )
            elif entry.figure(column) and entry.item in WITHOUT_FIGURES:
                seen = entry.text(column)
                yield finding("W50", entry.where(column), case="unused", seen=seen)
        if entry.text("factor_id") and declared.factor(entry) is None:
            yield finding(
                "W50", entry.where("factor_id"), case="factor", seen=entry.text("factor_id")
            )
