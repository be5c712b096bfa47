"""Tables without rules whose cells go over lines of their own: rows are told by their figures."""

from __future__ import annotations

import io
from html import escape
from itertools import product

from cfp_xl.audit.audit import audit_report
from cfp_xl.findings import Severity
from tests.audit.files import FONT
from tests.audit.test_files import read

HEADS = {
    "zh": "编号|阶段|过程|活动数据名称及规格|数量|单位|因子|因子单位|因子数据来源及年份"
    "|排放量(kgCO2e)|占比|备注",
    "en": "No.|Stage|Process|Activity and specification|Quantity|Unit|Factor|Factor unit"
    "|Source of the factor, year|Emissions (kg CO2e)|Share|Note",
}
ROWS = {
    "zh": (
        "1|原材料获取|壳体|再生铝锭重熔用铝合金压铸件外购|2.500|kg|9.120|kgCO2e/kg"
        "|某省产品碳足迹因子数据集2022|22.800|47.5%|供应商",
        "2|原材料获取|注塑|聚碳酸酯颗粒|1.200|kg|5.000|kgCO2e/kg|行业平均|6.000|12.5%|-",
        "3|产品制造|组装|整机装配车间生产线全年用电|24.00|kWh|0.5703|kgCO2e/kWh"
        "|全国电网平均排放因子2021年版|13.687|28.5%|电表",
        "4|分销|公路运输|货车由工厂运至区域中心仓库|36.00|tkm|0.1000|kgCO2e/tkm"
        "|车队实测油耗折算|3.600|7.5%|",
        "5|废弃|处置|报废后拆解与焚烧|3.700|kg|0.520|kgCO2e/kg|统计年鉴|1.924|4.0%|估算",
    ),
    "en": (
        "1|Raw materials|Housing|Aluminium alloy die cast, from remelted ingot|2.500|kg|9.120"
        "|kg CO2e/kg|Data set of a province, edition of spring|22.800|47.5%|supplier",
        "2|Raw materials|Moulding|Granulate|1.200|kg|5.000|kg CO2e/kg|Association|6.000|12.5%|-",
        "3|Production|Assembly|Electricity of the line that assembles it|24.00|kWh|0.5703"
        "|kg CO2e/kWh|Average of the national grid|13.687|28.5%|meter",
        "4|Distribution|Lorry|Factory to the store of the region|36.00|tkm|0.1000|kg CO2e/tkm"
        "|Fuel of the fleet|3.600|7.5%|",
        "5|End of life|Disposal|Taken apart and burnt|3.700|kg|0.520|kg CO2e/kg|Yearbook"
        "|1.924|4.0%|estimate",
    ),
}
TOTALS = {"zh": "|合计||||||||48.011|100.0%|", "en": "|Total||||||||48.011|100.0%|"}
WIDTHS = (30, 52, 54, 66, 46, 34, 42, 66, 76, 58, 46, 48)


def page(language: str, align: str, padding: float) -> tuple[bytes, list[list[str]]]:
    """A page with the table, and its cells."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    is_zh = language == "zh"
    font = FONT if is_zh else "Helvetica"
    style = ParagraphStyle(
        "cell", fontName=font, fontSize=8, leading=10, wordWrap="CJK" if is_zh else None
    )
    cells = [one.split("|") for one in (HEADS[language], *ROWS[language], TOTALS[language])]
    table = Table([[Paragraph(escape(cell), style) for cell in row] for row in cells], WIDTHS)
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), align),
            ("LEFTPADDING", (0, 0), (-1, -1), 5),
            ("RIGHTPADDING", (0, 0), (-1, -1), 5),
            ("TOPPADDING", (0, 0), (-1, -1), padding),
            ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
        ]
    )
    caption = "表1 各过程的排放量" if is_zh else "Table 1 Emissions of the processes"
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=(842, 595), invariant=1).build(
        [Paragraph(caption, style), table]
    )
    return file.getvalue(), cells


def plain(rows: list[list[str]]) -> list[list[str]]:
    """Without blanks, which a Chinese line break does not have."""
    return [["".join(cell.split()) for cell in row] for row in rows]


def test_cells_over_several_lines_belong_to_the_row_of_their_figures() -> None:
    """Twelve columns, at the top, in the middle and at the bottom of their rows."""
    wrong = []
    for language, align in product(("zh", "en"), ("TOP", "MIDDLE", "BOTTOM")):
        data, cells = page(language, align, 2)
        found = [[c.text for c in row] for t in read(data, "pdf").document.tables for row in t.rows]
        if plain(found) != plain(cells):
            wrong.append((language, align, found))
    assert wrong == []


def test_rows_without_a_gap_between_them_keep_their_figures_and_raise_nothing() -> None:
    """Whose words the lines between two rows are can't be told; the figures can."""
    for language in ("zh", "en"):
        data, cells = page(language, "MIDDLE", 0)
        ours = read(data, "pdf")
        emissions = [one.text("emission") for one in ours.figures]
        assert emissions == [row[9] for row in cells[1:]]
        found = audit_report(ours).findings
        assert [
            f.say("en") for f in found if f.code[0] == "N" and f.severity is Severity.ERROR
        ] == []
