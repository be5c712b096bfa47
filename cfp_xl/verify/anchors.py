"""What cells are, in words that survive inserted rows and moved columns: for fingerprints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cfp_xl.findings import CellRef
from cfp_xl.workbook.schema import Schema

LABELS: Mapping[str, tuple[str, ...]] = {
    "activities": ("stage", "process", "activity"),
    "factors": ("id",),
    "allocation": ("month", "voucher", "medium", "product"),
    "declared": ("place", "item", "stage", "process", "activity"),
    "justifications": ("code", "cell"),
}
"""The columns that name a row of each table."""


def anchors(schema: Schema) -> Mapping[CellRef, str]:
    """For each cell of our tables its table, row's label and column; for settings their name."""
    found = {s.where: f"cfp_{s.name}" for s in schema.settings.values() if s.where}
    for table, region in schema.regions.items():
        seen: Counter[str] = Counter()
        for record in schema.records(table):
            label = "/".join(record.text(column) for column in LABELS[table])
            seen[label] += 1
            for column in region.columns:
                found[record.cell(column)] = f"{table} {label} #{seen[label]} {column}"
    return found
