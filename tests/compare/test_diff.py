"""What is listed of two workbooks: each edit once, and nothing that merely moved."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from cfp_xl.compare.diff import WorkbookDiff, diff
from cfp_xl.report.diff import diff_markdown, diff_text
from cfp_xl.report.diff_page import diff_html
from cfp_xl.report.diff_workbook import diff_xlsx
from cfp_xl.schema.opened import open_file
from tests.cli.conftest import Cli, cli  # noqa: F401

PROJECT = Path(__file__).parents[2]
WORKBOOKS = PROJECT / "workbooks"
HEADS = ("goods", "mass (kg)", "kgCO2e/kg", "kgCO2e")
GOODS = (("steel", 3, 2), ("copper", 1, 4), ("paper", 10, 0.5), ("glass", 2, 1.5))
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A workbook of goods, each with a product, and their sum."""

    def written(
        name: str,
        goods: Sequence[tuple[str, float, float]] = GOODS,
        *,
        sheet: str = "Goods",
        first: int = 1,
        product: str = "=B{row}*C{row}",
        extra_column: bool = False,
        saved: float | None = None,
    ) -> Path:
        path = tmp_path / name
        shift = int(extra_column)
        with xlsxwriter.Workbook(path) as workbook:
            page = workbook.add_worksheet(sheet)
            heads = ["goods", *(["origin"] if extra_column else []), *HEADS[1:]]
            page.write_row(first - 1, 0, heads)
            for at, (label, mass, factor) in enumerate(goods, first + 1):
                origin = [f"from {label}"] if extra_column else []
                page.write_row(at - 1, 0, [label, *origin, mass, factor])
                formula = product.format(row=at)
                if extra_column:
                    formula = f"=C{at}*D{at}"
                page.write_formula(at - 1, 3 + shift, formula, None, mass * factor)
            last = first + len(goods)
            column = "E" if extra_column else "D"
            total = sum(mass * factor for _, mass, factor in goods)
            page.write(last, 0, "sum")
            formula = f"=SUM({column}{first + 1}:{column}{last})"
            page.write_formula(last, 3 + shift, formula, None, total if saved is None else saved)
            workbook.define_name("total", f"='{sheet}'!${column}${last + 1}")
        return path

    return written


def of(old: Path, new: Path) -> WorkbookDiff:
    return diff(open_file(old), open_file(new))


def listed(old: Path, new: Path) -> list[tuple[str, str]]:
    return [(one.kind.value, str(one.where)) for one in of(old, new).changes]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({}, []),
        ({"goods": (GOODS[0], ("zinc", 5, 3), *GOODS[1:])}, [("structure", "Goods!A3")]),
        ({"goods": (GOODS[0], *GOODS[2:])}, [("structure", "Goods!A3")]),
        ({"goods": tuple(reversed(GOODS))}, []),
        ({"sheet": "Renamed"}, [("structure", "Renamed!A1")]),
        ({"first": 9}, []),
        ({"extra_column": True}, [("structure", "Goods!B1")]),
        ({"goods": (("steel", 4, 2), *GOODS[1:])}, [("input", "Goods!B2")]),
        ({"product": "=C{row}*B{row}"}, [("formula", "Goods!D2:D5")]),
        ({"product": "= $B{row} * C{row}"}, []),
        ({"saved": 99.0}, [("cached", "Goods!D6")]),
    ],
)  # fmt: skip
def test_each_edit_is_listed_once(
    edit: dict[str, Any], expected: list[tuple[str, str]], write: Write
) -> None:
    """Insert, delete, sort, rename, move, another column, another spelling: 0 or 1 change each."""
    assert listed(write("old.xlsx"), write("new.xlsx", **edit)) == expected


OF_ALL, WITHOUT_GLASS = (16, 4, 24, 18), (14, 4, 20.5, 15)
"""What the formulas give, by hand: of four goods, of the first three."""


def with_table(
    path: Path, *, rows: int = 0, formulas: Sequence[str], values: Sequence[float] = OF_ALL
) -> Path:
    """The goods with formulas beside them; `rows` of them in a table called Goods."""
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("Goods")
        page.write_row(0, 0, HEADS[:3])
        for at, good in enumerate(GOODS, 1):
            page.write_row(at, 0, good)
        if rows:
            columns = [{"header": head} for head in HEADS[:3]]
            page.add_table(0, 0, rows, 2, {"name": "Goods", "columns": columns})
        for at, (formula, value) in enumerate(zip(formulas, values, strict=True), 1):
            page.write_formula(at, 5, formula, None, value)
        workbook.define_name("masses", f"={formulas[0].removeprefix('=SUM(').rstrip(')')}")
    return path


