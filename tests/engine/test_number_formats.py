"""TEXT by number formats. Sources: D Excel's documentation, P values that Excel cached in the
public test workbooks of Apache POI (NumberFormatTests, NumberFormatApproxTests)."""

from __future__ import annotations

import pytest

from cfp_xl.engine.builtin.number_format import formatted
from cfp_xl.functions.values import Scalar

FRACTIONS = [
    (1.5, "# ?/?", "1 1/2", "D: fractions"),
    (0.75, "# ?/?", " 3/4", "P: an integer part of 0 stays blank before ?"),
    (3.0, "# ?/?", "3    ", "P: so does a fraction of 0"),
    (3.0, "# #/#", "3", "P: with # nothing is left of it"),
    (23.75, r"#\:#/#", "23:3/4", "P"),
    (0.75, r"#\:#/#", "3/4", "P"),
    (0.75, r"0\:0=/=0", "0:3=/=4", "P"),
    (0.0, r"?\:0=/=0", "0:0=/=1", "P"),
    (0.0, r"#\:0=/=0", "0=/=1", "P"),
    (1.0, r"#\:? ?0#/000", ":1  00/001", "P"),
    (-3.75, "#/#", "-15/4", "P: without an integer part"),
    (0.34, "# ??/100", " 34/100", "D: as hundredths"),
    (5.3, "# ?/8", "5 2/8", "D: as eighths, not reduced"),
    (3.14159265358979, "# ???/???", "3  16/113", "H: 355/113"),
]
SCIENTIFIC = [
    (123456.789, "#,e-#", "1e5", "P: no division by 1,000 with an exponent"),
    (123456.789, "#%e-#", "1%e5", "P: nor by a percent sign"),
    (123456.789, "|#|e+|#|", "|1|e|+5|", "P: the sign right before its digits"),
    (123456.789, "####.####e+#", "12.3457e+4", "P: steps of the digits before the point"),
    (0.0, "####.####e+#", "0000.e+0", "P"),
    (0.0, "?,??????.????e-?", "0,000,000.    e0", "P"),
    (1.2345678e-142, "#.#e+000,00", "1.2e-00142", "P"),
]
CONDITIONS = [
    (10.0, '[< 10]#" Wow"', "10", "P: no section for it is General"),
    (9.0, '[< 10]#" Wow"', "9 Wow", "P"),
    (12.0, "[>=10]0;[<5]0.0;0.00", "12", "D"),
]

GENERAL = [
    (3.14159265358979, "General", "3.141592654", "D: General shows 11 signs"),
    (1234567890123.0, "General", "1.23457E+12", "D"),
    (12345678901.0, "General", "12345678901", "D"),
    (0.000123456789, "General", "0.000123457", "D"),
    (0.0000123456789, "General", "1.23457E-05", "D"),
    (-1.5, 'General" kg"', "-1.5 kg", "H"),
]
DATES = [
    (0.5, "h:mm a/p", "12:00 p", "D: the letters as written"),
    (0.25, "h A/P", "6 A", "D"),
    (1.5, "[h]:mm", "36:00", "D: elapsed hours"),
    (0.5 + 1.25 / 86400, "[ss].00", "43201.25", "D: elapsed seconds with decimals"),
    (0.5 + 1.25 / 86400, "[mm]:ss.00", "720:01.25", "D"),
    (45351.0, "dddd, mmmm dd, yyyy", "Thursday, February 29, 2024", "D"),
]


@pytest.mark.parametrize(
    ("value", "code", "expected", "source"),
    FRACTIONS + SCIENTIFIC + CONDITIONS + GENERAL + DATES,
    ids=lambda v: str(v),
)
def test_text(value: Scalar, code: str, expected: str, source: str) -> None:
    assert formatted(value, code) == expected, source
