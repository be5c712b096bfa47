"""What a published report prints, checked against itself and against its pinned factors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.verify.declared.agreement import same_value_everywhere, shares_match_their_rows
from cfp_xl.verify.declared.rows import (
    factors_as_pinned,
    implied_factors,
    row_products,
    units_stated,
)
from cfp_xl.verify.declared.statements import boundary_is_one, product_is_one
from cfp_xl.verify.declared.sums import shares_add_to_100, sums_add_up
from cfp_xl.verify.declared.table import FIGURES, Declared, Entry, declared, place_name

__all__ = ["RULES", "Declared", "Entry", "declared", "declared_findings"]


def rows_readable(declared: Declared) -> Iterator[Finding]:
    """W50: each row says what it holds, and each figure is a number as printed."""
    for entry in declared.entries:
        if entry.item is None:
            yield finding("W50", entry.where("item"), case="item", seen=entry.text("item"))
        for column in FIGURES:
            if column in entry.two_readings:
                whole, fraction = re.split("[,.]", entry.text(column).strip(" %％"), maxsplit=1)
                yield finding(
                    *("W50", entry.where(column)),
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
        if entry.text("factor_id") and declared.factor(entry) is None:
            yield finding(
                "W50", entry.where("factor_id"), case="factor", seen=entry.text("factor_id")
            )


RULES: tuple[Callable[[Declared], Iterator[Finding]], ...] = (
    rows_readable,
    units_stated,
    factors_as_pinned,
    row_products,
    sums_add_up,
    same_value_everywhere,
    shares_add_to_100,
    shares_match_their_rows,
    implied_factors,
    boundary_is_one,
    product_is_one,
)


def declared_findings(table: Declared) -> Iterator[Finding]:
    """All findings on the declared table, rule by rule."""
    for rule in RULES:
        yield from rule(table)
