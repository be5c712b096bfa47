"""The recipes of docs/extending.md, each followed in a copy of the package by a real addition."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import cfp_xl
from cfp_xl.engine.builtin import _REGISTERED
from cfp_xl.footprint.factors import builtin_sets
from cfp_xl.functions.registry import MODULES
from cfp_xl.templates.build import SHEET_WRITERS
from cfp_xl.templates.layout import SHEETS

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


FUNCTION = '''

@function("CFP_TRIAL", category="checks")
def trial(value: Number) -> Share:
    """A tenth of a number."""
    return value / 10
'''
FUNCTION_WORDS = """
[CFP_TRIAL]
help = {zh = "试", en = "Trial."}
returns = {zh = "比值", en = "a ratio"}
[CFP_TRIAL.parameters]
value = {zh = "数", en = "a number"}
[CFP_TRIAL.errors]
[[CFP_TRIAL.examples]]
formula = 'CFP_TRIAL(20)'
gives = 2.0
because = {zh = "20 ÷ 10", en = "20 ÷ 10"}
"""
CALL = """
from cfp_xl.functions.registry import all_functions, call
print(call("CFP_TRIAL", [20.0]), all_functions()["CFP_TRIAL"].signature)
"""


def append(copy: Path, file: str, text: str) -> None:
    path = copy / "cfp_xl" / file
    path.write_text(path.read_text("utf-8") + text, "utf-8")


def replace(copy: Path, file: str, old: str, new: str) -> None:
    path = copy / "cfp_xl" / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def add_function(copy: Path) -> None:
    kinds = "from cfp_xl.functions.kinds import Number, Share\n"
    append(copy, "functions/checks.py", f"\n{kinds}{FUNCTION}")


def test_a_function_is_its_body_and_its_words(copy: Path) -> None:
    add_function(copy)
    append(copy, "data/functions.toml", FUNCTION_WORDS)
    assert run(copy, CALL).strip() == "2.0 CFP_TRIAL(value)"


def test_a_function_without_words_is_named(copy: Path) -> None:
    add_function(copy)
    with pytest.raises(AssertionError, match="KeyError: 'CFP_TRIAL'"):
        run(copy, CALL)


SET_HEAD = """
id = "trial-2026"
version = "1"
title = {zh = "试", en = "Trial"}
publisher = "nobody"
licence = "CC0-1.0"
attribution = {zh = "试", en = "Trial"}
factors = "trial-2026.csv"
[sources.paper]
title = "A paper"
publisher = "nobody"
date = "2026-01-01"
url = "https://example.com"
licence = "CC0-1.0"
"""
SET_ROWS = """\
id,name_zh,name_en,category,value,unit,per_unit,region,year,source,table,confidence,boundary
TRIAL-1,试,trial,trial,1.5,kgCO2e,kg,CN,2026,paper,1,high,consumer
"""
FIND = """
from cfp_xl.footprint.factors import library
factor = library().get("TRIAL-1")
print(factor.value, factor.set_id, factor.source.title)
"""


def test_a_factor_set_is_two_files_and_its_name(copy: Path) -> None:
    folder = copy / "cfp_xl" / "data" / "factors"
    (folder / "trial-2026.toml").write_text(SET_HEAD, "utf-8")
    (folder / "trial-2026.csv").write_text(SET_ROWS, "utf-8")
    last = '    "eu-cbam-2026",\n'
    replace(copy, "footprint/factors.py", last, f'{last}    "trial-2026",\n')
    assert run(copy, FIND).strip() == "1.5 trial-2026 A paper"


def test_every_factor_set_in_the_folder_is_searched() -> None:
    heads = {file.stem for file in (PACKAGE / "data" / "factors").glob("*.toml")}
    assert heads - {"search", "desnz_names"} == set(builtin_sets()), (
        "name the set in footprint/factors.py"
    )


FORMAT = """    ReportFormat("count", ".txt", {VERIFY: ReportWriter("verification.count:count")}),
"""
WRITER = '''
"""How many files were verified."""
def count(result, lang):
    return f"{len(result.files)} {lang}"
'''
REPORT = """
from cfp_xl.cli import run
run(["verify", "workbooks/bxd2.xlsx", "--report", "count"])
"""


def test_a_report_format_is_a_declaration_and_its_writer(copy: Path) -> None:
    first = "FORMATS = (\n"
    replace(copy, "report/formats.py", first, f"{first}{FORMAT}")
    (copy / "cfp_xl" / "report" / "verification" / "count.py").write_text(WRITER, "utf-8")
    assert run(copy, REPORT).split() in (["1", "zh"], ["1", "en"])


FORMULA = """

