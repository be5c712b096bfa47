"""The workbooks we ship: as their sources give, complete, protected, readable as footprints."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from functools import cache
from pathlib import Path

import pytest

from cfp_xl.footprint.calculate import calculate
from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.factors import library
from cfp_xl.footprint.stages import STAGES
from cfp_xl.functions.spelling import holds_ours
from cfp_xl.functions.values import ExcelError
from cfp_xl.schema.schema import Schema, find_schema
from cfp_xl.schema.seal import check_seal, has_seal
from cfp_xl.templates.build import build_workbook, sources
from cfp_xl.workbook.model import Sheet, Workbook
from cfp_xl.workbook.reading.read import read_workbook

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
EXAMPLES = ("bxd2", "bxd2-as-published", "bxd2-native")
TEMPLATES = ("product-zh", "product-en", "product-zh-native", "product-en-native")
NATIVE = tuple(id for id in (*EXAMPLES, *TEMPLATES) if id.endswith("-native"))
WITH_SUPPLIERS = ("meter-box", *TEMPLATES)
ALL = (*EXAMPLES, *WITH_SUPPLIERS)
SHEETS_ZH = [
    *("说明", "产品", "分摊", "活动数据", "组件", "因子", "结果", "取舍", "情景"),
    "报告所载值",
    "情况说明",
    "检查",
    "报告文字",
    "译名",
]
TEMPLATE_SHEETS_ZH = [
    "说明",
    "产品",
    "分摊",
    "活动数据",
    "组件",
    "零部件",
    "供应商数据",
    "因子",
    "结果",
    "取舍",
    "情景",
    "报告所载值",
    "情况说明",
    "历史",
    "检查",
    "报告文字",
    "译名",
]
TEMPLATE_SHEETS_EN = [
    "About",
    "Product",
    "Allocation",
    "Activities",
    "Assemblies",
    "Parts",
    "Supplier data",
    "Factors",
    "Results",
    "Exclusions",
    "Scenarios",
    "Declared",
    "Justifications",
    "History",
    "Checks",
    "Report texts",
    "Translations",
]
NAMES = {
    "cfp_activities",
    "cfp_factors",
    "cfp_allocation",
    "cfp_declared",
    "cfp_justifications",
    "cfp_functional_unit",
    "cfp_boundary",
    "cfp_gwp_set",
    "cfp_factor_set",
    "cfp_period",
}


@cache
def workbook(id: str) -> Workbook:
    return read_workbook(WORKBOOKS / f"{id}.xlsx")


@cache
def schema(id: str) -> Schema:
    found, findings = find_schema(workbook(id))
    assert found is not None
    assert findings == ()
    return found


def parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def sheet_xml(id: str) -> dict[str, str]:
    """Sheets' XML by name, in their order."""
    everything = parts((WORKBOOKS / f"{id}.xlsx").read_bytes())
    return {sheet.name: everything[sheet.part].decode() for sheet in workbook(id).sheets}


def results(id: str) -> Sheet:
    found = workbook(id).sheet("Results" if "-en" in id else "结果")
    assert found is not None
    return found


@pytest.mark.parametrize("id", ALL)
def test_the_committed_file_is_what_its_source_gives(id: str) -> None:
    rebuilt = parts(build_workbook(WORKBOOKS / id))
    committed = parts((WORKBOOKS / f"{id}.xlsx").read_bytes())
    assert rebuilt.keys() == committed.keys()
    assert [name for name in rebuilt if rebuilt[name] != committed[name]] == []


def test_every_source_is_tested() -> None:
    assert {source.name for source in sources(WORKBOOKS)} == set(ALL)


@pytest.mark.parametrize("id", ALL)
def test_sheets_names_and_seal(id: str) -> None:
    of_template = TEMPLATE_SHEETS_EN if "-en" in id else TEMPLATE_SHEETS_ZH
    expected = of_template if id in WITH_SUPPLIERS else SHEETS_ZH
    assert [sheet.name for sheet in workbook(id).sheets] == expected
    assert {name.name for name in workbook(id).names} >= NAMES
    assert workbook(id).properties["cfp_template"] == id
    assert has_seal(workbook(id))
    assert check_seal(workbook(id)) == ()


