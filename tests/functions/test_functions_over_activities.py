"""CFP_STAGE, CFP_TOTAL, CFP_SHARE, CFP_STATUS, CFP_DIAGNOSE over ranges of activities.

BXD2's values are its printed activity data times the published factors, by hand.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from cfp_xl.functions.registry import call
from cfp_xl.functions.values import OMITTED, Array, ExcelError

NA, VALUE, NUM, DIV0 = ExcelError.NA, ExcelError.VALUE, ExcelError.NUM, ExcelError.DIV0
GRID, DIESEL = "CN-ELEC-CFP-2024", "CN-FUEL-GBT32151-DIESEL"
EF_DIESEL = 42.652 * 20.2 / 1000 * 0.98 * 44 / 12  # kgCO2/kg, GB/T 32151

HEADER = ("生命周期阶段", "过程", "状态", "数量", "单位", "因子编号", "理由")
BXD2 = [
    ("原材料获取", "电力", "数据", 4.6241, "kWh", GRID, None),
    ("生产", "电力", "数据", 17.2348, "kWh", GRID, None),
    ("生产", "二氧化碳气体", "不适用", None, "kg", None, "报告未给出数量"),
    ("运输/交付", "原材料运输", "数据", 0.3570, "kg", DIESEL, None),
    ("运输/交付", "成品运输", "数据", 0.0505, "kg", DIESEL, None),
    ("使用", None, "不适用", None, None, None, "报告未计入"),
    (None, None, None, None, None, None, None),
    ("生命末期", "电力", "数据", 1.9233, "kWh", GRID, None),
]
TOTAL = (4.6241 + 17.2348 + 1.9233) * 0.5777 + (0.3570 + 0.0505) * EF_DIESEL


def table(rows: list[Any], header: tuple[str, ...] = HEADER) -> Array:
    array = np.empty((len(rows) + 1, len(header)), dtype=object)
    array[:] = [list(header), *(list(row) for row in rows)]
    return array


def changed(row: int, **cells: Any) -> Array:
    """BXD2 with cells of one row (from 0) replaced."""
    array = table(BXD2)
    names = ("stage", "process", "status", "quantity", "unit", "factor_id", "reason")
    for name, value in cells.items():
        array[row + 1, names.index(name)] = value
    return array


BY_STAGE = [
    ("原材料获取", OMITTED, 2.67134257),
    ("production", OMITTED, 9.95654396),
    ("运输/交付", OMITTED, 0.4075 * EF_DIESEL),
    ("distribution", "原材料运输", 0.3570 * EF_DIESEL),
    ("运输", "成品运输", 0.0505 * EF_DIESEL),
    ("use", OMITTED, 0.0),
    ("EOL", OMITTED, 1.11109041),
    ("生产", "二氧化碳气体", 0.0),
    ("生产", None, 9.95654396),
    ("生产", "仓储", NA),
    ("回收", OMITTED, NA),
]


@pytest.mark.parametrize(("stage", "process", "expected"), BY_STAGE)
def test_bxd2_by_stage(stage: str, process: Any, expected: Any) -> None:
    result = call("CFP_STAGE", (stage, table(BXD2), process))
    assert result == (pytest.approx(expected, rel=1e-12) if expected is not NA else NA)


def test_bxd2_in_all() -> None:
    assert call("CFP_TOTAL", (table(BXD2),)) == pytest.approx(15.000560117, abs=5e-10)
    assert call("CFP_TOTAL", (table(BXD2),)) == pytest.approx(TOTAL, rel=1e-12)


def test_a_column_of_stages_gives_a_column() -> None:
    stages = np.array([["原材料获取"], ["回收"], ["使用"]], dtype=object)
    result = call("CFP_STAGE", (stages, table(BXD2)))
    assert isinstance(result, np.ndarray)
    assert result.tolist() == [[pytest.approx(2.67134257)], [NA], [0.0]]


def test_a_process_that_is_a_number_is_found() -> None:
    activities = changed(1, process=10.0)
    assert call("CFP_STAGE", ("生产", activities, 10.0)) == pytest.approx(9.95654396)


def test_shares_are_parts_of_the_total_and_add_to_one() -> None:
    stages = ("原材料获取", "生产", "运输/交付", "使用", "生命末期")
    shares = [call("CFP_SHARE", (stage, table(BXD2))) for stage in stages]
    assert shares[1] == pytest.approx(9.95654396 / TOTAL, rel=1e-12)
    assert sum(s for s in shares if isinstance(s, float)) == pytest.approx(1, rel=1e-12)


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    array = table(BXD2)
    rows, columns = list(range(1, len(array))), list(range(array.shape[1]))
    shuffle = random.Random(24067).shuffle
    for _ in range(10):
        shuffle(rows)
        shuffle(columns)
        assert call("CFP_TOTAL", (array[[0, *rows]][:, columns],)) == call("CFP_TOTAL", (array,))


FAILING = [
    ("a blank quantity", {"quantity": None}, VALUE),
    ("a number stored as text", {"quantity": "17.2348"}, VALUE),
    ("a negative quantity", {"quantity": -1.0}, NUM),
    ("an error in the quantity", {"quantity": DIV0}, DIV0),
    ("an error in the unit", {"unit": ExcelError.REF}, ExcelError.REF),
    ("an unknown unit", {"unit": "kWhh"}, VALUE),
    ("a unit that does not fit", {"unit": "kg"}, VALUE),
    ("an unknown factor", {"factor_id": "CN-ELEC-2024"}, NA),
    ("a missing row", {"status": "缺失"}, NA),
    ("an unknown status", {"status": "大概"}, VALUE),
    ("a zero with a quantity", {"status": "零"}, VALUE),
    ("not applicable without a reason", {"status": "不适用", "quantity": None}, VALUE),
]


@pytest.mark.parametrize(("what", "cells", "error"), FAILING)
def test_a_failed_row_fails_its_stage_and_the_total(what: str, cells: Any, error: Any) -> None:
    activities = changed(1, **cells)
    assert call("CFP_STAGE", ("生产", activities)) is error, what
    assert call("CFP_TOTAL", (activities,)) is error
    assert call("CFP_SHARE", ("使用", activities)) is error
    assert call("CFP_STAGE", ("原材料获取", activities)) == pytest.approx(2.67134257)
    words = call("CFP_STATUS", (activities, "原材料获取"))
    assert words == "OK"


def test_a_misspelt_stage_fails_the_total() -> None:
    activities = changed(1, stage="生产产")
    assert call("CFP_TOTAL", (activities,)) is NA
    assert call("CFP_STAGE", ("生命末期", activities)) == pytest.approx(1.11109041)


def test_errors_in_columns_that_are_not_used_do_no_harm() -> None:
    rows = [(*row, DIV0) for row in BXD2]
    assert call("CFP_TOTAL", (table(rows, (*HEADER, "备注")),)) == pytest.approx(TOTAL)
    assert call("CFP_TOTAL", (changed(1, reason=DIV0),)) == pytest.approx(TOTAL)


RANGES = [
    (ExcelError.NAME, ExcelError.NAME),
    ("activities", VALUE),
    (None, VALUE),
    (table([(1.0,)], ("数量",)), VALUE),
    (table([(None,) * 7]), NA),
]


@pytest.mark.parametrize(("activities", "error"), RANGES)
def test_what_is_no_range_of_activities(activities: Any, error: Any) -> None:
    assert call("CFP_TOTAL", (activities,)) is error
    words = call("CFP_STATUS", (activities,))
    assert isinstance(words, str)
    assert words != "OK"


STATUS = [
    (table(BXD2), OMITTED, OMITTED, ["OK"]),
    (changed(1, quantity=None), OMITTED, OMITTED, ["电力 (#2)", "未填写"]),
    (changed(1, quantity=None), "生产", "en", ["电力 (#2)", "is blank"]),
    (changed(1, quantity=DIV0), OMITTED, OMITTED, ["(#2)", "#DIV/0!"]),
    (changed(4, status="缺失"), "distribution", OMITTED, ["成品运输 (#5)", "缺失"]),
    (changed(1, unit="kWhh"), OMITTED, OMITTED, ["(#2)", "kWhh"]),
    (changed(1, factor_id=None), OMITTED, OMITTED, ["(#2)", "因子编号"]),
    (changed(1, factor_id="OUR-OWN"), OMITTED, OMITTED, ["OK"]),
    (changed(1, stage="生产产"), OMITTED, OMITTED, ["(#2)", "生产产"]),
    (changed(1, stage="使用"), "production", OMITTED, ["OK"]),
    (table(BXD2[:1]), "使用", OMITTED, ["使用"]),
    (table(BXD2), "回收", OMITTED, ["回收"]),
    (table(BXD2), DIV0, OMITTED, ["#DIV/0!"]),
]


@pytest.mark.parametrize(("activities", "stage", "lang", "parts"), STATUS)
def test_what_is_missing_in_words(activities: Any, stage: Any, lang: Any, parts: Any) -> None:
    words = call("CFP_STATUS", (activities, stage, lang))
    assert isinstance(words, str)
    assert all(part in words for part in parts), words
    assert (words == "OK") == (parts == ["OK"])


DIAGNOSES = [
    ((4.6241, "kWh", GRID), ["OK"]),
    ((4.6241, "kwh", GRID, OMITTED, "zh"), ["OK"]),
    ((None, "kWh", GRID), ["quantity", "blank"]),
    (("4.6241", "kWh", GRID, None, "zh"), ["文本“4.6241”", "数字"]),
    ((-1.0, "kWh", GRID), ["negative"]),
    ((1.0, None, GRID), ["unit"]),
    ((1.0, "kWhh", GRID), ["kWhh", "kWh"]),
    ((1.0, "kg", GRID), ["kg", "kWh", "bridge"]),
    ((1.0, "kWh", "CN-ELEC-2024"), ["CN-ELEC-2024", GRID]),
    ((1.0, "kWh", None), ["factor"]),
    ((DIV0, "kWh", GRID), ["#DIV/0!"]),
    ((1.0, NA, GRID), ["#N/A"]),
    ((1.0, "kWh", GRID, ExcelError.NAME), ["#NAME?"]),
    ((1.0, "kWh", GRID, "factors"), ["factors"]),
    ((True, "kWh", GRID), ["TRUE"]),
    # All that is wrong at once.
    ((None, "kWhh", "NOPE"), ["quantity", "kWhh", "NOPE"]),
]


@pytest.mark.parametrize(("args", "parts"), DIAGNOSES)
def test_what_is_wrong_with_a_row_in_words(args: Any, parts: list[str]) -> None:
    words = call("CFP_DIAGNOSE", args)
    assert isinstance(words, str)
    assert all(part in words for part in parts), words
    assert (words == "OK") == (parts == ["OK"])


@pytest.mark.parametrize(
    ("header", "language"),
    [(("编号", "数值", "单位", "每单位"), "未"), (("id", "value", "unit", "per_unit"), "not")],
)
def test_words_are_in_the_language_of_the_headings(header: Any, language: str) -> None:
    factors = table([("A", 1.0, "kgCO2e", "kg")], header)
    words = call("CFP_DIAGNOSE", (1.0, "kg", "B", factors))
    assert isinstance(words, str)
    assert language in words


def test_the_machines_language_is_in_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = set()
    for lang in ("zh", "en"):
        monkeypatch.setenv("CFP_XL_LANG", lang)
        answers.add(call("CFP_DIAGNOSE", (1.0, "kWh", None)))
    assert len(answers) == 1
