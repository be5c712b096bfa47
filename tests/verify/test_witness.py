"""Second engines: what they confirm, what they say otherwise, what they could not compute."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cfp_xl.cli.options import WITNESSES as OFFERED
from cfp_xl.data_files import read_toml
from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.builtin import BUILTINS
from cfp_xl.engine.stock import stock_values
from cfp_xl.messages import Explained
from cfp_xl.schema.opened import open_file
from cfp_xl.verify import witness
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileResult, Options, WitnessCounts
from cfp_xl.verify.witness import WITNESSES, Witnessed
from tests.cli.conftest import Cli, cli  # noqa: F401

PROJECT = Path(__file__).parents[2]
FORMULAS = Options(witnesses=("formulas",))


@pytest.fixture
def written(tmp_path: Path) -> Any:
    def write(cells: dict[str, Any], *, table: bool = False) -> Path:
        with xlsxwriter.Workbook(tmp_path / "book.xlsx") as workbook:
            sheet = workbook.add_worksheet("Data 1")
            for address, content in cells.items():
                if isinstance(content, tuple):
                    sheet.write_formula(address, content[0], None, content[1])
                else:
                    sheet.write(address, content)
            workbook.define_name("rate", "='Data 1'!$B$2")
            workbook.define_name("sums", "='Data 1'!$A$2:$A$4")
            if table:
                columns = [{"header": "kg"}, {"header": "factor"}]
                sheet.add_table("A1:B4", {"name": "Goods", "columns": columns})
        return tmp_path / "book.xlsx"

    return write


GOODS: dict[str, Any] = {
    "A1": "kg", "B1": "factor",
    "A2": 3, "B2": 2, "A3": 1, "B3": 4, "A4": 10, "B4": 0.5,
}  # fmt: skip
ROWS: dict[str, Any] = {
    "D2": ("=A2*B2", 6),
    "D3": ("=A3*B3", 4),
    "D4": ("=A4*B4", 5),
    "D5": ("=SUM(D2:D4)", 15),
    "D6": ("=SUM(sums)*rate", 28),
    "D7": ("=ROW(D7)-ROW($D$6)+1", 2),
    "D8": ("=SUMPRODUCT(--(A2:A4>2),B2:B4)", 2.5),
    "D9": ('=CFP_EMISSION(2,"kWh","CN-ELEC-CFP-2024",,,)', 1.1554),
    "D10": ('=IF(A2>1,"yes","no")', "yes"),
    "D11": ("=SUM(Goods[kg])", 14),
    "D12": ("=NA()", "#N/A"),
}


def findings(result: FileResult, *codes: str) -> list[tuple[str, str]]:
    return [(f.code, f.case) for f in result.findings if f.code in codes]


def test_a_stock_model_computes_the_same_workbook(written: Any) -> None:
    """Values by hand; names, a table, ROW of the own cell, `--`, and an argument left out."""
    file = written(GOODS | ROWS, table=True)
    found = stock_values(open_file(file).workbook)
    values = {key.ref.cell: value for key, value in found.values.items()}
    assert found.failed == {}
    expected = {cell: value for cell, (_, value) in ROWS.items() if cell != "D12"}
    words = {cell: value for cell, value in expected.items() if isinstance(value, str)}
    assert {cell: values[cell] for cell in words} == words
    numbers = {cell: value for cell, value in expected.items() if cell not in words}
    assert {cell: values[cell] for cell in numbers} == pytest.approx(numbers)
    result = verify_file(file, FORMULAS)
    assert result.witnesses == (WitnessCounts("formulas", agreed=len(ROWS)),)
    assert findings(result, "V12", "V13") == []


def test_a_bug_in_a_builtin_is_caught(written: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A SUM that adds one, planted into the engine; the file's own values follow the bug."""
    file = written(GOODS | {"D5": ("=IF(A2>2,SUM(A2:A4),0)", 15), "D6": ("=D5*2", 30)})
    monkeypatch.setitem(BUILTINS, "SUM", lambda *_: 15.0)
    monkeypatch.setattr("cfp_xl.engine.schedule.LEAST_CELLS", 99)
    assert verify_file(file).recalculation == "agrees"  # alone, the engine notices nothing
    result = verify_file(file, FORMULAS)
    assert findings(result, "V12") == [("V12", ""), ("V12", "")]
    assert result.status == "failed"
    first = next(f for f in result.findings if f.code == "V12")
    assert first.message("en") == (
        "formulas gives 14, this tool 15, the file holds 15: =IF(A2>2,SUM(A2:A4),0)"
    )
    assert result.witnesses[0].disagreed == 2


def test_known_differences_are_explained(written: Any) -> None:
    """FILTER of nothing is #CALC! in Excel, #VALUE! in the library (docs/differences.toml)."""
    file = written({"D5": ("=IFERROR(_xlfn._xlws.FILTER({1;2},{0;0}),7)", 7)})
    witness_says = {CellKey("Data 1", 5, 4): 8.0}
    opened = open_file(file)
    counts, found = witness.witnessed(opened, (), 1e-9)
    assert (counts, found) == ((), ())
    one, of_one = witness.judged(opened, "formulas", Witnessed(witness_says), 1e-9)
    assert (one.explained, one.disagreed) == (1, 0)
    assert [(f.case, f.severity.value) for f in of_one] == [("explained", "info")]


