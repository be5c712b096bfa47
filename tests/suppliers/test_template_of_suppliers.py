"""The supplier's workbook: what is in it, what it says while it is filled in, what comes out."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cfp_xl.footprint.units import same_dimension
from cfp_xl.schema.schema import find_schema
from cfp_xl.suppliers.fill import TypedAnswer, Used, fill
from cfp_xl.templates.supplier.build import base, base_workbook, build_base
from cfp_xl.templates.supplier.fields import KINDS, LANGUAGES, Kind, Language, fields, flows
from cfp_xl.templates.supplier.labels import LABELS, labels_digest
from cfp_xl.templates.supplier.layout import (
    ACTIVITY_INPUTS,
    ANSWER,
    FEEDBACK,
    PROGRESS_ROW,
    RESULT_ROW,
    SupplierLayout,
)
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.formulas.canonical import function_names
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from cfp_xl.workbook.writing.values import write_values

EDITIONS = list(product(LANGUAGES, KINDS))
PART = SupplierLayout("zh", "part")
EVERYWHERE = frozenset(
    (
        "SUMIFS",
        "COUNTIFS",
        "SUMPRODUCT",
        "INDEX",
        "MATCH",
        "IFERROR",
        "VLOOKUP",
        "IF",
        "ROUND",
        "AND",
        "OR",
        "NOT",
        "SUM",
        "COUNTIF",
        "ISNUMBER",
        "LEFT",
        "NA",
    )
)
"""What Excel, WPS and LibreOffice all compute (docs/hosts.md), and the plainest functions."""

WHOLE = TypedAnswer(
    {
        "contact_name": "王芳",
        "contact": "0577-0000 0000",
        "filled_on": date(2026, 3, 15),
        "period_start": date(2025, 1, 1),
        "period_end": date(2025, 12, 31),
        "output": 20000,
        "mass_kg": 1.25,
        "data_kind": "activity_data",
        "has_material": "yes",
        "has_energy": "yes",
        "has_fuel": "no",
        "has_transport": "no",
        "has_waste": "yes",
        "has_process": "no",
    },
    (
        Used("DESNZ2025-19_504_5116_15_1", 26.5, "t", "领料单"),
        Used("CN-ELEC-CFP-2024", 48, "MWh"),
        Used("DESNZ2025-20_504_5366_15_1", 1400, "kg"),
    ),
)
"""A supplier's answer without a gap: 20,000 pieces of 1.25 kg."""


KGCO2E_PER_PIECE = (26.5 * 2863.90131 + 48 * 577.7 + 1.4 * 4.68568) / 20000
"""By hand: 26.5 t of steel, 48 MWh, 1.4 t of scrap with DESNZ's and MEE's factors."""


def filled(answer: TypedAnswer, lang: Language = "zh", kind: Kind = "part") -> Workbook:
    package = fill(base(lang, kind), answer, lang, kind)
    return read_package(package_of(package, Path("answer.xlsx")))


def with_changes(changes: Mapping[str, Any]) -> TypedAnswer:
    """The whole answer with other answers to some questions; None leaves one out."""
    merged = {**WHOLE.fields, **changes}
    return TypedAnswer({id: value for id, value in merged.items() if value is not None}, WHOLE.used)


def at(
    workbook: Workbook, layout: SupplierLayout, row: int, column: int, sheet: str = "fill"
) -> object:
    found = workbook.sheet(layout.sheets[sheet])
    assert found is not None
    return found.cells[row + 1, column + 1].value


@pytest.mark.parametrize(("lang", "kind"), EDITIONS)
def test_a_blank_sheet_verifies(tmp_path: Path, lang: Language, kind: Kind) -> None:
    path = tmp_path / "blank.xlsx"
    path.write_bytes(base(lang, kind))
    result = verify_file(path)
    assert (result.schema, result.status, result.findings) == ("supplier", "passed", ())


@pytest.mark.parametrize(("lang", "kind"), EDITIONS)
def test_it_is_built_alike_each_time(lang: Language, kind: Kind) -> None:
    assert build_base(lang, kind) == build_base(lang, kind)


@pytest.mark.parametrize(("lang", "kind"), EDITIONS)
def test_its_formulas_use_only_what_every_program_has(lang: Language, kind: Kind) -> None:
    used = {
        name.upper()
        for sheet in base_workbook(lang, kind).sheets
        for cell in sheet.cells.values()
        if cell.formula
        for name in function_names(cell.formula)
    }
    assert used <= EVERYWHERE