@pytest.mark.parametrize("id", ALL)
def test_nothing_is_hidden_and_sheets_without_growing_tables_are_protected(id: str) -> None:
    """A protected sheet lets nobody insert rows, nor sort and delete those with formulas."""
    growing = {
        region.sheet.name
        for table, region in schema(id).regions.items()
        if table not in ("answers", "history")
    }
    assert len(growing) >= 8
    folded = {
        region.sheet.name: {region.columns[c.id] for c in columns(table) if c.is_folded}
        for table, region in schema(id).regions.items()
    }
    for sheet in workbook(id).sheets:
        assert sheet.state == "visible"
        assert not sheet.hidden_rows
        assert sheet.hidden_columns == folded.get(sheet.name, frozenset())
        is_open = sheet.name in growing or sheet.name in ("报告文字", "Report texts")
        assert sheet.is_protected is not is_open


@pytest.mark.parametrize("id", ALL)
def test_excel_does_not_recalculate_on_load(id: str) -> None:
    xml = parts((WORKBOOKS / f"{id}.xlsx").read_bytes())["xl/workbook.xml"].decode()
    assert re.findall(r"<calcPr [^>]*/>", xml) == ['<calcPr calcId="191029"/>']


@pytest.mark.parametrize("id", ALL)
def test_every_formula_holds_its_value(id: str) -> None:
    cells = [c for s in workbook(id).sheets for c in s.cells.values() if c.formula is not None]
    assert cells
    assert [c.address for c in cells if not c.is_cached or c.value is None] == []
    assert [c.address for c in cells if isinstance(c.value, ExcelError)] == []


@pytest.mark.parametrize("id", ALL)
def test_only_functions_that_every_program_computes(id: str) -> None:
    native = {
        "ABS",
        "AND",
        "COUNTA",
        "COUNTIF",
        "COUNTIFS",
        "IF",
        "INDEX",
        "ISBLANK",
        "ISERROR",
        "ISNUMBER",
        "ISTEXT",
        "FIND",
        "EXP",
        "LARGE",
        "LEFT",
        "LEN",
        "LN",
        "MATCH",
        "COUNT",
        "COUNTBLANK",
        "MAX",
        "MIN",
        "MID",
        "NA",
        "NOT",
        "OR",
        "ROW",
        "ROWS",
        "SMALL",
        "SQRT",
        "SUBSTITUTE",
        "SUM",
        "SUMIF",
        "SUMIFS",
        "SUMPRODUCT",
        "TEXT",
        "TRIM",
    }
    formulas = [c.formula for s in workbook(id).sheets for c in s.cells.values() if c.formula]
    used = {f for text in formulas for f in re.findall(r"([A-Z_]+)\(", text)}
    assert {function for function in used if not function.startswith("CFP_")} <= native


@pytest.mark.parametrize("id", NATIVE)
def test_the_native_edition_calls_no_cfp_function(id: str) -> None:
    formulas = [c.formula for s in workbook(id).sheets for c in s.cells.values() if c.formula]
    assert [formula for formula in formulas if holds_ours(formula)] == []


@pytest.mark.parametrize("id", ALL)
@pytest.mark.parametrize("sheet", ["activities", "allocation"])
def test_inputs_are_open_and_formulas_locked(id: str, sheet: str) -> None:
    region = schema(id).regions[sheet]
    cells = workbook(id).sheet(region.sheet.name)
    assert cells is not None
    locked = locked_styles(id)
    xml = sheet_xml(id)[region.sheet.name]
    style_of = dict(re.findall(r'<c r="([A-Z]+[0-9]+)" s="([0-9]+)"', xml))
    top, left, bottom, right = region.bounds
    for (row, column), cell in cells.cells.items():
        if cell.formula is not None:
            assert int(style_of[cell.address]) in locked
        elif top < row < bottom and left <= column <= right:  # the last row closes the table
            assert int(style_of[cell.address]) not in locked


@cache
def locked_styles(id: str) -> frozenset[int]:
    xml = parts((WORKBOOKS / f"{id}.xlsx").read_bytes())["xl/styles.xml"].decode()
    formats = re.search(r"<cellXfs.*?</cellXfs>", xml, re.S)
    assert formats is not None
    entries = re.findall(r"<xf [^>]*?/>|<xf .*?</xf>", formats[0], re.S)
    return frozenset(n for n, entry in enumerate(entries) if 'locked="0"' not in entry)


