"""Which rows a saved filter hides: a sheet's own, one of a table, or an advanced filter.

A file marks such rows `hidden` like any other: that a filter did it follows from its range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from cfp_xl.workbook.address import Bounds, range_bounds
from cfp_xl.workbook.model import DefinedName, ListTable
from cfp_xl.workbook.reading.trees import local_name

CRITERIA = frozenset(
    {"filters", "top10", "customFilters", "dynamicFilter", "colorFilter", "iconFilter"}
)
"""What stands in a column of a filter that leaves rows out; one without only hides its button."""

FILTERED_RANGE = "_xlnm._FilterDatabase"
"""The hidden name by which Excel remembers what was filtered last."""


def filter_of_sheet(element: etree._Element) -> Bounds | None:
    """The range of an `<autoFilter>`, unless it belongs to a custom view of the sheet."""
    parent = element.getparent()
    is_own = parent is not None and local_name(parent) == "worksheet"
    return range_bounds(element.get("ref", "").replace("$", "")) if is_own else None


def filter_of_table(root: etree._Element) -> Bounds | None:
    """The range that a table's filter leaves rows out of."""
    for child in root:
        if local_name(child) == "autoFilter" and any(
            local_name(c) in CRITERIA for c in child.iter()
        ):
            return range_bounds(child.get("ref", root.get("ref", "")))
    return None


def filtered_rows(
    hidden: frozenset[int],
    filters: Iterable[Bounds],
    *,
    sheet: str,
    is_filtered: bool,
    names: Iterable[DefinedName],
    tables: Iterable[ListTable],
) -> frozenset[int]:
    """The hidden rows that filters of a sheet hide: those below the headings of their ranges."""
    ranges = [*filters, *(table.filtered for table in tables if table.filtered)]
    if is_filtered and not filters:
        ranges += _advanced(sheet, names)
    return frozenset(
        row for row in hidden if any(top < row <= bottom for top, _, bottom, _ in ranges)
    )


def _advanced(sheet: str, names: Iterable[DefinedName]) -> Iterator[Bounds]:
    for name in names:
        if name.name == FILTERED_RANGE and name.sheet == sheet:
            ref = name.formula.rpartition("!")[2].replace("$", "")
            if bounds := range_bounds(ref):
                yield bounds
