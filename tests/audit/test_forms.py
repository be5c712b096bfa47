"""Forms of tables and sheets that are published: their figures are read, right ones raise nothing.

Declarations with scenario columns, ND and MNR, decimal commas, ranges; sheets of IT products with
spreads, shares in lines and variants; Chinese pages, prose and Markdown. All are our own.
"""

from __future__ import annotations

import pytest

from cfp_xl.audit.audit import audit_report
from cfp_xl.findings import Severity
from tests.audit.reports import HERE, report

FORMS = {path.stem: path.read_text("utf-8") for path in sorted((HERE / "forms").glob("*.txt"))}
FIGURES = {
    "epd_lines": "8.92E+01, biogenic -3.42E+00, C3 9.26E+00, luluc -3.12E-02, D -3.16E+01",
    "epd_one": "6.16*102, fossil 6.12*102, luluc 2.57*10-1",
    "epd_three": "Board 12 3.156, Board 15 3.890, Board 18 4.648, Board 18 0.166",
    "it_alone": "231, Manufacturing 83.1%, Use 10.0%",
    "it_bars": "268, Manufacturing 79.4%, Transportation 3.8%, End of life 0.7%",
    "it_server": "7400.0, SSD 611.8, Manufacturing 1,312.4, Use 5947.3",
    "it_storage": "58, Production 81%, 256GB 63, 512GB 71",
    "zh_split": "铸铁 27.86, 天然气 2.81, 合计 55.96",
    "zh_steel": "铁矿石 96.8, 原材料获取 242.9, 生产 1464.6, 总计 1762.5",
    "zh_tyre": "286.47, 使用 241.55, 使用阶段 84.3%, 合计 286.47",
    "epd_range": "A1-A3 12.4, D -0.22, fossil 12.3, biogenic 0.03, luluc 0.02",
    "epd_scen": "Tot.A1-A3 7,06E+00, C1/2 1,00E-02, fossil -2,65E+00, D -2,67E+00",
    "epd_m2": "1.15E+01, fossil 1.24E+01, biogenic -9.80E-01, C4 1.18E+00, D -1.36E+00",
    "epd_tonne": "7,64E+02, luluc 9,66E-01, A3 8,92E+01, D -2,05E+02",
    "pcf_desktop": "285, Transport 3.9%, Use 102.0, Total 285.0",
    "pcf_laptop": "331, Manufacturing 74.2%, Use 18.6%, End of Life 0.5%",
    "pcf_multi": "R410 7,119.4, R620 8,117.9, R210 1,310.0, Distribution 0.8%",
    "zh_heji": "762.00, 燃煤 218.71, 燃煤 28.7%, 原材料获取 25.13",
    "zh_two_models": "KF-35 3,488.0, KF-26 312.7, 使用 81.38",
    "zh_wan": "印制电路板 5.964, 电力 2.972, 合计 11.527, 生产 26.0%",
    "zh_xubiao": "危险废物处置 1.9, 原材料获取 9,445.8, 生产 444.7, 总计 9,914.0",
    "it_mean": "257, Manufacturing 74.2%, Transport 5.1%, Use 20.1%, End of life 0.6%",
    "it_phone": "61, Production 79%, Use 18%, Transport 2%, 128 GB 61, 256 GB 66, 512 GB 75",
    "it_total": "350, Production 61%, Transportation 6%, Customer use 32%, Recycling 1%",
    "zh_md": "0.518, 聚丙烯 0.393, 電力 0.125, 總計 0.518",
    "zh_page": "18.62, 原材料获取 64.98%, 产品生产 5.79, 合计 18.62",
    "zh_text": "3.52, 原辅料获取阶段 1.41, 棉纱 1.41, 电力 1.93, 公路 0.18",
}
SLIPS = (
    ("epd_lines", "8.92E+01 1.83", "9.82E+01 1.83", "N03 N04"),
    ("epd_lines", "eq.)\n8.92E+01", "eq.)\n8.29E+01", "N04"),
    ("epd_lines", "2030", "2020", "R08"),
    ("epd_one", "6.16*102", "6.61*102", "N03"),
    ("epd_three", "3.890", "3.980", "N03"),
    ("it_alone", "Use 10.0%", "Use 1.0%", "N05"),
    ("it_bars", "79.4%", "97.4%", "N05"),
    ("it_server", "287.5", "278.5", "N03"),
    ("it_server", "1,312.4", "1,321.4", "N03 N04"),
    ("it_storage", "(128 GB) is 58", "(128 GB) is 85", "N04"),
    ("zh_steel", "142.6", "146.2", "N02 N03"),
    ("zh_steel", "1464.6\n\n四", "1446.6\n\n四", "N03 N04"),
    ("zh_split", "12.29", "12.92", "N02"),
    ("zh_split", "2.10", "2.01", "N02"),
    ("zh_split", "铸铁\t1.72", "铸铁\t1.27", "N02"),
    ("zh_tyre", "为 84.3%", "为 48.3%", "N04 N06"),
    ("epd_m2", "9.61E-01", "9.16E-01", "N03"),
    ("epd_m2", "GWP-total\tkg CO2 eq.\t1.15E+01", "GWP-total\tkg CO2 eq.\t1.51E+01", "N03"),
    ("epd_m2", "-8.90E-04", "-8.90E-02", "N03"),
    ("epd_tonne", "4,12E+01", "4,12E+02", "N03"),
    ("epd_tonne", "(GWP-total)\tkg CO2-eq\t6,34E+02", "(GWP-total)\tkg CO2-eq\t3,64E+02", "N03"),
    ("pcf_desktop", "Use\t102.0", "Use\t120.0", "N03"),
    ("pcf_desktop", "impact: 285", "impact: 258", "N04"),
    ("pcf_desktop", "35.8 %", "53.8 %", "N05 N06"),
    ("pcf_laptop", "Use 18.6%", "Use 16.8%", "N05"),
    ("pcf_multi", "8,117.9", "8,171.9", "N03"),
    ("pcf_multi", "7,119.4", "7,191.4", "N03"),
    ("pcf_multi", "73.2%", "72.3%", "N05"),
    ("zh_heji", "218.71", "281.71", "N03"),
    ("zh_heji", "为730.45", "为703.45", "N03 N04"),
    ("zh_heji", "占95.9%", "占59.9%", "N04 N06"),
    ("zh_heji", "28.7%", "27.8%", "N05 N06"),
    ("zh_two_models", "2,874.0", "2,847.0", "N03"),
    ("zh_two_models", "81.38", "83.18", "N05"),
    ("zh_wan", "5.964", "5.694", "N02"),
    ("zh_wan", "合计\t\t\t\t\t\t11.527", "合计\t\t\t\t\t\t11.257", "N03"),
    ("zh_wan", "占 26.0%", "占 62.0%", "N05 N06"),
    ("zh_xubiao", "431.0\tkg", "413.0\tkg", "N02"),
    ("zh_xubiao", "444.7\n合计", "447.4\n合计", "N03 N04"),
    ("zh_xubiao", "合计\t\t\t\t\t\t9,914.0", "合计\t\t\t\t\t\t9,941.0", "N03 N04"),
    ("zh_xubiao", "95.28%", "92.58%", "N05 N06"),
    (
        "epd_range",
        "MNR	0.00	0.12	0.06	0.11",
        "MNR	0.00	0.21	0.06	0.11",
        "N03",
    ),
    (
        "epd_scen",
        "D\nGWP-total	kg CO2 eq.	7,06",
        "D\nGWP-total	kg CO2 eq.	7,60",
        "N03 N04",
    ),
    ("it_mean", "Manufacturing 74.2%", "Manufacturing 47.2%", "N05"),
    ("it_total", "Customer use	32%", "Customer use	23%", "N05"),
    ("it_phone", "Carbon footprint: 61", "Carbon footprint: 64", "N04"),
    ("zh_md", "0.393", "0.339", "N03"),
    ("zh_page", "5.79", "5.97", "N03"),
    ("zh_page", "31.10%", "13.10%", "N05 N06"),
    ("zh_text", "0.201 kg", "0.210 kg", "N02"),
    ("zh_text", "值为3.52kg", "值为3.25kg", "N04"),
)


