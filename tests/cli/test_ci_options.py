"""What a CI job asks for besides verdicts: files left out, tables of data, a day, the tolerance."""

from __future__ import annotations

import json
import os
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import Workbook

from tests.cli.conftest import Book, Cli

SOUND = {"A1": 2, "A2": ("=A1*3", 6)}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A table of constants."""
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = 5
    book.save(tmp_path / "data.xlsx")
    return tmp_path / "data.xlsx"


def policy(folder: Path, text: str) -> None:
    (folder / "cfp-xl.toml").write_text(text, "utf-8")


EXCLUDED = [
    (["drafts"], ["a.xlsx", "b-old.xlsx"]),
    (["drafts/"], ["a.xlsx", "b-old.xlsx"]),
    (["drafts/*"], ["a.xlsx", "b-old.xlsx"]),
    (["./drafts/sub"], ["a.xlsx", "b-old.xlsx", "drafts/c.xlsx"]),
    (["sub/*"], ["a.xlsx", "b-old.xlsx", "drafts/c.xlsx"]),
    (["ub/*", "afts/c.xlsx"], ["a.xlsx", "b-old.xlsx", "drafts/c.xlsx", "drafts/sub/d.xlsx"]),
    (["*-old.xlsx", "c.*"], ["a.xlsx", "drafts/sub/d.xlsx"]),
    (["D.xlsx"], ["a.xlsx", "b-old.xlsx", "drafts/c.xlsx", "drafts/sub/d.xlsx"]),
]


@pytest.mark.parametrize(("patterns", "left"), EXCLUDED)
@pytest.mark.parametrize("by", ["option", "policy"])
def test_files_are_left_out(
    cli: Cli, book: Book, tmp_path: Path, by: str, patterns: list[str], left: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("a.xlsx", "b-old.xlsx", "drafts/c.xlsx", "drafts/sub/d.xlsx"):
        book(name, SOUND)
    monkeypatch.chdir(tmp_path)
    options = [word for pattern in patterns for word in ("--exclude", pattern)]
    if by == "policy":
        options = []
        policy(tmp_path, f"exclude = {json.dumps(patterns)}")
    answer = cli("verify", ".", *options, "--report", "json")
    assert [file["path"] for file in json.loads(answer.out)["files"]] == left
    assert ("Left out by exclude" in answer.err) == (len(left) < 4)


def test_when_everything_is_left_out_nothing_was_verified(cli: Cli, book: Book) -> None:
    assert cli("verify", book("a.xlsx", SOUND), "--exclude", "*.xlsx").exit_code == 2


def test_a_table_of_data_fails_unless_the_policy_lets_it_be(
    cli: Cli, data: Path, tmp_path: Path
) -> None:
    assert cli("verify", data).exit_code == 2
    policy(tmp_path, "data_only = true")
    answer = cli("verify", data, "--report", f"junit={tmp_path / 'j.xml'}", "--report", "json")
    assert answer.exit_code == 0
    document = json.loads(answer.out)
    assert document["summary"]["nothing_to_verify"] == 1
    assert document["files"][0]["status"] == "nothing_to_verify"
    assert "nothing to verify: 1" in cli("verify", data, data.parent / "no.xlsx").out
    suite = ET.parse(tmp_path / "j.xml").getroot()[0]
    assert (suite.get("skipped"), suite.get("failures"), suite.get("errors")) == ("1", "0", "0")


def test_a_workbook_of_ours_that_lost_its_formulas_is_no_table_of_data(
    cli: Cli, tmp_path: Path
) -> None:
    """Pasted as values, the product still has its names and tables: that is never let be."""
    from openpyxl import load_workbook

    book = load_workbook(Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx", data_only=True)
    book.save(tmp_path / "pasted.xlsx")
    policy(tmp_path, "data_only = true")
    assert cli("verify", tmp_path / "pasted.xlsx").exit_code == 2
    for name in list(book.defined_names):
        del book.defined_names[name]
    book.save(tmp_path / "nameless.xlsx")
    nameless = cli("verify", tmp_path / "nameless.xlsx", "--lang", "en")
    assert nameless.exit_code == 2
    assert "W33" in nameless.out
    assert "活动数据!A6" in nameless.out
    for sheet in book:
        sheet.delete_rows(6)
    book.save(tmp_path / "headless.xlsx")
    headless = cli("verify", tmp_path / "headless.xlsx", "--lang", "en")
    assert headless.exit_code == 2
    assert "was made from a template of cfp_xl" in headless.out


@pytest.mark.parametrize("format", ["text", "json", "jsonl", "csv", "junit", "sarif", "github",
                                    "markdown"])  # fmt: skip
def test_every_report_states_the_tolerance(cli: Cli, book: Book, format: str) -> None:
    answer = cli("verify", book("a.xlsx", SOUND), "--tolerance", "3e-8", "--report", format)
    assert "3e-08" in answer.out


@pytest.mark.parametrize("tolerance", ["1.1e-6", "0.01", "-1e-9"])
def test_a_tolerance_is_capped(cli: Cli, book: Book, tmp_path: Path, tolerance: str) -> None:
    file = book("a.xlsx", SOUND)
    answer = cli("verify", file, "--tolerance", tolerance)
    assert (answer.exit_code, "between 0 and 1e-6" in answer.err) == (2, True)
    policy(tmp_path, f"tolerance = {tolerance}")
    answer = cli("verify", file)
    assert (answer.exit_code, "from 0 to 1e-6" in answer.err) == (2, True)


def test_as_of_is_a_day(cli: Cli, book: Book) -> None:
    answer = cli("verify", book("a.xlsx", SOUND), "--as-of", "31.3.2026")
    assert (answer.exit_code, "2026-03-31" in answer.err) == (2, True)
    assert cli("verify", book("a.xlsx", SOUND), "--as-of", "2026-03-31").exit_code == 0


def test_sarif_says_where_to_learn_more(cli: Cli, book: Book) -> None:
    run = json.loads(cli("verify", book("a.xlsx", SOUND), "--report", "sarif").out)["runs"][0]
    assert run["tool"]["driver"]["informationUri"].startswith("pkg:pypi/cfp-xl@")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_link_to_nothing_and_a_pipe_are_files_that_came(cli: Cli, book: Book) -> None:
    folder = book("in/a.xlsx", SOUND).parent
    (folder / "lost.xlsx").symlink_to("nowhere.xlsx")
    os.mkfifo(folder / "pipe.xlsx")
    answer = cli("verify", folder)
    assert answer.exit_code == 2
    assert "lost.xlsx was not found" in answer.out
    assert "pipe.xlsx is not a regular file" in answer.out
