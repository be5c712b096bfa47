"""A colleague without any add-in opens a frozen workbook in LibreOffice, works on it, saves it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.schema.opened import open_file
from cfp_xl.schema.seal import check_seal
from cfp_xl.workbook.formulas.canonical import canonical
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.freeze import cells_to_freeze, freeze, thaw

pytestmark = pytest.mark.client
BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"


@pytest.fixture
def saved(convert: Callable[..., Path], tmp_path: Path) -> Path:
    """Frozen here, recalculated and saved there."""
    frozen = tmp_path / "frozen.xlsx"
    freeze(open_file(BXD2), frozen, ("2026-11-23", "cn-2026@1"), "zh")
    return convert(frozen, "xlsx", recalculate=True)


def test_every_number_stays_without_the_add_in(saved: Path) -> None:
    before, after = read_workbook(BXD2), read_workbook(saved)
    different = {}
    for sheet in before.sheets:
        for position, cell in sheet.cells.items():
            if isinstance(cell.value, float):
                there = after.by_name[sheet.name.casefold()].cells[position].value
                if there != pytest.approx(cell.value, rel=1e-12):
                    different[str(sheet.ref(*position))] = (cell.value, there)
    assert different == {}


def test_the_formulas_come_back_after_that_save(saved: Path, tmp_path: Path) -> None:
    thawed = tmp_path / "thawed.xlsx"
    count, edited = thaw(open_file(saved), thawed)
    before, after = read_workbook(BXD2), read_workbook(thawed)
    assert edited == ()
    assert count == len(cells_to_freeze(before))
    assert {k: canonical(c.formula or "") for k, c in cells_to_freeze(after).items()} == {
        k: canonical(c.formula or "") for k, c in cells_to_freeze(before).items()
    }
    assert check_seal(after) == ()
