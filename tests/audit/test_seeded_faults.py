"""Reports of our own that are right, and the same with one fault each: the fault is named."""

from __future__ import annotations

import pytest

from cfp_xl.audit.audit import audit_report
from cfp_xl.findings import Severity
from tests.audit.reports import report

# 1.2 kg × 2.0 = 2.4; 0.8 t·km × 0.125 = 0.1; 3.0 kWh × 0.5 = 1.5; together 4.0.
ZH = """\
产品碳足迹报告

产品名称：{zh}

规格型号：SK-18

生产者名称：宁远制造有限公司

报告编号：NY-2025-03

报告签发日期：2026年3月5日

编制：张三丰

审核：李四光

批准：王五郎

摘要

本报告依据 GB/T 24067-2024《温室气体 产品碳足迹 量化要求和指南》编制，评价{zh}的碳足迹。

功能单位为1台{zh}，净重1.1 kg，基准流为1台。\
系统边界为从摇篮到大门，包括原材料获取、原材料运输和生产。

1台{zh}的碳足迹为4.0 kgCO₂e，其中原材料获取阶段2.4 kgCO₂e（60%），\
原材料运输0.1 kgCO₂e（2.5%），生产阶段1.5 kgCO₂e（37.5%）。

1 数据收集

数据统计周期为2025年1月1日至2025年12月31日。全球变暖潜势采用IPCC第六次评估报告的数值。

本次核算的温室气体包括二氧化碳、甲烷和氧化亚氮。

本报告按产品质量进行分配，本产品占全厂质量的12.5%。

取舍准则为单项小于1%、合计不超过5%，本报告没有舍去任何物质。

清单见表1。

表1 生命周期清单

阶段\t活动\t数量\t单位\t排放因子\t因子单位\t排放量（kgCO₂e/台）
原材料获取\t{part}\t1.2\tkg\t2.0\tkgCO2e/kg\t2.4
原材料运输\t公路运输\t0.8\tt·km\t0.125\tkgCO2e/(t·km)\t0.1
生产\t电力\t3.0\tkWh\t0.5\tkgCO2e/kWh\t1.5

2 结果

表2 各阶段碳足迹

阶段\t碳足迹（kgCO₂e/台）\t占比
原材料获取\t2.4\t60%
原材料运输\t0.1\t2.5%
生产\t1.5\t37.5%
合计\t4.0\t100%

碳足迹的不确定性为±8%（95%置信区间，蒙特卡洛）。
"""

