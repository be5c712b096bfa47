"""What is read of two reports of our own, one in Chinese, one in English."""

from __future__ import annotations

import pytest

from cfp_xl.audit.declaring import declared_table
from cfp_xl.audit.record import ReadReport, Said
from cfp_xl.findings import Severity
from cfp_xl.verify.declared import declared_findings
from cfp_xl.verify.declared.numbers import read_cell
from tests.audit.reports import KETTLE, LAMP, report


@pytest.fixture(scope="module")
def kettle() -> ReadReport:
    return report(KETTLE)


@pytest.fixture(scope="module")
def lamp() -> ReadReport:
    return report(LAMP)


def said(statements: tuple[Said, ...], *fields: str) -> list[tuple[str, ...]]:
    return [tuple(getattr(one, field) for field in ("text", *fields)) for one in statements]


def figures(read: ReadReport) -> list[str]:
    columns = (
        "stage",
        "activity",
        "quantity",
        "unit",
        "factor",
        "factor_unit",
        "emission",
        "share",
    )
    return [
        " ".join([one.item, one.place, *(t for c in columns if (t := one.text(c)))])
        for one in read.figures
    ]


def test_the_figures_of_a_chinese_report(kettle: ReadReport) -> None:
    assert figures(kettle) == [
        "total 摘要 4.0",
        "stage 摘要 原材料获取阶段 2.4 60%",
        "stage 摘要 原材料运输 0.1 2.5%",
        "stage 摘要 生产阶段 1.5 37.5%",
        "activity 表1 原材料获取 不锈钢 1.2 kg 2.0 kgCO2e/kg 2.4",
        "activity 表1 原材料获取 铜件 / kg / /",
        "activity 表1 原材料运输 公路运输 0.8 t·km 0.125 kgCO2e/(t·km) 0.1",
        "activity 表1 生产 电力 3.0 kWh 0.5 kgCO2e/kWh 1.5",
        "stage 表2 原材料获取 2.4 60%",
        "stage 表2 原材料运输 0.1 2.5%",
        "stage 表2 生产 1.5 37.5%",
        "total 表2 合计 4.0 100%",
    ]
    assert {one.text("emission_unit") for one in kettle.figures} == {"kgCO2e", "kgCO2e/台"}


def test_the_figures_of_an_english_report(lamp: ReadReport) -> None:
    assert figures(lamp) == [
        "total Summary 2.0",
        "stage Summary raw material acquisition 1.5 75%",
        "stage Summary production 0.5 25%",
        "activity Table 1 Raw material acquisition Aluminium 0.5 kg 3.0 kgCO2e/kg 1.5",
        "activity Table 1 Production Electricity 2.0 kWh 0.25 kgCO2e/kWh 0.5",
        "stage Table 2 Raw material acquisition 1.5 75%",
        "stage Table 2 Production 0.5 25%",
        "total Table 2 Total 2.0 100%",
    ]


@pytest.mark.parametrize("text", [KETTLE, LAMP])
def test_right_reports_have_no_finding_of_figures(text: str) -> None:
    found = list(declared_findings(declared_table(report(text))))
    assert [one.say("en") for one in found if one.severity is not Severity.INFO] == []


def test_the_statements_of_a_chinese_report(kettle: ReadReport) -> None:
    assert said(kettle.boundaries, "type", "form") == [
        ("原材料获取、原材料运输和生产", "cradle_to_gate", "abstract")
    ]
    assert said(kettle.products, "meaning") == [("不锈钢水壶", "cover"), ("不锈钢水壶", "goal")]
    assert said(kettle.models) == [("SK-18",)]
    assert said(kettle.organisations, "role") == [("宁远厨具有限公司", "producer")]
    assert said(kettle.functional_units, "meaning") == [("1台不锈钢水壶", "functional")]
    assert said(kettle.numbers_of_report) == [("NY-2025-03",)]
    assert [(s.number, s.edition, s.role) for s in kettle.standards] == [
        ("GB/T 24067", "2024", "basis")
    ]
    assert [(d.first, d.last, d.role) for d in kettle.dates] == [
        ("2026-03-05", "2026-03-05", "issued"),
        ("2025-01-01", "2025-12-31", "period"),
    ]
    assert said(kettle.gwp_sets, "meaning") == [("第六次评估报告", "AR6")]
    assert [g.meaning for g in kettle.gases] == ["CO2", "CH4", "N2O"]
    assert said(kettle.allocation, "meaning") == [("本报告按产品质量进行分配。", "mass")]
    assert said(kettle.exclusions) == [("厂房建设",), ("员工通勤",)]


def test_the_statements_of_an_english_report(lamp: ReadReport) -> None:
    assert said(lamp.boundaries, "type") == [
        ("raw material acquisition and production", "cradle_to_gate")
    ]
    assert said(lamp.products, "meaning") == [("Desk lamp", "cover"), ("desk lamp", "goal")]
    assert said(lamp.organisations, "role") == [("Northfield Lighting Ltd.", "producer")]
    assert [(s.number, s.edition) for s in lamp.standards] == [("ISO 14067", "2018")]
    assert [(d.first, d.last, d.role) for d in lamp.dates] == [
        ("2026-05-12", "2026-05-12", "issued"),
        ("2025-01-01", "2025-12-31", "period"),
    ]
    assert said(lamp.gwp_sets, "meaning") == [("Sixth Assessment", "AR6")]


def test_every_statement_quotes_its_words(kettle: ReadReport) -> None:
    records = (*kettle.boundaries, *kettle.standards, *kettle.dates, *kettle.exclusions)
    assert records
    for one in records:
        assert one.text[:6] in one.spot.quote, one


@pytest.mark.parametrize(
    ("cell", "kind", "number", "unit"),
    [
        ("4.6241 kwh", "amount", "4.6241", "kwh"),
        ("/ kg", "mark", "/", "kg"),
        ("15.0014kg CO₂ eq", "amount", "15.0014", "kgCO2e"),
        ("8615.32kgCO₂e/台", "amount", "8615.32", "kgCO2e/台"),
        ("595. 0grams", "amount", "595.0", "grams"),
        ("2.67E\n+03", "number", "2.67E+03", ""),
        ("2,32E+02", "number", "2,32E+02", ""),
        ("40 g8", "amount", "40", "g"),
        ("12700 kgCO2e *", "amount", "12700", "kgCO2e"),
        ("190 - 640", "range", "190 - 640", ""),
        ("720 +/- 100", "number", "720", ""),
        ("<1%", "share", "<1%", ""),
        ("—", "mark", "/", ""),
        ("1,482.36", "number", "1,482.36", ""),
        ("304 不锈钢", "name", "", ""),
        ("kgCO ₂ e/台", "unit", "", "kgCO2e/台"),
        ("2025年", "name", "", ""),
    ],
)
def test_forms_of_numbers(cell: str, kind: str, number: str, unit: str) -> None:
    read = read_cell(cell)
    assert (read.kind, read.unit) == (kind, unit)
    assert kind == "range" or read.number == number
