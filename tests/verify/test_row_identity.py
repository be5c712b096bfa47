"""Rows keep their identity: a justification and a fingerprint follow them wherever they move."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl.findings import CellRef, Finding
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FileResult

Row = Sequence[object]
HEADER = ("row_id", "stage", "process", "activity", "quantity", "unit", "factor_id")
STEEL = ("A12", "raw_material", "case", "steel", 2.0, "furlong", "CN-ELEC-CFP-2024")
POWER = ("A13", "production", "assembly", "power", 3.0, "kWh", "CN-ELEC-CFP-2024")
ANSWERED = ("code", "cell", "reason", "who", "date")


def book(path: Path, rows: Sequence[Row], answers: Sequence[str] = ()) -> FileResult:
    """Verifies a workbook with these activities, and a justification of U02 for each place."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("A")
        for r, row in enumerate((HEADER, *rows)):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.write(r, c, value)
        sheet.write_formula("J1", "=1+1", None, 2)
        workbook.define_name("cfp_activities", f"=A!$A$1:$G${len(rows) + 1}")
        reasons = workbook.add_worksheet("J")
        for r, row in enumerate((ANSWERED, *(("U01", a, "old bills", "Li", "d") for a in answers))):
            for c, text in enumerate(row):
                reasons.write_string(r, c, text)
        workbook.define_name("cfp_justifications", f"=J!$A$1:$E${len(answers) + 1}")
    return verify_file(path)


def of_code(result: FileResult, *codes: str) -> list[Finding]:
    return [one for one in result.findings if one.code in codes]


@pytest.mark.parametrize(
    "cell", ["activities:A12", "Activities：a12", " activities: A12 ", "A!F2"], ids=str
)
def test_a_justification_names_a_row_by_its_identity(cell: str, tmp_path: Path) -> None:
    result = book(tmp_path / "a.xlsx", [STEEL, POWER], [cell])
    (unit,) = of_code(result, "U01")
    assert unit.where == CellRef("A", "F2")
    assert unit.justification is not None
    assert not of_code(result, "W60", "W61")


def test_it_follows_its_row_where_an_address_does_not(tmp_path: Path) -> None:
    (by_id,) = of_code(book(tmp_path / "a.xlsx", [POWER, STEEL], ["activities:A12"]), "U01")
    assert by_id.justification is not None
    (by_cell,) = of_code(book(tmp_path / "b.xlsx", [POWER, STEEL], ["A!F2"]), "U01")
    assert by_cell.justification is None


def test_a_blank_row_id_means_stage_process_and_activity(tmp_path: Path) -> None:
    blank = (None, *STEEL[1:])
    name = "activities:raw_material/case/steel"
    (unit,) = of_code(book(tmp_path / "a.xlsx", [POWER, blank], [name]), "U01")
    assert unit.justification is not None
    twice = of_code(book(tmp_path / "b.xlsx", [blank, blank], [name]), "U01", "W60")
    assert [one.code for one in twice if one.is_open] == ["U01", "U01", "W60"], "which of the two?"


@pytest.mark.parametrize("name", ["activities:A99", "factors:A12", "activities:"])
def test_a_name_of_no_row_is_said(name: str, tmp_path: Path) -> None:
    result = book(tmp_path / "a.xlsx", [STEEL, POWER], [name])
    assert [one.is_open for one in of_code(result, "U01")] == [True]
    assert len(of_code(result, "W60")) == 1


def test_a_row_id_that_two_rows_share_names_neither(tmp_path: Path) -> None:
    result = book(tmp_path / "a.xlsx", [STEEL, ("a12", *POWER[1:])], ["activities:A12"])
    (twice,) = of_code(result, "W34")
    assert (twice.where, twice.seen, twice.expected) == (CellRef("A", "A3"), "a12", "A2")
    assert [one.justification for one in of_code(result, "U01")] == [None]


def test_a_row_id_is_a_constant(tmp_path: Path) -> None:
    result = book(tmp_path / "a.xlsx", [("=ROW()", *STEEL[1:]), POWER])
    (formula,) = of_code(result, "W34")
    assert (formula.case, formula.where, formula.seen) == ("formula", CellRef("A", "A2"), "=ROW()")


def test_a_row_id_alone_is_no_row(tmp_path: Path) -> None:
    book(tmp_path / "a.xlsx", [("A11",), POWER])
    schema = open_file(tmp_path / "a.xlsx").cached.schema
    assert schema is not None
    assert [(row.identity, row.activity) for row in schema.inventory] == [("A13", "power")]
    row = schema.row("activities", "A13")
    assert row is not None
    assert (row.identity, str(row.where)) == ("A13", "A!A3:G3")


def test_a_fingerprint_follows_the_row_whose_words_change(tmp_path: Path) -> None:
    def fingerprint(name: str, *rows: Row) -> str:
        result = book(tmp_path / name, rows)
        (unit,) = of_code(result, "U01")
        return result.fingerprint(unit)

    renamed = (*STEEL[:3], "cold-rolled steel", *STEEL[4:])
    assert fingerprint("a.xlsx", STEEL, POWER) == fingerprint("b.xlsx", POWER, renamed)
    nameless = [(None, *row[1:]) for row in (STEEL, renamed)]
    assert fingerprint("c.xlsx", nameless[0]) != fingerprint("d.xlsx", nameless[1])


def test_a_place_knows_its_row_and_column() -> None:
    assert [(one.row, one.column) for one in (CellRef("S", "B7"), CellRef("S", "C2:XFD9"))] == [
        (7, 2),
        (2, 3),
    ]
    assert (CellRef("S", "B7").bounds, CellRef("S", "").bounds) == ((7, 2, 7, 2), None)
    assert CellRef("S", "B10") < CellRef("S", "B7"), "as texts, as ever"