RANGES = ("=SUM(Goods!$B$2:$B$5)", "=B3*C3", "=SUM(A1:C5)", "=SUMPRODUCT(B2:B5,C2:C5)")
OF_TABLE = (
    "=SUM(Goods[mass (kg)])",
    "=Goods[[#This Row],[mass (kg)]]*Goods[[#This Row],[kgCO2e/kg]]",
    "=SUM(Goods[#All])",
    "=SUMPRODUCT(Goods[mass (kg)],Goods[kgCO2e/kg])",
)


def test_a_range_turned_into_a_table_is_no_change(tmp_path: Path) -> None:
    """The formulas and the name that refer to it mean the same cells; back again too."""
    ranges = with_table(tmp_path / "ranges.xlsx", formulas=RANGES)
    table = with_table(tmp_path / "table.xlsx", rows=4, formulas=OF_TABLE)
    assert listed(ranges, table) == []
    assert listed(table, ranges) == []


def test_a_formula_of_a_table_that_covers_other_cells_is_a_change(tmp_path: Path) -> None:
    """Another column, another row, and a table that leaves the last row out."""
    ranges = with_table(tmp_path / "ranges.xlsx", formulas=RANGES)
    others = list(OF_TABLE)
    others[1] = OF_TABLE[1].replace("kgCO2e/kg", "mass (kg)")
    others[3] = "=SUMPRODUCT(Goods[mass (kg)],Goods[mass (kg)])"
    other = with_table(tmp_path / "other.xlsx", rows=4, formulas=others)
    assert listed(ranges, other) == [("formula", "Goods!F3"), ("formula", "Goods!F5")]
    table = with_table(tmp_path / "table.xlsx", rows=4, formulas=OF_TABLE)
    shorter = with_table(tmp_path / "shorter.xlsx", rows=3, formulas=OF_TABLE, values=WITHOUT_GLASS)
    assert listed(table, shorter) == [("names", "Goods!A1:C4")]
    assert ("formula", "Goods!F2") in listed(ranges, shorter)


def test_a_workbook_is_as_itself() -> None:
    """The text of every cell of the worked example, in the spelling of another program too."""
    assert of(WORKBOOKS / "bxd2.xlsx", WORKBOOKS / "bxd2.xlsx").changes == ()
    assert of(WORKBOOKS / "bxd2.xlsx", WORKBOOKS / "bxd2.xlsm").by_kind.keys() <= {"text"}


PRODUCT: list[list[Any]] = [
    ["stage", "process", "activity", "quantity", "unit", "factor_id"],
    ["production", "making", "power", 2, "kWh", "CN-ELEC-CFP-2024"],
    ["production", "making", "more power", 1, "kWh", "CN-ELEC-CFP-2024"],
    ["use", "using", "power in use", 5, "kWh", "CN-ELEC-CFP-2024"],
]


def product(path: Path, rows: Sequence[Sequence[Any]], gwp: str = "AR5") -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("S")
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        sheet.write("H1", "GWP")
        sheet.write("I1", gwp)
        sheet.write_formula("K1", "=1+1", None, 2)
        workbook.define_name("cfp_activities", f"=S!$A$1:$F${len(rows)}")
        workbook.define_name("cfp_gwp_set", "=S!$I$1")
    return path


def test_changes_of_a_product_come_with_their_effect(tmp_path: Path) -> None:
    """By hand: + 3 kWh at 0.5777, 1 kWh at 0.6205 instead, and a row of 5 kWh gone."""
    old = product(tmp_path / "old.xlsx", PRODUCT)
    head, power, more, _ = PRODUCT
    edited = [head, [*power[:3], 5, *power[4:]], [*more[:5], "CN-ELEC-CFP-2023"]]
    found = of(old, product(tmp_path / "new.xlsx", edited, gwp="AR6"))
    effects = {one.kind.value: one.effect_kgco2e for one in found.changes}
    assert effects["structure"] == pytest.approx(-5 * 0.5777)
    assert effects["input"] == pytest.approx(3 * 0.5777)
    assert effects["factor"] == pytest.approx(0.6205 - 0.5777)
    assert effects["method"] is None
    assert [one.kind.value for one in found.changes][:2] == ["structure", "input"]
    assert found.bridge is not None
    assert found.bridge.difference == pytest.approx(-2 * 0.5777 + 0.6205 - 0.5777)


