"""What a supplier types, read as a careful clerk would: one meaning, or back with the reason.

How numbers are written is from ISO 80000-1 7.3 (comma or point, groups of three parted by a small
space), GB/T 15835-2011 (万 and 亿 after digits), and the habits of Excel's locales.
"""

from __future__ import annotations

import pytest

from cfp_xl.footprint.units import convert
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import LANGS
from cfp_xl.schema.understand import NotUnderstood, Reading, arithmetic, choice, number

NUMBERS = [
    (1200.0, 1200.0),
    (0.0, 0.0),
    (-5.0, -5.0),
    ("1200", 1200.0),
    ("  1200  ", 1200.0),
    ("１２００", 1200.0),
    ("１２．５", 12.5),
    ("1200.", 1200.0),
    (".5", 0.5),
    ("0.125", 0.125),
    ("1.2345", 1.2345),
    ("+3", 3.0),
    ("-3", -3.0),
    ("−3", -3.0),
    ("- 3", -3.0),
    ("1,234.5", 1234.5),
    ("1，234.5", 1234.5),
    ("1,234,567", 1234567.0),
    ("1,234,567.25", 1234567.25),
    ("12,5", 12.5),
    ("12，5", 12.5),
    ("0,123", 0.123),
    ("1234,567", 1234.567),
    ("12,34567", 12.34567),
    ("1.234,5", 1234.5),
    ("1.234.567", 1234567.0),
    ("1.234.567,8", 1234567.8),
    ("12 500", 12500.0),
    ("12 500,5", 12500.5),
    ("12\u00a0500,5", 12500.5),
    ("12\u202f500.5", 12500.5),
    ("1 234 567", 1234567.0),
    ("12'500", 12500.0),
    ("12’500.5", 12500.5),
    ("1.2e3", 1200.0),
    ("1.2E+03", 1200.0),
    ("1.2×10^3", 1200.0),
    ("1.2×10³", 1200.0),
    ("1.2 x 10⁻³", 0.0012),
    ("1.5万", 15000.0),
    ("1.1万", 11000.0),
    ("３亿", 3e8),
]


@pytest.mark.parametrize(("typed", "value"), NUMBERS)
def test_a_number_is_read(typed: Scalar, value: float) -> None:
    assert number(typed) == Reading(value)


WITH_UNITS = [
    ("1.2 t", 1.2, "t", 1200.0, "kg"),
    ("1.2t", 1.2, "t", 1200.0, "kg"),
    ("１２００千克", 1200.0, "千克", 1200.0, "kg"),
    ("1200 KG", 1200.0, "KG", 1200.0, "kg"),
    ("3.5吨", 3.5, "吨", 3500.0, "kg"),
    ("1.5万千瓦时", 15000.0, "千瓦时", 15000.0, "kWh"),
    ("1.5万 kWh", 15000.0, "kWh", 15.0, "MWh"),
    ("2 MWh", 2.0, "MWh", 2000.0, "kWh"),
    ("5400度", 5400.0, "度", 5400.0, "kWh"),
    ("12 m³", 12.0, "m^3", 12000.0, "L"),
    ("80 方", 80.0, "方", 80.0, "m3"),
    ("1,200.5 kg", 1200.5, "kg", 1.2005, "t"),
    ("12,5 t", 12.5, "t", 12500.0, "kg"),
    ("300 t·km", 300.0, "t·km", 300000.0, "kg·km"),
    ("1200 (t)", 1200.0, "t", 1200.0, "t"),
    ("2千克", 2.0, "千克", 2.0, "kg"),
    ("6 百万千焦", 6.0, "百万千焦", 6.0, "GJ"),
]


@pytest.mark.parametrize(("typed", "value", "unit", "converted", "to"), WITH_UNITS)
def test_a_number_with_its_unit_is_read(
    typed: str, value: float, unit: str, converted: float, to: str
) -> None:
    read = number(typed)
    assert read == Reading(value, unit)
    assert read
    assert convert(read.value, read.unit, to) == pytest.approx(converted, rel=1e-12)


REMARKS = [
    ("约1200", Reading(1200.0, is_estimate=True)),
    ("大约 1200 kg", Reading(1200.0, "kg", is_estimate=True)),
    ("~1200", Reading(1200.0, is_estimate=True)),
    ("～1200", Reading(1200.0, is_estimate=True)),
    ("about 12.5 t", Reading(12.5, "t", is_estimate=True)),
    ("ca. 300", Reading(300.0, is_estimate=True)),
    ("Approx. 300", Reading(300.0, is_estimate=True)),
    ("1200kg左右", Reading(1200.0, "kg", is_estimate=True)),
    ("1200（电表读数）", Reading(1200.0, note="电表读数")),
    ("1200 kg (see invoice 4711)", Reading(1200.0, "kg", "see invoice 4711")),
    ("1200；含损耗", Reading(1200.0, note="含损耗")),
    ("1200, from the meter", Reading(1200.0, note="from the meter")),
    ("1200 ()", Reading(1200.0)),
]


