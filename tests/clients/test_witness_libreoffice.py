"""Real LibreOffice with our extension as a second engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.schema.opened import open_file
from cfp_xl.verify.result import WitnessCounts
from cfp_xl.verify.witness import Witnessed, judged, saved_values
from tests.clients.conftest import Calc

BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"


@pytest.mark.client
def test_calc_with_our_functions_confirms_every_formula_cell(calc: Calc) -> None:
    """Stages, processes, rows, shares, total and checks of the worked example."""
    opened = open_file(BXD2)
    theirs = open_file(calc.saved_by_calc(BXD2)).workbook
    told = Witnessed(saved_values(opened.workbook, theirs))
    counts, findings = judged(opened, "libreoffice", told, 1e-9)
    assert counts == WitnessCounts("libreoffice", agreed=opened.workbook.formula_count)
    assert findings == []
