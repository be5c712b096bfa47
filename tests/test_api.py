"""`cfp_xl.api`: every example of docs/python.md, and what a table of failures gives."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl import api as cfp

PROJECT = Path(__file__).parents[1]


def test_every_example_of_the_page_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    page = PROJECT / "docs" / "python.md"
    text = page.read_text("utf-8").replace("```python\n", "").replace("```", "")
    test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    assert len(test.examples) > 20
    said: list[str] = []
    outcome = doctest.DocTestRunner().run(test, out=said.append)
    assert outcome.failed == 0, "".join(said)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two rows, of which the second names an unknown factor."""
    path = tmp_path_factory.mktemp("api") / "broken.xlsx"
    rows = [
        ["stage", "process", "activity", "quantity", "unit", "factor_id"],
        ["production", "making", "power", 2, "kWh", "CN-ELEC-CFP-2024"],
        ["production", "making", "coal", 1, "kg", "NOPE"],
    ]
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("S")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        sheet.write_formula("H1", "=1+1", None, 2)
        workbook.define_name("cfp_activities", "=S!$A$1:$F$3")
    return path


def test_a_failed_row_is_no_number_anywhere(broken: Path) -> None:
    book = cfp.open_workbook(broken)
    assert book.total_kgco2e is None
    emissions = book.frame()["emission_kgco2e"]
    assert emissions.iloc[0] == pytest.approx(2 * 0.5777)
    assert emissions.isna().tolist() == [False, True]
    assert "–" in book._repr_html_()
    assert "NOPE" in book.why().in_lang("en")
    assert {finding.severity.value for finding in book.findings} >= {"error"}
    with pytest.raises(KeyError):
        book.frame("factors")


def test_a_workbook_without_our_tables(tmp_path: Path) -> None:
    path = tmp_path / "plain.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("S").write_formula("A1", "=2*3", None, 6)
    book = cfp.open_workbook(path)
    assert (book.facts, book.footprint, book.total_kgco2e) == ({}, None, None)
    assert cfp.recalculate(path) == {"S!A1": 6.0}
    assert "srcdoc" in cfp.why(path, "S!A1")._repr_html_()
    with pytest.raises(ValueError, match="no product tables"):
        cfp.study(path)


def test_importing_it_is_light() -> None:
    code = (
        "import sys; from cfp_xl import api;"
        "print(sorted({'numpy', 'pandas', 'formulas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_package_offers_the_same_functions() -> None:
    """Before and after a room of the same name was imported; nothing heavy until one is called."""
    script = """
import sys, cfp_xl
assert not {"numpy", "formulas", "cfp_xl.api"} & sys.modules.keys()
from cfp_xl import verify
import cfp_xl.study.bridge, cfp_xl.verify.pipeline as pipeline
from cfp_xl.why.explain import why
assert pipeline.__name__ == "cfp_xl.verify.pipeline"
book = "workbooks/bxd2.xlsx"
assert verify is cfp_xl.verify and verify(book).status == "passed"
assert round(cfp_xl.open_workbook(book).footprint.total_kgco2e, 4) == 15.0006
assert round(cfp_xl.recalculate(book)["结果!C12"], 4) == 15.0006
assert cfp_xl.study(book, draws=100).hotspots[0][2] > 0.66
assert "15.0006" in cfp_xl.why(book, "total").in_lang("en")
assert cfp_xl.audit("tests/audit/kettle.txt").exit_code() == 0
assert cfp_xl.diff(book, book).changes == ()
assert "CN-ELEC-CFP-2024" in list(cfp_xl.Factors())
assert set(cfp_xl.OFFERED | cfp_xl.CALLED_ROOMS) < set(dir(cfp_xl)) | set(cfp_xl.api.__all__)
try:
    cfp_xl.nonsense
except AttributeError:
    print("all held")
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.stdout == "all held\n", done.stderr
