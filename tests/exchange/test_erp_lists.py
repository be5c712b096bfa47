"""Exports as ERP programs write them: their headings, sheets, merged headings and sums."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from cfp_xl.cli import run
from cfp_xl.exchange.list_columns import match
from cfp_xl.exchange.list_lines import ListLine, lines_of, sums_of
from cfp_xl.exchange.listing import read_listing
from cfp_xl.schema.opened import open_file
from cfp_xl.templates.shipped import product_template

EXPORTS = {
    "SAP CS15": (
        "Explosion level,Item,Component number,Object description,Comp. Qty (CUn),Un\n"
        "1,10,100-431,Steel sheet,2.5,KG\n"
    ),
    "SAP MB51": (
        "Material,Material Description,Qty in Un. of Entry,EUn,Posting Date\n"
        "100-431,Steel sheet,2.5,KG,2025-03-31\n"
    ),
    "Kingdee": (
        "BOM层级,子项物料编码,子项物料名称,子项规格型号,子项单位,用量:分子,用量:分母\n"
        "1,100-431,Steel sheet,Q235,千克,5,2\n"
    ),
    "Yonyou": (
        "阶层,子件编码,子件名称,子件规格,主计量单位,基本用量,基础数量\n"
        "1,100-431,Steel sheet,Q235,kg,250,100\n"
    ),
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path / "home"))


def lines(file: Path, table: str = "activities") -> list[ListLine]:
    listing = read_listing(file)
    return lines_of(listing, match(table, listing.headings, {}), table)


def saved(folder: Path, **sheets: list[list[object]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def test_headings_of_erp_exports_are_known(tmp_path: Path) -> None:
    """Each is 2.5 kg of one thing; numerators are divided by their denominators."""
    for name, content in EXPORTS.items():
        file = tmp_path / "list.csv"
        file.write_text(content, "utf-8")
        (one,) = lines(file)
        seen = (one.values["activity"], one.values["quantity"], str(one.values["unit"]).casefold())
        assert seen[:2] == ("Steel sheet", 2.5), name
        assert seen[2] in ("kg", "千克"), name
        assert one.values.get("part_id") == (None if name == "SAP MB51" else "100-431"), name


def test_sheets_with_the_same_headings_are_one_list(tmp_path: Path) -> None:
    head: list[object] = ["能源", "用电量", "单位"]
    file = saved(
        tmp_path,
        Jan=[head, ["电", 100, "kWh"], ["气", 5, "Nm3"]],
        Feb=[head, ["电", 120, "kWh"]],
        Notes=[["读数人", "备注"], ["甲", "已核"]],
    )
    listing = read_listing(file)
    assert (listing.sheets, listing.other_sheets) == (("Jan", "Feb"), ("Notes",))
    assert [(one.where, one.values["quantity"]) for one in lines(file)] == [
        ("Jan!2", 100.0),
        ("Jan!3", 5.0),
        ("Feb!2", 120.0),
    ]


def test_merged_headings_and_sums(tmp_path: Path) -> None:
    """Two rows of headings; sums in any column, in any of their spellings, are named."""
    file = saved(
        tmp_path,
        BOM=[
            ["物料清单", None, None, None],
            ["物料", None, "用量", None],
            ["物料编码", "物料名称", "数量", "单位"],
            ["A1", "钢板", 2, "kg"],
            ["小计：", None, 2, "kg"],
            [None, None, 7, "kg"],
            ["合 计", None, 9, "kg"],
        ],
    )
    found = lines(file)
    assert [(str(one), one.values["quantity"], one.why is None) for one in found] == [
        ("钢板", 2.0, True),
        ("", 7.0, False),
    ]
    assert [one.number for one in sums_of(read_listing(file))] == [5, 7]
    tall = saved(
        tmp_path,
        BOM=[
            ["物料编码", "物料名称", "规格", "用量", None],
            [None, None, None, "数量", "单位"],
            ["A1", "钢板", "Q235", 2, "kg"],
        ],
    )
    (one,) = lines(tall)
    assert (str(one), one.number) == ("钢板", 3)
    assert (one.values["quantity"], one.values["unit"]) == (2, "kg")


def test_output_and_factors_of_bills_are_numbers(tmp_path: Path) -> None:
    product, bills, own = (tmp_path / name for name in ("p.xlsx", "bills.csv", "own.csv"))
    product.write_bytes(product_template("zh", is_native=False))
    bills.write_text(
        "月份,凭证号,介质,总量,单位,产品,本产品基数,总基数,产量\n2025,E1,电力,100,kWh,壶,1,2,420000\n",
        "utf-8",
    )
    own.write_text(
        "id,name,value,unit,per unit,oxidation,primary_share,gsd2\n"
        "B1,brass,4.1,kgCO2e,kg,0.98,0.5,1.2\n",
        "utf-8",
    )
    for table, source in (("allocation", bills), ("factors", own)):
        call = ["fill", str(product), "--table", table, "--from", str(source), "--apply"]
        assert run(call) == 0
    schema = open_file(product).recomputed.schema
    assert schema is not None
    (bill,) = schema.records("allocation")
    assert bill.value("output") == 420000.0
    assert bill.value("amount_per_unit") == pytest.approx(100 * 1 / 2 / 420000)
    factor = next(one for one in schema.records("factors") if one.text("id") == "B1")
    has = [name for name in ("oxidation", "primary_share", "gsd2") if factor.region.has(name)]
    assert "oxidation" in has
    assert all(isinstance(factor.value(name), float) for name in has)