# 0.5 kg × 3.0 = 1.5; 2.0 kWh × 0.25 = 0.5; together 2.0.
EN = """\
Product carbon footprint report

Product name: {en}

Model: DL-7

Manufacturer: Northfield Works Ltd.

Date of issue: 12 May 2026

Prepared by: Anna Berg

Reviewed by: John Hill

Summary

This study, according to ISO 14067:2018, quantifies the carbon footprint of the {en}.

The functional unit is one piece of {en}, with a mass of 0.5 kg; the reference flow is one piece. \
The system boundary is cradle-to-gate and includes raw material acquisition and production.

The total carbon footprint is 2.0 kg CO2e: raw material acquisition accounts for \
1.5 kg CO2e (75%) and production for 0.5 kg CO2e (25%).

1 Inventory

The reference period of the data is from 1 January 2025 to 31 December 2025. GWPs are those of the \
IPCC Sixth Assessment Report.

Allocation was by mass, with a share of 20% of the factory.

No flows were cut off; the cut-off threshold is 1%.

The uncertainty is ± 9%.

The inventory is in Table 1.

Table 1 Life cycle inventory

| Life cycle stage | Item | Quantity | Emission factor | Emissions (kg CO2e) |
|---|---|---|---|---|
| Raw material acquisition | {part} | 0.5 kg | 3.0 kg CO2e/kg | 1.5 |
| Production | Electricity | 2.0 kWh | 0.25 kg CO2e/kWh | 0.5 |

2 Results

Table 2 Footprint by stage

| Stage | Carbon footprint (kg CO2e) | Share |
|---|---|---|
| Raw material acquisition | 1.5 | 75% |
| Production | 0.5 | 25% |
| Total | 2.0 | 100% |
"""
REPORTS = {
    **{
        n: ZH.replace("{zh}", n).replace("{part}", p)
        for n, p in (("水壶", "不锈钢"), ("灯具", "铝"), ("风扇", "塑料"))
    },
    **{
        n: EN.replace("{en}", n).replace("{part}", p)
        for n, p in (("desk lamp", "Aluminium"), ("kettle", "Steel"))
    },
}
"""By the name of the product."""
FAULTS = {
    "zh": (
        ("2.4\n原材料运输\t公路", "2.9\n原材料运输\t公路", "N02 N03 N04"),
        ("合计\t4.0", "合计\t4.3", "N03 N04"),
        ("原材料获取\t2.4\t60%", "原材料获取\t2.4\t66%", "N05 N06"),
        ("碳足迹为4.0", "碳足迹为4.5", "N03 N04"),
        ("1.2\tkg\t2.0\tkgCO2e/kg", "1.2\tkg\t2.0\t", "U01"),
        ("1.2\tkg\t2.0\tkgCO2e/kg\t2.4", "/\tkg\t/\t\t/", "M05 B03 N03"),
        ("包括原材料获取、原材料运输和生产", "包括原材料获取、原材料运输、生产和使用", "B01 B02"),
        ("GB/T 24067-2024", "GB/T 24067-2021", "R03"),
        ("GB/T 24067-2024", "GB/T 14067-2018", "R03"),
        ("审核：李四光", "审核：张三丰", "R04"),
        ("2026年3月5日", "2025年3月5日", "R08"),
        ("至2025年12月31日", "至2025年6月30日", "R08"),
        ("规格型号：SK-18", "规格型号：XXX", "R02"),
        ("清单见表1", "清单见表7", "T05"),
        ("，净重1.1 kg", "", "B06"),
        ("，本产品占全厂质量的12.5%", "", "L02"),
        ("，本报告没有舍去任何物质", "", "C01"),
        ("为±8%（95%置信区间，蒙特卡洛）", "来自测量误差", "Q01"),
        ("包括二氧化碳、甲烷和氧化亚氮", "包括二氧化碳", "G02"),
        ("清单见表1。", "清单见表1。本产品低于同类产品。", "R06"),
    ),
    "en": (
        ("| 3.0 kg CO2e/kg | 1.5 |", "| 3.0 kg CO2e/kg | 1.9 |", "N02 N03 N04"),
        ("| Total | 2.0 |", "| Total | 2.4 |", "N03 N04"),
        ("| 1.5 | 75% |", "| 1.5 | 79% |", "N05 N06"),
        ("footprint is 2.0", "footprint is 2.6", "N03 N04"),
        ("| 3.0 kg CO2e/kg |", "| 3.0 |", "U01"),
        ("acquisition and production.", "acquisition, production and use.", "B01 B02"),
        ("ISO 14067:2018", "ISO 14067:2015", "R03"),
        ("ISO 14067:2018", "ISO/TS 14067:2013", "R03"),
        ("Reviewed by: John Hill", "Reviewed by: Anna Berg", "R04"),
        ("12 May 2026", "12 May 2025", "R08"),
        ("to 31 December 2025", "to 30 June 2025", "R08"),
        ("Model: DL-7", "Model: TBD", "R02"),
        ("is in Table 1.", "is in Table 9.", "T05"),
        (", with a mass of 0.5 kg", "", "B06"),
        (", with a share of 20% of the factory", "", "L02"),
        ("No flows were cut off; the", "The", "C01"),
        ("The uncertainty is ± 9%.", "The uncertainty is due to errors of measuring.", "Q01"),
        ("Sixth Assessment", "Fourth Assessment", "G04"),
        ("is in Table 1.", "is in Table 1. It is lower than competing products.", "R06"),
        ("is in Table 1.", "is in Table 1. Scope: the organizational boundary.", "R09"),
    ),
}
"""What is put for what, and the codes of which one at least names it."""


@pytest.mark.parametrize("name", REPORTS)
def test_a_right_report_has_no_finding_above_info(name: str) -> None:
    found = audit_report(report(REPORTS[name])).findings
    assert [one.say("en") for one in found if one.severity is not Severity.INFO] == []


@pytest.mark.parametrize("name", REPORTS)
def test_each_fault_is_named(name: str) -> None:
    text = REPORTS[name]
    faults = FAULTS["en" if name.isascii() else "zh"]
    missed = []
    for before, after, codes in faults:
        assert before in text, before
        found = audit_report(report(text.replace(before, after))).findings
        named = {one.code for one in found if one.severity is not Severity.INFO}
        if named.isdisjoint(codes.split()):
            missed.append((after, codes))
    assert missed == []
