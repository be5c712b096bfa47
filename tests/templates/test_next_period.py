"""A workbook rolled to the next period: nothing of the old one counts until somebody says so.

Old quantities are those that the program which saved the old file left in its cells; the total of a
kettle made again with the same figures is the 472.3966 kgCO2e of `tests/cases`.
"""

from __future__ import annotations

import base64
import io
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl import load_workbook
from openpyxl.drawing.image import Image

from cfp_xl.cli import run
from cfp_xl.footprint.product import Period
from cfp_xl.report.document.photos import photos_of
from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import Opened, opened, refreshed
from cfp_xl.schema.schema import Record, Schema
from cfp_xl.schema.seal import check_seal
from cfp_xl.suppliers.reminders import reminders
from cfp_xl.suppliers.status import Stand, status_of
from cfp_xl.templates.upgrade import upgrade
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.rule import Rule
from cfp_xl.verify.rules.last_period import (
    answers_are_of_this_period,
    values_are_near_those_of_the_last_period,
)
from cfp_xl.workbook.writing.values import Constant, write_values

TESTS = Path(__file__).parents[1]
KETTLE = TESTS / "cases" / "model" / "kettle.xlsx"
LAMP = TESTS / "cases" / "model" / "nled1r.xlsx"
BOX = TESTS / "data" / "template_1" / "products" / "meter-box-with-suppliers.xlsx"
SUPPLIED = TESTS.parent / "workbooks" / "meter-box.xlsx"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
"""A white picture of one point."""
YEAR = ("--period", "2026-01-01..2026-12-31")
BILL = ("total", "basis_product", "basis_total", "output")


@cache
def rolled(path: Path, *options: str) -> Opened:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "next.xlsx"
        assert run(["new", "product", "--from", str(path), "-o", str(target), *options]) == 0
        return opened(target.read_bytes(), path)


def tables(book: Opened) -> Schema:
    schema = book.recomputed.schema
    assert schema is not None
    return schema


Changes = dict[str, dict[tuple[int, int], Constant]]


def put(into: Changes, book: Opened, table: str, row: int, column: str, value: Constant) -> None:
    region = tables(book).regions[table]
    into.setdefault(region.sheet.name, {})[row, region.columns[column]] = value


def made(book: Opened, changes: Changes) -> Opened:
    return opened(write_values(book.package, changes), KETTLE)


def asked(book: Opened, rule: Rule[[Case]]) -> list[tuple[str, str]]:
    found = rule(Case(book.recomputed, book.recalculation))
    return [(f.case, f"{f.where}") for f in found]


def undated(book: Opened, changes: Changes, target: Path) -> list[str]:
    target.write_bytes(write_values(book.package, changes))
    return [f.case for f in verify_file(target).findings if f.code in ("M07", "W60")]


def as_last_year(book: Opened) -> Changes:
    """Every emptied cell with last year's value."""
    changes: Changes = {}
    for row in tables(book).records("activities"):
        last, region = row.values["last_quantity"], tables(book).regions["activities"]
        cell = region.sheet.cells.get((row.row, region.columns["quantity"]))
        if isinstance(last, float) and (cell is None or cell.formula is None):
            put(changes, book, "activities", row.row, "quantity", last)
    for row in tables(book).records("allocation"):
        for column in BILL:
            put(changes, book, "allocation", row.row, column, row.value(f"last_{column}"))
    return changes


