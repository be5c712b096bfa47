"""`cfp-xl verify`: files, folders and patterns; exit codes; what can't be read is said so."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from cfp_xl.cli import run
from tests.cli.conftest import Book, Cli

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "verification.schema.json").read_text("utf-8")
)
SOUND = {"A1": 2, "A2": ("=A1*3", 6)}
STALE = {"A1": 2, "A2": ("=A1*3", 7)}


def test_a_sound_workbook_passes(cli: Cli, book: Book) -> None:
    answer = cli("verify", book("sound.xlsx", SOUND))
    assert answer.exit_code == 0
    assert "1 of 1 formula cells agree" in answer.out
    assert answer.err == ""


def test_a_stale_value_fails_and_names_its_cell(cli: Cli, book: Book) -> None:
    answer = cli("verify", book("stale.xlsx", STALE))
    assert answer.exit_code == 1
    assert "S!A2  V01 error" in answer.out


@pytest.mark.parametrize(
    ("names", "fail_on", "exit_code"),
    [
        (["sound", "sound"], "error", 0),
        (["sound", "stale"], "error", 1),
        (["stale", "broken"], "error", 2),
        (["sound", "stale"], "never", 0),
        (["sound", "broken"], "never", 2),
    ],
)
def test_the_highest_exit_code_wins(
    cli: Cli, book: Book, tmp_path: Path, names: list[str], fail_on: str, exit_code: int
) -> None:
    book("sound.xlsx", SOUND)
    book("stale.xlsx", STALE)
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    paths = [tmp_path / f"{name}.xlsx" for name in names]
    assert cli("verify", *paths, "--fail-on", fail_on).exit_code == exit_code


def test_status_stays_honest_when_nothing_may_fail(cli: Cli, book: Book) -> None:
    answer = cli("verify", book("s.xlsx", STALE), "--fail-on", "never", "--report", "json")
    assert answer.exit_code == 0
    assert json.loads(answer.out)["files"][0]["status"] == "failed"


def test_json_follows_the_contract_in_the_order_of_files(
    cli: Cli, book: Book, tmp_path: Path
) -> None:
    book("in/b.xlsx", STALE)
    book("in/a.xlsx", SOUND)
    (tmp_path / "in" / "c.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)
    (tmp_path / "in" / "~$a.xlsx").write_bytes(b"Excel's lock file")
    answer = cli("verify", tmp_path / "in", "--report", "json", "--jobs", "2")
    document = json.loads(answer.out)
    jsonschema.validate(document, SCHEMA)
    assert answer.exit_code == 2
    assert document["summary"] == {
        "files": 3,
        "passed": 1,
        "failed": 1,
        "unreadable": 1,
        "nothing_to_verify": 0,
    }
    shown = [(Path(f["path"]).name, f["status"]) for f in document["files"]]
    assert shown == [("a.xlsx", "passed"), ("b.xlsx", "failed"), ("c.xls", "unreadable")]
    for file in document["files"]:
        counts = dict(file["cells"])
        assert counts.pop("formulas") == sum(counts.values())


def test_json_goes_to_a_file_while_text_is_shown(cli: Cli, book: Book, tmp_path: Path) -> None:
    target = tmp_path / "v.json"
    answer = cli("verify", book("s.xlsx", SOUND), "--report", f"json={target}")
    assert "passed" in answer.out
    assert json.loads(target.read_text("utf-8"))["summary"]["passed"] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["s.xlsx", "v.json"]


def test_a_report_that_cannot_be_written_is_said_so(cli: Cli, book: Book, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "v.json"
    answer = cli("verify", book("s.xlsx", SOUND), "--report", f"json={target}")
    assert answer.exit_code == 2
    assert str(target) in answer.err


def truncated_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>" * 100)
    path.write_bytes(path.read_bytes()[:200])


def nothing(path: Path) -> None:
    assert not path.exists()


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "text.xlsx": lambda p: p.write_text("a,b\n1,2\n"),
    "report.pdf": lambda p: p.write_bytes(b"%PDF-1.7\n"),
    "old.xls": lambda p: p.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600),
    "empty.xlsx": lambda p: p.write_bytes(b""),
    "cut.xlsx": truncated_zip,
    "missing.xlsx": nothing,
}


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_workbook_is_said_so(cli: Cli, tmp_path: Path, name: str, lang: str) -> None:
    UNREADABLE[name](tmp_path / name)
    answer = cli("--lang", lang, "verify", tmp_path / name)
    assert answer.exit_code == 2
    assert name in answer.out
    assert ("未验证" if lang == "zh" else "not verified") in answer.out
    assert "→" in answer.out, "a hint says what to do"


def test_a_workbook_without_formula_is_nothing_to_verify(cli: Cli, book: Book) -> None:
    assert cli("verify", book("values.xlsx", {"A1": 1})).exit_code == 2


@pytest.mark.parametrize("path", ["", "*.xlsx"])
def test_a_folder_or_pattern_without_workbooks(cli: Cli, tmp_path: Path, path: str) -> None:
    answer = cli("verify", tmp_path / path)
    assert answer.exit_code == 2
    assert str(tmp_path) in answer.err


def test_an_empty_folder_does_not_stop_the_others(cli: Cli, book: Book, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    answer = cli("verify", tmp_path / "empty", book("s.xlsx", SOUND), "--report", "json")
    assert answer.exit_code == 2
    assert json.loads(answer.out)["summary"]["passed"] == 1
    assert "empty" in answer.err


def test_details_of_our_bug_are_for_debugging(
    book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("in our code")

    monkeypatch.setattr("cfp_xl.verify.pipeline.verify_file", fails)
    assert run(["verify", str(book("bad.xlsx", SOUND)), "--debug"]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_bug_outside_files_is_3_without_traceback(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("in our code")

    monkeypatch.setattr("cfp_xl.work.sources.workbooks_in", broken)
    answer = cli("verify", "a.xlsx")
    assert answer.exit_code == 3
    assert "RuntimeError: in our code" in answer.err