@pytest.mark.parametrize(("lang", "kind"), EDITIONS)
def test_only_answers_can_be_typed(lang: Language, kind: Kind) -> None:
    layout = SupplierLayout(lang, kind)
    book = load_workbook(io.BytesIO(base(lang, kind)))
    free = {
        (sheet.title, cell.row - 1, cell.column - 1)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.row and cell.column and not cell.protection.locked
    }
    fill_sheet, region = layout.sheets["fill"], layout.activities
    questions = {(fill_sheet, layout.rows[field.id], ANSWER) for field in layout.fields}
    rows = {
        (region.sheet, row, region.index(column))
        for row in range(region.first, region.last + 1)
        for column in ACTIVITY_INPUTS
    }
    assert free == questions | rows
    assert all(sheet.protection.sheet for sheet in book)


@pytest.mark.parametrize(("lang", "kind"), EDITIONS)
def test_dropdowns_offer_what_fits_and_nothing_else(lang: Language, kind: Kind) -> None:
    """Each item's units convert to its factor's; each flow's list holds its items."""
    layout, workbook = SupplierLayout(lang, kind), base_workbook(lang, kind)
    sheet = workbook.sheet(layout.sheets["lists"])
    assert sheet is not None
    offered = {
        measure: [sheet.cells[row + 1, 1].value for row in rows]
        for measure, rows in layout.unit_rows.items()
    }
    names = {name.name: name.formula for name in workbook.names}
    book = load_workbook(io.BytesIO(base(lang, kind)))
    validations = {
        str(v.sqref): v.formula1
        for v in book[layout.activities.sheet].data_validations.dataValidation
        if v.type == "list"
    }
    for flow in flows(kind):
        rows = layout.flow_rows[flow.id]
        assert validations[f"B{rows[0] + 1}:B{rows[-1] + 1}"] == layout.items_of(flow.id)
        for item in flow.items:
            assert f"cfp_units_{item.quantity}" in names
            units = offered[item.quantity]
            assert all(same_dimension(str(unit), item.factor.per_unit) for unit in units)


def test_every_question_has_its_name_and_its_words() -> None:
    names = {name.name for name in base_workbook("both", "part").names}
    assert {field.name for field in fields("part")} <= names
    assert {f"cfp_for_{one}" for one in ("supplier_id", "part_id", "unit", "code")} <= names


FEEDBACKS: tuple[tuple[str, object, str], ...] = (
    ("contact_name", None, "▶ 请填写"),
    ("contact_name", "王芳", "✓"),
    ("filled_on", "三月十五", "✗ 请填日期，例如 2025-12-31"),
    ("filled_on", date(2011, 1, 1), "✗ 超出右边的最小、最大值，请核对单位"),
    ("period_end", date(2024, 12, 31), "✗ 应晚于开始日期"),
    ("output", "2万", "✗ 请只填数字，不带单位和文字"),
    ("output", 0, "✗ 超出右边的最小、最大值，请核对单位"),
    ("output", 1e11, "✗ 超出右边的最小、最大值，请核对单位"),
    ("mass_kg", None, "▶ 请填写"),
    ("data_kind", "随便", "✗ 请从下拉列表选择"),
    ("has_energy", "no", "✗ 选了“无”，“活动数据”表却有数量"),
    ("has_fuel", "yes", "▶ 请到“活动数据”表填数量"),
    ("has_fuel", None, "▶ 请填写"),
    ("pcf_kgco2e", 3.2, ""),  # not asked while activity data are given
    ("remarks", None, ""),
    ("remarks", "按产值分摊", "✓"),
)


@pytest.mark.parametrize(
    ("question", "typed", "said"), FEEDBACKS, ids=[f"{q}={t}" for q, t, _ in FEEDBACKS]
)
def test_feedback_on_an_answer(question: str, typed: object, said: str) -> None:
    workbook = filled(with_changes({question: typed}))
    assert at(workbook, PART, PART.rows[question], FEEDBACK) == said