def test_structure_stays_and_quantities_go() -> None:
    sheet = load_workbook(KETTLE, data_only=True)["活动数据"]
    old = {str([c.value for c in row[:3]]): row[4].value for row in sheet.iter_rows(min_row=7)}
    book = rolled(KETTLE, *YEAR)
    rows = tables(book).records("activities")
    assert len(rows) == 20
    for row in rows:
        label = str([row.values[column] for column in ("stage", "process", "activity")])
        assert row.values["last_quantity"] == pytest.approx(old[label])
    region = tables(book).regions["activities"]
    cells = [region.sheet.cells.get((r.row, region.columns["quantity"])) for r in rows]
    typed = [cell for cell in cells if cell is not None and cell.formula is None]
    assert [cell.value for cell in typed if cell.value is not None] == []
    assert check_seal(book.workbook) == ()
    was = tables(opened(KETTLE.read_bytes(), KETTLE))
    assert [r.values["id"] for r in tables(book).records("factors")] == [
        r.values["id"] for r in was.records("factors")
    ]
    period = book.recomputed.product
    assert period is not None
    assert period.period is not None
    assert period.period.value == Period(date(2026, 1, 1), date(2026, 12, 31))


def test_bills_go_and_their_months_are_those_of_the_new_year() -> None:
    was = tables(opened(KETTLE.read_bytes(), KETTLE)).records("allocation")
    now = tables(rolled(KETTLE, *YEAR)).records("allocation")
    assert [r.text("medium") for r in now] == [r.text("medium") for r in was]
    for old, new in zip(was, now, strict=True):
        assert [new.text(column) for column in ("voucher", *BILL)] == [""] * 5
        assert [new.values[f"last_{column}"] for column in BILL] == [old.value(c) for c in BILL]
        assert new.text("month") == old.text("month").replace("2025", "2026")


def test_the_same_figures_give_the_same_total_and_undated_reasons_do_not_count(
    tmp_path: Path,
) -> None:
    book, target = rolled(KETTLE, *YEAR), tmp_path / "rolled.xlsx"
    changes = as_last_year(book)
    reasons = tables(book).records("justifications")
    put(changes, book, "justifications", reasons[0].row, "date", reasons[0].text("last_date"))
    assert undated(book, changes, target) == ["last_period"] * len(reasons) == ["last_period"] * 4
    footprint = opened(target.read_bytes(), KETTLE).recomputed.footprint
    assert footprint is not None
    assert footprint.total_kgco2e == pytest.approx(472.396607984, rel=1e-11)
    for row in reasons:
        put(changes, book, "justifications", row.row, "date", "2027-01-15")
    target.write_bytes(refreshed(write_values(book.package, changes), target))
    # All it lacks is younger factors: last year's reasons for old ones are not taken for those.
    assert {f.code for f in verify_file(target).findings if f.severity != "info"} == {"F03"}


def test_a_change_beyond_30_percent_is_asked_about() -> None:
    book = rolled(KETTLE, *YEAR)
    changes: Changes = {}
    rows = tables(book).records("activities")
    for row, times in zip(rows, (1.29, 1.31, 0.69, 0.71), strict=False):
        put(changes, book, "activities", row.row, "quantity", times * number(row, "last_quantity"))
    for row, times in zip(tables(book).records("allocation"), (1.29, 1.31), strict=False):
        for column in BILL:
            by = times if column == "total" else 1
            put(changes, book, "allocation", row.row, column, by * number(row, f"last_{column}"))
    found = asked(made(book, changes), values_are_near_those_of_the_last_period)
    assert {("", "活动数据!E8"), ("", "活动数据!E9"), ("bill", "分摊!E8")} <= set(found)
    assert not {"活动数据!E7", "活动数据!E10", "分摊!E7"} & {where for _, where in found}


def number(row: Record, column: str) -> float:
    value = row.value(column)
    assert isinstance(value, float)
    return value


