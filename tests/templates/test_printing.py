"""What is on paper: the filled rows of our tables, and no pages of empty ones."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from cfp_xl.cli import run
from cfp_xl.schema.opened import Opened, opened
from cfp_xl.schema.printed import TableOnPaper, printed_tables
from cfp_xl.templates.grow import grow
from cfp_xl.templates.shipped import product_template
from cfp_xl.verify.pipeline import not_printed, verify_file
from cfp_xl.workbook.writing.values import write_values

BLANK = product_template("zh", is_native=False)
FIRST = 7
"""The first row of the activities; their headings are in row 6."""


def tables(data: bytes) -> dict[str, TableOnPaper]:
    return {one.table: one for one in printed_tables(opened(data, Path("b.xlsx")).recomputed)}


def with_activities(count: int) -> Opened:
    """A blank product with typed rows, as a person fills it in: nothing moves the print area."""
    cells = {(FIRST + n, column): f"{column}" for n in range(count) for column in (2, 3)}
    file = opened(BLANK, Path("b.xlsx"))
    return opened(write_values(file.package, {"活动数据": cells}), Path("b.xlsx"))


def test_a_blank_template_prints_a_page_of_each_table() -> None:
    areas = {table: one.area for table, one in tables(BLANK).items()}
    # title in row 1, headings in row 6; as far as the diagnosis and the factor's boundary
    assert areas["activities"] == (1, 1, 6 + 24, 41)
    assert areas["factors"] == (1, 1, 6 + 20, 21)
    assert set(areas) == {
        *("activities", "allocation", "parts", "answers", "factors", "processes"),
        *("declared", "justifications", "history"),
        "assemblies",
        "exclusions",
        "scenarios",
        "translations",
    }


def test_filled_rows_are_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path))
    product, listing = tmp_path / "p.xlsx", tmp_path / "l.csv"
    product.write_bytes(BLANK)
    lines = "".join(f"零件{n},{n}.5,kg,过程{n}\n" for n in range(1, 32))
    listing.write_text(f"名称,数量,单位,过程\n{lines}", "utf-8")
    assert run(["fill", str(product), "--from", str(listing), "--apply"]) == 0
    after = tables(product.read_bytes())
    assert after["activities"].area[2] == 6 + 31
    assert after["processes"].area[2] == after["processes"].bounds[0] + 31
    assert after["factors"].area[2] == 6 + 20


def test_a_typed_row_that_is_not_printed_is_named_and_grow_prints_it(tmp_path: Path) -> None:
    assert list(not_printed(with_activities(24))) == []
    longer = with_activities(26)
    (found,) = not_printed(longer)
    assert (found.code, str(found.where), found.seen) == ("W46", "活动数据!A31:AM32", "2")
    path = tmp_path / "p.xlsx"
    path.write_bytes(longer.package.data)
    assert "W46" in {one.code for one in verify_file(path).findings}
    grown, _ = grow(longer.package.data, path, {})
    assert tables(grown)["activities"].area[2] == 6 + 26


def test_a_table_printed_to_its_end_grows_by_its_filled_rows_only() -> None:
    bxd2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"
    before = tables(bxd2.read_bytes())["activities"]
    assert before.area[2] == before.bounds[2]
    grown, _ = grow(bxd2.read_bytes(), bxd2, {"activities": 60})
    assert tables(grown)["activities"].area[2] == 6 + 24


def test_an_area_of_one_s_own_is_never_cut_shorter() -> None:
    blank = tables(BLANK)["activities"]
    wider = TableOnPaper(blank.table, blank.sheet, blank.bounds, blank.filled, (1, 1, 45, 5))
    assert wider.should_end == 45


def test_grow_prints_filled_rows_alone_and_no_sheet_of_an_empty_table(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    grown, _ = grow(with_activities(3).package.data, path, {})
    after = tables(grown)
    assert after["activities"].area == (1, 1, 6 + 3, 41)
    off = {table for table, one in after.items() if one.is_off_paper}
    # Factors are pinned by the template; the processes share the sheet of the results.
    assert off == set(after) - {"activities", "factors", "processes"}
    assert not list(not_printed(opened(grown, path)))
    assert grow(grown, path, {})[0] == grown


def test_rows_typed_on_a_sheet_that_is_not_printed_are_named_and_put_on_paper(
    tmp_path: Path,
) -> None:
    path = tmp_path / "p.xlsx"
    grown, _ = grow(BLANK, path, {})
    cells = {(FIRST + n, 1): f"排除项 {n}" for n in range(2)}
    typed = opened(write_values(opened(grown, path).package, {"取舍": cells}), path)
    (found,) = not_printed(typed)
    assert (found.code, str(found.where), found.seen) == ("W46", "取舍!A7:G8", "2")
    assert "A1000000" not in found.message("en")
    again, _ = grow(typed.package.data, path, {})
    assert tables(again)["exclusions"].area == (1, 1, 6 + 2, 7)


def test_rows_wanted_of_a_table_leave_the_page_for_those_to_be_typed(tmp_path: Path) -> None:
    grown, _ = grow(BLANK, tmp_path / "p.xlsx", {"parts": 60})
    assert tables(grown)["activities"].area[2] == 6 + 24


def test_rows_that_hide_themselves_have_no_border_that_libreoffice_saves_as_black() -> None:
    with ZipFile(BytesIO(product_template("en", is_native=False))) as book:
        styles = book.read("xl/styles.xml").decode()
    formats = re.findall(r"<dxf>.*?</dxf>", styles)
    borders = [re.findall(r"<border.*?</border>", one)[0] for one in formats if "<border" in one]
    assert borders
    assert [one for one in borders if "style=" in one] == []
