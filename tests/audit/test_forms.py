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
    "epd_range": "A1-A3 12.4, D -0.22, fossil 12.3, biogenic 0.03, luluc 0.02",
    "epd_scen": "Tot.A1-A3 7,06E+00, C1/2 1,00E-02, fossil -2,65E+00, D -2,67E+00",
    "it_mean": "257, Manufacturing 74.2%, Transport 5.1%, Use 20.1%, End of life 0.6%",
    "it_phone": "61, Production 79%, Use 18%, Transport 2%, 128 GB 61, 256 GB 66, 512 GB 75",
    "it_total": "350, Production 61%, Transportation 6%, Customer use 32%, Recycling 1%",
    "zh_md": "0.518, 聚丙烯 0.393, 電力 0.125, 總計 0.518",
    "zh_page": "18.62, 原材料获取 64.98%, 产品生产 5.79, 合计 18.62",
    "zh_text": "3.52, 原辅料获取阶段 1.41, 棉纱 1.41, 电力 1.93, 公路 0.18",
}
SLIPS = (
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


def test_a_slip_in_it_is_named() -> None:
    missed = []
    for name, right, wrong, codes in SLIPS:
        assert right in FORMS[name], right
        found = audit_report(report(FORMS[name].replace(right, wrong, 1))).findings
        named = {one.code for one in found if one.severity is not Severity.INFO}
        if named.isdisjoint(codes.split()):
            missed.append((name, wrong, sorted(named)))
    assert missed == []