def test_suppliers_are_to_answer_anew() -> None:
    book = rolled(BOX, *YEAR)
    parts = {r.text("part_id"): r for r in tables(book).records("parts")}
    answered = {r.text("part_id") for r in tables(book).records("answers")}
    again = {id for id, r in parts.items() if r.value("state") == "上期数据，请重新收集"}
    assert again == answered == {"P01", "P02", "P03", "P04", "P06"}
    was = {r.text("part_id"): r for r in tables(opened(BOX.read_bytes(), BOX)).records("parts")}
    for id in answered:
        assert parts[id].values["last_kgco2e"] == was[id].value("kgco2e_per_unit")
    assert [case for case, _ in asked(book, answers_are_of_this_period)] == ["answer"] * 5
    status = status_of(book.recomputed, (), date(2027, 1, 10))
    stands = {one.part.part_id: one.stand for one in status.parts}
    assert {id for id, stand in stands.items() if stand is Stand.LAST_PERIOD} == again
    assert (status.answered_count, status.parts[0].is_answered) == (0, False)
    letters = " ".join(one.body for one in reminders(status))
    asked_for = [letters.count(words) for words in ("请填报本期数据", "sheet for this period")]
    assert asked_for == [4, 2]  # P02's supplier writes English, one is written to in both
    changes: Changes = {}
    for row in tables(book).records("answers"):
        if row.text("part_id") != "P01":
            put(changes, book, "answers", row.row, "sha256", "0" * 64)
    renewed = made(book, changes)
    assert asked(renewed, answers_are_of_this_period) == [("answer", "零部件!A7")]
    status = status_of(renewed.recomputed, (), date(2027, 1, 10))
    assert [o.part.part_id for o in status.parts if o.stand is Stand.LAST_PERIOD] == ["P01"]
    assert status.answered_count == 4


def test_a_sister_product_in_english_without_functions_of_ours() -> None:
    book = rolled(LAMP, "--as", "LED bulb 9 W")
    names = {s.name for s in book.workbook.sheets}
    assert "Activities" in names
    assert not any(
        "CFP_" in (cell.formula or "") for s in book.workbook.sheets for cell in s.cells.values()
    )
    product = book.recomputed.product
    was = opened(LAMP.read_bytes(), LAMP).recomputed.product
    assert product is not None
    assert was is not None
    assert product.product_name is not None
    assert product.product_name.value == "LED bulb 9 W"
    assert product.period is not None
    assert was.period is not None
    assert product.period.value == was.period.value
    assert check_seal(book.workbook) == ()


def test_upgraded_into_another_language_it_keeps_last_periods_values() -> None:
    book = rolled(LAMP, "--as", "LED bulb 9 W")
    done = upgrade(book.package.data, LAMP, lang="zh")
    assert done.left_out == ()
    last = [
        [row.values["last_quantity"] for row in tables(one).records("activities")]
        for one in (book, opened(done.data, LAMP))
    ]
    assert last[0] == last[1]
    assert sum(isinstance(value, float) for value in last[0]) > 5


def test_what_the_options_ask_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "next.xlsx"
    for options in (
        ["--from", str(KETTLE)],
        ["--from", str(KETTLE), "--period", "2026"],
        ["--period", "2026-01-01..2026-12-31"],
        ["--from", str(KETTLE), "--period", "2026-12-31..2026-01-01"],
    ):
        assert run(["new", "product", "-o", str(target), *options, "--lang", "en"]) == 2
        assert "period" in capsys.readouterr().err
    assert not target.exists()


def test_texts_pictures_and_translations_for_the_report_go_along() -> None:
    """By name; a new period has no report number yet, a sister product no description."""
    book = load_workbook(SUPPLIED)
    book["报告文字"].add_image(Image(io.BytesIO(PNG)), "E19")
    file = io.BytesIO()
    book.save(file)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "box.xlsx"
        path.write_bytes(file.getvalue())
        sister = rolled(path, *YEAR, "--as", "小计量箱")
    product = sister.recomputed.product
    assert product is not None
    assert product.other_facts["goal"].text.startswith("演示怎样用供应商的数据")
    assert product.other_facts["goal_translation"].text.startswith("To show how")
    assert product.other_facts["report_number"].text == ""
    assert len(product.rows("translations")) == 27
    found = photos_of(sister, product)
    assert [len(those) for those in found.by_entry.values()] == [1]
    assert found.by_entry["flow_description"][0].raster.data == PNG
    assert product.other_facts["product_description"].text == ""
    assert product.other_facts["company_profile"].text != ""
