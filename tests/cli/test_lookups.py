"""`functions`, `factors`, `explain`, `show`, `recalc`: answers a person asks for."""

from __future__ import annotations

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
    assert "both input and output" in answer.err


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
