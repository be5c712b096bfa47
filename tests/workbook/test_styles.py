"""Number formats as Excel's documentation describes them: up to four sections, positive;negative;
zero;text; quoted and escaped characters are shown as they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from openpyxl.styles import numbers

from cfp_xl.workbook.model import Sheet
from cfp_xl.workbook.reading import number_formats
from cfp_xl.workbook.reading.styles import shows_digits
from tests.workbook.conftest import LINKS, MAIN


@pytest.mark.parametrize(
    ("code", "above", "below"),
    [
        ("General", True, True),
        ("", True, True),
        ("0.0000", True, True),
        ("#,##0.00_);[Red](#,##0.00)", True, True),
        ("0.0000,", True, True),
        ('0.00" kg"', True, True),
        ("0;-0;;@", True, True),
        ("yyyy-mm-dd", True, True),
        ("[h]:mm", True, True),
        ("[$€-407]0.00", True, True),
        ("@", True, True),
        ("# ?/?", True, True),
        ('[>100]"large";0', True, True),
        (";;;", False, False),
        (";", False, False),
        ('"9.9999"', False, False),
        ('"a;b"0', True, True),
        (r"\0\.\5", False, False),
        ("0;", True, False),
        (";-0", False, True),
        ("[Red]", False, False),
    ],
)
def test_what_a_number_format_shows(code: str, above: bool, below: bool) -> None:
    assert (shows_digits(code, 1.5), shows_digits(code, -1.5)) == (above, below)


def styled(sheet_of: Callable[..., Sheet], fonts: str, fills: str, xf: str) -> Sheet:
    styles = (
        f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="200" formatCode=";;;"/></numFmts>'
        f"<fonts><font/>{fonts}</fonts><fills><fill/>{fills}</fills>"
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf/>{xf}</cellXfs></styleSheet>'
    )
    return sheet_of(
        '<row r="1"><c r="A1" s="1"><v>4.6</v></c><c r="B1"><v>4.6</v></c>'
        '<c r="C1" s="1"><v>0</v></c><c r="D1" s="1" t="str"><v>text</v></c></row>',
        more={"xl/styles.xml": styles},
        more_links=f'<Relationship Id="rIdY" Type="{LINKS}/styles" Target="styles.xml"/>',
    )


WHITE = '<font><color rgb="FFFFFFFF"/></font>'
GREEN = '<fill><patternFill patternType="solid"><fgColor rgb="FF1E5945"/></patternFill></fill>'
CREAM = GREEN.replace("1E5945", "FFFBEE")
GREY = WHITE.replace("FFFFFFFF", "FFBFBFBF")
PALE = '<fill><patternFill patternType="solid"><fgColor theme="0"/></patternFill></fill>'


@pytest.mark.parametrize(
    ("fonts", "fills", "xf", "is_unseen", "is_date"),
    [
        ("", "", '<xf numFmtId="200"/>', True, False),
        ("", "", '<xf numFmtId="14"/>', False, True),
        ("", "", '<xf numFmtId="2"/>', False, False),
        (WHITE, "", '<xf fontId="1"/>', True, False),
        (WHITE, PALE, '<xf fontId="1" fillId="1"/>', True, False),
        (WHITE, CREAM, '<xf fontId="1" fillId="1"/>', True, False),
        (GREY, "", '<xf fontId="1"/>', False, False),
        (WHITE, GREEN, '<xf fontId="1" fillId="1"/>', False, False),
        ("", PALE, '<xf fillId="1"/>', False, False),
    ],
)
def test_what_a_style_does_to_a_number(
    sheet_of: Callable[..., Sheet],
    fonts: str,
    fills: str,
    xf: str,
    is_unseen: bool,
    is_date: bool,
) -> None:
    cells = styled(sheet_of, fonts, fills, xf).cells
    assert (cells[1, 1].is_unseen, cells[1, 1].is_date) == (is_unseen, is_date)
    assert not cells[1, 2].is_unseen
    assert not cells[1, 3].is_unseen  # a zero may be left out
    assert not cells[1, 4].is_unseen


def test_formats_by_number_and_dates_are_those_of_openpyxl() -> None:
    codes = [
        *numbers.BUILTIN_FORMATS.values(),
        "yyyy-mm-dd",
        '[$-804]yyyy"年"m"月"',
        "[h]:mm",
        "[Red]0.0",
        '0"days"',
        "0_d",
        r"0\d",
        "[Magenta]0",
        "0;yyyy",
        "[mm]:ss",
        "General;[Blue]d",
        "0.0 S",
        '"unclosed d',
        "[dbnum1]0",
    ]
    assert number_formats.BUILTIN_FORMATS == numbers.BUILTIN_FORMATS
    found = {code: number_formats.is_date_format(code) for code in codes}
    assert found == {code: numbers.is_date_format(code) for code in codes}