def test_every_known_difference_is_a_tested_row() -> None:
    rows = read_differences()
    for name in read_toml("witness.toml")["formulas"]:
        assert any(name in row["formula"] and row["formulas"] != row["here"] for row in rows), name


def read_differences() -> list[dict[str, Any]]:
    import tomllib

    document = tomllib.loads((PROJECT / "docs" / "differences.toml").read_text("utf-8"))
    rows: list[dict[str, Any]] = document["formulas"]
    return rows


def test_a_formula_that_a_witness_cannot_read_is_counted(written: Any) -> None:
    """The library's parser refuses a spilled range; all other cells are computed."""
    file = written(GOODS | {"D2": ("=A2*B2", 6), "D3": ("=A2#", 0)})
    result = verify_file(file, FORMULAS)
    assert result.witnesses[0].agreed == 1
    assert result.witnesses[0].not_computed == 1
    assert findings(result, "V13") == [("V13", "")]


def test_a_witness_that_computes_nothing_is_an_error(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_: object) -> Witnessed:
        raise Explained("hosts.libreoffice.not_found")

    monkeypatch.setattr(witness, "WITNESSES", {**WITNESSES, "libreoffice": absent})
    file = written(GOODS | {"D2": ("=A2*B2", 6)})
    assert verify_file(file).status == "passed"
    result = verify_file(file, Options(witnesses=("libreoffice",)))
    assert findings(result, "V13") == [("V13", "none")]
    assert result.status == "failed"


def test_the_stock_model_recalculates_a_file(
    cli: Cli,  # noqa: F811
    written: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Values by hand; the engine of this tool, broken for the test, has no part in them."""
    monkeypatch.setitem(BUILTINS, "SUM", lambda *_: 1.0)
    monkeypatch.setattr("cfp_xl.engine.schedule.LEAST_CELLS", 99)
    file = written(GOODS | {"D2": ("=IF(A2>2,SUM(A2:A4),0)", 0), "D3": ("=D2*2", 0)})
    fresh = tmp_path / "fresh.xlsx"
    answer = cli("recalc", file, "--engine", "formulas", "-o", fresh)
    assert answer.exit_code == 0, answer.err
    cells = open_file(fresh).workbook.sheets[0].cells
    assert [cells[row, 4].value for row in (2, 3)] == [14, 28]
    assert [cells[row, 4].formula for row in (2, 3)] == ["IF(A2>2,SUM(A2:A4),0)", "D2*2"]


def test_what_the_stock_model_cannot_read_is_said(cli: Cli, written: Any) -> None:  # noqa: F811
    file = written(GOODS | {"D2": ("=A2*B2", 6), "D3": ("=A2#", 0)})
    answer = cli("recalc", file, "--engine", "formulas", "--report", "text")
    assert answer.exit_code == 1
    assert "Data 1!D3" in answer.err
    assert "formulas could not compute it: no value" in answer.err
    refused = cli("recalc", file, "--engine", "formulas", "--set", "A2=1")
    assert refused.exit_code == 2
    assert "leave --engine formulas out" in refused.err


def test_formulas_of_one_form_are_compiled_once(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ranges change, also within one formula; a text that looks like one, or ROW, does not."""
    import formulas.cell

    compiled: list[str] = []
    compiling = formulas.cell.Cell.compile

    def counted(self: Any, *args: Any, **options: Any) -> Any:
        if self.builder is not None:
            compiled.append(self.output)
        return compiling(self, *args, **options)

    monkeypatch.setattr("formulas.cell.Cell.compile", counted)
    asked = {
        "D1": "=A2*B2", "D2": "=$A3*B3", "D3": "=A3*A3", "D4": "=A4*A4",
        "D5": '=A2&"A2"', "D6": '=A3&"A3"', "D7": "=ROW(A2:A3)+A2", "D8": "=ROW(A3:A4)+A3",
        "D9": "=SUM(A2:A3)+INDEX(A2:A4,2)", "D10": "=SUM(A3:A4)+INDEX(A2:A4,2)",
        "D11": "=SUM(A2:A4)*1",
    }  # fmt: skip
    file = written(GOODS | {cell: (formula, 0) for cell, formula in asked.items()})
    found = stock_values(open_file(file).workbook)
    values = [value for key, value in found.values.items() if key.column == 4]
    assert values == [6, 4, 1, 100, "3A2", "1A3", 5, 4, 5, 12, 14]
    shared = {"D2", "D4", "D10"}  # D3 is A3*A3, one range: another form than A2*B2
    assert len(compiled) == len(asked) - len(shared)


def test_the_command_offers_every_witness_and_counts_it(
    cli: Cli,  # noqa: F811
    written: Any,
) -> None:
    assert tuple(WITNESSES) == OFFERED
    file = written(GOODS | {"D2": ("=A2*B2", 6)})
    answer = cli("verify", file, "--witness", "formulas", "--debug")
    assert answer.exit_code == 0
    assert "second engine formulas: agreed 1, disagreed 0" in answer.out