@pytest.mark.parametrize("id", ALL)
def test_dropdowns_hints_panes_and_print_setup(id: str) -> None:
    _, product, _, activities, *others = sheet_xml(id).values()
    # stage, status, unit, factor; in templates the part too
    # and what is folded away: direction, carbon, aircraft, gate, emission type, class, assembly,
    # origin, 5 + 3 points
    assert activities.count('type="list"') == (5 if id in WITH_SUPPLIERS else 4) + 16
    assert product.count('type="list"') == 3  # boundary, GWP set, packaging counted
    assert 'promptTitle="' in activities
    *_, checks, _, _ = others
    for xml in (product, activities, *others):
        assert 'state="frozen"' in xml
        assert ('orientation="landscape"' in xml) is (xml != checks)
        assert 'fitToPage="1"' in xml
        assert "mergeCell" not in xml


def test_the_worked_example_is_the_report_s_inventory() -> None:
    rows = [
        (a.stage, a.process, a.quantity, a.unit, a.factor_id)
        for a in schema("bxd2").inventory.activities
    ]
    electricity, diesel = "CN-ELEC-CFP-2024", "CN-FUEL-GBT32151-DIESEL"
    assert rows == [
        ("原材料获取", "电力", 4.6241, "kWh", electricity),
        ("生产", "电力", 17.2348, "kWh", electricity),
        ("生产", "二氧化碳气体", None, "kg", None),
        ("运输/交付", "原材料运输", 0.3570, "kg", diesel),
        ("运输/交付", "成品运输", 0.0505, "kg", diesel),
        ("运输/交付", "仓储", None, None, None),
        ("使用", "使用", None, None, None),
        ("生命末期", "电力", 1.9233, "kWh", electricity),
    ]


@pytest.mark.parametrize("id", EXAMPLES)
def test_the_worked_example_gives_15_0006(id: str) -> None:
    found = schema(id)
    assert calculate(found.inventory, found.factors).total_kgco2e == pytest.approx(
        15.000560117, rel=1e-10
    )
    stated = [results(id).cells[12, column].value for column in (1, 3, 4)]
    assert stated == ["合计", *[pytest.approx(15.000560117, rel=1e-10)] * 2]


@pytest.mark.parametrize("id", EXAMPLES)
def test_the_workbook_finds_itself_in_order(id: str) -> None:
    checks = workbook(id).sheet("检查")
    assert checks is not None
    verdicts = [c.value for (row, column), c in checks.cells.items() if column == 5 and c.formula]
    assert verdicts == ["OK"] * 13


@pytest.mark.parametrize("id", TEMPLATES)
def test_an_empty_template_claims_nothing(id: str) -> None:
    found = schema(id)
    assert found.inventory.activities == ()
    assert calculate(found.inventory, found.factors).total_kgco2e is None
    values = [cell.value for cell in results(id).cells.values() if cell.formula]
    assert [value for value in values if isinstance(value, float)] == []


@pytest.mark.parametrize("id", ALL)
def test_pinned_factors_have_every_digit_of_the_library(id: str) -> None:
    factors = schema(id).sheet_factors.factors
    assert factors
    for factor in factors.values():
        original = library().get(factor.id)
        assert factor.value == original.value
        assert (factor.unit, factor.per_unit) == (original.unit, original.per_unit)
        assert factor.source.title == original.source.title


def test_declared_figures_keep_their_digits() -> None:
    with (WORKBOOKS / "bxd2-as-published" / "declared.csv").open(encoding="utf-8") as lines:
        source = list(csv.DictReader(lines))
    declared = schema("bxd2-as-published").records("declared")
    assert len(declared) == len(source)
    for record, row in zip(declared, source, strict=True):
        assert {k: v for k, v in record.values.items() if v is not None} == {
            column: text for column, text in row.items() if text
        }
    assert schema("bxd2").records("declared") == ()


@pytest.mark.parametrize("id", TEMPLATES)
def test_stage_dropdown_offers_the_five_stages(id: str) -> None:
    names = [results(id).cells[row, 1].value for row in range(7, 12)]
    lang = "en" if "-en" in id else "zh"
    assert names == [stage.name.in_lang(lang) for stage in STAGES]  # type: ignore[arg-type]
