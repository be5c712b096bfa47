"""The report of a product study: its order, its numbers, what is missing, and what refuses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.messages import Lang, Text
from cfp_xl.report.document.html_writer import write_html
from cfp_xl.report.document.model import (
    ReportDocument,
    ReportGap,
    ReportHeading,
    ReportTable,
    ReportText,
    printed,
)
from cfp_xl.report.document.numerals import Numerals, entered, percent
from cfp_xl.report.document.outline import document_of
from cfp_xl.report.document.source import ReportSource, source_of
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.pipeline import verify_opened
from cfp_xl.verify.result import Options

ROOT = Path(__file__).parents[2]
BXD2 = ROOT / "workbooks" / "bxd2.xlsx"
FALSE = ROOT / "workbooks" / "bxd2-as-published.xlsx"


def source(path: Path, lang: Lang = "zh", audience: str = "own") -> ReportSource:
    opened = open_file(path)
    result = verify_opened(opened, path, Options())
    assert audience in ("customer", "verifier", "own")
    return source_of(opened, result, path.name, audience, lang)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def report() -> ReportDocument:
    return document_of(source(BXD2))


def headings(document: ReportDocument, level: int) -> list[str]:
    blocks = document.blocks
    return [b.text for b in blocks if isinstance(b, ReportHeading) and b.level == level]


def table(document: ReportDocument, caption: str) -> ReportTable:
    return next(
        b for b in document.blocks if isinstance(b, ReportTable) and b.caption.endswith(caption)
    )


def rows(found: ReportTable) -> list[list[str]]:
    return [[printed(cell.pieces) for cell in row] for row in found.rows]


def test_chapters_are_those_of_the_annex(report: ReportDocument) -> None:
    """GB/T 24067, informative annex: six chapters; what is more comes before and after them."""
    assert [one for one in headings(report, 1) if "、" in one] == [
        "一、概况",
        "二、量化目的",
        "三、量化范围",
        "四、清单分析",
        "五、影响评价",
        "六、结果解释",
    ]


def test_the_stages_are_those_worked_out_by_hand(report: ReportDocument) -> None:
    """4.6241, 17.2348 and 1.9233 kWh × 0.5777; (0.357 + 0.0505) kg diesel × 42.652 × 20.2e-3 ×
    0.98 × 44/12: 2.67134, 9.95654, 1.11109, 1.26158; together 15.00056."""
    assert rows(table(report, "生命周期各阶段碳排放情况")) == [
        ["原材料获取", "2.671", "17.81%"],
        ["生产", "9.957", "66.37%"],
        ["运输/交付", "1.262", "8.41%"],
        ["生命末期", "1.111", "7.41%"],
        ["合计", "15.001", "100.00%"],
    ]


def test_sentences_print_the_numbers_of_the_table(report: ReportDocument) -> None:
    stages = rows(table(report, "生命周期各阶段碳排放情况"))
    told = [printed(b.pieces) for b in report.blocks if isinstance(b, ReportText)]
    (first, again) = [words for words in told if "的碳足迹为" in words]
    assert first == again
    for name, kgco2e, share in stages[:-1]:
        assert f"{name}{kgco2e} kgCO₂e（{share}）" in first
    assert f"碳足迹为{stages[-1][1]} kgCO₂e" in first


def test_numbers_know_their_cells(report: ReportDocument) -> None:
    """The reader who holds the workbook finds the amounts in it; a customer's copy names none."""
    amounts = [row[2].pieces[0] for row in table(report, "生命周期碳排放清单说明").rows[:-1]]
    assert [str(one.where) for one in amounts if not isinstance(one, str)] == [
        "活动数据!E7",
        "活动数据!E8",
        "活动数据!E10",
        "活动数据!E11",
        "活动数据!E14",
    ]


def test_what_lacks_is_a_gap_with_the_cell_to_fill(report: ReportDocument) -> None:
    gaps = {gap.name: gap.place("zh") for gap in report.gaps}
    assert gaps["mass_kg"] == "填 产品!B21"
    assert gaps["goal"] == "填 报告文字!B18"
    without_cell = ReportGap("goal", Text("量化目的", "Goal"), None, "")
    assert without_cell.place("zh") == "填在任一单元格，并把该单元格命名为 cfp_goal"
    assert "待补充：生产地（填 产品!B22）".encode() in write_html(report)


def test_a_customers_copy_has_no_cells_and_no_persons() -> None:
    page = write_html(document_of(source(BXD2, "zh", "customer"))).decode()
    own = write_html(document_of(source(BXD2, "zh", "own"))).decode()
    for word in ("示例作者", "活动数据!G10"):
        assert word in own
        assert word not in page
    assert "客户版：不含凭证" in page


def test_a_workbook_with_errors_has_a_draft_at_most(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.html"
    assert run(["report", str(FALSE), "-o", str(out), "--lang", "zh"]) == 1
    assert not out.exists()
    assert "未出具报告" in capsys.readouterr().err
    assert run(["report", str(FALSE), "-o", str(out), "--lang", "zh", "--draft"]) == 0
    page = out.read_text("utf-8")
    assert '<div class="draft">草稿，不得对外使用</div>' in page
    assert "position:fixed" in page


@pytest.mark.parametrize(
    ("total", "value", "text"),
    [
        (15.000560117, 15.000560117, "15.001"),
        (15.000560117, 0.15634, "0.156"),
        (15.000560117, 0.0001234, "0.00012"),
        (472.3966, 472.3966, "472.40"),
        (123456.7, 3.4, "3.4"),
        (15.0, -1e-20, "0.00000000000"),
        (15.0, 0.0, "0.000"),
    ],
)
def test_results_have_five_digits_of_the_total(total: float, value: float, text: str) -> None:
    assert Numerals.fit(total).kgco2e(value).text.removeprefix("-").rstrip("0") == text.rstrip("0")


@pytest.mark.parametrize(
    ("value", "text"),
    [(17.2348, "17.2348"), (1e-7, "0.0000001"), (1 / 3, "0.333333"), (1199.72542, "1199.72542")],
)
def test_amounts_are_as_entered(value: float, text: str) -> None:
    assert entered(value).text == text


def test_a_share_has_two_decimals() -> None:
    assert percent(0.178083).text == "17.81%"
