"""Reports: what a person reads at 80 columns, what tools read, what a derived page says."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.cells import cell_len

from cfp_xl.findings import CellRef, Finding, Justification, finding, kinds
from cfp_xl.footprint.calculate import Footprint, calculate
from cfp_xl.footprint.factors import library
from cfp_xl.footprint.inventory import Activity, Inventory
from cfp_xl.messages import LANGS, Lang
from cfp_xl.report.paper import line_breaks
from cfp_xl.report.reference.findings_reference import findings_reference
from cfp_xl.report.verification import json_report
from cfp_xl.report.verification.footprint_table import bar_of
from cfp_xl.report.verification.markdown import markdown
from cfp_xl.report.verification.order import by_sheet, position
from cfp_xl.report.verification.text import write_text
from cfp_xl.verify.result import (
    Agreement,
    CellCounts,
    Conformity,
    FileResult,
    FileStatus,
    Verification,
)

PROJECT = Path(__file__).parents[2]


def footprint(*rows: dict[str, Any]) -> Footprint:
    return calculate(Inventory(tuple(Activity(**row) for row in rows)), library())


def electricity(stage: str, process: str, quantity_kwh: float | None) -> dict[str, Any]:
    status = "data" if quantity_kwh is not None else "missing"
    return {
        "stage": stage,
        "process": process,
        "status": status,
        "quantity": quantity_kwh,
        "unit": "kWh",
        "factor_id": "CN-ELEC-CFP-2024",
    }


JUSTIFIED = Finding(
    "N05",
    severity=kinds()["N05"].severity,
    where=CellRef("结果", "C9"),
    case="rounding",
    seen="100.01",
    expected="100",
    values={"place": "表1", "shares": "50 + 50.01"},
    justification=Justification("N05", "C9", "修约", "李", "2026-01-02", CellRef("情况说明", "A2")),
)
WRONG_NAME = finding(
    "T01", CellRef("报告所载值", "P3"), seen="电线电缆", expected="电能计量箱", place="3.1"
)
WRONG_ITEM = finding("W50", CellRef("报告所载值", "A12"), case="item", seen="x|<b>")


def result(path: str = "a.xlsx", *findings: Finding, **settings: Any) -> FileResult:
    """A product of 100 kWh: 75 % in production, 25 % in two processes of distribution."""
    given: dict[str, Any] = {
        "status": FileStatus.FAILED if findings else FileStatus.PASSED,
        "schema": "product",
        "recalculation": Agreement.AGREES,
        "conformity": Conformity.FINDINGS if findings else Conformity.CONFORMS,
        "cells": CellCounts(matched=12),
        "footprint": footprint(
            electricity("生产", "装配", 75.0),
            electricity("运输", "进厂", 20.0),
            electricity("运输", "出厂", 5.0),
        ),
        "functional_unit": "1 台",
        "factor_set": "cn-2026@1 sha256:0123456789abcdef",
        **settings,
    }
    return FileResult(path=path, sha256="0" * 64, findings=findings, **given)


def text(*files: FileResult, lang: Lang = "en") -> str:
    stream = io.StringIO()
    write_text(Verification(files, "0"), stream, lang)
    return stream.getvalue()


def test_verdicts_never_claim_a_third_party_verification() -> None:
    shown = text(result(), lang="zh")
    assert "复算一致" in shown
    assert "核查通过" not in shown
    assert "12/12" in shown


def test_stages_with_bars_processes_and_total() -> None:
    """100 kWh × 0.5777 = 57.77: 43.3275 in production, 14.4425 in distribution."""
    lines = text(result()).splitlines()
    production = next(line for line in lines if "production" in line)
    distribution = next(line for line in lines if "distribution" in line)
    assert "43.3275" in production
    assert "75.0%" in production
    assert "14.4425" in distribution
    assert production.count("█") == pytest.approx(3 * distribution.count("█"), abs=3)
    assert any("进厂" in line and "11.5540" in line for line in lines)
    assert any("57.7700" in line and "kgCO2e per 1 台" in line for line in lines)


def test_a_missing_stage_has_no_number() -> None:
    lines = text(
        result(footprint=footprint(electricity("生产", "装配", 1.0), electricity("使用", "", None)))
    ).splitlines()
    assert "missing" in next(line for line in lines if line.strip().startswith("use"))
    total = next(line for line in lines if line.strip().startswith("Total"))
    assert not any(char.isdigit() for char in total.replace("kgCO2e per 1 台", ""))


def test_findings_by_sheet_the_worst_first_each_with_a_hint() -> None:
    shown = text(result("a.xlsx", JUSTIFIED, WRONG_ITEM, WRONG_NAME))
    assert "报告所载值!P3" in shown
    assert "T01 error" in shown
    assert shown.index("报告所载值!P3") < shown.index("报告所载值!A12")  # row 3 before row 12
    assert shown.index("A12") < shown.index("结果!C9"), "justified ones stand at the end"
    assert "修约 (李, 2026-01-02)" in shown
    assert "Correct the 2 errors first, starting with 报告所载值!P3" in shown
    assert shown.count("→") == 2


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("columns", [80, 120])
def test_a_terminal_is_never_too_narrow(
    monkeypatch: pytest.MonkeyPatch, lang: Lang, columns: int
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    stream = Terminal()
    files = (result("a.xlsx", JUSTIFIED, WRONG_ITEM, WRONG_NAME), result("b.xlsx"))
    write_text(Verification(files[:1], "0"), stream, lang)
    write_text(Verification(files, "0"), stream, lang)
    assert "\x1b[3" not in stream.getvalue(), "NO_COLOR"
    shown = re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue())
    assert max(cell_len(line) for line in shown.splitlines()) <= columns


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("a word or two", 7, ["a word ", "or two"]),
        (
            "核对后统一为同一数值。",
            10,
            ["核对后统一", "为同一数", "值。"],
        ),  # no line begins with 。
        ("因子（柴油）不符", 6, ["因子", "（柴", "油）不", "符"]),  # none ends with （
        ("ABCDEFGHIJ", 4, ["ABCD", "EFGH", "IJ"]),
        ("按 tCO2/GJ 理解", 10, ["按 tCO2/GJ ", "理解"]),
    ],
)
def test_lines_break_as_each_script_does(text: str, width: int, lines: list[str]) -> None:
    ends = [*line_breaks(text, width), len(text)]
    assert [text[a:b] for a, b in zip([0, *ends], ends, strict=False)] == lines


def test_the_same_finding_many_times_is_counted() -> None:
    many = [
        finding("T01", CellRef("S", f"A{row}"), seen="x", expected="y", place="z")
        for row in range(1, 31)
    ]
    shown = text(result("a.xlsx", *many))
    assert shown.count("T01 error") == 20
    assert "and 10 more of T01" in shown


def test_what_one_command_heals_does_not_hide_the_rest() -> None:
    uncomputed = [
        finding("V02", CellRef("S", f"A{row}"), expected="1", formula="=1+0")
        for row in range(1, 31)
    ]
    shown = text(result("a.xlsx", *uncomputed))
    assert shown.count("V02 error") == 2
    assert "and 28 more of V02" in shown


def test_results_that_fail_do_not_hide_the_cells_to_correct() -> None:
    failed = [finding("V04", CellRef("S", f"B{row}"), seen="#N/A", cause="A1") for row in range(9)]
    shown = text(result("a.xlsx", *failed, WRONG_NAME, WRONG_ITEM))
    assert shown.count("V04 error") == 2
    assert "Correct 2 errors first, starting with 报告所载值!P3" in shown
    assert "`cfp-xl explain T01` explains T01; likewise for W50, V04" in shown
    assert text(result("a.xlsx", *failed)).count("V04 error") == 9, "nothing else to correct"


def test_a_stage_without_rows_is_missing_only_where_it_fails_the_total() -> None:
    made = electricity("生产", "装配", 1.0)
    for rows, words in (((made,), "left out"), ((), "missing")):
        shown = text(result(footprint=footprint(*rows)))
        assert re.search(rf"^ *use +{words}$", shown, re.MULTILINE), shown


def test_plain_output_keeps_a_finding_on_one_line() -> None:
    long = finding("T01", CellRef("S", "A1"), seen="很长的名称" * 40, expected="x", place="y")
    assert "很长的名称" * 40 in text(result("a.xlsx", long)).replace("\n", "\n ")


def test_words_of_a_workbook_cannot_steer_the_terminal() -> None:
    evil = finding("T01", CellRef("S", "A1"), seen="\x1b[2J\x9b1m\nfine", expected="x", place="y")
    shown = text(result("a.xlsx", evil))
    assert "\x1b" not in shown
    assert "\x9b" not in shown


def test_many_files_are_a_summary_and_only_failing_ones_in_full() -> None:
    shown = text(result("good.xlsx"), result("bad.xlsx", WRONG_NAME))
    assert shown.count("good.xlsx") == 1
    assert shown.count("bad.xlsx") > 1
    summary = "files: 2, passed: 1, failed: 1, not verified: 0"
    assert shown.count(summary) == 2, "before the details and at the end, where one looks"
    assert shown.rstrip().endswith(summary)


def test_a_supplier_is_not_sent_to_a_sheet_that_its_workbook_lacks() -> None:
    for schema in ("product", "supplier"):
        shown = text(result("a.xlsx", WRONG_NAME, schema=schema))
        assert ("the justifications sheet" in shown) == (schema == "product")


def test_json_of_a_full_result_follows_the_schema() -> None:
    schema = json.loads((PROJECT / "docs" / "verification.schema.json").read_text("utf-8"))
    verification = Verification((result("a.xlsx", JUSTIFIED, WRONG_NAME),), "0")
    document = json.loads(json_report.dumps(json_report.verification(verification, "en")))
    jsonschema.validate(document, schema)
    file = document["files"][0]
    assert file["footprint"]["total_kgco2e"] == pytest.approx(57.77, rel=1e-12)
    assert file["footprint"]["by_stage"]["use"] == {"state": "missing", "kgco2e": None}
    assert [(f["code"], f["justified"]) for f in file["findings"]] == [
        ("N05", True),
        ("T01", False),
    ]
    assert file["findings"][1]["cell"] == "P3"


@pytest.mark.parametrize("count", [0, 1, 3])
def test_json_in_pieces_is_the_same_document(count: int) -> None:
    files = tuple(result(f"{n} [].xlsx", WRONG_NAME) for n in range(count))
    verification = Verification(files, "0")
    whole = json_report.dumps(json_report.verification(verification, "zh"))
    assert "".join(json_report.verification_text(verification, "zh")) == whole


def test_json_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_report.dumps({"total_kgco2e": float("nan")})


def test_fingerprints_do_not_depend_on_the_language() -> None:
    verification = Verification((result("a.xlsx", WRONG_NAME),), "0")
    prints = {
        lang: json_report.verification(verification, lang)["files"][0]["findings"][0]
        for lang in LANGS
    }
    assert prints["zh"]["fingerprint"] == prints["en"]["fingerprint"]
    assert prints["zh"]["message"] != prints["en"]["message"]


def test_markdown_escapes_the_workbooks_words() -> None:
    shown = markdown(Verification((result("a.xlsx", WRONG_ITEM),), "0"), "en")
    assert r"x\|&lt;b>" in shown
    assert "| Total |" in shown.replace("*", "")


@pytest.mark.parametrize(
    ("share", "bar"), [(0.0, ""), (1.0, "████"), (0.5, "██"), (0.03125, "▏"), (-0.5, "")]
)
def test_bars_are_drawn_in_eighths(share: float, bar: str) -> None:
    assert bar_of(share, 4) == bar


@pytest.mark.parametrize(
    ("cell", "expected"), [("A1", (1, 1)), ("AA10:AB12", (10, 27)), ("", (0, 0)), ("C:C", (0, 0))]
)
def test_position_of_a_reference(cell: str, expected: tuple[int, int]) -> None:
    assert position(cell) == expected


def test_order_within_a_sheet_is_severity_then_cell() -> None:
    warning = Finding("N05", kinds()["N05"].severity, CellRef("报告所载值", "A1"))
    ordered = by_sheet([warning, WRONG_ITEM, WRONG_NAME])
    assert [f.code for f in ordered] == ["T01", "W50", "N05"]


def test_the_page_of_findings_is_derived_from_the_catalogue() -> None:
    page = findings_reference()
    for code, kind in kinds().items():
        assert f"### {code} {kind.title.en} {kind.title.zh}" in page
    committed = (PROJECT / "docs" / "findings.md").read_text("utf-8")
    assert committed == page, "run `cfp-xl build`"


def test_a_file_saved_without_the_functions_is_first_to_be_recalculated() -> None:
    """Where a rule names a cell too, that is where to start: the rest may follow from it."""
    total = CellRef("结果", "C9")
    shown = text(result("a/b.xlsx", finding("V06", total, formula="=CFP_TOTAL(x)")))
    assert "`cfp-xl recalc a/b.xlsx -o a/b-recalc.xlsx`" in shown
    assert "Correct the" not in shown
    shown = text(result("a/b.xlsx", finding("V06", total, formula="=C9"), WRONG_NAME))
    assert "Correct the error at 报告所载值!P3." in shown
