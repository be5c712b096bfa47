"""The fidelity measure: what it counts, what it says, when it complains."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from benchmarks import fidelity
from benchmarks.causes import difference, first_function
from benchmarks.corpus import (
    CorpusNotFound,
    Entry,
    Score,
    engines,
    find_corpus,
    read_manifest,
    recorded_score,
    score,
)

# Under pytest-xdist a test process has threads, and from Python 3.12 on forking it warns.
pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")

Formulas = Mapping[str, tuple[str, object]]
Corpus = Callable[[Mapping[str, Formulas]], Path]

MIXED: Mapping[str, Formulas] = {
    "right.xlsx": {"A1": ("=1+1", 2), "A2": ("=A1*10", 20)},
    "mixed.xlsx": {
        "A1": ("=SUM(1,2)", 3),
        "A2": ("=SUM(1,2)", 4),  # cached wrong: another number
        "A3": ("=A2*2", 8),  # cached from the wrong one: follows
        "A4": ("=NOT_A_FUNCTION(1)", 5),
        "A5": ("=RAND()", 0.5),  # volatile: left out
    },
}


def test_counts_of_every_file(corpus: Corpus) -> None:
    folder = corpus(MIXED)
    measured = fidelity.measure_all(folder, read_manifest(folder), jobs=2)
    counts = {
        name: (f.compared, f.matched, f.mismatched, f.not_computed, f.left_out)
        for name, (_, f) in measured.items()
    }
    assert counts == {"right.xlsx": (2, 2, 0, 0, 0), "mixed.xlsx": (4, 1, 2, 1, 1)}


def test_causes_are_counted_without_content(corpus: Corpus) -> None:
    folder = corpus(MIXED)
    mixed = fidelity.measure(folder, read_manifest(folder)[1])
    assert mixed.causes["mismatched: another number, SUM"] == 1
    assert mixed.causes["follows from another cell"] == 1
    assert [cause for cause in mixed.causes if "NOT_A_FUNCTION" in cause]
    assert sum(mixed.causes.values()) == mixed.mismatched + mixed.not_computed


def test_an_unreadable_file_counts_all_its_cells_as_not_computed(corpus: Corpus) -> None:
    folder = corpus(MIXED)
    entry = read_manifest(folder)[0]
    (folder / entry.file).write_bytes(b"not a workbook")
    figures = fidelity.measure(folder, entry)
    assert (figures.compared, figures.matched, figures.not_computed) == (2, 0, 2)
    assert figures.sha256 != entry.sha256


def test_the_report_stands_beside_the_other_engines(
    corpus: Corpus, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = corpus(MIXED)
    assert fidelity.main(["--corpus", str(folder), "--jobs", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    scores = {line.split()[0]: line.split()[1:] for line in lines if line.endswith("%")}
    assert scores["cfp-xl"] == ["50.0%", "62.5%"]  # 3 of 6; (2/2 + 1/4) / 2
    assert scores["formulas"] == ["28.6%", "35.0%"]  # 2 of 7; (1/2 + 1/5) / 2
    assert scores["libreoffice"] == ["100.0%", "100.0%"]
    assert "the manifest counts 7 cells; the difference is in:" in lines
    assert "  4 for 5  mixed.xlsx" in lines
    # One of four cells in one of two files: 1/4 of one half.
    assert "     1      1       12.50%  follows from another cell" in lines


def test_a_file_that_gets_worse_fails_the_check(
    corpus: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, record = corpus(MIXED), tmp_path / "fidelity.json"
    arguments = ["--corpus", str(folder), "--jobs", "1"]
    assert fidelity.main([*arguments, "--record", str(record)]) == 0
    assert fidelity.main([*arguments, "--check", str(record)]) == 0

    text = record.read_text(encoding="utf-8")
    assert "Sheet1" not in text
    assert ".xlsx" not in text
    known = json.loads(text)
    mixed = read_manifest(folder)[1].sha256[:12]
    known["files"][mixed]["matched"] += 1
    record.write_text(json.dumps(known), encoding="utf-8")
    assert fidelity.main([*arguments, "--check", str(record)]) == 1
    assert "mixed.xlsx: 1 cells matched, 2 recorded" in capsys.readouterr().err


RECORD = '{"schema": "cfp-xl/fidelity/1", "files": {"aaaaaaaaaaaa": {"compared": 5, "matched": 4}}}'


@pytest.mark.parametrize(
    ("digest", "compared", "matched", "complaints"),
    [
        ("a" * 64, 5, 4, []),
        ("a" * 64, 6, 5, []),
        ("a" * 64, 5, 3, ["f.xlsx: 3 cells matched, 4 recorded"]),
        ("a" * 64, 4, 4, ["f.xlsx: 4 cells compared, 5 recorded"]),
        ("b" * 64, 5, 4, ["aaaaaaaaaaaa…: recorded, but not in the corpus"]),
    ],
)
def test_worse(digest: str, compared: int, matched: int, complaints: list[str]) -> None:
    entry = Entry("f.xlsx", digest, 5, 5, 0, {})
    figures = fidelity.Figures(digest, compared, matched)
    assert fidelity.worse({"f.xlsx": (entry, figures)}, RECORD) == complaints


def test_without_a_corpus(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CFP_XL_CORPUS", raising=False)
    assert fidelity.main([]) == 2
    assert fidelity.main(["--if-present"]) == 0
    assert "CFP_XL_CORPUS" in capsys.readouterr().err
    # A corpus that is named but not there is a mistake even with --if-present.
    monkeypatch.setenv("CFP_XL_CORPUS", str(tmp_path / "gone"))
    assert fidelity.main(["--if-present"]) == 2


def test_the_manifest_may_lie_one_folder_deeper(corpus: Corpus) -> None:
    folder = corpus(MIXED)
    assert find_corpus(folder) == folder
    assert find_corpus(folder.parent) == folder
    (folder / "other").mkdir()
    with pytest.raises(CorpusNotFound, match=r"holds no MANIFEST\.tsv"):
        find_corpus(folder / "other")


def test_scores_weigh_cells_and_files() -> None:
    assert score([(9, 10), (0, 1), (0, 0)]) == Score(9 / 11, 0.45)
    one = Entry("a", "", 4, 4, 0, {"x": 2})
    other = Entry("b", "", 1, 1, 0, {"x": 1})
    assert engines([one, other]) == {"x": Score(3 / 5, 0.75)}
    assert engines([]) == {}
    assert recorded_score(RECORD) == Score(0.8, 0.8)


@pytest.mark.parametrize(
    ("formula", "function"),
    [
        ("-MIRR(A5:B5,C5,D5)", "MIRR"),
        ('IF(A1="SUM(",TEXT(A1,"0"),0)', "IF"),
        ('"TEXT("&LEFT(A1)', "LEFT"),
        ("_xlfn._xlws.SORT(A1:A3)", "SORT"),
        ("x+_xlfn.LET(_xlpm.x,1,_xlpm.x)", "LET"),
        ("T.TEST(A1,B1,1,2)", "T.TEST"),
        ("A1*(B1+1)", "no function"),
    ],
)
def test_first_function(formula: str, function: str) -> None:
    assert first_function(formula) == function


@pytest.mark.parametrize(
    ("cached", "computed", "said"),
    [
        ("1.5", "2", "another number"),
        ("30", "#VALUE!", "error where Excel has number"),
        ("#N/A", "#VALUE!", "another error"),
        ('"10"', "10", "number where Excel has text"),
        ("TRUE", "1", "number where Excel has logical value"),
        ('"#N/A"', '""', "another text"),
    ],
)
def test_difference(cached: str, computed: str, said: str) -> None:
    assert difference(cached, computed) == said
