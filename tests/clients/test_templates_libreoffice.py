"""Our workbooks in LibreOffice without any add-in: stored numbers show, native ones recompute."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.read import read_workbook

pytestmark = pytest.mark.client
WORKBOOKS = Path(__file__).parents[2] / "workbooks"


def formulas(workbook: Workbook) -> dict[CellKey, Scalar]:
    """What the file holds for each formula cell."""
    return {
        CellKey(sheet.name, *position): cell.value
        for sheet in workbook.sheets
        for position, cell in sheet.cells.items()
        if cell.formula is not None
    }


@pytest.mark.parametrize("name", ["bxd2", "bxd2-as-published", "product-zh", "product-en"])
def test_stored_values_show_without_the_add_in(convert: Callable[..., Path], name: str) -> None:
    stored = formulas(read_workbook(WORKBOOKS / f"{name}.xlsx"))
    shown = formulas(read_workbook(convert(WORKBOOKS / f"{name}.xlsx", "xlsx")))
    assert shown.keys() == stored.keys()
    assert {k.ref: (stored[k], v) for k, v in shown.items() if not same(stored[k], v)} == {}


@pytest.mark.parametrize("name", ["bxd2"])
def test_native_formulas_compute_as_stored(convert: Callable[..., Path], name: str) -> None:
    """LibreOffice's own SUMIFS, COUNTIFS, SUMPRODUCT, INDEX give what the file holds.

    Cells that depend on a CFP_* function, which is unknown there, are left out.
    """
    workbook = read_workbook(WORKBOOKS / f"{name}.xlsx")
    stored = formulas(workbook)
    again = formulas(read_workbook(convert(WORKBOOKS / f"{name}.xlsx", "xlsx", recalculate=True)))
    recalculation = recalculate(workbook)
    by_cfp = {
        CellKey(sheet.name, *position)
        for sheet in workbook.sheets
        for position, cell in sheet.cells.items()
        if cell.formula and "CFP_" in cell.formula
    }
    native = stored.keys() - by_cfp
    for key in by_cfp:
        native -= recalculation.dependents(key)
    assert len(native) >= 40
    assert {k.ref: (stored[k], again[k]) for k in native if not same(stored[k], again[k])} == {}


@pytest.mark.parametrize("name", ["bxd2", "bxd2-as-published"])
def test_results_recompute_without_the_add_in(convert: Callable[..., Path], name: str) -> None:
    """The column of native formulas is a second opinion that needs no CFP_* function."""
    again = read_workbook(convert(WORKBOOKS / f"{name}.xlsx", "xlsx", recalculate=True))
    results = again.sheet("结果")
    assert results is not None
    by_stage = {results.cells[row, 1].value: results.cells[row, 4].value for row in range(7, 13)}
    diesel_kgco2_per_kg = 42.652 * 20.2e-3 * 0.98 * 44 / 12
    assert by_stage == {
        "原材料获取": pytest.approx(4.6241 * 0.5777),
        "生产": pytest.approx(17.2348 * 0.5777),
        "运输/交付": pytest.approx((0.3570 + 0.0505) * diesel_kgco2_per_kg),
        "使用": 0.0,
        "生命末期": pytest.approx(1.9233 * 0.5777),
        "合计": pytest.approx(15.000560117, rel=1e-10),
    }


def same(one: Scalar, other: Scalar) -> bool:
    """LibreOffice writes numbers with 15 digits."""
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-14)
    return one == other
