"""Why a formula cell of a workbook does not match what Excel cached, in a few words.

Causes are read off the findings that `verify` gives, never off a cell's content, so that they can
be counted over many workbooks and shown without showing any of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.result import Recalculation
from cfp_xl.findings import CellRef, Finding, kind
from cfp_xl.functions.values import ExcelError
from cfp_xl.workbook.address import range_bounds

FOLLOWS = "follows from another cell"

_PREFIXES = re.compile(r"_xlfn\.|_xlws\.|_xlpm\.|_xludf\.", re.IGNORECASE)
_FUNCTION = re.compile(r"([A-Z][A-Z0-9._]*)\(", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def causes(recalculation: Recalculation, of_comparison: Iterable[Finding]) -> Counter[str]:
    """How many cells failed for which cause.

    A cell that refers to another failing one is counted as following from it.
    """
    failing = _not_computed(recalculation) | _judged(recalculation, of_comparison)
    counted: Counter[str] = Counter()
    for key, cause in failing.items():
        areas = recalculation.referenced_ranges.get(key, ())
        follows = any(
            other != key and any(area.holds(*other) for area in areas) for other in failing
        )
        counted[FOLLOWS if follows else cause] += 1
    return counted


def _not_computed(recalculation: Recalculation) -> dict[CellKey, str]:
    return {
        key: FOLLOWS
        if cell.finding is None or cell.finding.code == "E06"
        else f"not computed: {_reason(cell.finding)}"
        for key, cell in recalculation.cells.items()
        if not cell.is_computed
    }


def _reason(why: Finding) -> str:
    """The title of its code, and the function concerned (names in a workbook stay unsaid)."""
    title = kind(why.code).title.en
    if why.code == "E02" and why.case != "name":
        return f"{title}, {why.values.get('name', '')}"
    return f"{title}, {first_function(why.seen or '')}"


def _judged(recalculation: Recalculation, findings: Iterable[Finding]) -> dict[CellKey, str]:
    """Cells that the comparison rejects: other values, and #NAME? on either side."""
    found: dict[CellKey, str] = {}
    for one in findings:
        if one.where is None or one.code not in ("V01", "V06"):
            continue
        key = _key(one.where)
        if recalculation.cells[key].is_volatile:
            continue
        function = first_function(str(one.values.get("formula", "")))
        if one.code == "V06":
            found[key] = f"not computed: {ExcelError.NAME}, {function}"
        else:
            found[key] = f"mismatched: {difference(one.seen, one.expected)}, {function}"
    return found


def difference(cached: str | None, computed: str | None) -> str:
    """What kind of values differ, both as findings show them."""
    ours, theirs = _sort_of(computed), _sort_of(cached)
    return f"another {ours}" if ours == theirs else f"{ours} where Excel has {theirs}"


def _sort_of(shown: str | None) -> str:
    if not shown:
        return "nothing"
    if shown in {str(error) for error in ExcelError}:
        return "error"
    if shown.startswith('"'):
        return "text"
    return "logical value" if shown in ("TRUE", "FALSE") else "number"


def first_function(formula: str) -> str:
    """The first function a formula calls; texts in it are not searched."""
    plain = _PREFIXES.sub("", _QUOTED.sub('""', formula))
    called = _FUNCTION.search(plain)
    return called[1].upper() if called else "no function"


def most_frequent_first(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _key(where: CellRef) -> CellKey:
    bounds = range_bounds(where.cell)
    assert bounds is not None, where
    return CellKey(where.sheet, bounds[0], bounds[1])
