"""A product that took answers in: LibreOffice recomputes every formula of it as we do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.apply import apply
from cfp_xl.verify.compare import compare
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.patch import patch_values
from tests.suppliers.answered import DAY, by_activity, by_pcf, product

pytestmark = pytest.mark.client


@pytest.mark.parametrize("edition", ["zh-native", "en-native"])
def test_no_cell_differs(convert: Callable[..., Path], tmp_path: Path, edition: str) -> None:
    """What is stored is wiped first, so that only LibreOffice's own results can agree."""
    box, wiped = tmp_path / "box.xlsx", tmp_path / "wiped.xlsx"
    box.write_bytes(product(edition))
    apply(open_file(box), [by_activity(), by_pcf()], box, DAY)
    formulas = {
        (sheet.name, *position): None
        for sheet in read_workbook(box).sheets
        for position, cell in sheet.cells.items()
        if cell.formula is not None
    }
    assert patch_values(open_package(box), wiped, formulas) == ()
    saved = convert(wiped, "xlsx", recalculate=True)
    workbook = read_workbook(saved)
    counts, findings = compare(workbook, recalculate(workbook), 1e-12, is_ours=True)
    assert findings == ()
    assert counts.matched == len(formulas)
    assert verify_file(saved).status == "passed"
    # What was saved there takes a corrected answer as well.
    corrected = apply(open_file(saved), [by_activity("c" * 64), by_pcf()], saved, DAY)
    assert [taken.action for taken in corrected.taken] == ["replaced"]
    assert verify_file(saved).status == "passed"
