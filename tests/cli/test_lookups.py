"""`functions`, `factors`, `explain`, `show`, `recalc`: answers a person asks for."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from cfp_xl.findings import kinds
from cfp_xl.functions.registry import all_functions
from tests.cli.conftest import Book, Cli

WORKBOOKS = Path(__file__).parents[2] / "workbooks"


def test_functions_lists_them_all(cli: Cli) -> None:
    out = cli("functions").out
    assert all(name in out for name in all_functions())


@pytest.mark.parametrize("name", ["CFP_FUEL_FACTOR", "cfp_fuel_factor", "fuel_factor"])
def test_a_function_shows_parameters_with_units(cli: Cli, name: str) -> None:
    answer = cli("functions", name)
    assert answer.exit_code == 0
    assert all(words in answer.out for words in ("ncv (GJ/t)", "tC/TJ", "#NUM!"))


def test_factors_are_found_by_words_of_either_language(cli: Cli) -> None:
    for words in (["全国", "电力"], ["national", "electricity"]):
        assert "CN-ELEC-CFP-2024" in cli("factors", "search", *words, "--limit", "50").out


def test_a_factor_shows_its_source(cli: Cli) -> None:
    out = cli("factors", "show", "CN-ELEC-CFP-2024").out
    assert all(words in out for words in ("0.5777", "kgCO2e/kWh", "2025-09-28", "国家能源局"))
    document = json.loads(cli("factors", "show", "CN-FUEL-GBT32151-DIESEL", "--report", "json").out)
    factor = document["factors"][0]
    assert factor["value"] == pytest.approx(42.652 * 20.2e-3 * 0.98 * 44 / 12, rel=1e-12)


@pytest.mark.parametrize(
    ("lang", "template", "name"), [("zh", "因子", "柴油"), ("en", "Factors", "diesel")]
)
def test_a_factor_is_a_row_of_the_factors_sheet(
    cli: Cli, lang: str, template: str, name: str
) -> None:
    """Column for column what stands in the templates; values of GB/T 32151.22-2024, table C.1."""
    answer = cli("factors", "show", "CN-FUEL-GBT32151-DIESEL", "--report", "tsv", "--lang", lang)
    headings, row = (line.split("\t") for line in answer.out.splitlines())
    sheet = openpyxl.load_workbook(WORKBOOKS / f"product-{lang}.xlsx")[template]
    shown = [str(cell.value).splitlines()[0] for cell in sheet[6]]
    shown = [h.casefold().replace(" ", "_") for h in shown]
    columns, row_id = shown[: len(headings)], shown[len(headings)]
    assert [h.casefold() for h in headings] == columns
    # What follows is of the sheet's row, folded away (uncertainty, parts), or computed of these.
    of_the_row = {"zh": ("行标识", "下拉列表显示"), "en": ("row_id", "in_the_dropdown")}[lang]
    assert row_id == of_the_row[0]
    assert of_the_row[1] in shown
    assert row[:3] == ["CN-FUEL-GBT32151-DIESEL", name, "fuel"]
    assert float(row[3]) == pytest.approx(42.652 * 20.2e-3 * 0.98 * 44 / 12, rel=1e-15)
    assert row[4:10] == ["kgCO2", "kg", "CN", "2024", "", "GB/T 32151.22-2024"]
    assert row[15:] == ["42.652", "GJ/t", "20.2", "0.98", "", "combustion"]


def test_a_row_pasted_into_a_sheet_is_that_factor(cli: Cli, tmp_path: Path) -> None:
    """10 kWh of the national average, 0.5777 kgCO2e/kWh, by an id that only the sheet knows."""
    out = cli("factors", "show", "CN-ELEC-CFP-2024", "--report", "tsv", "--lang", "zh").out
    path = tmp_path / "pasted.xlsx"
    # As Excel fills cells from the clipboard: what looks like a number becomes one.
    with xlsxwriter.Workbook(path, {"strings_to_numbers": True}) as workbook:
        factors, activities = workbook.add_worksheet("F"), workbook.add_worksheet("A")
        for row, line in enumerate(out.splitlines()):
            factors.write_row(row, 0, line.split("\t"))
        factors.write("A2", "PASTED")
        activities.write_row("A1", ["stage", "status", "quantity", "unit", "factor_id"])
        activities.write_row("A2", ["production", "data", 10, "kWh", "PASTED"])
        workbook.define_name("cfp_factors", "=F!$A$1:$T$2")
        workbook.define_name("cfp_activities", "=A!$A$1:$E$2")
    document = json.loads(cli("show", path, "--report", "json").out)
    assert document["total_kgco2e"] == pytest.approx(5.777, rel=1e-12)


def test_factors_in_a_file_that_excel_opens(cli: Cli, tmp_path: Path) -> None:
    """Excel takes a csv file for UTF-8 by the mark at its beginning."""
    path = tmp_path / "found.csv"
    answer = cli("factors", "search", "柴油", "--limit", "3", "--report", f"csv={path}")
    assert "CN-FUEL-GBT32151-DIESEL" in answer.out
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    assert lines[0][:4] == ["id", "name", "category", "value"]
    assert [len(line) for line in lines] == [21] * 4


def test_factors_have_no_report_of_findings(cli: Cli) -> None:
    answer = cli("factors", "show", "CN-ELEC-CFP-2024", "--report", "sarif")
    assert answer.exit_code == 2
    assert "text, json, csv, tsv" in answer.err


def test_factors_list_one_set(cli: Cli) -> None:
    out = cli("factors", "list", "--set", "cn-2026").out
    assert "CN-ELEC-CFP-2024" in out


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("code", kinds())
def test_every_code_is_explained(cli: Cli, code: str, lang: str) -> None:
    answer = cli("explain", code.lower(), "--lang", lang)
    assert answer.exit_code == 0
    assert kinds()[code].rule.in_lang(lang) in answer.out  # type: ignore[arg-type]


def test_recalc_writes_a_copy_with_fresh_values(cli: Cli, book: Book, tmp_path: Path) -> None:
    source = book("a.xlsx", {"A1": 2, "A2": ("=A1*3", 7), "A3": ('="n="&A2', "n=7")})
    before = source.read_bytes()
    answer = cli("recalc", source, "-o", tmp_path / "out.xlsx")
    assert answer.exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True)["S"]
    assert [sheet["A2"].value, sheet["A3"].value] == [6, "n=6"]
    assert source.read_bytes() == before


def test_recalc_keeps_what_it_cannot_know(cli: Cli, book: Book, tmp_path: Path) -> None:
    """The clock of the day of opening, and a function that nobody here knows."""
    source = book("a.xlsx", {"A1": ("=TODAY()", 45000), "A2": ("=SOMEBODYS()", 5)})
    answer = cli("recalc", source, "-o", tmp_path / "out.xlsx")
    assert answer.exit_code == 1
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True)["S"]
    assert [sheet["A1"].value, sheet["A2"].value] == [45000, 5]
    assert "S!A1 depends on the clock" in answer.err
    assert "S!A2 could not be recomputed" in answer.err


def test_recalc_gives_values_and_errors_as_json(cli: Cli, book: Book) -> None:
    source = book("a.xlsx", {"A1": ("=1/0", 0), "A2": ("=1+1", 0), "A3": ('=IF(TRUE,"x")', "")})
    answer = cli("recalc", source, "--report", "json")
    assert answer.exit_code == 1
    assert json.loads(answer.out) == {
        "schema": "cfp-xl/values/1",
        "sheets": {"S": {"A1": {"error": "#DIV/0!"}, "A2": 2, "A3": "x"}},
    }


def test_recalc_never_rewrites_its_input(cli: Cli, book: Book) -> None:
    source = book("a.xlsx", {"A1": ("=1+1", 2)})
    answer = cli("recalc", source, "-o", source)
    assert answer.exit_code == 2
    assert "is read by this command and is not overwritten" in answer.err


def test_show_gives_the_footprint(cli: Cli) -> None:
    """Hand calculation of the worked example: 15.000560117 kgCO2e a piece."""
    answer = cli("show", WORKBOOKS / "bxd2.xlsx", "--report", "json")
    assert answer.exit_code == 0
    document = json.loads(answer.out)
    assert document["total_kgco2e"] == pytest.approx(15.000560117, rel=1e-9)
    assert "15.0006" in cli("show", WORKBOOKS / "bxd2.xlsx").out


def test_show_computes_from_fresh_values(cli: Cli, tmp_path: Path) -> None:
    """A quantity that is a formula, stale in the file: 2 × 5 kWh × 0.5777 = 5.777."""
    path = tmp_path / "stale.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("A")
        sheet.write_row("A1", ["stage", "status", "quantity", "unit", "factor_id"])
        sheet.write_row("A2", ["production", "data", None, "kWh", "CN-ELEC-CFP-2024"])
        sheet.write_formula("C2", "=2*5", None, 99)
        workbook.define_name("cfp_activities", "=A!$A$1:$E$5")
    answer = cli("show", path, "--report", "json")
    assert json.loads(answer.out)["total_kgco2e"] == pytest.approx(5.777, rel=1e-12)


def test_show_says_when_a_workbook_has_no_footprint(cli: Cli, book: Book) -> None:
    answer = cli("show", book("a.xlsx", {"A1": ("=1+1", 2)}))
    assert answer.exit_code == 2
    assert "cfp_activities" in answer.err


def test_build_says_when_there_is_nothing_to_build(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli("build", "--check").exit_code == 2
