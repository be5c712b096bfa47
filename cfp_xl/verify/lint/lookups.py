"""K05: a look-up that is approximate because its last argument was left out, in unsorted data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cfp_xl.findings import Finding, finding
from cfp_xl.functions.values import Scalar
from cfp_xl.verify.lint.calls import as_range, calls
from cfp_xl.workbook.model import Sheet, Workbook

OMITTED = {"VLOOKUP": 3, "HLOOKUP": 3, "MATCH": 2}
"""How many arguments a call has that leaves the kind of look-up out."""


def approximate_lookups(workbook: Workbook, sheet: Sheet) -> Iterator[Finding]:
    """K05: the first column of the data is not sorted, so that the wrong row may be found."""
    for run in sheet.columns.layout.runs:
        text = run.formula.text
        if "LOOKUP(" not in text.upper() and "MATCH(" not in text.upper():
            continue
        for call in calls(text):
            if OMITTED.get(call.function) != len(call.arguments):
                continue
            area = as_range(call.arguments[1], sheet.name)
            other = workbook.sheet(area.sheet) if area is not None else None
            if area is None or other is None:
                continue
            top, left, bottom, right = area.bounds
            is_across = call.function == "HLOOKUP" or (call.function == "MATCH" and top == bottom)
            keys = (top, left, top, right) if is_across else (top, left, bottom, left)
            values = [v for v in other.columns.values_in(keys) if v not in (None, "")]
            if len(values) > 2 and not is_sorted(values):
                yield finding("K05", sheet.ref(run.row, run.column), seen=f"={text}")


def is_sorted(values: Sequence[Scalar]) -> bool:
    """Whether numbers rise, and texts do, as an approximate look-up needs it; a heading may come
    first."""
    body = values[1:] if isinstance(values[0], str) and isinstance(values[1], float) else values
    numbers = [v for v in body if isinstance(v, float)]
    texts = [v.casefold() for v in body if isinstance(v, str)]
    return all(a <= b for a, b in pairwise(numbers)) and all(a <= b for a, b in pairwise(texts))
