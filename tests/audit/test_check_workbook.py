"""`cfp-xl read`: the check workbook is a declared sheet that verify takes, row by row proposed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.audit.audit import audit_file
from cfp_xl.cli import run
from cfp_xl.findings import Severity
from cfp_xl.report.audit.check_workbook import check_workbook
from cfp_xl.schema.opened import open_file
from cfp_xl.verify.pipeline import verify_file
from tests.audit.files import pdf_of
from tests.audit.reports import HERE, KETTLE, report

FAULTY = KETTLE.replace("生产\t1.5\t37.5%", "生产\t1.9\t37.5%")
"""1.5 elsewhere; the table no longer adds to 4.0, nor is 37.5 % its share."""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_verify_takes_it_as_a_declared_sheet(tmp_path: Path, lang: str) -> None:
    file = tmp_path / "report.txt"
    file.write_text(FAULTY, "utf-8")
    out = tmp_path / "check.xlsx"
    assert run(["--lang", lang, "read", str(file), "-o", str(out)]) == 0
    result = verify_file(out)
    errors = [(f.code, f.case, f.seen) for f in result.findings if f.severity is Severity.ERROR]
    assert sorted(errors) == [
        ("N03", "one_row", "1.9"),
        ("N04", "", "1.9"),
        ("N06", "belongs_to_another", "37.5"),
    ]
    audited = [f for f in audit_file(file).findings if f.severity is Severity.ERROR]
    assert [(f.code, f.case, f.seen) for f in audited] == sorted(errors)
    assert result.cells.matched == result.cells.formulas > 12
    before = out.read_bytes()
    assert run(["read", str(file), "-o", str(out)]) == 2  # somebody may have confirmed rows in it
    assert out.read_bytes() == before


def test_one_report_makes_the_same_bytes() -> None:
    assert check_workbook(report(KETTLE), "zh") == check_workbook(report(KETTLE), "zh")


def test_a_scan_is_held_against_nothing_until_it_is_confirmed(tmp_path: Path) -> None:
    scan, text, out = tmp_path / "scan.pdf", tmp_path / "ocr.txt", tmp_path / "check.xlsx"
    scan.write_bytes(pdf_of("1 结果\n"))
    text.write_text(FAULTY, "utf-8")
    assert run(["--lang", "zh", "read", str(scan), "--text", str(text), "-o", str(out)]) == 0
    result = verify_file(out)
    assert not [f for f in result.findings if f.code.startswith("N")]
    left_out = {one.what: one.count for one in result.not_checked}
    declared = open_file(out).recomputed.product
    assert declared is not None
    assert left_out["declared_uncertain"] == len(declared.rows("declared"))
    states = {row.text("reading") for row in declared.rows("declared")}
    assert states == {"不确定"}


def test_without_a_figure_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "report.txt"
    file.write_text("没有数字。\n", "utf-8")
    assert run(["read", str(file), "-o", str(tmp_path / "check.xlsx")]) == 2
    assert not (tmp_path / "check.xlsx").exists()


def test_every_format_of_an_audit(tmp_path: Path) -> None:
    outputs = {name: tmp_path / f"a.{name}" for name in ("json", "sarif", "markdown", "html")}
    reports = [f"--report={name}={path}" for name, path in outputs.items()]
    assert run(["audit", str(HERE / "kettle.txt"), *reports]) == 0
    file = tmp_path / "faulty.txt"
    file.write_text(FAULTY, "utf-8")
    again = {name: tmp_path / f"b.{name}" for name in outputs}
    assert run(["audit", str(file), *(f"--report={n}={p}" for n, p in again.items())]) == 1
    for path in again.values():
        assert "N04" in path.read_text("utf-8"), path
    assert "<script" not in again["html"].read_text("utf-8")


def test_a_report_is_held_against_its_product(tmp_path: Path) -> None:
    """bxd2.xlsx gives 15.0006 kgCO2e for one box; 15.0014 is printed here."""
    file = tmp_path / "report.txt"
    file.write_text("摘要\n\n1台的碳足迹为15.0014 kgCO₂e/台。\n", "utf-8")
    workbooks = HERE.parents[1] / "workbooks"
    found = audit_file(file, product=workbooks / "bxd2.xlsx").findings
    differing = [f for f in found if f.code == "N11"]
    assert [(f.seen, str(f.where)) for f in differing] == [("15.0014", "l. 3")]
    table = tmp_path / "table.xlsx"
    assert run(["read", str(file), "-o", str(table)]) == 0
    codes = {f.code for f in audit_file(file, product=table).findings}
    assert "W84" in codes
    assert "N11" not in codes
