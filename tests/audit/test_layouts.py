"""Right figures in other layouts, our own, are read without a finding; a slip in each is named.

Every figure was worked out in full and rounded as its table rounds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.audit.declaring import declared_table
from cfp_xl.audit.record import ReadReport
from cfp_xl.findings import Finding, Severity
from cfp_xl.verify.declared import declared_findings
from tests.audit.reports import report

LAYOUTS = {path.stem: path.read_text("utf-8") for path in Path(__file__).parent.glob("layouts/*")}
ROUNDING = ("N05", "rounding")
"""Shares that do not add to 100 % by rounding: a note that these reports lack."""
SLIPS = (
    (
        "zh_gbt_template",
        "7.20\tkg\t2.35\tkgCO2e/kg\t16.92",
        "7.20\tkg\t2.35\tkgCO2e/kg\t19.92",
        "N02",
    ),
    ("zh_gbt_template", "合计\t54.71", "合计\t57.41", "N03"),
    ("zh_gbt_template", "碳足迹为54.71", "碳足迹为45.71", "N04"),
    ("zh_gbt_template", "生产\t14.32\t26.2%", "生产\t14.32\t62.2%", "N06"),
    ("zh_gbt_template", "7.02", "7.02", ""),
    ("zh_markdown", "的碳足迹为266.8", "的碳足迹为286.8", "N04"),
    ("zh_markdown", "占比15.0%", "占比51.0%", "N04"),
    ("zh_markdown", "| 69.4 kWh |", "| 96.4 kWh |", "N02"),
    ("zh_markdown", "、使用和废弃处置", "和废弃处置", "B02"),
    ("zh_two_headings", "0.37 kg\t2.08\t0.77", "0.37 kg\t2.08\t0.87", "N02"),
    ("zh_two_headings", "合计\t\t\t\t5.18", "合计\t\t\t\t5.81", "N03"),
    ("zh_two_headings", "原料阶段占75.9%", "原料阶段占57.9%", "N05"),
    ("en_vendor_sheet", "Manufacturing\t9.3", "Manufacturing\t3.9", "N03"),
    ("en_vendor_sheet", "footprint: 72.4", "footprint: 74.2", "N04"),
    ("en_epd_modules", "GWP-total\tkg CO2 eq\t4,61E+00", "GWP-total\tkg CO2 eq\t4,16E+00", "N03"),
    ("en_epd_modules", "2,05E-01", "2,50E-01", "N03"),
)


def of_figures(read: ReadReport) -> list[Finding]:
    found = declared_findings(declared_table(read))
    return [one for one in found if (one.code, one.case) != ROUNDING]


def test_right_reports_are_quiet() -> None:
    assert len(LAYOUTS) == 5
    for name, text in LAYOUTS.items():
        read = report(text)
        loud = [f.say("en") for f in of_figures(read) if f.severity is not Severity.INFO]
        assert (name, loud, bool(read.figures)) == (name, [], True)


@pytest.mark.parametrize(("name", "right", "wrong", "code"), SLIPS)
def test_a_slip_is_named(name: str, right: str, wrong: str, code: str) -> None:
    assert right in LAYOUTS[name]
    found = {f.code for f in of_figures(report(LAYOUTS[name].replace(right, wrong, 1)))}
    assert code in found if code else not found
