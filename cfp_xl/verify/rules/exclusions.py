"""What was left out: C04 each thing with its share and its reason, C02 within the cut-off."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.product import Row
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule

PERCENTS = ("mass_percent", "energy_percent", "ghg_percent")
NOISE = 1e-9


@rule("C04", reads=("exclusions", "cut_off"), schemas=(PRODUCT,))
def exclusions_are_listed(case: Case) -> Iterator[Finding]:
    """C04: an exclusion says what it is, how much of the emissions, and why; its percentages are
    such. A cut-off that is stated has its list, where the workbook has a place for one."""
    rows = case.product.rows("exclusions")
    for row in rows:
        if not row.text("item"):
            yield finding("C04", row.cell("item"), case="item")
        if not row.text("reason"):
            yield finding("C04", row.cell("reason"), item=row.text("item"))
        if "ghg_percent" not in row.values or row.values["ghg_percent"] is None:
            yield finding("C04", row.cell("ghg_percent"), case="ghg", item=row.text("item"))
        for column in PERCENTS:
            value = row.values.get(column)
            if value is not None and _percent(row, column) is None:
                where, seen = row.cell(column), text_of(value)
                yield finding("C04", where, case="percent", item=row.text("item"), seen=seen)
    stated = case.product.other_facts.get("cut_off")
    if stated is not None and stated.text.strip() and not rows and case.schema.region("exclusions"):
        yield finding("C04", stated.where, case="no_list", seen=stated.text.strip())


@rule("C02", reads=("exclusions",), schemas=(PRODUCT,))
def exclusions_are_within_the_cut_off(case: Case) -> Iterator[Finding]:
    """C02: each exclusion, and all together, under the limits of `data/limits.toml`."""
    rows, bounds = case.product.rows("exclusions"), limits("cut_off")
    for column in PERCENTS:
        found = [(row, share) for row in rows if (share := _percent(row, column)) is not None]
        each, together = bounds["each_percent"], bounds[f"together_{column}"]
        for row, share in found:
            if share >= each - NOISE:
                where, item = row.cell(column), row.text("item")
                yield finding("C02", where, item=item, seen=f"{share:g}", expected=f"{each:g}")
        whole = math.fsum(share for _, share in found)
        if len(found) > 1 and whole > together + NOISE:
            places = [row.cell(column) for row, _ in found]
            yield finding(
                "C02",
                places[0],
                case="together",
                seen=f"{whole:g}",
                expected=f"{together:g}",
                also=places[1:],
            )


def _percent(row: Row, column: str) -> float | None:
    value = row.values.get(column)
    return value if isinstance(value, float) and 0 <= value <= 100 else None
