"""A supplier is asked once for a part of two products, and its answer goes into both or neither."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.fill import answer_of, fill
from cfp_xl.verify.stated import stated_in
from cfp_xl.verify.together import together
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.writing.values import write_values

WORKBOOKS = Path(__file__).parents[2] / "workbooks"


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The meter box twice, the second under a name of its own; its sheets, and one answer."""
    folder = tmp_path_factory.mktemp("boxes")
    source = WORKBOOKS / "meter-box.xlsx"
    (folder / "a.xlsx").write_bytes(source.read_bytes())
    record = open_file(source).cached.product
    assert record is not None
    assert record.product_name is not None
    where = record.product_name.where
    assert where is not None
    renamed = {where.sheet: {(where.row, where.column): "电表箱 B"}}
    (folder / "b.xlsx").write_bytes(write_values(open_package(source), renamed))
    line = ["new", "supplier", "--product", folder / "a.xlsx", "--product", folder / "b.xlsx"]
    assert run([str(word) for word in [*line, "--out", folder / "out"]]) == 0
    sheet = next((folder / "out").glob("*_P01.xlsx"))
    entries = tomllib.loads((WORKBOOKS / "meter-box" / "answers.toml").read_text("utf-8"))["answer"]
    (folder / "in").mkdir()
    answer = answer_of(entries[0])
    assert entries[0]["part_id"] == "P01"
    (folder / "in" / sheet.name).write_bytes(fill(sheet.read_bytes(), answer, "zh", "part"))
    return folder


def into(folder: Path, *more: str) -> int:
    products = ["--into", str(folder / "a.xlsx"), "--into", str(folder / "b.xlsx")]
    return run(["intake", str(folder / "in"), *products, "--date", "2026-04-20", *more])


def test_a_part_is_asked_for_once(boxes: Path) -> None:
    sheets = sorted((boxes / "out").glob("*.xlsx"))
    parts = open_file(boxes / "a.xlsx").cached.product
    assert parts is not None
    assert len(sheets) == len(parts.rows("parts"))
    names = open_file(sheets[0]).workbook.properties["cfp_product"].split(" / ")
    assert len(names) == 2
    assert names[1] == "电表箱 B"


def test_nothing_is_written_where_one_product_cannot_take_it(
    boxes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = [(boxes / name).read_bytes() for name in ("a.xlsx", "b.xlsx")]
    lock = boxes / "~$b.xlsx"  # somebody has the second one open
    lock.write_text("")
    try:
        assert into(boxes, "--apply") == 2
    finally:
        lock.unlink()
    assert [(boxes / name).read_bytes() for name in ("a.xlsx", "b.xlsx")] == before
    assert into(boxes, "--apply", "--status", str(boxes / "s.html")) == 2
    assert "--status" in capsys.readouterr().err


def test_an_answer_goes_into_all(boxes: Path) -> None:
    assert into(boxes, "--apply") == 0
    stated = [stated_in(open_file(boxes / name), boxes / name) for name in ("a.xlsx", "b.xlsx")]
    both = [one for one in stated if one is not None]
    answers = [{answer.part_id: answer.kgco2e for answer in one.answers} for one in both]
    assert answers[0].keys() == {"P01"}
    assert answers[0] == answers[1]
    found = together(both)
    assert not [one for ones in found.values() for one in ones if one.code == "J05"]
    before = [(boxes / name).read_bytes() for name in ("a.xlsx", "b.xlsx")]
    assert into(boxes, "--apply") == 0  # it is there already
    assert [(boxes / name).read_bytes() for name in ("a.xlsx", "b.xlsx")] == before
