"""LENB and its kin, PHONETIC, and what is not computed at all.

The rule of the bytes is Microsoft's documentation of LENB; that `?` is one byte and half a sign
a blank, what Chinese and Japanese tutorials of SEARCHB and LEFTB show.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from cfp_xl.engine.builtin.unavailable import UNAVAILABLE
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.workbook.reading.read import read_workbook
from tests.engine.conftest import Result
from tests.hostile import MAIN, STRINGS, STYLES, packed, parts, sheet

CHINESE, JAPANESE = 134, 128

IN_CHINESE: list[tuple[str, Scalar]] = [
    ('LENB("中文a1")', 6.0),
    ('LENB("é°")', 4.0),
    ("LENB(12345.67)", 8.0),
    ('LENB("上午")', 4.0),
    ('LEFTB("中文a",2)', "中"),
    ('LEFTB("中文a",3)', "中 "),
    ('RIGHTB("中文a",3)', "文a"),
    ('RIGHTB("中文a",2)', " a"),
    ('MIDB("中文a12",5,2)', "a1"),
    ('MIDB("中文a",2,3)', " 文"),
    ('MIDB("中",0,1)', ExcelError.VALUE),
    ('FINDB("a","中文a")', 5.0),
    ('FINDB("中","中文中",2)', 5.0),
    ('FINDB("x","中")', ExcelError.VALUE),
    ('FINDB("a","a",3)', ExcelError.VALUE),
    ('SEARCHB("A","中文a")', 5.0),
    ('SEARCHB("?","中文a1")', 5.0),
    ('SEARCHB("文?","中文a1")', 3.0),
    ('SEARCHB("?","中文")', ExcelError.VALUE),
    ('MIDB("用电量1250千瓦时",SEARCHB("?","用电量1250千瓦时"),2*LEN("用电量1250千瓦时")'
     '-LENB("用电量1250千瓦时"))', "1250"),
    ('REPLACEB("中文a",3,2,"x")', "中xa"),
    ("LENB(1/0)", ExcelError.DIV0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), IN_CHINESE)
def test_in_a_chinese_workbook_signs_have_two_bytes(
    text: str, expected: Scalar, recalculated: Any
) -> None:
    assert recalculated({"Z1": f"={text}"}, charset=CHINESE)["Z1"] == expected


def test_katakana_of_half_width_have_one_byte_in_japanese(recalculated: Any) -> None:
    assert recalculated({"Z1": '=LENB("ｱア")'}, charset=JAPANESE)["Z1"] == 3
    assert recalculated({"Z1": '=LENB("ｱア")'}, charset=CHINESE)["Z1"] == 4


def test_where_the_workbook_does_not_say_only_ascii_is_certain(recalculated: Any) -> None:
    result = recalculated({"Z1": '=LENB("abc")', "Z2": '=LENB("中")', "Z3": '=SEARCHB("?","中a")'})
    assert result["Z1"] == 3
    assert result.codes() == [("E02", "Z2"), ("E02", "Z3")]


FONT = (
    '<styleSheet xmlns="{}"><fonts><font><sz val="11"/><name val="x"/>{}</font>'
    '<font><charset val="134"/></font></fonts><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>'
)
READ_ALOUD = (
    '<si><t>東京都</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><rPh sb="2" eb="3"><t>ト</t></rPh>'
    '<phoneticPr fontId="1"/></si><si><t>大阪A府</t><rPh sb="0" eb="2"><t>オオサカ</t></rPh></si>'
    '<si><t>plain</t></si><si><t>日</t><rPh sb="0" eb="1"><t>ニチ</t></rPh></si>'
    '<si><t>日</t><rPh sb="0" eb="1"><t>ヒ</t></rPh></si>'
    '<si><t>海</t><rPh sb="0" eb="1"><t>ウミ</t></rPh><phoneticPr fontId="1" type="Hiragana"/></si>'
)


def of_file(path: Path, formulas: list[str], font: str = "") -> Result:
    """Column A has the strings that are read aloud, column B the formulas."""
    rows = "".join(
        f'<row r="{at}"><c r="A{at}" t="s"><v>{at - 1}</v></c>'
        f'<c r="B{at}"><f>{escape(text)}</f></c></row>'
        for at, text in enumerate(formulas, 1)
    )
    strings = f'<sst xmlns="{MAIN}">{READ_ALOUD}</sst>'
    content = parts(sheet(rows)) | {STRINGS: strings, STYLES: FONT.format(MAIN, font)}
    path.write_bytes(packed(content))
    return Result(recalculate(read_workbook(path)))


def test_the_default_font_says_how_many_bytes(tmp_path: Path) -> None:
    """As Excel in Chinese writes it; fonts of single cells say nothing of the program."""
    text = ['LENB("中")']
    assert of_file(tmp_path / "a.xlsx", text, '<charset val="134"/>')["B1"] == 2
    assert of_file(tmp_path / "b.xlsx", text).codes() == [("E02", "B1")]
    assert of_file(tmp_path / "c.xlsx", text, '<charset val="0"/>').codes() == [("E02", "B1")]


def test_phonetic_gives_what_the_guides_say(tmp_path: Path) -> None:
    """One text with two readings, or in another script than its guide, is not computed."""
    result = of_file(tmp_path / "a.xlsx", [f"PHONETIC(A{row})" for row in range(1, 7)])
    values = [result[f"B{row}"] for row in (1, 2, 3)]
    assert values == ["トウキョウト", "オオサカA府", "plain"]
    assert result.codes() == [("E02", "B4"), ("E02", "B5"), ("E02", "B6")]


@pytest.mark.parametrize(
    ("name", "case"), [(name, case) for case, names in UNAVAILABLE.items() for name in names]
)
def test_what_is_not_computed_says_why(name: str, case: str, recalculated: Any) -> None:
    finding = recalculated({"Z1": f'=IFERROR({name}("a",1),0)'}).cell("Z1").finding
    assert (finding.code, finding.case) == ("E02", case)
