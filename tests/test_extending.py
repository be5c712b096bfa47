"""The recipes of docs/extending.md, each followed in a copy of the package by a real addition."""

from __future__ import annotations

import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import cfp_xl

PACKAGE = Path(cfp_xl.__file__).parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, to be changed."""
    leave = shutil.ignore_patterns("__pycache__", "supplier")
    shutil.copytree(PACKAGE, tmp_path / "cfp_xl", ignore=leave)
    for folder in ("workbooks", "udfs"):
        (tmp_path / folder).symlink_to(PACKAGE.parent / folder)
    return tmp_path


def run(copy: Path, code: str) -> str:
    """What a program prints that uses the changed package."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def add_line(copy: Path, table: str, line: str) -> None:
    file = copy / "cfp_xl" / "data" / "columns.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace(f"[{table}]\n", f"[{table}]\n{line}\n"), "utf-8")


READ = """
from cfp_xl.footprint.inventory import Inventory
from cfp_xl.footprint.factor_set import FactorSet
from cfp_xl.footprint.factors import builtin
head = ["stage", "quantity", "unit", "factor_id", "产地"]
row = Inventory.from_rows(head, [["production", 2.0, "kWh", "X", "温州"]]).activities[0]
print(row.quantity, dict(row.more))
head = ["id", "value", "unit", "per_unit", "产地"]
print(dict(FactorSet.from_rows(head, [["X", 1.0, "kgCO2e", "kWh", "温州"]]).get("X").more))
print(builtin("cn-2026").pin, builtin("desnz-2025").pin)
"""


def test_an_optional_column_is_one_line_of_data(copy: Path) -> None:
    for table in ("activities", "factors"):
        add_line(copy, table, 'origin_place = {zh = "产地", en = "origin_place"}')
    row, factor, pins = run(copy, READ).splitlines()
    assert row == "2.0 {'origin_place': '温州'}"
    assert factor == "{'origin_place': '温州'}"
    # What is not declared as hashed leaves the pins of every workbook as they are.
    plain = run(PACKAGE.parent, READ.replace(', "产地"', "").replace(', "温州"', ""))
    assert plain.splitlines()[2] == pins


BUILD = """
import hashlib
from pathlib import Path
from cfp_xl.templates.build import build_workbook
data = build_workbook(Path("workbooks/product-zh-native"))
print(hashlib.sha256(data).hexdigest())
"""
HEADINGS = """
from pathlib import Path
from cfp_xl.schema.schema import find_schema
from cfp_xl.templates.build import build_workbook
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
data = build_workbook(Path("workbooks/product-zh-native"))
schema, findings = find_schema(read_package(package_of(data, Path("x.xlsx"))))
print([f.code for f in findings], schema.regions["activities"].has("origin_place"))
"""


def test_a_column_without_a_width_leaves_the_templates_as_they_are(copy: Path) -> None:
    shipped = PACKAGE.parent / "workbooks" / "product-zh-native.xlsx"
    add_line(copy, "activities", 'origin_place = {zh = "产地", en = "origin_place"}')
    assert run(copy, BUILD).strip() == sha256(shipped.read_bytes()).hexdigest()


def test_a_column_with_a_width_stands_in_the_templates(copy: Path) -> None:
    line = 'origin_place = {zh = "产地", en = "origin_place", width = 12, fill = "may"}'
    add_line(copy, "activities", line)
    assert run(copy, HEADINGS).strip() == "[] True"


def test_an_unknown_key_of_a_column_is_named(copy: Path) -> None:
    add_line(copy, "activities", 'origin_place = {zh = "产地", en = "o", witdh = 12}')
    with pytest.raises(AssertionError, match="witdh"):
        run(copy, READ)


RULE = '''
"""Z01: an activity without a process."""
from __future__ import annotations
from collections.abc import Iterator
from cfp_xl.findings import Finding, finding
from cfp_xl.schema.case import Case
from cfp_xl.verify.rule import PRODUCT, rule

@rule("Z01", reads=("activities",), schemas=(PRODUCT,))
def every_activity_is_questioned(case: Case) -> Iterator[Finding]:
    """Z01: the first activity is asked about."""
    first = case.schema.inventory.activities[0]
    yield finding("Z01", case.at(first, "quantity"), seen="0")
'''
WORDS = """
[Z01]
severity = "warning"
justifiable = true
title = {zh = "试", en = "Trial"}
rule = {zh = "试", en = "Trial"}
message = {zh = "试 {seen}", en = "trial {seen}"}
hint = {zh = "试", en = "Trial"}
"""
VERIFY = """
from pathlib import Path
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Options
from cfp_xl.verify.judging.justify import is_justifiable
result = verify_file(Path("workbooks/bxd2.xlsx"), Options())
print([f.message("en") for f in result.findings if f.code == "Z01"], is_justifiable("Z01"))
"""


def test_a_rule_is_a_function_and_its_words(copy: Path) -> None:
    (copy / "cfp_xl" / "verify" / "rules" / "trial.py").write_text(RULE, "utf-8")
    (copy / "cfp_xl" / "data" / "findings" / "trial.toml").write_text(WORDS, "utf-8")
    assert run(copy, VERIFY).strip() == "['trial 0'] True"


def test_a_rule_without_words_is_named(copy: Path) -> None:
    (copy / "cfp_xl" / "verify" / "rules" / "trial.py").write_text(RULE, "utf-8")
    with pytest.raises(AssertionError, match="KeyError: 'Z01'"):
        run(copy, VERIFY)
