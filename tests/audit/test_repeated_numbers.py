"""A number of a right report is changed where it stands twice or follows from others: both places
are named, without the workbook.

The report is the shipped example; a change touches one cell of a table.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from cfp_xl.audit.audit import audit_report
from cfp_xl.audit.document import Document, PrintedCell, PrintedTable
from cfp_xl.audit.origins import headings_of
from cfp_xl.audit.read import read_report, report_of
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.table_heads import head_of
from cfp_xl.findings import Finding, Severity
from tests.audit.reports import report

REPORT = Path(__file__).parents[2] / "workbooks" / "meter-box" / "meter-box-report.html"
CLASSES = {
    "a factor of the annex, and the inventory's": ("表 8", "因子数值", 4, "表 1"),
    "kinds of carbon, and the results they add to": ("表 4", "碳足迹", 5, "表 4"),
    "a result by kinds of carbon, and its parts": ("表 4", "结果", 2, "表 4"),
    "a process, and its rows": ("表 6", "碳足迹", 6, "表 1"),
    "a largest source, and its row": ("表 7", "碳足迹", 11, "表 1"),
    "a row of the inventory, and the largest sources": ("表 1", "碳足迹", 11, "表 [167]"),
}
"""The table, the column (or the rows) that is changed, how many numbers, and the other place."""


@pytest.fixture(scope="module")
def right() -> ReadReport:
    return read_report(REPORT)


def cells(document: Document, number: str, words: str) -> list[PrintedCell]:
    """The numbers of a column, or of the rows so called; no total, nothing beside the result."""
    table = next(one for one in document.tables if one.number == number)
    head = head_of(table)
    assert head is not None
    named = [i for i, one in enumerate(headings_of(table, head)) if words in one]
    column = next((i for i in named if i), 1)
    rows = [
        row for row in table.rows[head.height :] if not re.match("合计|避免|其中", row[0].plain)
    ]
    if named:
        rows = [row for row in rows if not re.search("结果|^含", row[0].plain)]
    else:
        rows = [row for row in rows if re.search("结果|^含", row[0].plain)]
    return [row[column] for row in rows]


def changed(document: Document, cell: PrintedCell) -> Document:
    """The document with another first digit in a cell."""
    digit = re.search("[1-9]", cell.text) or re.search("0", cell.text)
    assert digit is not None
    other = cell.text[: digit.start()] + str(int(digit[0]) % 9 + 1) + cell.text[digit.end() :]

    def put(block: PrintedTable) -> PrintedTable:
        rows = [[replace(c, text=other) if c is cell else c for c in row] for row in block.rows]
        return replace(block, rows=tuple(map(tuple, rows)))

    blocks = (put(b) if isinstance(b, PrintedTable) else b for b in document.blocks)
    return replace(document, blocks=tuple(blocks))


def errors(read: ReadReport) -> list[Finding]:
    return [f for f in audit_report(read).findings if f.severity is Severity.ERROR]


def test_each_changed_number_is_named_with_the_other_place(right: ReadReport) -> None:
    assert errors(right) == []
    missed = []
    for name, (number, words, count, other) in CLASSES.items():
        found = cells(right.document, number, words)
        assert len(found) == count, name
        for cell in found:
            told = [
                f"{f.where}; {f.message('zh')}"
                for f in errors(report_of(changed(right.document, cell)))
            ]
            if not any(_names(one, str(cell.spot)) and _names_other(one, other) for one in told):
                missed.append((name, str(cell.spot), cell.text, told))
    assert missed == []


def _names(told: str, spot: str) -> bool:
    return re.search(rf"{re.escape(spot)}(?!\d)", told) is not None


def _names_other(told: str, other: str) -> bool:
    """Whether two places are named, one of them in the other table."""
    spots = set(re.findall(r"¶ \d+ 表 \d+ \(\d+\)", told))
    return len(spots) > 1 and any(re.search(rf"{other} ", one) for one in spots)


def test_a_piece_is_one_piece(right: ReadReport) -> None:
    """1 件 × 45.7876 is 45.788: the 1 is not rounded, so another factor is named in its row."""
    factor, *_ = cells(right.document, "表 1", "因子数值")
    assert factor.plain == "45.7876"
    named = [f.message("zh") for f in errors(report_of(changed(right.document, factor)))]
    assert any("1 件 × 55.7876" in one and "45.788" in one for one in named)


ALLOCATED = """# 4.2 分配

