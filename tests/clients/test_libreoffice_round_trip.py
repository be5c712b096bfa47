"""Our templates opened and saved by LibreOffice with the extension: what people rely on is kept."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.reading.read import read_workbook
from tests.clients.conftest import Calc

pytestmark = pytest.mark.client
WORKBOOKS = Path(__file__).parents[2] / "workbooks"


@pytest.fixture(scope="module", params=["product-zh", "product-en"])
def saved(calc: Calc, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """A template, and the same saved by Calc."""
    template = WORKBOOKS / f"{request.param}.xlsx"
    return template, calc.saved_by_calc(template)


def marks(path: Path, mark: str) -> list[bool]:
    """For each sheet, in order, whether its XML holds the mark."""
    with zipfile.ZipFile(path) as package:
        count = len(read_workbook(path).sheets)
        sheets = [package.read(f"xl/worksheets/sheet{n}.xml").decode() for n in range(1, count + 1)]
    return [mark in sheet for sheet in sheets]


def test_names_stay(saved: tuple[Path, Path]) -> None:
    before, after = (
        {name.name: name.formula.replace("'", "") for name in read_workbook(path).names}
        for path in saved
    )
    ours = {name: formula for name, formula in before.items() if name.startswith("cfp_")}
    assert len(ours) > 5
    assert {name: after.get(name) for name in ours} == ours


@pytest.mark.parametrize("mark", ["<sheetProtection ", "<dataValidation ", "<drawing "])
def test_protection_choices_and_chart_stay(saved: tuple[Path, Path], mark: str) -> None:
    before, after = (marks(path, mark) for path in saved)
    assert any(before)
    assert after == before


def test_it_verifies_as_before(saved: tuple[Path, Path]) -> None:
    before, after = (verify_file(path) for path in saved)
    assert after.cells == before.cells
    assert [(f.code, f.where) for f in after.findings] == [
        (f.code, f.where) for f in before.findings
    ]
