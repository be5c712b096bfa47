"""Explanations: parts add up, paths lead to sources and to where errors began."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from cfp_xl.functions.values import ExcelError
from cfp_xl.report.why.page import why_html
from cfp_xl.report.why.sentence import sentence
from cfp_xl.report.why.text import why_text
from cfp_xl.schema.opened import open_file
from cfp_xl.whatif.targets import TargetNotKnown
from cfp_xl.why.explain import NothingAsked, Why, error_path, why
from cfp_xl.why.tree import Joins, Limits, Role, WhyKind, WhyNode

PROJECT = Path(__file__).parents[2]
WORKBOOKS = PROJECT / "workbooks"
CORPUS = PROJECT.parent / "shared" / "corpus" / "open"
SHIPS = CORPUS / "pypi-premise__b1e96825__lci-ships.xlsx"
STOCKS = CORPUS / "PHPOffice_PhpSpreadsheet__f0ae33bd__Stock_Portfolio.xlsx"
CLOSE = 1e-12


def ensure_closed(root: WhyNode) -> int:
    """Parts of every sum add to it, all of a product goes through each factor; how many sums."""
    sums = 0
    for node in root.walk():
        own = node.contribution
        if own is None or not node.children:
            continue
        parts = [c.contribution for c in node.children if c.role is not Role.DIVISOR]
        if node.joins is Joins.SUM:
            sums += 1
            parts += [node.left_out.contribution] if node.left_out else []
            known = [part for part in parts if part is not None]
            assert len(known) == len(parts), node.item.key
            size = max(abs(own), *map(abs, known))
            assert abs(math.fsum(known) - own) <= CLOSE * size, node.item.key
        elif node.joins in (Joins.PRODUCT, Joins.SAME):
            assert all(part == pytest.approx(own, rel=CLOSE) for part in parts), node.item.key
    return sums


@pytest.fixture(scope="module")
def bxd2() -> Why:
    return why(open_file(WORKBOOKS / "bxd2.xlsx"))


@pytest.fixture(scope="module")
def meter_box() -> Why:
    return why(open_file(WORKBOOKS / "meter-box-with-suppliers.xlsx"))


@pytest.fixture(scope="module")
def native() -> Why:
    return why(open_file(WORKBOOKS / "bxd2-native.xlsx"), "结果!C3", Limits(depth=12))


def test_a_total_is_led_to_rows_factors_and_their_publisher(bxd2: Why) -> None:
    """17.2348 kWh × 0.5777 kgCO2e/kWh (announcement of 2025-09-28) is 9.95654396 of 15.0006."""
    assert ensure_closed(bxd2.root) >= 5
    assert bxd2.root.item.value == pytest.approx(15.0006, abs=5e-5)  # as the report prints it
    assert bxd2.root.item.unit == "kgCO2e/台"
    stage = bxd2.root.children[0]
    assert (stage.item.key, stage.item.label.en) == ("stage:production", "production")
    row = stage.children[0]
    assert row.contribution == pytest.approx(17.2348 * 0.5777, rel=CLOSE)
    quantity, factor = row.children
    assert str(quantity.item.where) == "活动数据!E8"
    assert factor.item.value == 0.5777
    assert "生态环境部 国家统计局 国家能源局" in factor.notes[0].zh
    assert "表1" in factor.notes[0].zh


def test_the_sentence_says_what_it_mostly_is(bxd2: Why) -> None:
    assert sentence(bxd2, "en") == (
        "product carbon footprint is 15.0006 kgCO2e/台, 66.4% of it from 电力 / 外购电力 "
        "(production): 17.2348 kWh × 0.5777 kgCO2e/kWh"
    )
    assert sentence(bxd2, "zh") == (
        "产品碳足迹为 15.0006 kgCO2e/台，其中 66.4% 来自“生产”的电力 / 外购电力："
        "17.2348 kWh × 0.5777 kgCO2e/kWh"
    )


def test_a_suppliers_answer_is_led_to_its_file_and_cell(meter_box: Why) -> None:
    """P01: 190 t of steel at 2863.90131 kgCO2e/t for 20,000 boxes."""
    assert ensure_closed(meter_box.root) >= 10
    lines = [n for n in meter_box.root.walk() if n.item.kind is WhyKind.SUPPLIER_LINE]
    steel = next(n for n in lines if str(n.item.where) == "供应商数据!L7")
    assert steel.contribution == pytest.approx(190 * 2863.90131 / 20_000, rel=CLOSE)
    assert [note.en for note in steel.notes] == ["V01_P01.xlsx 活动数据!C7", "as answered: 190 t"]


def test_plain_formulas_give_the_same_parts_as_our_functions(bxd2: Why, native: Why) -> None:
    assert ensure_closed(native.root) >= 1
    total = native.root.children[0]
    added = next(n for n in total.children if n.contribution)  # less what is subtracted: nothing
    by_cells = [n.contribution for n in added.children if n.contribution]
    rows = [n for n in bxd2.root.walk() if n.item.kind is WhyKind.ROW and n.contribution]
    by_rows = sorted((n.contribution or 0.0 for n in rows), reverse=True)
    assert by_cells == pytest.approx(by_rows, rel=CLOSE)
    assert any(n.item.kind is WhyKind.FACTOR and n.notes for n in native.root.walk())


@pytest.mark.parametrize(
    ("asked", "kind", "value"),
    [
        ("production", WhyKind.STAGE, 17.2348 * 0.5777),
        ("生产", WhyKind.STAGE, 17.2348 * 0.5777),
        ("生产/电力/外购电力", WhyKind.ROW, 17.2348 * 0.5777),
        ("结果!C8", WhyKind.CELL, 17.2348 * 0.5777),
        ("活动数据!E8", WhyKind.QUANTITY, 17.2348),
        ("factor:CN-ELEC-CFP-2024", WhyKind.FACTOR, 0.5777),
    ],
)
def test_what_can_be_asked_for(asked: str, kind: WhyKind, value: float) -> None:
    found = why(open_file(WORKBOOKS / "bxd2.xlsx"), asked)
    assert found.root.item.kind is kind
    assert found.root.item.value == pytest.approx(value, rel=CLOSE)
    ensure_closed(found.root)


def test_an_unknown_target_offers_the_nearest() -> None:
    with pytest.raises(TargetNotKnown):
        why(open_file(WORKBOOKS / "bxd2.xlsx"), "nonsense!")


# Any workbook


def written(path: Path, cells: dict[str, Any], names: dict[str, str] | None = None) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("S")
        for address, content in cells.items():
            sheet.write(address, content)
        for name, formula in (names or {}).items():
            workbook.define_name(name, formula)
    return path


GOODS = {
    "A1": "goods", "B1": "mass (kg)", "C1": "kgCO2e/kg", "D1": "group",
    "A2": "steel", "B2": 3, "C2": 2, "D2": "metal",
    "A3": "copper", "B3": 1, "C3": 4, "D3": "metal",
    "A4": "paper", "B4": 10, "C4": 0.5, "D4": "other",
    "G1": "kgCO2e",
}  # fmt: skip


def of_goods(path: Path, formula: str, **more: Any) -> Why:
    """What a formula in F9 is made of, beside the table of goods."""
    file = written(
        path / "goods.xlsx", {**GOODS, **more, "F9": formula}, {"all_kg": "=S!$B$2:$B$4"}
    )
    return why(open_file(file), "S!F9")


@pytest.mark.parametrize(
    ("formula", "parts"),
    [
        ("=SUMPRODUCT(B2:B4,C2:C4)", [6, 5, 4]),
        ('=SUMPRODUCT((D2:D4="metal")*B2:B4*C2:C4)', [6, 4]),
        ("=SUM(all_kg)", [10, 3, 1]),
        ('=SUMIFS(B2:B4,D2:D4,"metal")', [3, 1]),
        ('=SUMIF(D2:D4,"o*",B2)', [10]),
        ("=AVERAGE(B2:B4)*3", [14, 14]),
        ("=B2*C2+B3*C3-B4%", [6, 4, -0.1]),
        ("=IF(B2>1,B2*C2+B3,0)", [6, 1]),
        ("=IFERROR(B2/0,B2+B3)", [3, 1]),
        ("=ROUND(B4/C4*0.12+B2,0)", [5.4, -0.4]),
        ("=2*(B2+B3)/C3", [2, 2]),
        ('=VLOOKUP("copper",A2:C4,3,FALSE)', [4]),
        ('=INDEX(C2:C4,MATCH("paper",A2:A4,0))', [0.5]),
        ("=MAX(B2,B3)", [3]),
        ("=CHOOSE(2,B2,B3+B4)", [10, 1]),
        ("=SUBTOTAL(9,B2:B4)", [10, 3, 1]),
    ],
)
def test_formulas_are_taken_apart(formula: str, parts: list[float], tmp_path: Path) -> None:
    """Parts by hand: steel 3 kg × 2, copper 1 kg × 4, paper 10 kg × 0.5."""
    root = of_goods(tmp_path, formula).root
    ensure_closed(root)
    found = [n.contribution for n in root.children if n.role is not Role.DIVISOR]
    assert found == pytest.approx(parts, rel=CLOSE, abs=CLOSE)
    assert all(n.share is not None for n in root.children if n.role is not Role.DIVISOR)


def test_names_and_units_come_from_labels_and_headings(tmp_path: Path) -> None:
    root = of_goods(tmp_path, "=B2*C2").root
    mass, factor = root.children
    assert (mass.item.label.en, mass.item.unit) == ("steel · mass (kg)", "kg")
    assert factor.item.unit == "kgCO2e/kg"


def test_a_computed_reference_is_followed_and_said(tmp_path: Path) -> None:
    root = of_goods(tmp_path, '=INDIRECT("B"&2)').root
    assert [str(n.item.where) for n in root.children] == ["S!B2"]
    assert "as it is now" in root.notes[0].en


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("=SUM([1]Other!A1)+B2", "left no values in this file"),
        ("=_xlfn.LET(_xlpm.x,B2,_xlpm.x*2)", "LET"),
    ],
)
def test_what_is_not_followed_is_listed(formula: str, reason: str, tmp_path: Path) -> None:
    found = of_goods(tmp_path, formula)
    assert any(reason in one.en for _, one in found.unfollowed)


def test_a_formula_that_is_no_sum_names_what_it_reads(tmp_path: Path) -> None:
    root = of_goods(tmp_path, "=SQRT(B4)+0").root
    inner = next(n for n in root.walk() if n.joins is Joins.READS)
    assert [str(n.item.where) for n in inner.children] == ["S!B4"]
    assert inner.children[0].contribution is None


@pytest.mark.parametrize(
    ("cells", "where", "words"),
    [
        ({"F7": '=CFP_EMISSION(1,"kWh","NOPE")', "F8": "=F7+1"}, "S!F7", "NOPE"),
        ({"F7": "=B2/B9", "F8": "=SUM(F5:F7)"}, "S!F7", "division by 0"),
        ({"F7": '=MATCH("zinc",A2:A4,0)', "F8": "=INDEX(B2:B4,F7)"}, "S!F7", "gives #N/A"),
        ({"F7": "=NA()", "F8": "=IF(B2>1,F7,0)"}, "S!F7", "#N/A"),
        ({"F7": "=#REF!+1", "F8": "=F7*2"}, "S!F7", "#REF!"),
    ],
)
def test_an_error_is_led_to_where_it_began(
    cells: dict[str, Any], where: str, words: str, tmp_path: Path
) -> None:
    found = of_goods(tmp_path, "=F8*2", **cells)
    assert found.is_error
    path = [str(n.item.where) for n in error_path(found.root) if n.item.where]
    assert path == ["S!F9", "S!F8", where]
    assert where in sentence(found, "en")
    assert words in sentence(found, "en")


def test_a_failed_row_fails_the_total_and_is_named(tmp_path: Path) -> None:
    table = {
        "A1": "stage", "B1": "activity", "C1": "quantity", "D1": "unit", "E1": "factor_id",
        "A2": "production", "B2": "power", "C2": 2, "D2": "kWh", "E2": "CN-ELEC-CFP-2024",
        "A3": "production", "B3": "coal", "C3": 1, "D3": "kWh", "E3": "NOPE",
        "G2": "=CFP_TOTAL(A1:E3)", "G3": "=CFP_TOTAL(A1:E2)",
    }  # fmt: skip
    file = written(tmp_path / "own.xlsx", table)
    failed = why(open_file(file), "S!G2")
    assert failed.root.item.value is ExcelError.NA
    assert "NOPE" in sentence(failed, "en")
    sound = why(open_file(file), "S!G3")
    assert sound.root.item.value == pytest.approx(2 * 0.5777, rel=CLOSE)
    ensure_closed(sound.root)
    assert any("生态环境部" in note.zh for n in sound.root.walk() for note in n.notes)


def test_ids_survive_inserted_rows(tmp_path: Path) -> None:
    def ids(name: str, first: int) -> dict[str, str]:
        cells: dict[str, Any] = {f"A{first}": "goods", f"B{first}": "mass (kg)"}
        for at, (goods, mass) in enumerate((("steel", 3), ("copper", 1)), first + 1):
            cells |= {f"A{at}": goods, f"B{at}": mass}
        cells[f"A{first + 4}"], cells[f"B{first + 4}"] = "sum", f"=B{first + 1}+B{first + 2}*2"
        root = why(open_file(written(tmp_path / name, cells)), f"S!B{first + 4}").root
        return {n.item.label.en: n.id for n in root.walk() if n.item.where}

    assert ids("before.xlsx", 1) == ids("after.xlsx", 9)


def test_depth_and_width_are_bounded(tmp_path: Path) -> None:
    cells = {**GOODS, **{f"H{at}": at for at in range(1, 21)}, "F9": "=SUM(H1:H20)", "F10": "=F9*1"}
    opened = open_file(written(tmp_path / "many.xlsx", cells))
    found = why(opened, "S!F10", Limits(depth=2, top=3)).root
    inner = found.children[0]
    assert [n.item.value for n in inner.children] == [20, 19, 18]
    assert inner.left_out is not None
    assert (inner.left_out.count, inner.left_out.contribution) == (17, 210 - 57)
    ensure_closed(found)
    shallow = why(opened, "S!F10", Limits(depth=1)).root
    assert shallow.children[0].is_cut


def test_a_circle_ends(tmp_path: Path) -> None:
    found = of_goods(tmp_path, "=F8+1", F8="=F9+1")
    assert len(list(found.root.walk())) < 10


def test_a_workbook_without_our_tables_asks_for_a_cell(tmp_path: Path) -> None:
    file = written(tmp_path / "plain.xlsx", {**GOODS, "F9": "=B2*C2"})
    with pytest.raises(NothingAsked, match="S!F9"):
        why(open_file(file))


@pytest.mark.parametrize(
    ("file", "asked", "expected"),
    [
        # The mean of 0.15 and 0.25, typed in J6:K6; the first buy of the portfolio.
        (SHIPS, "parameters!I6", [0.125, 0.075]),
        (STOCKS, "Sheet1!G3", None),
    ],
)
def test_workbooks_of_others(file: Path, asked: str, expected: list[float] | None) -> None:
    if not file.exists():
        pytest.skip("the corpus of workbooks of others is not beside the project")
    root = why(open_file(file), asked).root
    ensure_closed(root)
    assert root.children
    if expected is not None:
        assert [n.contribution for n in root.children] == pytest.approx(expected, rel=CLOSE)


# Reports


def pages(found: Why) -> Iterator[str]:
    for lang in ("zh", "en"):
        yield why_html(found, "zh" if lang == "zh" else "en")


def test_the_page_folds_and_needs_nothing_else(meter_box: Why) -> None:
    for page in pages(meter_box):
        assert page.count("<details") == page.count("</details>") >= 10
        assert "<script" not in page
        assert "http" not in page.replace("http-equiv", "")
        ids = [part.split('"')[0] for part in page.split('<li id="')[1:]]
        assert len(ids) == len(set(ids)) > 30
        assert sentence(meter_box, "zh").split("，")[0] in page or "72.3883" in page


def test_a_workbooks_words_are_words_in_the_page(tmp_path: Path) -> None:
    found = of_goods(tmp_path, "=B2+B3", A2="<script>alert(1)</script>")
    page = why_html(found, "en")
    assert "<script" not in page
    assert "&lt;script" in page


def test_the_text_has_parts_and_sources(meter_box: Why) -> None:
    text = why_text(meter_box, "zh")
    assert "63.3%  45.7876 kgCO2e/台  零部件 / 钢板箱体  [活动数据!A7]" in text
    assert "÷ 20000 件" in text
    assert "V01_P01.xlsx 活动数据!C7" in text