表 1 分摊账单

| 介质 | 账单总量 | 单位 | 本产品基数 | 总基数 | 分摊比例 |
|---|---|---|---|---|---|
| 电力 | 1860000 | kWh | 420 | 1400 | 30.0% |
| 蒸汽 | 900 | GJ | 980 | 1400 | 70.0% |
| 天然气 | 86000 | Nm3 | 350 | 1400 | 25.0% |
"""


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("| 30.0% |", "| 35.0% |", ("420", "1400", "35.0%")),
        ("| 980 |", "| 880 |", ("880", "1400", "70.0%")),
        ("| 350 | 1400 |", "| 350 | 1500 |", ("350", "1500", "25.0%")),
    ],
)
def test_an_allocated_share_is_its_basis_over_the_total(
    before: str, after: str, named: tuple[str, ...]
) -> None:
    """420, 980 and 350 of 1400 are 30, 70 and 25 %."""
    assert [f for f in errors(report(ALLOCATED)) if f.code == "L01"] == []
    found = [f for f in errors(report(ALLOCATED.replace(before, after))) if f.code == "L01"]
    assert len(found) == 1
    assert all(number in found[0].message("zh") for number in named)


BILLS = """# 4.2 分配

表 1 分摊账单

| 月份 | 凭证号 | 介质 | 账单总量 | 单位 | 产品 | 产品基数 | 总基数 | 分摊比例 |
|---|---|---|---|---|---|---|---|---|
| 2025-01 | V-1 | 电力 | 186000 | kWh | 计量箱 | 420 | 1400 | 30.0% |
| 2025-01 | V-1 | 电力 | 186000 | kWh | 开关柜 | 980 | 1400 | 70.0% |
| 2025-01 | V-2 | 电力 | 52000 | kWh | 计量箱 | 420 | 1400 | 30.0% |
| 2025-01 | V-3 | 天然气 | 900 | Nm3 | 计量箱 | 350 | 1400 | 25.0% |
"""


@pytest.mark.parametrize("product", ["计量箱", "开关柜"])
def test_a_voucher_has_one_total(product: str) -> None:
    """Two products take from the bill V-1; another meter of the month has another total."""
    assert [f for f in errors(report(BILLS)) if f.code == "N04"] == []
    wrong = report(BILLS.replace(f"| 186000 | kWh | {product}", f"| 168000 | kWh | {product}"))
    (found,) = [f for f in errors(wrong) if f.code == "N04"]
    named = f"{found.where}; {found.message('zh')}"
    assert "载 168000，另一处为 186000" in named or "载 186000，另一处为 168000" in named
    assert {"l. 7 表 1 (2)", "l. 8 表 1 (3)"} == set(re.findall(r"l\. \d+ 表 1 \(\d\)", named))


def test_the_mass_of_the_product_is_the_same_in_both_places(right: ReadReport) -> None:
    """17.45 kg in the table of the product and in the sentence on the reference flow."""
    sheet = (row for table in right.document.tables for row in table.rows)
    mass = next(row[1] for row in sheet if row[0].plain == "单位产品质量")
    assert mass.plain == "17.45 kg"
    found = errors(report_of(changed(right.document, mass)))
    assert [(f.code, f.seen, f.expected) for f in found] == [("N04", "17.45 kg", "27.45 kg")]
    assert str(mass.spot) in found[0].message("zh")


def test_the_year_of_a_factor_is_the_same_in_the_list_and_behind_the_source(
    right: ReadReport,
) -> None:
    """Four factors of 2024 and 2025, in the annex and behind the publisher in six rows."""
    listed = cells(right.document, "表 8", "年份")
    behind = [c for c in cells(right.document, "表 2", "来源") if c.plain.endswith(")")]
    assert (len(listed), len(behind)) == (4, 6)
    for cell in listed + behind:
        found = [f for f in errors(report_of(changed(right.document, cell))) if f.code == "N04"]
        (told,) = [f"{f.where}; {f.message('zh')}" for f in found]
        assert _names(told, str(cell.spot)), told
        assert all(_names_other(told, table) for table in ("表 2", "表 8")), told
