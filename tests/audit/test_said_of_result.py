"""What sentences say beside the result: twenty faults of five forms, and the same said rightly.

The faults were written down before the rules were; of the twenty the program named none. One of
them lay within the rounding of the printed total (2.0 may be 2.05, and so may an interval's 2.1):
here it is 2.2.
"""

from __future__ import annotations

from collections.abc import Callable

from cfp_xl.audit.audit import audit_report
from cfp_xl.findings import Severity
from tests.audit.reports import HERE, KETTLE, LAMP, report

PUMP, COFFEE = (
    (HERE / "seeded" / f"{name}.txt").read_text("utf-8")
    for name in ("zh_wide_pump", "en_iso_study")
)
END = ""
"""At the end of the report."""
LIST_ZH, LIST_EN = "生产和成品运输。系统", "includes raw material acquisition, production,"
CASES = (
    (PUMP, END, "由结果可见，{}阶段的碳足迹最大。", "生产", "原材料获取", "N13"),
    (COFFEE, END, "The {} stage contributes most.", "production", "use", "N13"),
    (KETTLE, END, "各阶段中，{}占比最高。", "原材料运输", "原材料获取", "N13"),
    (LAMP, END, "{} is the largest contributor.", "Production", "Raw material acquisition", "N13"),
    (PUMP, "34.9～40.1", "{}", "39.1～44.0", "34.0～41.0", "N13"),
    (
        COFFEE,
        "112 to 149 kg",
        "{} kg",
        "131 to 158",
        "111 to 158",
        "N13",
    ),
    (KETTLE, END, "碳足迹的95%置信区间为[{}] kgCO2e。", "4.2, 4.8", "3.2, 4.8", "N13"),
    (LAMP, END, "The confidence interval is {} kg CO2e.", "2.2 to 2.6", "2.1 to 2.6", "N13"),
    (KETTLE, "原材料运输和生产。\n", "原材料运输和生产{}个阶段。\n", "四", "三", "N13"),
    (PUMP, LIST_ZH, "生产和成品运输{}个阶段。系统", "五", "四", "N13"),
    (
        COFFEE,
        LIST_EN,
        "includes {} stages: raw material acquisition, production,",
        "four",
        "five",
        "N13",
    ),
    (LAMP, "includes raw", "includes {} stages: raw", "three", "two", "N13"),
    (KETTLE, END, "电力因子取{} kgCO2e/kWh。", "0.5703", "0.5", "N04"),
    (PUMP, END, "电力碳足迹因子为{} kgCO2e/kWh。", "0.5703", "0.5777", "N04"),
    (
        COFFEE,
        END,
        "The emission factor of polypropylene is {} kg CO2e/kg.",
        "2.01",
        "2.10",
        "N04",
    ),
    (LAMP, END, "The factor for aluminium is {} kg CO2e/kg.", "3.3", "3.0", "N04"),
    (PUMP, END, "2025年共生产2500台，合计排放{} tCO2e。", "103.25", "93.25", "N13"),
    (KETTLE, END, "2025年生产1000台，年排放量为{} tCO2e。", "4.4", "4.0", "N13"),
    (LAMP, END, "In 2025, 5,000 lamps were made and emit {} t CO2e.", "12", "10", "N13"),
    (COFFEE, END, "The 20,000 machines made in 2025 emit {} t CO2e.", "2,854", "2,584", "N13"),
)
"""Report, words replaced, by these, with the fault, with what is right, the code."""


def test_faults_are_named_and_right_words_are_not() -> None:
    as_they_are = {text: _loud(text) for text in (PUMP, COFFEE, KETTLE, LAMP)}
    wrong: list[tuple[str, ...]] = []
    for text, before, after, fault, right, code in CASES:
        put = _putter(text, before)
        if code not in _loud(put(after.format(fault))) - as_they_are[text]:
            wrong.append((after, fault))
        if more := _loud(put(after.format(right))) - as_they_are[text]:
            wrong.append((after, right, *more))
    assert wrong == []


def _putter(text: str, before: str) -> Callable[[str], str]:
    assert before in text
    return lambda words: text.replace(before, words, 1) if before else f"{text}\n\n{words}\n"


def _loud(text: str) -> set[str]:
    """Codes above info."""
    found = audit_report(report(text)).findings
    return {one.code for one in found if one.severity is not Severity.INFO}
