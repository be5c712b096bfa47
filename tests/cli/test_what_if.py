"""`recalc --set`: which results other inputs change."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Book, Cli

PAGE = Path(__file__).parents[2] / "docs" / "what-if.md"


@pytest.fixture
def source(book: Book) -> Path:
    return book(
        "a.xlsx",
        {
            "A1": 2, "A2": 3, "B1": ("=A1*10", 20), "B2": ("=A2*10", 30), "B3": ("=B1+B2", 50),
            "C1": ('=IF(A1>0,"OK","look")', "OK"), "D1": ("=1/(A1-5)", -1 / 3),
        },
    )  # fmt: skip


def test_the_cells_that_move(cli: Cli, source: Path) -> None:
    before = source.read_bytes()
    answer = cli("recalc", source, "--set", "S!A1=4")
    assert answer.exit_code == 0
    assert answer.out.splitlines() == [
        "S!A1  2 → 4  (+100.00%)",
        "Formula cells that change: 3",
        "  S!B1  20 → 40  (+100.00%)",
        "  S!D1  -0.3333333333 → -1  (+200.00%)",
        "  S!B3  50 → 70  (+40.00%)",
    ]
    assert source.read_bytes() == before
    chinese = cli("recalc", source, "--set", "S!A1=4", "--lang", "zh")
    assert "结果改变的公式单元格：3 个" in chinese.out


def test_as_json_with_an_error_and_a_blank(cli: Cli, source: Path) -> None:
    answer = cli("recalc", source, "--set", "S!A1=5", "--set", "S!A2=", "--report", "json")
    assert answer.exit_code == 1, "a formula is an error now"
    document = json.loads(answer.out)
    assert document["schema"] == "cfp-xl/what-if/1"
    assert document["inputs"] == [
        {"sheet": "S", "cell": "A1", "before": 2.0, "after": 5.0},
        {"sheet": "S", "cell": "A2", "before": 3.0, "after": None},
    ]
    after = {moved["cell"]: moved["after"] for moved in document["moved"]}
    assert after == {"B1": 50.0, "B2": 0.0, "D1": {"error": "#DIV/0!"}}, "B3 is 50 as before"


@pytest.mark.parametrize(
    ("text", "after"),
    [("1e1", 100.0), ("-2", -20.0), ("TRUE", 10.0), ('"3"', 30.0), ("", 0.0)],
)
def test_values_as_typed(cli: Cli, source: Path, text: str, after: float) -> None:
    answer = cli("recalc", source, "--set", f"S!A1={text}", "--report", "json")
    moved = {one["cell"]: one["after"] for one in json.loads(answer.out)["moved"]}
    assert moved["B1"] == after


def test_an_input_that_nothing_refers_to(cli: Cli, source: Path) -> None:
    answer = cli("recalc", source, "--set", "S!F9=4")
    assert answer.out.splitlines() == [
        "S!F9  (blank) → 4", "  No formula refers to S!F9", "Formula cells that change: 0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("S!B1=4", "S!B1 holds a formula", "S!B1 是公式单元格"),
        ("T!A1=4", "Unknown sheet “T”. Available: S", "没有工作表“T”"),
        ("S!A=4", "Unknown cell “A”", "“A”不是单元格地址"),
        ("S!A9999999=4", "Unknown cell “A9999999”", "不是单元格地址"),
        ("A1=4", "must be SHEET!CELL=VALUE", "工作表!单元格=值"),
        ("S!A1", "must be SHEET!CELL=VALUE", "工作表!单元格=值"),
        ("S!A1=4,5", "S!A1 holds the number 2, and “4,5” is not a number", "不是数值"),
        ("S!A1=nan", "is not a number", "不是数值"),
        ("S!A1=1e999", "not a finite number", "不是有限的数"),
        ("S!A1==B1", "is a formula", "是公式"),
    ],
)
def test_what_cannot_be_set(cli: Cli, source: Path, text: str, english: str, chinese: str) -> None:
    for lang, words in (("en", english), ("zh", chinese)):
        answer = cli("recalc", source, "--set", text, "--lang", lang)
        assert answer.exit_code == 2
        assert words in answer.err
        assert answer.out == ""


def test_it_writes_no_workbook(cli: Cli, source: Path, tmp_path: Path) -> None:
    answer = cli("recalc", source, "--set", "S!A1=4", "-o", tmp_path / "out.xlsx")
    assert answer.exit_code == 2
    assert not (tmp_path / "out.xlsx").exists()


def test_the_example_of_the_page_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PAGE.parents[1])
    names: dict[str, Any] = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        exec(example, names)
    assert names["outcome"].moved
    assert names["found"].failed == 0
    assert names["found"].numbers.std() > 0
    assert "活动数据!" in capsys.readouterr().out