ROWS = (
    (Used("DESNZ2025-19_504_5116_15_1", 26.5, "t"), "✓", 26.5 * 2863.90131),
    (Used("DESNZ2025-19_504_5116_15_1", 26500, "kg"), "✓", 26.5 * 2863.90131),
    (Used("CN-ELEC-CFP-2024", 3.6, "GJ"), "✓", 577.7),
    (Used("DESNZ2025-1_101_1012_8_1", 2, "m3"), "✓", 2000 * 2.66155),
    (Used("CN-ELEC-CFP-2024", 1000, "kg"), "✗ 单位不合，应为 kWh / MWh / MJ / GJ", "#N/A"),
    (Used("CN-ELEC-CFP-2024", 1000, "度"), "✗ 单位不在列表中", "#N/A"),
    (Used("CN-ELEC-CFP-2024", 1000, ""), "▶ 请选单位：kWh / MWh / MJ / GJ", "#N/A"),
    (Used("CN-ELEC-CFP-2024", "1000 kWh", "kWh"), "✗ 请只填数字，不带单位和文字", "#N/A"),
    (Used("CN-ELEC-CFP-2024", -5, "kWh"), "✗ 应大于 0；没有就清空这一行", "#N/A"),
    (Used("CN-ELEC-CFP-2024", "", "kWh"), "▶ 请填数量", "#N/A"),
)


@pytest.mark.parametrize(
    ("used", "said", "kgco2e"), ROWS, ids=[f"{u.quantity} {u.unit}" for u, *_ in ROWS]
)
def test_feedback_on_a_row(used: Used, said: str, kgco2e: float | str) -> None:
    workbook = filled(TypedAnswer({}, (used,)))
    region = PART.activities
    sheet = workbook.sheet(region.sheet)
    assert sheet is not None
    (row,) = {row for row, column in sheet.cells if column == 2 and row > region.first}
    assert sheet.cells[row, region.index("diagnose") + 1].value == said
    found = sheet.cells[row, region.index("emission_kgco2e") + 1].value
    assert (
        str(found) == kgco2e
        if isinstance(kgco2e, str)
        else found == pytest.approx(kgco2e, rel=1e-12)
    )


def test_the_result_by_hand() -> None:
    found = at(filled(WHOLE), PART, RESULT_ROW, ANSWER)
    assert found == pytest.approx(KGCO2E_PER_PIECE, rel=1e-12)


PCF = {
    "data_kind": "pcf",
    "pcf_kgco2e": 2.85,
    "pcf_boundary": "cradle_to_gate",
    "pcf_standard": "ISO 14067:2018",
    "pcf_year": 2025,
    "pcf_verification": "third_party",
    "includes_delivery": "not_included",
}
PROGRESS: tuple[tuple[str, TypedAnswer, str, object], ...] = (
    ("nothing", TypedAnswer({}), "0 / 14", ""),
    ("all", WHOLE, "14 / 14", KGCO2E_PER_PIECE),
    ("one missing", with_changes({"contact": None}), "13 / 14", KGCO2E_PER_PIECE),
    ("a footprint, with the rest", with_changes(PCF), "13 / 13", 2.85),
    ("a footprint without its year", with_changes({**PCF, "pcf_year": None}), "12 / 13", 2.85),
)


@pytest.mark.parametrize(
    ("answer", "shown", "result"), [p[1:] for p in PROGRESS], ids=[p[0] for p in PROGRESS]
)
def test_progress(answer: TypedAnswer, shown: str, result: object) -> None:
    """Mandatory questions only, and of the two kinds of data only the one that is given."""
    workbook = filled(answer)
    assert at(workbook, PART, PROGRESS_ROW, ANSWER) == shown
    found = at(workbook, PART, RESULT_ROW, ANSWER)
    assert found == (pytest.approx(result, rel=1e-12) if isinstance(result, float) else result)


BALANCES: tuple[tuple[str, dict[str, object], str], ...] = (
    ("as it should be", {}, "✓"),  # 26.5 t in; 25 t of product and 1.4 t of scrap out
    ("mass in grams", {"mass_kg": 1250}, "？ 请核对：投入的原料少于产品和废料"),
    ("a tenth of the output", {"output": 2000}, "？ 请核对：投入远多于产品和废料"),
    ("no mass yet", {"mass_kg": None}, ""),
)


@pytest.mark.parametrize(
    ("changes", "said"), [b[1:] for b in BALANCES], ids=[b[0] for b in BALANCES]
)
def test_mass_balance(changes: dict[str, object], said: str) -> None:
    workbook = filled(with_changes(changes))
    assert at(workbook, PART, PART.rows["balance"], FEEDBACK) == said


