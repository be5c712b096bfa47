"""The native edition needs nothing: LibreOffice recomputes every formula of it as we do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.compare.diff import diff
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.compare import compare
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Options
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.patch import patch_values

pytestmark = pytest.mark.client
WORKBOOKS = Path(__file__).parents[2] / "workbooks"
NATIVE = ["product-zh-native"]
"""The others are in `test_witnesses.py`."""


@pytest.mark.parametrize("name", NATIVE)
def test_no_cell_differs(convert: Callable[..., Path], tmp_path: Path, name: str) -> None:
    """What is stored is wiped first, so that only LibreOffice's own results can agree."""
    source, wiped = WORKBOOKS / f"{name}.xlsx", tmp_path / f"{name}.xlsx"
    formulas = {
        (sheet.name, *position): None
        for sheet in read_workbook(source).sheets
        for position, cell in sheet.cells.items()
        if cell.formula is not None
    }
    assert patch_values(open_package(source), wiped, formulas) == ()
    saved = read_workbook(convert(wiped, "xlsx", recalculate=True))
    counts, findings = compare(saved, recalculate(saved), 1e-12, is_ours=True)
    assert findings == ()
    assert counts.matched == len(formulas)


def test_saved_there_and_verified_here(convert: Callable[..., Path]) -> None:
    saved = convert(WORKBOOKS / "bxd2-native.xlsx", "xlsx", recalculate=True)
    result = verify_file(saved, Options())
    assert result.status == "passed"
    source = open_file(WORKBOOKS / "bxd2-native.xlsx")
    assert diff(source, open_file(saved)).changes == ()
