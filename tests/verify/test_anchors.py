"""Anchors: a cell keeps its name, and a finding its fingerprint, when rows are put in above."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl.findings import CellRef
from cfp_xl.schema.anchors import anchors
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.reading.read import read_workbook

Row = Sequence[object]


def book(path: Path, rows: Sequence[Row]) -> Path:
    """One sheet; texts that begin with `=` are formulas whose saved value is 99."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("S")
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str) and value.startswith("="):
                    sheet.write_formula(r, c, value, None, 99)
                elif value is not None:
                    sheet.write(r, c, value)
    return path


LABELLED = (("item", "kg"), ("steel", 2), ("total", "=B2*3"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(LABELLED, (LABELLED[0], ("wood", 1), *LABELLED[1:]), id="a row of the table"),
        pytest.param(LABELLED, (("a title",), *LABELLED), id="a title"),
        pytest.param(((2,), ("=A1*3",)), ((None,), (2,), ("=A2*3",)), id="no words at all"),
        pytest.param(
            (("x", 1), ("y", "=B1*3")), (("y", 5), ("x", 1), ("y", "=B2*3")), id="a sound namesake"
        ),
    ],
)
def test_a_wrong_cell_keeps_its_fingerprint(
    tmp_path: Path, before: Sequence[Row], after: Sequence[Row]
) -> None:
    def fingerprints(name: str, rows: Sequence[Row]) -> list[str]:
        result = verify_file(book(tmp_path / name, rows))
        wrong = [f for f in result.findings if f.code == "V01"]
        assert [f.where and f.where.cell[1:] for f in wrong] == [str(len(rows))]
        return [result.fingerprint(f) for f in wrong]

    assert fingerprints("before.xlsx", before) == fingerprints("after.xlsx", after)


def test_each_name_stands_once(tmp_path: Path) -> None:
    """Two totals: the second is the second, whichever row it stands in."""
    workbook = read_workbook(book(tmp_path / "a.xlsx", [*LABELLED, *LABELLED]))
    totals = CellRef("S", "B6"), CellRef("S", "B3")
    assert anchors(workbook, None, totals) == {
        CellRef("S", "B3"): "total | kg #1",
        CellRef("S", "B6"): "total | kg #2",
    }


def test_a_constant_without_words_has_no_name_but_its_address(tmp_path: Path) -> None:
    workbook = read_workbook(book(tmp_path / "a.xlsx", [(1, "=A1")]))
    assert anchors(workbook, None, [CellRef("S", "A1"), CellRef("Gone", "A1")]) == {}
