"""What a verification did not look at is said: all of it in JSON, what is special in the text."""

from __future__ import annotations

import io
from pathlib import Path

from cfp_xl.report.verification.json_report import file_record
from cfp_xl.report.verification.text import MOST_NOT_CHECKED, write_text
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Verification
from tests.verify.conftest import Editor

ROOT = Path(__file__).parents[2]
BXD2 = ROOT / "workbooks" / "bxd2.xlsx"
CASES = Path(__file__).parents[1] / "cases"


def named(path: Path) -> dict[str, int]:
    return {one.what: one.count for one in verify_file(path).not_checked}


def test_what_lacks_is_said() -> None:
    # BXD2 has no allocation, and materials whose mass is not known; a probe has two bills.
    found = named(BXD2)
    assert {"material_mass", "bills", "evidence"} <= found.keys()
    probe = named(CASES / "declared" / "probe-A1-alloc-unlike-activity-c.xlsx")
    assert probe["bills_unnamed"] == 2
    assert "meters" in probe
    assert probe["allocation_reasons"] == 2, "templates before the third have no place for them"
    assert "seal" not in found
    assert "seal" in named(CASES / "attacks" / "r05-noseal-headline.xlsx")


def test_volatile_cells_are_counted_and_placed(tmp_path: Path) -> None:
    book = Editor(BXD2)
    book.set_formula("说明", "B9", "检查!$C$4&LEFT(TODAY(),0)")
    book.save(tmp_path / "clock.xlsx")
    (volatile,) = [
        one for one in verify_file(tmp_path / "clock.xlsx").not_checked if one.what == "volatile"
    ]
    assert (volatile.count, [str(cell) for cell in volatile.cells]) == (1, ["说明!B9"])


def test_a_table_of_ones_own_has_no_model() -> None:
    assert "model" in named(CASES / "engine" / "16-distributions.xlsx")


def test_json_has_all_and_the_text_a_few_lines() -> None:
    result = verify_file(CASES / "attacks" / "r05-noseal-headline.xlsx")
    record = file_record(result, "en")["not_checked"]
    assert [one["what"] for one in record] == [one.what for one in result.not_checked]
    assert all(one["message"] for one in record)
    stream = io.StringIO()
    write_text(Verification((result,), "0"), stream, "en")
    lines = stream.getvalue().partition("Not checked\n")[2].splitlines()
    told = [line for line in lines[: MOST_NOT_CHECKED + 1] if line.startswith("  - ")]
    assert 1 <= len(told) <= MOST_NOT_CHECKED
    assert "vouchers" not in "".join(told), "what holds of any file is no news"
