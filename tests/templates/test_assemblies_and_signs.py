"""Signs, kinds of carbon and assemblies in a template, by CFP functions and by native formulas.

By hand, kgCO2e: a coat is 500 g zinc × 3 / 100 = 0.015; a bolt (1 kg wire × 1.5 + 4 coats) / 4 =
0.39; a frame (6 kg steel × 2 + 20 bolts − 0.5 kg scrap × 0.1) / 10 = 1.975. The product: a frame,
2 kWh × 0.5777, 0.2 kg electrode × 2, less 0.1 kg of carbon × 0.1 that leaves: 3.5204. Beside it 3
kg of wood × 1.7 as biogenic CO2 and 1 kWh of heat as a credit.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cfp_xl.findings import Severity
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.schema.opened import Opened, Tables, opened, tables_with
from cfp_xl.templates.build import build_workbook
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import Options
from cfp_xl.workbook.writing.values import write_values

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
EDITIONS = ("cfp", "native")
ACTIVITIES = """\
stage,process,activity,status,quantity,unit,factor_id,assembly,direction,carbon
生产,车架,钢,数据,6,kg,STEEL,FRAME,,
生产,车架,螺栓,数据,20,件,A-BOLT,FRAME,,
生产,螺栓,线材,数据,1,kg,WIRE,BOLT,,
生产,螺栓,镀层,数据,4,件,A-COAT,BOLT,,
生产,镀层,锌,数据,500,g,ZINC,COAT,,
生产,车架,边角,数据,0.5,kg,SCRAP,FRAME,碳输出,
生产,装配,车架,数据,1,件,A-FRAME,,,
生产,装配,电,数据,2,kWh,CN-ELEC-CFP-2024,,,
生产,装配,电极,数据,0.2,kg,STEEL,,,
生产,装配,木屑,数据,3,kg,WOOD,,,生物源CO2
生产,装配,余热,数据,1,kWh,CN-ELEC-CFP-2024,,避免排放,
生产,装配,碳离开,数据,0.1,kg,SCRAP,,碳输出,
"""
ASSEMBLIES = "id,name,output,unit\nFRAME,车架,10,件\nBOLT,螺栓,4,件\nCOAT,镀层,100,件\n"
FACTORS = (
    ("STEEL", 2.0, "kgCO2"),
    ("WIRE", 1.5, "kgCO2e"),
    ("ZINC", 3.0, "kgCO2e"),
    ("SCRAP", 0.1, "kgCO2"),
    ("WOOD", 1.7, "kgCO2e"),
)
TOTAL = 1.975 + 2 * 0.5777 + 0.2 * 2 - 0.1 * 0.1


@cache
def made(
    edition: str, activities: str = ACTIVITIES, assemblies: str = ASSEMBLIES, rows: int = 3
) -> Opened:
    """The worked example's layout, small, with these rows."""
    with TemporaryDirectory() as folder:
        shutil.copytree(WORKBOOKS / "bxd2", Path(folder) / "bxd2")
        case = Path(folder) / "case"
        case.mkdir()
        text = f'based_on = "bxd2"\nformulas = "{edition}"\ntemplate = true\n'
        text += f"[rows]\nassemblies = {rows}\n" if rows > 3 else ""
        (case / "workbook.toml").write_text(text, "utf-8")
        (case / "activities.csv").write_text(activities, "utf-8")
        (case / "assemblies.csv").write_text(assemblies, "utf-8")
        (case / "justifications.csv").write_text("code,cell,reason,who,date\n", "utf-8")
        book = opened(build_workbook(case), Path("case.xlsx"))
    schema = book.cached.schema
    assert schema is not None
    factors = schema.regions["factors"]
    cells: dict[tuple[int, int], Scalar] = {}
    for row, (id, value, unit) in enumerate(FACTORS, factors.bounds[2] - len(FACTORS)):
        of_row: dict[str, Scalar] = {"id": id, "value": value, "unit": unit, "per_unit": "kg"}
        cells |= {(row, factors.columns[column]): cell for column, cell in of_row.items()}
    return opened(write_values(book.package, {factors.sheet.name: cells}), Path("case.xlsx"))


def changed(edition: str, changes: Mapping[tuple[str, int, str], Scalar]) -> Tables:
    """With other values in rows of tables: (table, row from 1, column) → value."""
    book = made(edition)
    schema = book.cached.schema
    assert schema is not None
    cells: dict[str, dict[tuple[int, int], Scalar]] = {}
    for (table, row, column), value in changes.items():
        region = schema.regions[table]
        at = (region.header_row + row, region.columns[column])
        cells.setdefault(region.sheet.name, {})[at] = value
    return tables_with(book.workbook, cells)


