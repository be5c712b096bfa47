"""A file's result, written as a line and read again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cfp_xl.findings import CellRef, finding
from cfp_xl.messages import LANGS, Explained, Text
from cfp_xl.verify.many import record
from cfp_xl.verify.many.spool import Spool
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import FailOn, FileResult, FileStatus, Options

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
SAMPLE = FileResult(
    "a\udcff.xlsx",
    None,
    FileStatus.FAILED,
    (
        finding("W99", CellRef("表", "A1"), seen="x"),
        finding(
            "W99",
            CellRef("表", "A2"),
            note=Text("有", "is"),
            why=Explained("cli.interrupted"),
            rows=(1, Text("二", "two")),
            share=0.1,
        ),
    ),
    anchors={CellRef("表", "A1"): "cfp_activities 电 #1 quantity", CellRef("表", "B9"): "sound"},
)


@pytest.mark.parametrize("name", ["bxd2.xlsx", "bxd2-as-published.xlsx", "product-zh.xlsx"])
def test_a_result_comes_back_with_the_same_words(name: str) -> None:
    result = verify_file(WORKBOOKS / name)
    again = record.read(record.written(result))
    assert record.written(again) == record.written(result)
    assert again.footprint is not None
    assert result.footprint is not None
    assert again.footprint.total_kgco2e == result.footprint.total_kgco2e
    assert again.footprint.stages.keys() == result.footprint.stages.keys()
    assert again.cells == result.cells
    for before, after in zip(result.findings, again.findings, strict=True):
        assert again.fingerprint(after) == result.fingerprint(before)
        assert (after.justification, after.severity) == (before.justification, before.severity)
        for lang in LANGS:
            assert after.message(lang) == before.message(lang)
            assert after.hint(lang) == before.hint(lang)
    assert len(record.written(result)) < 4096 + 1024 * len(result.findings)


def test_values_of_messages_become_words_in_both_languages() -> None:
    values = record.read(record.written(SAMPLE)).findings[1].values
    assert values == {
        "note": Text("有", "is"),
        "why": Text("已中断", "Interrupted"),
        "rows": Text("1、二", "1, two"),
        "share": 0.1,
    }


def test_only_anchors_of_findings_are_kept() -> None:
    assert list(record.read(record.written(SAMPLE)).anchors) == [CellRef("表", "A1")]


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"path":"a"}',
        record.written(SAMPLE).replace('"failed"', '"fine"'),
        record.written(SAMPLE).replace('"path":', '"way":'),
        record.written(SAMPLE).replace('"path":', '"path":7,"x":'),
    ],
)
def test_anything_else_is_no_record(line: str) -> None:
    with pytest.raises(record.NotARecord):
        record.read(line)


def test_a_digest_tells_options_apart() -> None:
    assert record.digest(Options()) == record.digest(Options())
    others = [Options(tolerance=1e-6), Options(fail_on=FailOn.NEVER), Options(deadline_s=1.0)]
    assert len({record.digest(o) for o in [Options(), *others]}) == 4


@pytest.mark.parametrize("in_memory_bytes", [1, 10**9], ids=["on disk", "in memory"])
def test_a_spool_is_a_sequence_of_results(
    in_memory_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cfp_xl.verify.many.spool.IN_MEMORY_BYTES", in_memory_bytes)
    results = [record.slim(replace(SAMPLE, path=f"{n}.xlsx")) for n in range(5)]
    spool = Spool(iter(results))
    assert list(spool) == results
    assert list(spool) == results, "more than once"
    assert (spool[0], spool[-1], spool[1:3]) == (results[0], results[-1], tuple(results[1:3]))
    assert len(spool) == 5
    assert list(reversed(spool)) == results[::-1]
    with pytest.raises(IndexError):
        spool[5]
    assert not Spool()
