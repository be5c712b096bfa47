"""Formula smells and units of any workbook: what is probably a slip, by its neighbours.

A smell is no proof. It is a warning or a note, of group K, and asked for by `--lint`; nothing of
our tables is needed. A module a subject; each yields findings of one sheet or one workbook.
"""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding
from cfp_xl.schema.opened import Opened
from cfp_xl.verify.lint.filled import exceptions_in_filled_columns
from cfp_xl.verify.lint.lookups import approximate_lookups
from cfp_xl.verify.lint.sums import sums
from cfp_xl.verify.lint.totals import typed_totals
from cfp_xl.verify.lint.unit_graph import unit_contradictions

MOST_FORMULAS = 200_000
"""Larger workbooks are not looked through."""


def lint_findings(opened: Opened) -> Iterator[Finding]:
    """All of them; raises RecalculationTimeout."""
    workbook = opened.recomputed.workbook
    if workbook.formula_count > MOST_FORMULAS:
        return
    for sheet in workbook.sheets:
        yield from exceptions_in_filled_columns(sheet)
        yield from sums(workbook, sheet)
        yield from approximate_lookups(workbook, sheet)
        yield from typed_totals(sheet)
    yield from unit_contradictions(opened)
