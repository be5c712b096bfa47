"""The verifier's table, round by round."""

from __future__ import annotations

from pathlib import Path

import pytest
from xlsxwriter import Workbook

from cfp_xl.cli import run
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.judging.dialogue import joined, read_dialogue
from cfp_xl.verify.judging.findings_table import rows_of
from cfp_xl.verify.pipeline import verify_file
from tests.audit.reports import HERE


def test_replies_and_numbers_stay_with_their_finding() -> None:
    first = {"code": "Q01", "place": "l. 3", "finding": "a", "fingerprint": "1"}
    second = {"code": "R03", "place": "l. 5", "finding": "b", "fingerprint": "2"}
    earlier = [
        {**first, "number": "1", "reason": "we added a range", "closed_by": "K"},
        {**second, "number": "2"},
        {"number": "7", "finding": "of my own"},
        {"finding": "another of my own"},
    ]
    third = {"code": "L02", "place": "l. 9", "finding": "c", "fingerprint": "3"}
    rows = joined([{**first, "place": "l. 4"}, third], earlier, "en")
    told = [(r["number"], r["finding"], r["state"], r.get("reason", "")) for r in rows]
    assert told == [
        ("1", "a", "", "we added a range"),
        ("2", "b", "gone", ""),
        ("7", "of my own", "added by hand", ""),
        ("8", "c", "new", ""),
        ("9", "another of my own", "added by hand", ""),
    ]
    assert rows[0]["place"] == "l. 4"


def test_a_reply_stays_where_the_row_has_other_figures_now() -> None:
    """A corrected row has another quote, so another fingerprint; what is wrong with it is said in
    the same words. Of several files it stays in its own."""
    one = {"code": "U01", "place": "l. 3", "finding": "no unit", "fingerprint": "1"}
    earlier = [{**one, "file": "v1.txt", "number": "4", "reason": "we will add it"}]
    now = [{**one, "file": "v2.txt", "fingerprint": "2"}]
    (kept,) = joined(now, earlier, "en")
    assert (kept["number"], kept["reason"], kept["state"]) == ("4", "we will add it", "")
    other = {**one, "file": "other.txt", "fingerprint": "3"}
    states = {row["file"]: row["state"] for row in joined([*now, other], earlier, "en")}
    assert states == {"v1.txt": "gone", "v2.txt": "new", "other.txt": "new"}


def test_headings_of_another_form_are_mapped_once_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path / "home"))
    theirs = tmp_path / "theirs.xlsx"
    rows = (("Lfd.", "Anmerkung", "Seite", "Antwort"), ("4", "Unit missing", "12", "added on p. 3"))
    book = Workbook(theirs)
    sheet = book.add_worksheet()
    for row, cells in enumerate(rows):
        sheet.write_row(row, 0, cells)
    book.close()
    audit = ["--lang", "en", "audit", str(HERE / "kettle.txt"), "--dialogue", str(theirs)]
    assert run(audit) == 2  # nothing in it is known
    assert "--map" in capsys.readouterr().err
    maps = ("Lfd.=number", "Anmerkung=finding", "Seite=place", "Antwort=reply")
    assert run([*audit, *(f"--map={one}" for one in maps)]) == 2  # our column is called reason
    told = [f"--map={one.replace('reply', 'reason')}" for one in maps]
    for name, arguments in (("first", told), ("second", [])):
        ours = tmp_path / f"{name}.xlsx"
        report = f"--report=findings={ours}"
        assert run([*audit, report, *arguments]) == 0
        table = read_dialogue(open_file(ours).workbook)
        assert table is not None
        kept = next(one for one in table if one["finding"] == "Unit missing")
        assert (kept["number"], kept["place"], kept["reason"]) == ("4", "12", "added on p. 3")
    assert run(["--lang", "en", "audit", str(HERE / "kettle.txt"), *told]) == 2


def test_findings_on_a_workbook_quote_their_row_and_say_what_they_change() -> None:
    result = verify_file(HERE.parents[1] / "workbooks" / "bxd2-as-published.xlsx")
    rows = {(row["code"], row["place"]): row for row in rows_of(result, "en")}
    row = rows["N04", "报告所载值!K20"]
    assert "0.1852 | kgCO2e/台 | 7.41" in row["quote"]
    assert float(row["impact"]) == pytest.approx(1.1111 - 0.1852)
    assert rows["N06", "报告所载值!K20"]["impact"] == ""  # it sees a share