def column(tables: Tables, sheet: str, heading: str) -> list[Scalar]:
    """What stands below the first of a column's headings."""
    found = tables.workbook.sheet(sheet)
    assert found is not None
    places = [key for key, cell in found.cells.items() if str(cell.value).startswith(heading)]
    top, at = min(places)
    rows = range(top + 1, max(row for row, _ in found.cells))
    return [found.columns.value((row, at)) for row in rows]


def totals(tables: Tables, edition: str) -> list[Scalar]:
    """The total by both ways of the sheet: its sixth row of results."""
    both = ("CFP 函数", "自带公式") if edition == "cfp" else ("结果 kgCO2e", "复核 kgCO2e")
    return [column(tables, "结果", heading)[5] for heading in both]


@pytest.mark.parametrize("edition", EDITIONS)
def test_three_levels_signs_and_kinds(edition: str) -> None:
    tables = changed(edition, {})
    per_unit = column(tables, "组件", "单位碳足迹")[:3]
    assert per_unit == pytest.approx([1.975, 0.39, 0.015], rel=1e-12)
    assert column(tables, "组件", "自带公式 kgCO2e/单位")[:3] == pytest.approx(per_unit, rel=1e-12)
    assert totals(tables, edition) == pytest.approx([TOTAL, TOTAL], rel=1e-12)
    assert tables.footprint is not None
    assert tables.footprint.total_kgco2e == pytest.approx(TOTAL, rel=1e-12)
    assert tables.footprint.parts is not None
    assert tables.footprint.parts.biogenic_co2 == pytest.approx(3 * 1.7, rel=1e-12)
    assert tables.footprint.parts.credits == pytest.approx(0.5777, rel=1e-12)


@pytest.mark.parametrize("edition", EDITIONS)
def test_what_fails_is_never_a_smaller_total(edition: str) -> None:
    """A word nobody knows, a missing amount deep inside, a loop, an output of zero, an assembly
    without rows: by both ways the total is an error, and so is ours."""
    for changes in (
        {("activities", 8, "direction"): "出口"},
        {("activities", 10, "carbon"): "木质"},
        {("activities", 5, "quantity"): None},
        {("activities", 5, "factor_id"): "A-FRAME", ("activities", 5, "unit"): "件"},
        {("assemblies", 3, "output"): 0.0},
        {("assemblies", 3, "id"): "OTHER"},
    ):
        tables = changed(edition, changes)
        assert all(isinstance(one, ExcelError) for one in totals(tables, edition)), changes
        assert tables.footprint is not None
        assert tables.footprint.total_kgco2e is None, changes


@pytest.mark.parametrize("edition", EDITIONS)
def test_words_in_the_other_language_count_alike(edition: str) -> None:
    changes: dict[tuple[str, int, str], Scalar] = {
        ("activities", 6, "direction"): "output",
        ("activities", 8, "carbon"): "fossil",
        ("activities", 10, "carbon"): "biogenic_co2",
        ("activities", 11, "direction"): "credit",
        ("activities", 12, "direction"): "Output",
    }
    assert totals(changed(edition, changes), edition) == pytest.approx([TOTAL, TOTAL], rel=1e-12)


def nested(levels: int) -> Opened:
    """The product takes one L1, which takes one L2, …; the last is 2 kg of steel: 4 kgCO2e."""
    line = "生产,装配,{0},数据,{1},{2},{3},{4},,"
    takes = [line.format(f"取 {n}", 1, "件", f"A-L{n}", f"L{n - 1}") for n in range(2, levels + 1)]
    last = line.format("钢", 2, "kg", "STEEL", f"L{levels}")
    first = line.format("取 1", 1, "件", "A-L1", "")
    head, zeros = ACTIVITIES.partition("\n")[0], "使用,使用,使用,零,,,,,,"
    ids = [f"L{n},L{n},1,件" for n in range(1, levels + 1)]
    return made(
        "native",
        "\n".join([head, first, *takes, last, zeros, ""]),
        "\n".join(["id,name,output,unit", *ids, ""]),
        rows=8,
    )


@pytest.mark.parametrize("levels", [6, 7])
def test_native_formulas_go_six_levels_deep_and_the_seventh_is_named(levels: int) -> None:
    """CFP functions go on; there the native total is an error, with a finding, never less."""
    book = nested(levels)
    assert book.recomputed.footprint is not None
    assert book.recomputed.footprint.total_kgco2e == pytest.approx(4.0, rel=1e-12)
    by_both = totals(book.recomputed, "native")
    if levels == 6:
        assert by_both == pytest.approx([4.0, 4.0], rel=1e-12)
        return
    assert all(isinstance(one, ExcelError) for one in by_both)
    found = verify_opened(book, Path("case.xlsx"), Options()).findings
    assert any(one.severity is Severity.ERROR and "结果" in str(one.where) for one in found)
