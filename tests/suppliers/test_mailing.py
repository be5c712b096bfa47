"""Lists of suppliers as buyers keep them, and whom they ask for what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl.messages import Lang
from cfp_xl.schema.opened import of_package
from cfp_xl.suppliers.mailing import Asking, ListUnusable, read_list, requests
from cfp_xl.suppliers.parts import Part, parts_of
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.writing.values import Constant
from tests.suppliers.products import COPPER, FREIGHT, PARTS, SHELL, product_with

ROWS = (
    ("供应商编号", "供应商", "零部件编号", "语言", "截止日期"),
    ("S01", "温州某某钣金有限公司", "", "zh", "2026-12-31"),
    ("S02", "Example Copper, Ltd", "P-102", "英文", ""),
)
"""A comma inside a name: the writer has to quote it."""


def written(folder: Path, encoding: str, mark: str) -> Path:
    path = folder / "名单.csv"
    lines = (mark.join(f'"{text}"' for text in row) for row in ROWS)
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def workbook(folder: Path, above: int = 0, due: object = "2026-12-31") -> Path:
    path = folder / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("名单")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    if above:
        sheet.write_string(0, 0, "2026 年供应商名单")
    for number, row in enumerate(ROWS, above):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    if isinstance(due, date):
        sheet.write_datetime(above + 1, 4, due, day)
    book.close()
    return path


FORMS: tuple[tuple[str, Callable[[Path], Path]], ...] = (
    ("UTF-8", lambda folder: written(folder, "utf-8", ",")),
    ("UTF-8 with BOM, as Excel", lambda folder: written(folder, "utf-8-sig", ",")),
    ("GB18030", lambda folder: written(folder, "gb18030", ",")),
    ("GBK", lambda folder: written(folder, "gbk", ",")),
    ("UTF-16 with tabs, as Excel's Unicode text", lambda folder: written(folder, "utf-16", "\t")),
    ("semicolons", lambda folder: written(folder, "utf-8", ";")),
    ("workbook", workbook),
    ("workbook with a title above", lambda folder: workbook(folder, 3)),
    ("workbook with a real date", lambda folder: workbook(folder, due=date(2026, 12, 31))),
)


@pytest.mark.parametrize("make", [f[1] for f in FORMS], ids=[f[0] for f in FORMS])
def test_a_list_is_read_as_it_comes(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    entries = read_list(make(tmp_path))
    assert [(e.supplier_id, e.supplier, e.part_id, e.lang) for e in entries] == [
        ("S01", "温州某某钣金有限公司", "", "zh"),
        ("S02", "Example Copper, Ltd", "P-102", "英文"),
    ]
    asked, findings = requests(parts(), entries, Asking("箱"))
    assert findings == ()
    assert [one.due for one in asked] == ["2026-12-31", "2026-12-31", "2026-12-31"]


def parts(*rows: dict[str, Constant]) -> tuple[Part, ...]:
    found, findings = parts_in(*rows)
    assert findings == []
    return found


def parts_in(
    *rows: dict[str, Constant], lang: Lang = "zh"
) -> tuple[tuple[Part, ...], list[tuple[str, str]]]:
    package = package_of(product_with(*(rows or PARTS), lang=lang), Path("product.xlsx"))
    product = of_package(package).cached.product
    assert product is not None
    found, findings = parts_of(product)
    return found, [(one.code, one.case) for one in findings]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_supplier_is_written_to_in_the_language_of_the_product(lang: Lang) -> None:
    (shell, copper), _ = parts_in({**SHELL, "lang": None}, {**COPPER, "lang": "both"}, lang=lang)
    assert (shell.lang, copper.lang) == (lang, "both")


def test_the_table_of_parts_is_read() -> None:
    shell, copper, freight = parts()
    assert (shell.part_id, shell.unit, shell.mass_kg, shell.amount) == ("P-101", "件", 12.5, 1.0)
    assert (copper.lang, copper.due, copper.mass_kg) == ("en", date(2026, 12, 31), None)
    assert (freight.kind, freight.lang, freight.unit) == ("transport", "both", "t·km")


WRONG_PARTS: tuple[tuple[str, dict[str, Constant], tuple[str, str]], ...] = (
    ("no unit", {**SHELL, "unit": ""}, ("S90", "")),
    ("an unknown unit", {**SHELL, "unit": "嘎"}, ("S90", "unit")),
    ("a path as number", {**SHELL, "part_id": "../../etc/passwd"}, ("S90", "id")),
    ("a negative mass", {**SHELL, "mass_kg": -1.0}, ("S90", "number")),
    ("a mass with its unit", {**SHELL, "mass_kg": "12.5 kg"}, ("S90", "number")),
    ("an unknown kind", {**SHELL, "kind": "服务"}, ("S90", "word")),
    ("an unclear date", {**SHELL, "due": "年底"}, ("S90", "due")),
    ("a number twice", {**COPPER, "part_id": "P-101"}, ("S91", "")),
)


@pytest.mark.parametrize(
    ("row", "code"), [w[1:] for w in WRONG_PARTS], ids=[w[0] for w in WRONG_PARTS]
)
def test_wrong_rows_of_parts_are_named(row: dict[str, Constant], code: tuple[str, str]) -> None:
    found, findings = parts_in(*((SHELL, row) if code[0] == "S91" else (COPPER, row)))
    assert findings == [code]
    assert len(found) == 1


WRONG_LISTS: tuple[tuple[str, str, str, str], ...] = (
    ("a supplier that is not known", "S09,,,", "S92", ""),
    ("a part of somebody else", "S01,P-102,,", "S92", "part"),
    ("a language nobody speaks here", "S01,P-101,法文,", "S92", "lang"),
    ("a day that may be two", "S01,P-101,,03/04/2026", "S92", "due"),
)


@pytest.mark.parametrize(
    ("row", "code", "case"), [w[1:] for w in WRONG_LISTS], ids=[w[0] for w in WRONG_LISTS]
)
def test_wrong_rows_of_a_list_are_named(tmp_path: Path, row: str, code: str, case: str) -> None:
    """With the cell, and the other rows are asked all the same."""
    path = tmp_path / "list.csv"
    path.write_text(f"supplier_id,part_id,lang,due\nS02,,,\n{row}\n", "utf-8")
    asked, (found,) = requests(parts(), read_list(path), Asking("box"))
    assert [one.part_id for one in asked] == ["P-102"]
    assert (found.code, found.case, found.where and found.where.sheet) == (code, case, "list.csv")
    assert found.where is not None
    assert found.where.cell.endswith("3")


def test_a_cell_far_away_costs_nothing(tmp_path: Path) -> None:
    """Its row is counted as the sheet counts it, and the rows between are not made."""
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_string(0, 0, "supplier_id")
    sheet.write_string(1_048_575, 0, "S02")
    sheet.write_string(1_048_575, 16_383, "far")
    book.close()
    (entry,) = read_list(path)
    assert (entry.supplier_id, entry.cells["supplier_id"].cell) == ("S02", "A1048576")


UNUSABLE: tuple[tuple[str, bytes, str], ...] = (
    ("no column of suppliers", "名称,电话\n甲,1\n".encode(), "no_supplier_column"),
    ("nothing in it", b"", "no_supplier_column"),
    ("no text", b"supplier_id\n\xff\xff\xff\xff\x00", "list_encoding"),
)


@pytest.mark.parametrize(
    ("content", "key"), [u[1:] for u in UNUSABLE], ids=[u[0] for u in UNUSABLE]
)
def test_a_list_that_cannot_be_used(tmp_path: Path, content: bytes, key: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ListUnusable) as refused:
        read_list(path)
    assert refused.value.key == f"suppliers_out.{key}"


LANGS: tuple[tuple[str, str, str | None, str], ...] = (
    ("the list first", "en", "both", "en"),
    ("then the option", "", "both", "both"),
    ("then the table of parts", "", None, "zh"),
)


@pytest.mark.parametrize(
    ("listed", "option", "spoken"), [x[1:] for x in LANGS], ids=[x[0] for x in LANGS]
)
def test_whose_language_it_is(tmp_path: Path, listed: str, option: str | None, spoken: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"supplier_id,part_id,lang\nS01,P-101,{listed}\n", "utf-8")
    asking = Asking("box", lang=option)  # type: ignore[arg-type]
    (asked,), _ = requests(parts(), read_list(path), asking)
    assert asked.lang == spoken


def test_a_supplier_without_a_part_is_asked_for_all_it_delivers(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("供应商代码\nS01\nS01\n", "utf-8")
    asked, _ = requests(parts(), read_list(path), Asking("箱", buyer="我们", contact="李工"))
    assert [(one.part_id, one.kind, one.buyer) for one in asked] == [
        (SHELL["part_id"], "part", "我们"),
        (FREIGHT["part_id"], "transport", "我们"),
    ]


@pytest.mark.parametrize(
    ("typed", "listed"), [("吨", "t"), ("千克", "kg"), ("件", "件"), ("吨公里", "t·km")]
)
def test_a_unit_is_spelled_as_the_sheet_spells_it(typed: str, listed: str) -> None:
    """By that the sheet knows a mass, and does not ask for the mass of a tonne."""
    (asked,), _ = requests(parts({**SHELL, "unit": typed}), None, Asking("箱"))
    assert asked.unit == listed


def test_without_a_list_every_part_is_asked_for() -> None:
    asked, _ = requests(parts(), None, Asking("箱", due="2027-01-31"))
    assert [(one.part_id, one.due) for one in asked] == [
        ("P-101", "2027-01-31"), ("P-102", "2027-01-31"), ("T-201", "2027-01-31"),
    ]  # fmt: skip