def whole_answers() -> Iterator[tuple[str, Language, Kind, TypedAnswer]]:
    for lang in LANGUAGES:
        yield f"part {lang}", lang, "part", WHOLE
        yield f"pcf {lang}", lang, "part", TypedAnswer(with_changes(PCF).fields)
        parts_only = ("mass_kg", "has_material", "has_transport", "has_waste")
        freight = {id: v for id, v in WHOLE.fields.items() if id not in parts_only}
        freight |= {"has_energy": "no", "has_fuel": "yes"}
        diesel = (Used("DESNZ2025-1_101_1012_8_1", 28000, "L"),)
        yield f"transport {lang}", lang, "transport", TypedAnswer(freight, diesel)


ANSWERS = list(whole_answers())


@pytest.mark.parametrize(
    ("lang", "kind", "answer"), [a[1:] for a in ANSWERS], ids=[a[0] for a in ANSWERS]
)
def test_a_whole_answer_verifies(
    tmp_path: Path, lang: Language, kind: Kind, answer: TypedAnswer
) -> None:
    """Recalculated alike, and our own calculation of every row agrees with the sheet's."""
    path = tmp_path / "answer.xlsx"
    path.write_bytes(fill(base(lang, kind), answer, lang, kind))
    result = verify_file(path)
    assert [f"{f.where} {f.message('en')}" for f in result.findings if f.severity == "error"] == []
    assert (result.schema, result.status, result.footprint) == ("supplier", "passed", None)
    workbook = read_package(package_of(path.read_bytes(), path))
    words = at(workbook, SupplierLayout(lang, kind), PROGRESS_ROW, FEEDBACK)
    assert str(words).startswith("✓")


def test_its_tables_are_read_by_their_headings() -> None:
    for lang, kind in EDITIONS:
        schema, findings = find_schema(base_workbook(lang, kind))
        assert schema is not None
        assert findings == ()
        wanted = {
            "activity",
            "quantity",
            "unit",
            "reason",
            "stage",
            "process",
            "status",
            "factor_id",
        }
        assert wanted <= set(schema.regions["activities"].columns)
        assert {i.factor.id for f in flows(kind) for i in f.items} == set(
            schema.sheet_factors.ids()
        )


LABEL_CHANGES: tuple[tuple[str, str, int, int, object, bool], ...] = (
    ("an answer", "fill", PART.rows["output"], ANSWER, 5.0, True),
    ("a row", "activities", PART.activities.first, 2, 5.0, True),
    ("the buyer's feedback", "readme", PART.feedback.first, 2, "please mend", True),
    ("a question", "fill", PART.rows["output"], 1, "产量（万件）", False),
    ("a factor", "lists", PART.factors.first, PART.factors.index("value"), 1.0, False),
    ("a unit", "lists", PART.units.first, 0, "g", False),
    ("a range", "fill", PART.rows["output"], 7, 1e15, False),
    ("an added note", "summary", 60, 3, "cheque to the bearer", False),
)


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "holds"),
    [c[1:] for c in LABEL_CHANGES],
    ids=[c[0] for c in LABEL_CHANGES],
)
def test_the_seal_of_labels(sheet: str, row: int, column: int, value: Any, holds: bool) -> None:
    """It covers what stands written, and not what people are asked to type."""
    path = Path("answer.xlsx")
    changes = {PART.sheets[sheet]: {(row + 1, column + 1): value}}
    changed = write_values(package_of(base("zh", "part"), path), changes)
    workbook = read_package(package_of(changed, path))
    assert (labels_digest(workbook) == workbook.properties[LABELS]) is holds


@pytest.mark.parametrize(
    ("changes", "flow", "said"),
    [({}, "fuel", "—"), ({}, "energy", ""), (PCF, "energy", "—"), ({"has_fuel": None}, "fuel", "")],
    ids=["no fuel", "a spare row", "a footprint instead", "not yet answered"],
)
def test_rows_that_nobody_asks_for_say_so(changes: dict[str, Any], flow: str, said: str) -> None:
    sheet = filled(with_changes(changes)).sheet(PART.activities.sheet)
    assert sheet is not None
    last = PART.flow_rows[flow][-1]
    assert sheet.cells[last + 1, PART.activities.index("diagnose") + 1].value == said
