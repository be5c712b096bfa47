"""Excel as a second engine, and its proof, with xlwings' App stood in for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xlsxwriter

from cfp_xl.functions.values import ExcelError
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Options, WitnessCounts
from cfp_xl.workbook.reading.read import read_workbook
from tests.cli.conftest import Cli, cli  # noqa: F401
from tests.hosts.excel_stand_in import Excel

PROJECT = Path(__file__).parents[2]
NA = -2146826246
"""#N/A as pywin32 hands it over: 0x800A0000 + 2042, signed."""
HAND: dict[tuple[str, int, int], Any] = {
    ("Data", 2, 2): 12.0,
    ("Data", 3, 2): "yes",
    ("Data", 4, 2): NA,
    ("Data", 5, 2): True,
    ("Data", 6, 2): 0.5777,
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Formulas with results by hand: number, text, error, truth value, one of ours."""
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as workbook:
        sheet = workbook.add_worksheet("Data")
        sheet.write("A2", 3)
        for cell, formula, value in (
            ("B2", "=A2*4", 12),
            ("B3", '=IF(A2>1,"yes","no")', "yes"),
            ("B4", "=NA()", "#N/A"),
            ("B5", "=A2>1", True),
            ("B6", '=CFP_FACTOR("CN-ELEC-CFP-2024")', 0.5777),
        ):
            sheet.write_formula(cell, formula, None, value)
    return tmp_path / "book.xlsx"


@pytest.fixture
def addin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cfp.xlam"
    path.write_bytes(b"add-in")
    monkeypatch.setattr("cfp_xl.hosts.excel_install.installed_addin", lambda: path)
    return path


def stood_in(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> Excel:
    values: Mapping[tuple[str, int, int], Any] = HAND | changes.pop("values", {})
    excel = Excel(lambda _: values, **changes)
    monkeypatch.setattr("xlwings.App", excel.App)
    return excel


def codes(path: Path) -> tuple[tuple[WitnessCounts, ...], list[tuple[str, str]]]:
    result = verify_file(path, Options(witnesses=("excel",)))
    return result.witnesses, [(f.code, f.case) for f in result.findings if f.code in ("V12", "V13")]


def test_every_formula_cell_is_read_back(
    book: Path, addin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel = stood_in(monkeypatch)
    assert codes(book) == ((WitnessCounts("excel", agreed=5),), [])
    assert excel.log == [
        "start visible=False add_book=False",
        "macros 1", "open cfp.xlam", "macros 3",
        "open book.xlsx", "calculate", "close book.xlsx",
        "close cfp.xlam", "quit", "kill",
    ]  # fmt: skip
    options = excel.opened["book.xlsx"]
    assert (options["read_only"], options["update_links"]) == (True, False)
    assert addin.read_bytes() == b"add-in"


def test_what_it_gets_holds_no_values(
    book: Path, addin: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What Excel shows afterwards it has computed: the file's own values can't agree for it."""
    del addin
    excel = stood_in(monkeypatch)
    codes(book)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(excel.given["book.xlsx"])
    cells = read_workbook(copy).sheets[0].cells
    assert [cells[row, 2].is_cached for row in range(2, 7)] == [False] * 5
    assert cells[2, 2].formula == "A2*4"
    assert read_workbook(book).sheets[0].cells[2, 2].value == 12


def test_another_value_is_a_finding(
    book: Path, addin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del addin
    stood_in(monkeypatch, values={("Data", 2, 2): 13.0, ("Data", 4, 2): "#N/A?"})
    assert codes(book) == (
        (WitnessCounts("excel", agreed=3, disagreed=2),),
        [("V12", ""), ("V12", "")],
    )


def test_without_the_add_in_our_functions_are_not_computed(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stood_in(monkeypatch, values={("Data", 6, 2): -2146826259})
    assert codes(book) == ((WitnessCounts("excel", agreed=4, not_computed=1),), [("V13", "")])


def test_it_is_closed_where_it_fails(
    book: Path, addin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del addin
    excel = stood_in(monkeypatch, refuses="book.xlsx")
    assert codes(book) == ((WitnessCounts("excel", not_computed=5),), [("V13", "none")])
    assert excel.log[-3:] == ["close cfp.xlam", "quit", "kill"]


def test_without_excel(cli: Cli, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    def absent(**_: Any) -> Any:
        raise AttributeError("'NoneType' object has no attribute 'apps'")

    monkeypatch.setattr("xlwings.App", absent)
    answer = cli("verify", book, "--witness", "excel")
    assert answer.exit_code == 1
    assert "No Excel answers on this machine" in answer.out
    proof = cli("host", "prove", "excel", "-o", book.with_name("proof.json"))
    assert proof.exit_code == 2
    assert "No Excel answers on this machine" in proof.err
    assert not book.with_name("proof.json").exists()
    refused = cli("host", "prove", "excel", book, "-o", book)
    assert refused.exit_code == 2
    assert "No Excel" not in refused.err  # the output is looked at first


def ours(path: Path) -> Mapping[tuple[str, int, int], Any]:
    """Where a test is about the protocol, not the values: what the engine computes."""
    if path.suffix == ".xlam":
        return {}
    cells = open_file(path).recalculation.cells
    return {
        (key.sheet, key.row, key.column): NA if cell.value is ExcelError.NA else cell.value
        for key, cell in cells.items()
    }


def proven(
    cli: Cli,  # noqa: F811
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    **changes: Any,
) -> tuple[int, dict[str, Any], str]:
    """The protocol over one small file and the add-in."""
    excel = Excel(ours, **changes)
    monkeypatch.setattr("xlwings.App", excel.App)
    monkeypatch.setattr(
        "cfp_xl.cli.prove.files_to_prove", lambda _: [folder / "book.xlsx", folder / "cfp.xlam"]
    )
    answer = cli("host", "prove", "excel", "-o", folder / "proof.json")
    assert answer.exit_code < 2, answer.err
    document: dict[str, Any] = json.loads((folder / "proof.json").read_text("utf-8"))
    schema = json.loads((PROJECT / "docs" / "proof.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert excel.log[0] == "start visible=True add_book=False"
    assert excel.log[-2:] == ["quit", "kill"]
    return answer.exit_code, document, answer.out


def test_a_proof_notes_versions_values_and_times(
    cli: Cli,  # noqa: F811
    book: Path,
    addin: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del addin
    exit_code, document, out = proven(cli, book.parent, monkeypatch)
    assert (exit_code, document["proven"], document["functions"]) == (0, True, True)
    assert (document["versions"]["excel"], document["versions"]["excel_build"]) == ("16.0", "17928")
    first = document["files"][0]
    assert (first["formulas"], first["agreed"], first["differing"]) == (5, 5, [])
    assert first["values"]["Data!B2"] == 12
    assert first["values"]["Data!B4"] == {"error": "#N/A"}
    assert first["seen"] is None  # nobody was there to answer
    assert "| 16.0 17928 |" in out
    assert "| 2 of 2 | 5 of 5 |" in out


@pytest.mark.parametrize(
    ("changes", "key", "value"),
    [
        ({"title": "{name} [Repaired]"}, "repaired", True),
        ({"title": "{name}  -  [已修复]"}, "repaired", True),
        ({"refuses": "book.xlsx"}, "proven", False),
    ],
)
def test_a_repair_is_no_proof(
    cli: Cli,  # noqa: F811
    book: Path,
    addin: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    key: str,
    value: bool,
) -> None:
    del addin
    exit_code, document, _ = proven(cli, book.parent, monkeypatch, **changes)
    assert (exit_code, document["proven"]) == (1, False)
    assert document["files"][0][key] is value


def test_what_a_person_saw_is_written_down(
    cli: Cli,  # noqa: F811
    book: Path,
    addin: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del addin
    said = iter(["a yellow bar", ""])
    monkeypatch.setattr("cfp_xl.cli.prove._asked", lambda *_: next(said))
    exit_code, document, out = proven(cli, book.parent, monkeypatch)
    assert exit_code == 1
    assert [one["seen"] for one in document["files"]] == ["a yellow bar", ""]
    assert "✗ book.xlsx: a yellow bar" in out


def test_the_files_to_prove_are_ours(tmp_path: Path) -> None:
    from cfp_xl.cli.prove import files_to_prove

    names = {path.name for path in files_to_prove(tmp_path)}
    assert names == {
        "product-zh.xlsx", "product-en.xlsx", "product-zh-native.xlsx", "bxd2.xlsx",
        "bxd2-native.xlsx", "zh-part.xlsx", "cfp.xlam",
    }  # fmt: skip
