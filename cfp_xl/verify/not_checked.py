"""What was not looked at in a file: no finding, but a pass does not mean that it is right."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import Opened
from cfp_xl.schema.seal import has_seal
from cfp_xl.verify.declared import declared_of, is_uncertain
from cfp_xl.verify.result import CellCounts, NotChecked
from cfp_xl.verify.rule import PRODUCT
from cfp_xl.verify.rules.allocation import has_place_for_reasons, is_shared
from cfp_xl.verify.rules.declared_model import names_nothing_of_the_model
from cfp_xl.verify.rules.factor_neighbours import own_factors
from cfp_xl.verify.unchecked_sizes import unchecked_sizes

PARTS: tuple[tuple[str, str], ...] = (
    ("links", r"xl/externalLinks/externalLink\d+\.xml"),
    ("connections", r"xl/(?:connections\.xml|queryTables/.*)"),
    ("macros", r"xl/(?:vbaProject\.bin|macrosheets/.*)"),
    ("pivots", r"xl/pivotTables/pivotTable\d+\.xml"),
    ("pictures", r"xl/media/.*"),
    ("embedded", r"xl/(?:embeddings|activeX|ctrlProps)/.*"),
    ("comments", r"xl/(?:threadedComments|comments)[^/]*/?.*\.xml"),
    ("scripts", r"xl/(?:model/.*|customData/.*|webextensions/.*)"),
)
"""What a package may hold besides cells, by the names of its parts."""
MOST_CELLS = 20


def not_checked(opened: Opened, counts: CellCounts, case: Case | None) -> tuple[NotChecked, ...]:
    """All of it, what is special to the file first."""
    return (*_of_cells(opened, counts), *_of_parts(opened), *_of_model(opened, case))


def _of_cells(opened: Opened, counts: CellCounts) -> Iterator[NotChecked]:
    """Formula cells whose values could not be compared."""
    cells = opened.recalculation.cells
    if counts.volatile:
        places = [key.ref for key, one in cells.items() if one.is_volatile]
        yield NotChecked("volatile", counts.volatile, tuple(places[:MOST_CELLS]))
    if counts.not_computed:
        places = [key.ref for key, one in cells.items() if not one.is_computed]
        yield NotChecked("not_computed", counts.not_computed, tuple(places[:MOST_CELLS]))
    if counts.not_cached:
        yield NotChecked("not_cached", counts.not_cached)


def _of_parts(opened: Opened) -> Iterator[NotChecked]:
    for what, pattern in PARTS:
        count = sum(re.fullmatch(pattern, part) is not None for part in opened.package.parts)
        if count:
            yield NotChecked(what, count)


def _of_model(opened: Opened, case: Case | None) -> Iterator[NotChecked]:
    if case is None:
        yield NotChecked("model")
        return
    if not has_seal(opened.workbook):
        yield NotChecked("seal")
    if case.schema.kind != PRODUCT:
        yield NotChecked("answers")
        return
    compared = {factor.id for _, factor, near in own_factors(case) if near}
    own = [
        row
        for row in case.product.rows("factors")
        if not case.shipped(row.text("id")) and row.text("id") not in compared
    ]
    if own:
        places = tuple(row.cell("value") for row in own[:MOST_CELLS])
        yield NotChecked("own_factors", len(own), places)
    for size in unchecked_sizes(case):
        yield NotChecked(size)
    yield from _of_declared(case)
    bills = case.product.rows("allocation")
    unnamed = [row for row in bills if not row.text("id")]
    if unnamed:
        places = tuple(row.cell("total") for row in unnamed[:MOST_CELLS])
        yield NotChecked("bills_unnamed", len(unnamed), places)
    if not bills:
        yield NotChecked("bills")
    untold = [row for row in bills if is_shared(row) and not has_place_for_reasons(row)]
    if untold:
        places = tuple(row.cell("total") for row in untold[:MOST_CELLS])
        yield NotChecked("allocation_reasons", len(untold), places)
    if any(not isinstance(row.value("meter_total"), float) for row in bills):
        yield NotChecked("meters")
    yield NotChecked("evidence")


def _of_declared(case: Case) -> Iterator[NotChecked]:
    """What of a published report's figures was held against nothing."""
    if not case.product.rows("declared"):
        yield NotChecked("declared")
    elif names_nothing_of_the_model(case):
        yield NotChecked("other_processes")
    annual = [one for one in declared_of(case.product).entries if one.is_annual]
    if annual:
        places = tuple(one.where("emission") for one in annual[:MOST_CELLS])
        yield NotChecked("declared_annual", len(annual), places)
    uncertain = [row for row in case.product.rows("declared") if is_uncertain(row)]
    if uncertain:
        places = tuple(row.cell("item") for row in uncertain[:MOST_CELLS])
        yield NotChecked("declared_uncertain", len(uncertain), places)
