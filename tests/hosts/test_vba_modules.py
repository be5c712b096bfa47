"""The VBA between a cell and Python: complete, within VBA's limits, readable in the files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import pytest

from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.values import ExcelError
from cfp_xl.hosts.addin import build_addin, with_macros
from cfp_xl.hosts.excel import WIZARD_LIMIT, parameter_name
from cfp_xl.hosts.vba import addin_modules, functions_module, help_module, modules, shortened
from cfp_xl.messages import LANGS
from cfp_xl.workbook.reading.read import read_workbook

WORKBOOKS = Path(__file__).parents[2] / "workbooks"
LINE_LIMIT, CONTINUATION_LIMIT = 1023, 24
"""What the VBA editor takes: characters on a line, and lines that continue one."""

EXCEL_ERRORS = {
    "#NULL!": 2000,
    "#DIV/0!": 2007,
    "#VALUE!": 2015,
    "#REF!": 2023,
    "#NAME?": 2029,
    "#NUM!": 2036,
    "#N/A": 2042,
}
"""XlCVError of Excel's object model: xlErrNull, xlErrDiv0, …"""


@pytest.fixture(scope="module")
def addin() -> bytes:
    return build_addin()


@pytest.fixture(scope="module")
def bxd2() -> bytes:
    return with_macros((WORKBOOKS / "bxd2.xlsx").read_bytes())


@pytest.mark.parametrize("name", list(addin_modules()))
def test_vba_takes_every_line(name: str) -> None:
    source = addin_modules()[name]
    source.encode("ascii")
    assert max(len(line) for line in source.splitlines()) <= LINE_LIMIT
    continued = 0
    for line in source.splitlines():
        continued = continued + 1 if line.endswith(" _") else 0
        assert continued <= CONTINUATION_LIMIT, line


@pytest.mark.parametrize("name", list(all_functions()))
def test_every_function_has_its_wrapper(name: str) -> None:
    declared = re.search(rf"^Public Function {name}\(([^)]*)\)", functions_module(), re.MULTILINE)
    assert declared is not None
    wanted = [
        f"{'Optional ' if p.is_optional else ''}ByVal {parameter_name(p)} As Variant"
        for p in all_functions()[name].parameters
    ]
    assert [p.strip(" _\n") for p in declared[1].split(",") if p] == wanted


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", list(all_functions()))
def test_the_wizard_has_words_for_every_function(name: str, lang: str) -> None:
    spec = all_functions()[name]
    texts = [spec.help, *(p.help for p in spec.parameters)]
    spoken = re.sub(r'" & _\s*"', "", help_module()).replace('""', '"')
    unescaped = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), spoken)
    for text in texts:
        shown = shortened(text, "zh" if lang == "zh" else "en")
        assert 0 < len(shown) <= WIZARD_LIMIT
        assert shown in unescaped


def test_every_error_becomes_excels_own_number() -> None:
    cases = dict(
        re.findall(r'Case "(#[^"]+)": RealError = CVErr\((\d+)\)', modules()["CFP_Bridge"])
    )
    assert cases.keys() == {str(error) for error in ExcelError}
    assert {code: int(cases[code]) for code in EXCEL_ERRORS} == EXCEL_ERRORS


def test_xlwings_module_names_the_dll_of_the_version_installed() -> None:
    """The DLL that pip puts beside Python bears the version: another one is not found."""
    assert f"xlwings64-{version('xlwings')}.dll" in modules()["xlwings"]


def test_settings_are_apart_from_other_xlwings_projects() -> None:
    source = modules()["xlwings"]
    assert 'PROJECT_NAME As String = "cfp_xl"' in source
    assert source.splitlines()[1] == "Option Private Module"


def test_the_same_sources_give_the_same_bytes(addin: bytes, bxd2: bytes) -> None:
    assert build_addin() == addin
    assert with_macros((WORKBOOKS / "bxd2.xlsx").read_bytes()) == bxd2


@pytest.mark.parametrize("file", ["cfp.xlam", "bxd2.xlsm"])
def test_olevba_reads_every_module_back(
    request: pytest.FixtureRequest, tmp_path: Path, file: str
) -> None:
    path = tmp_path / file
    path.write_bytes(request.getfixturevalue("addin" if file == "cfp.xlam" else "bxd2"))
    command = [sys.executable, "-m", "oletools.olevba", "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    read = next(entry for entry in json.loads(done.stdout) if entry.get("macros"))
    found = {macro["vba_filename"].rpartition(".")[0]: macro["code"] for macro in read["macros"]}
    expected = addin_modules() if file == "cfp.xlam" else modules()
    assert found.keys() >= expected.keys()
    for name, source in expected.items():
        assert found[name].split() == source.partition("\n")[2].split()
    assert "Workbook_Open" in found["ThisWorkbook"]


def test_the_addin_names_nobody_and_no_day(addin: bytes) -> None:
    with zipfile.ZipFile(BytesIO(addin)) as package:
        assert b"addin.macroEnabled.main+xml" in package.read("[Content_Types].xml")
        core = package.read("docProps/core.xml")
    assert b"cfp_xl" in core
    assert b"created" not in core
    assert b"lastModifiedBy" not in core


def test_the_macro_workbook_holds_the_cells_of_its_source(tmp_path: Path, bxd2: bytes) -> None:
    path = tmp_path / "bxd2.xlsm"
    path.write_bytes(bxd2)
    plain, made = read_workbook(WORKBOOKS / "bxd2.xlsx"), read_workbook(path)
    assert made.has_macros
    assert [s.cells for s in made.sheets] == [s.cells for s in plain.sheets]
    assert made.properties == plain.properties
    assert made.names == plain.names