def test_allowed_kinds_are_a_gate(cli: Cli, tmp_path: Path) -> None:  # noqa: F811
    old = product(tmp_path / "old.xlsx", PRODUCT)
    head, power, *others = PRODUCT
    new = product(tmp_path / "new.xlsx", [head, [*power[:3], 5, *power[4:]], *others])
    assert cli("diff", old, old).exit_code == 0
    answer = cli("diff", old, new)
    assert answer.exit_code == 1
    assert "S!D2  [input] production/making/power · quantity: 2 → 5  +1.7331 kgCO2e" in answer.out
    assert cli("diff", old, new, "--allow", "input,factor").exit_code == 0
    assert cli("diff", old, new, "--allow", "factor").exit_code == 1
    refused = cli("diff", old, new, "--allow", "nonsense")
    assert refused.exit_code == 2
    assert "nonsense" in refused.err


def test_what_is_around_the_cells(tmp_path: Path) -> None:
    """Hidden lines, comments and input checks, also where a row was put in above them."""

    def book(name: str, *, shift: int = 0, is_edited: bool = False) -> Path:
        with xlsxwriter.Workbook(tmp_path / name) as workbook:
            sheet = workbook.add_worksheet("S")
            if shift:
                sheet.write_row(0, 0, ["a row", "put in", "above"])
            for at in range(8):
                sheet.write_row(at + shift, 0, [f"part {at}", at * 1.5, f"unit {at}"])
            sheet.write_comment(2 + shift, 0, "weighed twice" if is_edited else "weighed")
            top = 9 if is_edited else 5
            rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": top}
            sheet.data_validation(1 + shift, 1, 4 + shift, 1, rule)
            if is_edited:
                sheet.set_row(5 + shift, None, None, {"hidden": True})
                sheet.set_row(6 + shift, None, None, {"hidden": True})
                sheet.set_column(2, 2, None, None, {"hidden": True})
            sheet.write_formula(f"F{1 + shift}", "=1+1", None, 2)
        return tmp_path / name

    old = book("old.xlsx")
    assert listed(old, book("moved.xlsx", shift=1)) == [("structure", "S!A1")]
    found = of(old, book("new.xlsx", is_edited=True)).changes
    assert {(one.kind.value, str(one.where), one.after) for one in found} == {
        ("hidden", "S!A6:A7", ""),
        ("hidden", "S!C1", ""),
        ("comment", "S!A3", "weighed twice"),
        ("validation", "S!B2:B5", "decimal between 0 9"),
    }
    assert {one.effect_kgco2e for one in found} == {0.0}


def test_a_page_for_a_pull_request(write: Write) -> None:
    renamed = tuple((f"{label} | <b>", mass, factor) for label, mass, factor in GOODS)
    page = diff_markdown(of(write("old.xlsx"), write("new.xlsx", renamed)), "en")
    assert "<b>" not in page
    assert "\\|" in page
    for lang in ("zh", "en"):
        text = diff_text(of(write("a.xlsx"), write("b.xlsx")), "zh" if lang == "zh" else "en")
        assert ("没有改动" if lang == "zh" else "nothing was changed") in text


def test_sums_and_products_of_references_survive_a_row_taken_out(write: Write) -> None:
    """`B2+C2` ends a reference with a plus; what follows it is no part of the reference."""
    old = write("old.xlsx", product="=B{row}+C{row}+B{row}*1-C{row}+4")
    new = write("new.xlsx", (GOODS[0], *GOODS[2:]), product="=B{row}+C{row}+B{row}*1-C{row}+5")
    found = listed(old, new)
    assert ("structure", "Goods!A3") in found
    assert "formula" in [kind for kind, where in found if where.startswith("Goods!D")]


def test_a_seal_that_is_gone_is_a_change(write: Write) -> None:
    old = open_file(write("old.xlsx"))
    sealed = replace(old.workbook, properties={"cfp_seal_1": "1;1;0;"})
    assert [one.kind.value for one in diff(replace(old, workbook=sealed), old).changes] == ["seal"]


def test_the_page_and_the_workbook_say_each_change_as_it_is(write: Write) -> None:
    """A name of markup stays a name; a text that begins with = stays a text."""
    goods = (("<b>steel</b>", 3.0, 2.0), *GOODS[1:])
    new = (("=1+1", 3.0, 2.0), ("copper", 2.0, 4.0), *GOODS[2:])
    found = diff(open_file(write("old.xlsx", goods)), open_file(write("new.xlsx", new)))
    page = diff_html(found, "en")
    assert "<b>" not in page
    assert "&lt;b&gt;steel" in page
    assert "src=" not in page
    assert "<script" not in page
    data = diff_xlsx(found, "en")
    assert data == diff_xlsx(found, "en")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    written = {cell.value for cell in cells}
    assert {str(one.where) for one in found.changes} <= written
    assert {one.after for one in found.changes} <= written