@pytest.mark.parametrize("name", FORMS)
def test_its_figures_are_read_and_raise_nothing(name: str) -> None:
    read = report(FORMS[name])
    shown = {
        f"{words} {one.text(column)}".strip()
        for one in read.figures
        for words in ("", one.text("process"), one.text("activity"), one.text("stage"))
        for column in ("emission", "share")
    }
    missing = set(FIGURES[name].split(", ")) - shown
    loud = [f.say("en") for f in audit_report(read).findings if f.severity is not Severity.INFO]
    assert (missing, loud) == (set(), [])


WHOLE, FIRST, REST = (
    "kg CO2 eq.\t1.15E+01\t4.52E-01\t8.94E-01",
    "kg CO2 eq.\t1.15E\t4.52×10\t8.94E-01",
    "\t\t+01\t-1",
)
"""Cells of a row, as a narrow column breaks them over two."""


def test_exponents_that_were_broken_over_two_rows_are_whole() -> None:
    text = FORMS["epd_m2"]
    before, rest = text.split(WHOLE)
    line, below = rest.split("\n", 1)
    broken = f"{before}{FIRST}{line}\n{REST}\n{below}"
    read, again = report(text), report(broken)
    shown = [one.text("emission") for one in again.figures]
    assert [one.text("emission") for one in read.figures] == [
        one.replace("4.52×10-1", "4.52E-01") for one in shown
    ]
    assert not any(f.code.startswith("N0") for f in audit_report(again).findings)
    slip = audit_report(report(broken.replace("4.52×10", "4.25×10", 1))).findings
    assert "N03" in {one.code for one in slip}


def test_a_slip_in_it_is_named() -> None:
    missed = []
    for name, right, wrong, codes in SLIPS:
        assert right in FORMS[name], right
        found = audit_report(report(FORMS[name].replace(right, wrong, 1))).findings
        named = {one.code for one in found if one.severity is not Severity.INFO}
        if named.isdisjoint(codes.split()):
            missed.append((name, wrong, sorted(named)))
    assert missed == []
