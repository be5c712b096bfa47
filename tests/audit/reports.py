"""Reports of our own, whose figures were worked out by hand, as text comes out of files."""

from __future__ import annotations

from cfp_xl.audit.document import Document
from cfp_xl.audit.read import report_of
from cfp_xl.audit.reading.assemble import assemble
from cfp_xl.audit.reading.text import read_text
from cfp_xl.audit.record import ReadReport

# 1.2 kg × 2.0 = 2.4; 3.0 kWh × 0.5 = 1.5; 0.8 tkm × 0.125 = 0.1; together 4.0.
KETTLE = """\
产品碳足迹报告

产品名称：不锈钢水壶

规格型号：SK-18

生产者名称：宁远厨具有限公司

报告编号：NY-2025-03

报告签发日期：2026年3月5日

摘要

本报告依据 GB/T 24067-2024《温室气体 产品碳足迹 量化要求和指南》编制，评价不锈钢水壶的碳足迹。

功能单位为1台不锈钢水壶。系统边界为从摇篮到大门，包括原材料获取、原材料运输和生产。

1台不锈钢水壶的碳足迹为4.0 kgCO₂e，其中原材料获取阶段2.4 kgCO₂e（60%），\
原材料运输0.1 kgCO₂e（2.5%），生产阶段1.5 kgCO₂e（37.5%）。

1 数据收集

数据统计周期为2025年1月1日至2025年12月31日。全球变暖潜势采用IPCC第六次评估报告的数值。

本次核算的温室气体包括二氧化碳、甲烷和氧化亚氮。

本报告按产品质量进行分配。系统边界不包括厂房建设、员工通勤。

表1 生命周期清单

阶段\t活动\t数量\t单位\t排放因子\t因子单位\t排放量（kgCO₂e/台）
原材料获取\t不锈钢\t1.2\tkg\t2.0\tkgCO2e/kg\t2.4
\t铜件\t/\tkg\t/\t\t/
原材料运输\t公路运输\t0.8\tt·km\t0.125\tkgCO2e/(t·km)\t0.1
生产\t电力\t3.0\tkWh\t0.5\tkgCO2e/kWh\t1.5

2 结果

表2 各阶段碳足迹

阶段\t碳足迹（kgCO₂e/台）\t占比
原材料获取\t2.4\t60%
原材料运输\t0.1\t2.5%
生产\t1.5\t37.5%
合计\t4.0\t100%
"""

# 0.5 kg × 3.0 = 1.5; 2.0 kWh × 0.25 = 0.5; together 2.0.
LAMP = """\
Product carbon footprint report

Product name: Desk lamp

Model: DL-7

Manufacturer: Northfield Lighting Ltd.

Date of issue: 12 May 2026

Summary

This study, according to ISO 14067:2018, quantifies the carbon footprint of the desk lamp.

The functional unit is one desk lamp. The system boundary is cradle-to-gate and includes raw \
material acquisition and production.

The total carbon footprint is 2.0 kg CO2e per lamp: raw material acquisition accounts for \
1.5 kg CO2e (75%) and production for 0.5 kg CO2e (25%).

1 Inventory

Data were collected for the calendar year 2025. GWPs are those of the IPCC Sixth Assessment Report.

Table 1 Life cycle inventory

| Life cycle stage | Item | Quantity | Emission factor | Emissions (kg CO2e) |
|---|---|---|---|---|
| Raw material acquisition | Aluminium | 0.5 kg | 3.0 kg CO2e/kg | 1.5 |
| Production | Electricity | 2.0 kWh | 0.25 kg CO2e/kWh | 0.5 |

2 Results

Table 2 Footprint by stage

| Stage | Carbon footprint (kg CO2e) | Share |
|---|---|---|
| Raw material acquisition | 1.5 | 75% |
| Production | 0.5 | 25% |
| Total | 2.0 | 100% |
"""


def document(text: str) -> Document:
    return assemble(read_text(text), "report.txt", "", "txt")


def report(text: str) -> ReadReport:
    return report_of(document(text))
