"""Workbooks of earlier templates in today's: everything typed is there, and the numbers are theirs.

The inputs are compared by what `schema` finds in both; totals are those of the old files, which
their own tests hold against hand calculation.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.messages import LANGS
from cfp_xl.schema.opened import Opened, opened
from cfp_xl.schema.template_tables import PRODUCT_VERSION, TEMPLATE_VERSION
from cfp_xl.templates.carry import CannotUpgrade
from cfp_xl.templates.shipped import product_template
from cfp_xl.templates.upgrade import Upgraded, upgrade
from cfp_xl.verify.pipeline import verify_file

TESTS = Path(__file__).parents[1]
BOX = TESTS / "data" / "template_1" / "products" / "meter-box-with-suppliers.xlsx"
BXD2 = TESTS / "data" / "template_1" / "products" / "bxd2-native.xlsx"
KETTLE = TESTS / "cases" / "model" / "kettle.xlsx"
INSERTED = TESTS / "cases" / "model" / "inserted3.xlsx"
LAMP = TESTS / "cases" / "model" / "nled1r.xlsx"


@cache
def done(path: Path, lang: str | None = None, native: bool | None = None) -> Upgraded:
    return upgrade(path.read_bytes(), path, lang=lang, native=native)  # type: ignore[arg-type]


def typed(book: Opened) -> dict[str, list[list[object]]]:
    """The inputs of each table, row by row."""
    schema = book.recomputed.schema
    assert schema is not None
    return {
        table: [
            [value for field, value in sorted(record.values.items()) if field != "cell"]
            for record in schema.records(table)
        ]
        for table in schema.regions
    }


@pytest.mark.parametrize("path", [BOX, BXD2, INSERTED, KETTLE, LAMP], ids=lambda path: path.stem)
def test_every_input_and_every_number_is_there(path: Path) -> None:
    made = done(path)
    assert made.is_changed
    assert made.left_out == ()
    old, new = opened(path.read_bytes(), path), opened(made.data, path)
    now = typed(new)
    for table, rows in typed(old).items():
        assert [[v for v in row if v is not None] for row in now[table]] == [
            [v for v in row if v is not None] for row in rows
        ]
    before, after = old.recomputed.footprint, new.recomputed.footprint
    assert before is not None
    assert after is not None
    assert after.total_kgco2e == pytest.approx(before.total_kgco2e, rel=1e-12)
    assert {id: s.kgco2e for id, s in after.stages.items()} == pytest.approx(
        {id: s.kgco2e for id, s in before.stages.items()}, rel=1e-12
    )


def test_upgraded_twice_is_upgraded_once() -> None:
    once = done(KETTLE)
    twice = upgrade(once.data, KETTLE)
    assert not twice.is_changed
    assert twice.data == once.data


def test_what_people_computed_in_an_input_cell_is_a_formula_again() -> None:
    """The kettle's power is its share of the bill: allocation K7 then, where L7 is the notes."""
    workbook = opened(done(KETTLE).data, KETTLE).workbook
    sheet = workbook.sheet("活动数据")
    assert sheet is not None
    assert sheet.cells[24, 5].formula == "0.11*4*365*5"
    assert sheet.cells[19, 5].formula == "SUM(E7:E18)/1000*320"
    share = sheet.cells[20, 5].formula
    assert share is not None
    at = opened(done(KETTLE).data, KETTLE).recomputed.schema
    assert at is not None
    assert share == f"分摊!{at.regions['allocation'].cell(7, 'amount_per_unit').cell}"


@pytest.mark.parametrize(("lang", "native"), [("en", True), ("en", False), ("zh", True)])
def test_language_and_edition_change_on_the_way(lang: str, native: bool) -> None:
    made = done(KETTLE, lang, native)
    new = opened(made.data, KETTLE)
    assert made.total_kgco2e == pytest.approx(done(KETTLE).total_kgco2e, rel=1e-12)
    assert ("Activities" in [sheet.name for sheet in new.workbook.sheets]) is (lang == "en")


def test_the_new_workbook_has_no_more_findings_than_the_old_one(tmp_path: Path) -> None:
    """So one reason for a range of factors still answers for all of them."""
    target = tmp_path / KETTLE.name
    target.write_bytes(done(KETTLE).data)
    found = [
        Counter(f.code for f in verify_file(path).findings if f.severity != "info")
        for path in (KETTLE, target)
    ]
    assert found[1] <= found[0]


def test_a_workbook_of_others_is_refused() -> None:
    path = TESTS / "data" / "template_1" / "answers" / "V01_P01.xlsx"
    with pytest.raises(CannotUpgrade):
        upgrade(path.read_bytes(), path)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["upgrade", str(KETTLE), "--lang", "en"]) == 0
    assert "472.396607984" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert run(["upgrade", str(KETTLE), "-o", str(tmp_path), "--lang", "en"]) == 0
    assert (tmp_path / KETTLE.name).read_bytes() == done(KETTLE).data
    table = tmp_path / "table.csv"
    files = [str(tmp_path / KETTLE.name), str(tmp_path / "none.xlsx")]
    assert run(["upgrade", *files, "--lang", "en", "--report", f"csv={table}"]) == 1
    lines = table.read_text("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines] == [
        "outcome",
        "today's template already",
        "refused",
    ]


def test_an_earlier_template_is_said_in_one_line(tmp_path: Path) -> None:
    target = tmp_path / KETTLE.name
    target.write_bytes(done(KETTLE).data)
    said = [[f for f in verify_file(path).findings if f.code == "W45"] for path in (KETTLE, target)]
    assert [(f.severity, f.seen) for f in said[0]] == [("info", "2")]
    assert said[1] == []
    for edition in (False, True):
        for lang in LANGS:
            blank = opened(product_template(lang, is_native=edition), KETTLE).workbook
            assert blank.properties[TEMPLATE_VERSION] == str(PRODUCT_VERSION)