@pytest.mark.parametrize(("typed", "reading"), REMARKS)
def test_a_remark_beside_a_number_is_kept_apart(typed: str, reading: Reading) -> None:
    assert number(typed) == reading


NOTHING = [
    None,
    "",
    "  ",
    "\u3000",
    "N/A",
    "n/a",
    "-",
    "—",
    "/",
    "无",
    "暂无",
    "不适用",
    "待定",
    "TBD",
    "？",
]


@pytest.mark.parametrize("typed", NOTHING)
def test_words_for_nothing_are_nothing_and_never_zero(typed: Scalar) -> None:
    assert number(typed) is None


REFUSED = [
    ("1,234", "comma"),
    ("1，234", "comma"),
    ("12,345 kg", "comma"),
    ("1,2345", "comma"),
    ("3.000", "comma"),
    ("8.000 t", "comma"),
    ("１２．５００", "comma"),
    ("约 3.000", "comma"),
    ("1,23,456", "digits"),
    ("1 2", "digits"),
    ("12 50", "digits"),
    ("1.2.3", "digits"),
    ("1,2,3", "digits"),
    ("1'23", "digits"),
    ("100-120", "range"),
    ("100~120", "range"),
    ("100到120", "range"),
    ("100 to 120", "range"),
    ("100±5", "range"),
    ("100 kg - 120 kg", "range"),
    ("100〜120", "range"),
    ("100或120", "range"),
    ("100 or 120", "range"),
    ("100/120", "range"),
    ("100以上", "bound"),
    ("100 max", "bound"),
    ("12（%）", "percent"),
    ("0.12 (12%)", "percent"),
    ("12 percent", "percent"),
    ("<5", "bound"),
    ("≤ 5 kg", "bound"),
    ("不超过100", "bound"),
    ("up to 30", "bound"),
    ("12%", "percent"),
    ("１２％", "percent"),
    ("1200 电表读数", "unit"),
    ("1200 kg/月", "unit"),
    ("3 吨 500 公斤", "unit"),
    ("1200 kg + 300 kg", "unit"),
    ("1200; 2024: 1100", "unit"),
    ("1200*3", "unit"),
    ("5 x 10", "unit"),
    ("1.2k", "unit"),
    ("一千二百", "words"),
    ("¥1200", "words"),
    ("合计1200", "words"),
    ("见附件", "words"),
    ("see attachment", "words"),
    ("=1+2", "words"),
    ("=cmd|'/c calc'!A1", "words"),
    ("1" * 201, "words"),
    (True, "yes_or_no"),
    (ExcelError.DIV0, "error"),
]


@pytest.mark.parametrize(("typed", "why"), REFUSED)
def test_what_may_mean_two_things_or_none_is_refused(typed: Scalar, why: str) -> None:
    with pytest.raises(NotUnderstood) as refusal:
        number(typed)
    assert refusal.value.why == why
    assert all(refusal.value.say(lang) for lang in LANGS)


def test_a_refused_comma_names_both_readings() -> None:
    with pytest.raises(NotUnderstood) as refusal:
        number("1,234")
    assert "1234" in refusal.value.say("zh")
    assert "1.234" in refusal.value.say("zh")


CHOICES = {"是": "yes", "yes": "yes", "否": "no", "no": "no", "摇篮到大门": "gate"}


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("是", "yes"),
        (" YES ", "yes"),
        ("是 / yes", "yes"),
        ("否/no", "no"),
        ("摇篮到大门", "gate"),
        ("ＮＯ", "no"),
        (None, None),
        (" ", None),
    ],
)
def test_a_choice_is_found_by_its_words(typed: Scalar, chosen: str | None) -> None:
    assert choice(typed, CHOICES) == chosen


@pytest.mark.parametrize("typed", ["maybe", "yes/no", 1.0, True])
def test_another_word_is_no_choice(typed: Scalar) -> None:
    with pytest.raises(NotUnderstood):
        choice(typed, CHOICES)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("12*350", 4200.0),
        ("12 * 350 + 80", 4280.0),
        ("-(1+2)*3", -9.0),
        ("1/8", 0.125),
        ("1.5E3", 1500.0),
        ("1/0", None),
        ("A1*2", None),
        ("SUM(1,2)", None),
        ("2^10", None),
        ("2**10", None),
        ("9%", None),
        ("1+", None),
        ("(", None),
        ("1e400", None),
        ("cmd|'/c calc'!A0", None),
        ("1+" * 200 + "1", None),
    ],
)
def test_a_sum_of_plain_numbers_is_computed_and_no_other_formula(
    formula: str, value: float | None
) -> None:
    assert arithmetic(formula) == value
