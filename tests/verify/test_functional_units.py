"""U04: how people write a functional unit, in a workbook whose own formula states the result's."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.verify.pipeline import verify_file
from tests.verify.conftest import Editor

CASES = Path(__file__).parent.parent / "cases"
PRODUCT = CASES / "declared" / "probe-A1-alloc-unlike-activity-c.xlsx"


@pytest.mark.parametrize(
    ("typed", "cases"),
    [
        ("1 piece", []),
        ("1台", []),
        ("1 件 (含包装)", []),
        ("10 kg", []),
        ("10kg", []),
        ("1000 台", []),
        ("0", ["no_unit"]),
        ("per piece", ["no_unit"]),
        ("", ["blank"]),
    ],
)
def test_a_functional_unit_as_typed(tmp_path: Path, typed: str, cases: list[str]) -> None:
    book = Editor(PRODUCT)
    where = book.schema.settings["functional_unit"].where
    assert where is not None
    book.set(where.sheet, where.cell, typed or None)
    found = verify_file(book.save(tmp_path / "product.xlsx")).findings
    assert [f.case for f in found if f.code == "U04"] == cases
