"""N01, W41: without a seal, cells that our templates compute are formulas all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import shown
from cfp_xl.messages import catalogue
from cfp_xl.schema.case import Case
from cfp_xl.schema.seal import has_seal
from cfp_xl.schema.template_tables import words
from cfp_xl.verify.constant_branches import MOVING, takes_one_way
from cfp_xl.verify.rule import EVERYTHING, PRODUCT, rule
from cfp_xl.verify.rules.self_checks import check_rows, overall_verdicts
from cfp_xl.verify.rules.shown_results import headlines, result_rows
from cfp_xl.workbook.formulas.tokens import TokenKind, tokens

OF_RESULTS = ("cfp", "native", "agrees", "share", "unit", "state")
OF_TABLES: Mapping[str, tuple[str, ...]] = {
    "activities": (
        *("diagnose", "factor_key", "from_unit", "unit_ratio", "process_key", "process_no"),
        *("sign", "counts", "plain", "taken", "native", "counted", "times", "in_total", "sigma"),
        *("outcome_text", "factor_per", "factor_row", "factor_kg", "outcome"),
    ),
    "assemblies": (
        *("kgco2e_per_unit", "native", "own"),
        *(f"level_{level}" for level in range(1, 8)),
        *(f"use_{level}" for level in range(1, 8)),
        "use",
    ),
    "allocation": ("share", "amount_per_unit", "flow_share"),
}
"""Emissions are looked at in `verify.independent`, in workbooks of one's own too."""
BRANCHES = frozenset({"IF", "IFS", "IFERROR", "IFNA", "CHOOSE", "SWITCH"})
ROUNDING = re.compile(
    r"(?:_XLFN\.)?(?:ROUND(?:UP|DOWN)?|MROUND|INT|TRUNC|FIXED|EVEN|ODD"
    r"|(?:CEILING|FLOOR)(?:\.MATH|\.PRECISE)?|ISO\.CEILING)"
)
"""No formula of our templates rounds: number formats do."""


@rule("N01", "W41", "V05", reads=(EVERYTHING,), schemas=(PRODUCT,))
def template_cells_are_formulas(case: Case) -> Iterator[Finding]:
    """N01 a constant, W41 a blank, V05 a formula that always takes one way or rounds, where our
    templates have a formula. A workbook of one's own, without our results sheet, may have what it
    likes."""
    if has_seal(case.workbook) or not any(case.template_tables("results")):
        return
    reported: set[CellRef] = set()
    for where in computed_cells(case):
        if where in reported:
            continue
        reported.add(where)
        cell = case.cell(where)
        if cell is None or (cell.formula is None and cell.value in (None, "")):
            yield finding("W41", where)
        elif cell.formula is None:
            yield finding("N01", where, seen=shown(cell.value))
        elif not any(token.kind in MOVING for token in tokens(cell.formula)):
            yield finding("N01", where, seen=f"={cell.formula}")
        elif _rounds(cell.formula):
            yield finding("V05", where, case="rounds", formula=f"={cell.formula}")
        elif takes_one_way(cell.formula, BRANCHES):
            yield finding("V05", where, case="one_way", formula=f"={cell.formula}")


def _rounds(formula: str) -> bool:
    called = (token.text for token in tokens(formula) if token.kind is TokenKind.FUNCTION)
    return any(ROUNDING.fullmatch(name.upper()) for name in called)


def computed_cells(case: Case) -> Iterator[CellRef]:
    """Cells that our templates compute and whose rows are in use."""
    for table, row, asked in result_rows(case):
        names = ("stage", "process") if asked.process else ()
        for column in (*names, *OF_RESULTS):
            yield table.sheet.ref(row, table.columns[column])
    for table, row in check_rows(case):
        for column in ("seen", "result"):
            yield table.sheet.ref(row, table.columns[column])
    yield from (where for where, _ in (*headlines(case), *overall_verdicts(case)))
    for name in OF_TABLES:
        yield from _beside(case, name)


def _beside(case: Case, table: str) -> Iterator[CellRef]:
    """Columns on a table's heading row that our templates compute, in the table or beside it."""
    region = case.schema.regions.get(table)
    if region is None:
        return
    columns = region.heading_columns(_headings(table))
    for record in case.product.rows(table):
        yield from (region.sheet.ref(record.row, column) for column in columns)


@cache
def _headings(table: str) -> frozenset[str]:
    own = [
        key
        for column in OF_TABLES[table]
        for key in (f"heading.{table}.{column}", f"native.heading.{table}.{column}")
        if f"templates.{key}" in catalogue()
    ]
    of_schema = (known for known in columns(table) if known.id in OF_TABLES[table])
    return words(*own) | {folded(word) for known in of_schema for word in known.spellings}
