"""A product that took answers in, with cells typed over, and what verify finds in it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from cfp_xl.findings import CellRef, Finding
from cfp_xl.schema.opened import open_file, refreshed
from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.suppliers.apply import apply
from cfp_xl.suppliers.outcomes import Accepted
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from cfp_xl.workbook.writing.values import Constant, write_values
from tests.suppliers.answered import DAY, by_activity, by_pcf, product

Change = tuple[str, int, str, Constant]
"""Table, row below its headings, column, what is typed there."""


@cache
def applied(*answers: Accepted) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder) / "box.xlsx"
        box.write_bytes(product())
        apply(open_file(box), answers or (by_activity(), by_pcf()), box, DAY)
        return box.read_bytes()


def schema_of(data: bytes) -> Schema:
    found, _ = find_schema(read_package(package_of(data, Path("box.xlsx"))))
    assert found is not None
    return found


def cell(data: bytes, table: str, row: int, column: str) -> CellRef:
    region = schema_of(data).regions[table]
    return region.cell(region.header_row + row, column)


def changed(data: bytes, changes: Sequence[Change]) -> bytes:
    """The workbook with these cells typed over, and everything recalculated."""
    regions = schema_of(data).regions
    values: dict[str, dict[tuple[int, int], Constant]] = {}
    for table, row, column, value in changes:
        region = regions[table]
        at = (region.header_row + row, region.columns[column])
        values.setdefault(region.sheet.name, {})[at] = value
    path = Path("box.xlsx")
    return refreshed(write_values(package_of(data, path), values), path)


def findings(data: bytes, tmp_path: Path) -> tuple[Finding, ...]:
    file = tmp_path / "box.xlsx"
    file.write_bytes(data)
    return verify_file(file).findings
