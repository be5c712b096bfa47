"""Formula smells and units: each planted slip once, by hand, and nothing in what is right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl.cli import run
from cfp_xl.findings import Severity
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.lint import lint_findings
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Options

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
Cells = dict[str, str | float]


def goods() -> Cells:
    """Ten goods with mass and factor, their products and sum, and a look-up: nothing is wrong."""
    cells: Cells = {"A1": "goods", "B1": "mass (kg)", "C1": "kgCO2e/kg", "D1": "kgCO2e"}
    for row in range(2, 12):
        cells |= {f"A{row}": f"part {row}", f"B{row}": row * 1.5, f"C{row}": 2.0 + row / 10}
        cells[f"D{row}"] = f"=B{row}*C{row}"
    cells |= {"A12": "total", "B12": "=SUM(B2:B11)", "D12": "=SUM(D2:D11)"}
    cells |= {"A14": "found", "B14": '=VLOOKUP("part 4",A2:C11,3,FALSE)'}
    return cells


Write = Callable[[Cells], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(cells: Cells) -> Path:
        path = tmp_path / "goods.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            page = workbook.add_worksheet("Goods")
            for cell, value in cells.items():
                page.write(cell, value)
        return path

    return written


def smells(path: Path) -> list[tuple[str, str, str]]:
    found = lint_findings(open_file(path))
    return [(one.code, one.case, one.where.cell if one.where else "") for one in found]


PLANTED: dict[str, tuple[Cells, tuple[str, str, str]]] = {
    "another formula between": ({"D6": "=B6*C6*1.1"}, ("K01", "", "D6")),
    "a number between": ({"D6": 23.4}, ("K02", "", "D6")),
    "a sum without the last row": ({"D12": "=SUM(D2:D10)"}, ("K03", "", "D12")),
    "a sum without the first row": ({"B12": "=SUM(B3:B11)"}, ("K03", "", "B12")),
    "a number as text": ({"B5": "7.5"}, ("K04", "", "B5")),
    "approximate, unsorted": (
        {"A3": "zinc", "B14": '=VLOOKUP("part 4",A2:C11,3)'},
        ("K05", "", "B14"),
    ),
    "a sum that hides errors": ({"D12": "=IFERROR(SUM(D2:D11),0)"}, ("K06", "", "D12")),
    "a typed total": ({"B12": 97.5}, ("K07", "", "B12")),  # 1.5 × (2 + … + 11) = 97.5
    "kWh under kgCO2e": ({"B1": "energy (kWh)"}, ("K08", "", "D2")),
    "tonnes under kg": ({"C1": "kgCO2e/t"}, ("K08", "size", "D2")),
    "kg and kWh added": (
        {"F1": "power (kWh)", "F2": 3.0, "G2": "=B2+F2"},
        ("K08", "operator", "G2"),
    ),
    "kg and t added": (
        {"F1": "mass (t)", "F2": 3.0, "G2": "=B2+F2"},
        ("K08", "operator_size", "G2"),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_slip_is_named_once(name: str, write: Write) -> None:
    change, expected = PLANTED[name]
    assert smells(write({**goods(), **change})) == [expected]


def test_a_row_of_another_kind_is_no_slip(write: Write) -> None:
    """All its columns depart; one that goes on makes it a slip again, and so does a number."""
    cells = goods() | {f"E{row}": f"=D{row}*2" for row in range(2, 12)}
    both: Cells = {"D6": "=SUM(D2:D5)", "E6": "=SUM(E2:E5)"}
    assert smells(write({**cells, **both})) == []
    third: Cells = {f"F{row}": f"=B{row}*3" for row in range(2, 12)}
    assert [where for _, _, where in smells(write({**cells, **both, **third}))] == ["D6", "E6"]
    typed: Cells = {"D6": 1.0, "E6": 2.0}
    assert [code for code, _, _ in smells(write({**cells, **typed}))] == ["K02", "K02"]


def test_rows_of_other_units_are_no_sum(write: Write) -> None:
    cells: Cells = {"A1": "use", "B1": "amount", "C1": "unit"}
    for row, (name, amount, unit) in enumerate(
        (("power", 3, "kWh"), ("gas", 2, "m3"), ("heat", 9, "kWh")), 2
    ):
        cells |= {f"A{row}": name, f"B{row}": float(amount), f"C{row}": unit}
    cells["B5"] = "=SUM(B2:B4)"
    assert smells(write(cells)) == [("K08", "rows", "B5")]
    cells["C3"] = "MWh"
    assert smells(write(cells)) == [("K08", "rows_size", "B5")]
    cells["C3"] = "度"  # is kWh
    assert smells(write(cells)) == []


def test_what_is_right_has_no_finding(write: Write) -> None:
    """Conversions, headings of years, checks of sorted data, densities typed into formulas."""
    right: Cells = {
        "B1": "mass (t)",
        "C1": "kgCO2e/kg",
        "F1": 2025.0,  # a year above a column of numbers
        "F2": 4.0,
        "F3": 5.0,
        "F4": 6.0,
        "F5": "=SUM(F2:F4)",
        "H1": "volume (L)",
        "H2": "=B2*1000/0.84",  # of a density that has a unit of its own
    }
    cells = {**goods(), **right}
    for row in range(2, 12):
        cells[f"D{row}"] = f"=B{row}*1000*C{row}"
    assert smells(write(cells)) == []


def test_our_own_workbooks_have_none() -> None:
    for name in ("bxd2", "meter-box-with-suppliers"):
        assert smells(WORKBOOKS / f"{name}.xlsx") == [], name


def test_it_is_asked_for(write: Write) -> None:
    path = write({**goods(), "D6": 23.4})
    codes = {one.code for one in verify_file(path, Options()).findings}
    asked = verify_file(path, Options(lint=True))
    assert {one.code for one in asked.findings} - codes == {"K02"}
    assert all(one.severity is not Severity.ERROR for one in asked.findings if one.code == "K02")
    out = path.with_suffix(".json")
    assert run(["verify", str(path), "--lint", "--report", f"json={out}"]) in (0, 1)
    assert '"K02"' in out.read_text("utf-8")
