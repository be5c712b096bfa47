"""The walk over a sheet's cells: what is not changed stays, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.cell_editor import CellXml, edit_cells

WORKBOOKS = sorted((Path(__file__).parents[2] / "workbooks").rglob("*.xlsx"))
SHEET = (
    "<?xml version='1.0' encoding='{}'?>\r\n<!-- 注 <c r=\"A1\"/> --><x:worksheet >"
    '<x:cols/><x:sheetData>{}</x:sheetData><x:extLst><![CDATA[<c r="B2">]]></x:extLst>'
    "</x:worksheet>\n"
)


def as_it_is(cell: CellXml) -> str:
    return cell.start + cell.inner


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_nothing_changed_gives_the_same_bytes(path: Path) -> None:
    package = open_package(path)
    for part in sheet_parts(package).values():
        xml = package.open(part).read()
        assert edit_cells(xml, (), as_it_is) == (xml, [])
        every = [(row, column) for row in range(1, 50) for column in range(1, 20)]
        assert edit_cells(xml, every, as_it_is)[0] == xml


positions = st.sets(st.tuples(st.integers(1, 6), st.integers(1, 6)))


@given(present=positions, wanted=positions, encoding=st.sampled_from(["utf-8", "gbk", "utf-16"]))
def test_each_wanted_cell_is_changed_or_made_in_its_place(
    present: set[tuple[int, int]], wanted: set[tuple[int, int]], encoding: str
) -> None:
    """Rows and cells in order, the others untouched: as if the sheet had been written anew."""
    before = sheet(dict.fromkeys(present, "旧"), encoding)
    changed = {cell: "新" if cell in wanted else "旧" for cell in present}
    xml, missing = edit_cells(before, wanted, lambda cell: spelled(cell.position, "新"))
    assert xml == sheet(changed, encoding)
    assert missing == sorted(wanted - present)
    made = {**changed, **dict.fromkeys(wanted, "新")}
    xml, _ = edit_cells(
        before,
        wanted,
        lambda cell: spelled(cell.position, "新"),
        lambda position, prefix: spelled(position, "新", prefix),
    )
    assert xml == sheet(made, encoding)


def sheet(cells: dict[tuple[int, int], str], encoding: str) -> bytes:
    rows: dict[int, str] = {}
    for row, column in sorted(cells):
        rows[row] = rows.get(row, "") + spelled((row, column), cells[row, column])
    inside = "".join(f'<x:row r="{row}">{text}</x:row>' for row, text in rows.items())
    return SHEET.format(encoding, inside).encode(encoding)


def spelled(position: tuple[int, int], text: str, prefix: str = "x:") -> str:
    row, column = position
    return f'<{prefix}c r="{"ABCDEF"[column - 1]}{row}"><{prefix}v>{text}</{prefix}v></{prefix}c>'