@scalar("TRIAL")
def _trial(value: Scalar) -> Scalar:
    found = number(value)
    return found if isinstance(found, ExcelError) else found / 10
"""
COMPUTE = """
from pathlib import Path
from openpyxl import Workbook
from cfp_xl.schema.opened import open_file
book = Workbook()
book.active["A1"], book.active["A2"], book.active["A3"] = 20, "=TRIAL(A1)", "=TRIAL(1/0)"
book.save("trial.xlsx")
cells = open_file(Path("trial.xlsx")).recalculation.cells.values()
print([str(cell.value) if cell.is_computed else "-" for cell in cells])
"""


def test_a_formula_function_is_its_body(copy: Path) -> None:
    assert run(copy, COMPUTE).strip() == "['-', '-']"
    append(copy, "engine/builtin/radix.py", FORMULA)
    assert run(copy, COMPUTE).strip() == "['2.0', '#DIV/0!']"


SHEET = """

def trial(book: Book) -> None:
    book.page("trial").sheet.write_string(3, 0, "trial")
"""
TABS = """
from pathlib import Path
from cfp_xl.schema.opened import opened
from cfp_xl.templates.build import build_workbook
book = opened(build_workbook(Path("workbooks/product-en-native")), Path("x.xlsx")).workbook
print([sheet.name for sheet in book.sheets][-1], book.sheets[-1].cells[4, 1].value)
"""


def add_sheet(copy: Path) -> None:
    append(copy, "templates/records.py", SHEET)
    last = '    "translations": report_texts.translations,\n'
    replace(copy, "templates/build.py", last, f'{last}    "trial": records.trial,\n')
    order = '    "report",\n    "translations",\n'
    replace(copy, "templates/layout.py", order, f'{order}    "trial",\n')


def test_a_template_sheet_is_its_writer_its_place_and_its_words(copy: Path) -> None:
    add_sheet(copy)
    for section in ("[sheet]\n", "[title]\n", "[note]\n", "[about.sheet]\n"):
        words = f'{section}trial = {{zh = "试", en = "Trial"}}\n'
        replace(copy, "data/messages/templates.toml", section, words)
    assert run(copy, TABS).strip() == "Trial trial"


def test_a_template_sheet_without_words_is_named(copy: Path) -> None:
    add_sheet(copy)
    with pytest.raises(AssertionError, match=r"templates\.sheet\.trial"):
        run(copy, TABS)


def test_every_template_sheet_has_its_place() -> None:
    assert set(SHEET_WRITERS) == set(SHEETS), "templates/layout.py, SHEETS"


REBIND = """
from pathlib import Path
from cfp_xl.schema.opened import open_file
from cfp_xl.workbook.writing.rebind import rebind
there, back = Path("there.xlsx"), Path("back.xlsx")
count = rebind(open_file(Path("workbooks/bxd2.xlsx")), there, "trial")
print(count == rebind(open_file(there), back, "excel"), count > 9)
"""
SPELLING = ('    "officejs": "_xldudf_{}",\n', '    "trial": "TRIALXL_{}",\n')


def test_a_spelling_is_a_declaration_and_how_it_is_read(copy: Path) -> None:
    known, added = SPELLING
    replace(copy, "functions/spelling.py", known, f"{known}{added}")
    read = "(?: _xldudf_ )?"
    replace(copy, "functions/spelling.py", read, "(?: _xldudf_ | TRIALXL_ )?")
    assert run(copy, REBIND).strip() == "True True"


def test_a_spelling_that_is_not_read_again_is_seen(copy: Path) -> None:
    """`tests/functions/test_spelling.py` looks at each by name."""
    known, added = SPELLING
    replace(copy, "functions/spelling.py", known, f"{known}{added}")
    assert run(copy, REBIND).strip() == "False True"


def declaring(folder: str, decorators: str) -> set[str]:
    """The modules of a room that declare something with one of these decorators."""
    return {
        module.stem
        for module in (PACKAGE / folder).glob("*.py")
        if re.search(rf"^@({decorators})\(", module.read_text("utf-8"), re.MULTILINE)
    }


def test_every_module_of_functions_is_registered() -> None:
    assert declaring("functions", "function") == set(MODULES), "functions/registry.py, MODULES"


def test_every_module_of_formula_functions_is_registered() -> None:
    registered = {module.__name__.rpartition(".")[2] for module in _REGISTERED}
    missing = declaring("engine/builtin", "lazy|scalar|whole") - registered
    assert not missing, "import it in engine/builtin/__init__.py"
