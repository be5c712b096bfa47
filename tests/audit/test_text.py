"""A report as text: lines, tabs, markup left in; what is a heading, a caption, a table."""

from __future__ import annotations

from cfp_xl.audit.document import CONTENTS, PrintedTable
from tests.audit.reports import document

REPORT = """\
产品碳足迹报告

报告编号：A-17

目 录
1 概况.....\t1
2.1 计算结果\t3

1 概况

<p>本公司成立于 2010 年。</p> <p>产品见表 2.1。</p>

本次评价的数据来自企业的台账和各车间的记录，由工作组在现场逐项收集整理核对，并据此计算出产品

在各个阶段的排放。

2 结果

2.1 计算结果

阶段\t碳足迹/(kgCO₂e/台)\t占比
原材料获取\t2.5\t25%

生产\t7.5\t75%

表 2.1 各阶段的排放

第 3 页 共 9 页

| 名称 | 数值 |
|------|------|
| 电力 | 3.2 kWh |
$$E = E_{\\text{原材料}} + E_{\\text{生产}}$$
"""


def test_the_parts_of_a_report_are_told_apart() -> None:
    read = document(REPORT)
    assert [(h.number, h.title, h.level) for h in read.headings] == [
        ("", "目 录", 1),
        ("1", "概况", 1),
        ("2", "结果", 1),
        ("2.1", "计算结果", 2),
    ]
    assert [p.spot.sheet for p in read.contents] == ["l. 6", "l. 7"]
    assert [(c.number, c.title) for c in read.captions] == [("表 2.1", "各阶段的排放")]
    words = [p.plain for p in read.paragraphs]
    assert "产品见表 2.1。" in words
    assert any(w.endswith("并据此计算出产品在各个阶段的排放。") for w in words)
    assert "E = E_原材料 + E_生产" in words
    assert not any("第 3 页" in w for w in words)


def test_a_table_goes_on_after_a_gap_and_takes_the_caption_below() -> None:
    first, second = document(REPORT).tables
    assert [[c.text for c in row] for row in first.rows] == [
        ["阶段", "碳足迹/(kgCO₂e/台)", "占比"],
        ["原材料获取", "2.5", "25%"],
        ["生产", "7.5", "75%"],
    ]
    assert first.number == "表 2.1"
    assert str(first.rows[2][1].spot) == "l. 24 表 2.1 (3)"
    assert first.rows[2][1].spot.quote == "生产 | 7.5 | 75%"
    assert [[c.text for c in row] for row in second.rows] == [["名称", "数值"], ["电力", "3.2 kWh"]]
    assert second.number == ""


def test_places_of_words_in_a_paragraph() -> None:
    read = document("一段话，总计为 12.5 kgCO₂e，完。\f第二页的一段话。")
    first, second = read.paragraphs
    start = first.plain.index("总计")
    spot = first.at(start, start + 15)
    assert (spot.page, spot.quote, spot.start) == (1, "总计为 12.5 kgCO2e", start)
    assert str(second.spot) == "p. 2"
    assert not [b for b in read.blocks if isinstance(b, PrintedTable) or b.kind == CONTENTS]
