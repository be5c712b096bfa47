"""Every formula cell of our workbooks, from rows to the total, by two second engines.

The stock model of `formulas`, and real LibreOffice with our extension. What a file holds was taken
out of it before: only what a witness computed itself can agree.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.engine.areas import CellKey
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.result import WitnessCounts
from cfp_xl.verify.witness import WITNESSES, Witnessed, judged, saved_values, without_values
from tests.clients.conftest import Calc

PROJECT = Path(__file__).parents[2]
BOOKS = {
    "bxd2": PROJECT / "workbooks" / "bxd2.xlsx",
    "bxd2-native": PROJECT / "workbooks" / "bxd2-native.xlsx",
    "meter box": PROJECT / "workbooks" / "meter-box-with-suppliers.xlsx",
    "product": PROJECT / "workbooks" / "product-zh.xlsx",
    "product-native": PROJECT / "workbooks" / "product-en-native.xlsx",
    "kettle": PROJECT / "tests" / "cases" / "model" / "kettle.xlsx",
}
TOTAL = CellKey("结果", 12, 3)
TOTALS_KGCO2E = {"bxd2": 15.000560117, "bxd2-native": 15.000560117, "kettle": 472.3966}
"""By hand (bxd2, tests/test_bxd2.py), and of tests/cases/README.md."""


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.client
def test_no_witness_disagrees(calc: Calc, name: str) -> None:
    opened = open_file(BOOKS[name])
    by_formulas = WITNESSES["formulas"](opened)
    with without_values(opened) as blank:
        saved = open_file(calc.saved_by_calc(blank)).workbook
    by_calc = Witnessed(saved_values(opened.workbook, saved))
    for witness, told in (("formulas", by_formulas), ("libreoffice", by_calc)):
        counts, findings = judged(opened, witness, told, 1e-9)
        assert [finding.message("en") for finding in findings] == []
        assert counts == WitnessCounts(witness, agreed=opened.workbook.formula_count)
        if name in TOTALS_KGCO2E:
            assert told.values[TOTAL] == pytest.approx(TOTALS_KGCO2E[name], rel=1e-7)
