"""A supplier is asked once for a part of two products, and its answer goes into both or neither."""

from __future__ import annotations

import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.outputs import NotWritten
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.fill import answer_of, fill
from cfp_xl.verify.stated import stated_in
from cfp_xl.verify.together import together
from cfp_xl.workbook.reading.container import Package, open_package
from cfp_xl.workbook.writing import several
from cfp_xl.workbook.writing.in_place import put_workbook
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


def files(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_nothing_is_half_written_where_the_second_write_fails(
    boxes: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before, replaced = files(boxes), []

    def full_disk(data: bytes, target: Path, was: Package, source: Path) -> Path | None:
        replaced.append(target.name)
        if target.name == "b.xlsx":
            raise NotWritten("outputs.not_written", file=target, why="disk full")
        return put_workbook(data, target, was, source)

    monkeypatch.setattr(several, "put_workbook", full_disk)
    assert into(boxes, "--apply") == 2
    assert replaced == ["a.xlsx", "b.xlsx"]
    assert "disk full" in capsys.readouterr().err
    assert files(boxes) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.writing import several

put, (one, other) = several.put_workbook, map(Path, sys.argv[1:])

def killed(data, target, was, source):
    if target == other:
        os.kill(os.getpid(), signal.SIGKILL)
    return put(data, target, was, source)

several.put_workbook = killed
packages = [open_package(file) for file in (one, other)]
several.put_workbooks([
    several.ChangedWorkbook(one, packages[0], packages[1].data),
    several.ChangedWorkbook(other, packages[1], packages[0].data),
])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_run_killed_between_two_writes_is_undone_by_the_next(
    boxes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [boxes / "a.xlsx", boxes / "b.xlsx"]
    before = [path.read_bytes() for path in paths]
    killed = subprocess.run([sys.executable, "-c", KILLED, *map(str, paths)], check=False)
    assert killed.returncode == -signal.SIGKILL
    half = [path.read_bytes() for path in paths]
    assert half == [before[1], before[1]]  # the first was replaced, the second not

    (only,) = several.unfinished([paths[0].resolve()], is_put_back=True)  # it names not all of them
    assert (only.path.name, only.is_as_written) == ("a.xlsx", True)
    assert [path.read_bytes() for path in paths] == half
    assert into(boxes, "--lang", "en") == 0  # a dry run says so and writes nothing
    assert "a.xlsx has its answers" in capsys.readouterr().err
    assert [path.read_bytes() for path in paths] == half

    paths[0].write_bytes(b"PK another, saved meanwhile")
    (changed,) = several.unfinished(paths, is_put_back=False)
    assert not changed.is_as_written
    paths[0].write_bytes(half[0])
    (again,) = several.unfinished(paths, is_put_back=True)
    assert again == only
    assert [path.read_bytes() for path in paths] == before
    assert several.unfinished(paths, is_put_back=True) == []
    assert [name for name in files(boxes) if "unfinished" in name] == []
    again.kept.unlink()


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
