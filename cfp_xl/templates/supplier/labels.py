"""The seal of what stands written in a supplier's workbook: labels, lists, units, factors.

The formulas have their own seal (`schema/seal.py`). This one covers every constant outside the
cells that people fill in, in the custom document property `cfp_labels`. Like the other it guards
against slips, not against forgery.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from cfp_xl.functions.values import Scalar
from cfp_xl.schema.region import find_columns, is_blank
from cfp_xl.templates.supplier.fields import FEEDBACK, FOR, IN
from cfp_xl.templates.supplier.layout import ACTIVITY_INPUTS
from cfp_xl.workbook.address import Bounds
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Workbook

LABELS = "cfp_labels"


def make_labels_seal(workbook: Workbook) -> dict[str, str]:
    """The document property that seals the written cells."""
    return {LABELS: labels_digest(workbook)}


def labels_digest(workbook: Workbook) -> str:
    """The hash of all constants that nobody is asked to write, each with its cell."""
    free = free_ranges(workbook)
    lines = sorted(
        f"{sheet.name}\t{row}\t{column}\t{_canonical(cell.value)}"
        for sheet in workbook.sheets
        for (row, column), cell in sheet.cells.items()
        if cell.formula is None
        and not is_blank(cell.value)
        and not any(_holds(bounds, row, column) for bounds in free.get(sheet.name, ()))
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def free_ranges(workbook: Workbook) -> dict[str, tuple[Bounds, ...]]:
    """By sheet: the cells that suppliers fill in, that are personal, or the buyer's feedback."""
    free: dict[str, list[Bounds]] = {}
    for sheet, bounds in _free(workbook):
        free.setdefault(sheet, []).append(bounds)
    return {sheet: tuple(those) for sheet, those in free.items()}


def _free(workbook: Workbook) -> Iterator[tuple[str, Bounds]]:
    for name in workbook.names:
        key = name.name.casefold()
        if not (key.startswith((IN, FOR)) or key in (FEEDBACK, "cfp_activities")):
            continue
        for reference in references(name.formula, name.sheet or "")[:1]:
            sheet = workbook.sheet(reference.sheet)
            if sheet is None:
                continue
            if key != "cfp_activities":
                yield sheet.name, reference.bounds
                continue
            region, _ = find_columns(key, "activities", sheet, reference.bounds)
            top, _, bottom, _ = reference.bounds
            for column in ACTIVITY_INPUTS:
                if at := region.columns.get(column):
                    yield sheet.name, (top + 1, at, bottom, at)


def _holds(bounds: Bounds, row: int, column: int) -> bool:
    top, left, bottom, right = bounds
    return top <= row <= bottom and left <= column <= right


def _canonical(value: Scalar) -> str:
    """A value as every program keeps it: numbers to 15 digits, line breaks as one sign."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value).replace("\r\n", "\n")
