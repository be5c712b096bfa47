"""`justify --from`: a findings table written, filled in by another program, and entered."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cfp_xl.cli.justify import NotATable, justify
from cfp_xl.report.verification.findings_xlsx import findings_xlsx
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.judging.enter import AnswerOutcome, plan_entries
from cfp_xl.verify.judging.findings_table import FilledRow, read_findings
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Options, Verification
from cfp_xl.workbook.reading.read import read_workbook
from tests.verify.conftest import Editor

LED = Path(__file__).parents[1] / "cases" / "model" / "led5r.xlsx"
REASON, WHO, DAY = "N", "O", "P"
FIRST = 5
"""The table's first row; 4 is that of the headings."""


def table_of(product: Path, fill: Callable[[Any], None], lang: Any = "en") -> Path:
    """The findings table of a workbook, with `fill` done to its sheet by another program."""
    result = Verification((verify_file(product),), "0")
    book = openpyxl.load_workbook(io.BytesIO(findings_xlsx(result, lang)))
    fill(book.active)
    file = product.with_name("findings.xlsx")
    book.save(file)
    return file


def answers(**of_code: str) -> Callable[[Any], None]:
    def fill(sheet: Any) -> None:
        for row in range(FIRST, sheet.max_row + 1):
            if reason := of_code.get(sheet[f"C{row}"].value):
                sheet[f"{REASON}{row}"] = reason
                sheet[f"{WHO}{row}"] = "J Smith"
                sheet[f"{DAY}{row}"] = date(2026, 11, 30)

    return fill


@pytest.fixture
def led(tmp_path: Path) -> Path:
    return Path(shutil.copy(LED, tmp_path / "led.xlsx"))


def filled(file: Path) -> tuple[FilledRow, ...]:
    rows = read_findings(read_workbook(file))
    assert rows is not None
    return rows


def outcomes(product: Path, file: Path) -> Mapping[str, AnswerOutcome]:
    entries = plan_entries(open_file(product), filled(file), Options())
    return {f"{one.row.code} {one.row.place}": one.outcome for one in entries.entries}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_reasons_are_entered_once_and_hold(
    led: Path, capsys: pytest.CaptureFixture[str], lang: Any
) -> None:
    file = table_of(led, answers(F06="no upstream data for ships and lorries yet"), lang)
    before = led.read_bytes()
    assert justify(lang, led, file, is_applied=False, output=None) == 0
    assert led.read_bytes() == before, "a dry run writes nothing"
    assert justify(lang, led, file, is_applied=True, output=None) == 0
    (kept,) = led.parent.glob("led.before-*.xlsx")
    assert kept.read_bytes() == before
    named = [f for f in verify_file(led).findings if f.code == "F06"]
    assert len(named) == 3
    assert all(f.justification and f.justification.who == "J Smith" for f in named)
    once = led.read_bytes()
    assert justify(lang, led, file, is_applied=True, output=None) == 0
    assert led.read_bytes() == once, "a second run changes nothing"
    capsys.readouterr()


def test_a_reason_follows_its_row(led: Path) -> None:
    """It names the activity, not an address: the row may move."""
    file = table_of(led, answers(F06="no upstream data yet"))
    justify("en", led, file, is_applied=True, output=None)
    schema = open_file(led).recomputed.schema
    assert schema is not None
    cells = [one.cell for one in schema.justifications if one.code == "F06"]
    assert "activities:use/electricity/9 W x 15,000 h" in cells


def test_the_value_is_written_where_the_table_has_its_column(led: Path) -> None:
    book = Editor(led)
    book.set("Justifications", "F6", "value_seen")
    names = {n.name: n.formula for n in open_file(led).workbook.names}
    book.set_name("cfp_justifications", names["cfp_justifications"].replace("$E$", "$F$"))
    led = led.with_name("led-with-values.xlsx")
    book.save(led)
    file = table_of(led, answers(F06="no upstream data yet"))
    justify("en", led, file, is_applied=True, output=None)
    schema = open_file(led).recomputed.schema
    assert schema is not None
    seen = {one.value_seen for one in schema.justifications if one.code == "F06"}
    assert "DESNZ2025-7_400_4000_5_1" in seen


def test_answers_that_cannot_be_used_say_why(led: Path) -> None:
    def fill(sheet: Any) -> None:
        answers(F06="no upstream data yet")(sheet)
        sheet[f"{WHO}6"] = None  # not complete
        sheet["J7"] = "another factor"  # what was seen then is not what is seen now
        sheet["W8"] = "0" * 16  # corrected since
        sheet[f"C{sheet.max_row + 1}"] = "V01"  # may not be answered
        sheet[f"{REASON}{sheet.max_row}"] = "it is right"

    file = table_of(led, fill)
    entries = plan_entries(open_file(led), filled(file), Options())
    why = [one.why.key.rpartition(".")[2] for one in entries.entries if one.why]
    assert why == ["missing", "changed", "gone", "not_allowed"]
    assert not entries.of(AnswerOutcome.NEW, AnswerOutcome.CHANGED)


def test_an_answer_that_is_reworded_replaces_its_row(led: Path) -> None:
    file = table_of(led, answers(G01="the factors of the United Kingdom are in AR5"))
    assert outcomes(led, file) == {"G01 Product!B15": AnswerOutcome.CHANGED}
    justify("en", led, file, is_applied=True, output=None)
    schema = open_file(led).recomputed.schema
    assert schema is not None
    assert [j.who for j in schema.justifications if j.code == "G01"] == ["J Smith"]


def test_another_workbook_is_no_table_of_findings(led: Path) -> None:
    with pytest.raises(NotATable, match="led"):
        justify("en", led, led, is_applied=False, output=None)
    empty = table_of(led, lambda _: None)
    # What was answered before stands in the table already, and is entered as it is.
    assert outcomes(led, empty) == {"G01 Product!B15": AnswerOutcome.UNCHANGED}
