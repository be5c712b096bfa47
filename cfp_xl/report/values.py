"""The recalculated values of a workbook as text, one formula cell a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, say, shown
from cfp_xl.privacy import masked

if TYPE_CHECKING:
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.engine.result import Computed
    from cfp_xl.functions.values import Scalar
    from cfp_xl.workbook.model import Workbook


def values_lines(
    workbook: Workbook, cells: Mapping[CellKey, Computed], lang: Lang
) -> Iterator[str]:
    """Each formula cell with its value, or why it has none; how many of all were computed."""
    failed = 0
    for key, cell in cells.items():
        if cell.is_computed:
            yield f"{key.ref}  {_word(cell.value, lang)}\n"
        else:
            failed += 1
            yield f"{key.ref}  {_why(cell, lang)}\n"
    computed = workbook.formula_count - failed
    yield say("report.values.computed", lang, count=computed, formulas=workbook.formula_count)
    yield "\n"


def _why(cell: Computed, lang: Lang) -> str:
    why = "" if cell.finding is None else cell.finding.message(lang)
    return say("report.values.not_computed", lang, why=why)


def _word(value: Scalar, lang: Lang) -> object:
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else masked(str(shown(value, lang)))
