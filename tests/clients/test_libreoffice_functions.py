"""The functions in LibreOffice Calc itself: the same values as ours, the same errors as Excel's."""

from __future__ import annotations

import json
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import xlsxwriter

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.reading.read import read_workbook
from tests.clients.conftest import Calc

pytestmark = pytest.mark.client
WORKBOOKS = Path(__file__).parents[2] / "workbooks"

HEADINGS = ("stage", "process", "activity", "status", "quantity", "unit", "factor_id")
TABLE = [
    HEADINGS,
    ("production", "making", "power", "data", 10, "kWh", "CN-ELEC-CFP-2024"),
    ("distribution", "lorry", "power", "data", "=NA()", "kWh", "CN-ELEC-CFP-2024"),
    ("use", "washing", "power", "data", None, "kWh", "CN-ELEC-CFP-2024"),
]
FACTORS = [("id", "value", "unit", "per_unit"), ("MINE", 2, "kgCO2e", "kWh")]
# Sheet `data`: TABLE in A:G, FACTORS in M:P, 1, 2, 3 in R1:R3, #DIV/0! in T1,
# five scores of 1 in U1:Y1; column Z is empty.

CALLS: list[tuple[str, Scalar]] = [
    ('CFP_FACTOR("CN-ELEC-CFP-2024")', 0.5777),
    ('CFP_FACTOR("CN-ELEC-CFP-2024","MWh")', 577.7),
    ('CFP_EMISSION(17.2348,"kWh","CN-ELEC-CFP-2024")', 17.2348 * 0.5777),
    ("CFP_FUEL_FACTOR(42.652,20.2,0.98)", 42.652e-3 * 20.2 * 0.98 * 44 / 12),
    ('CFP_CO2E(2,"kg","CH4","AR5")', 56.0),
    ('CFP_TRANSPORT(1,"t",100,"km","MINE",data!M1:P2)', ExcelError.VALUE),
    ('CFP_DIAGNOSE(1,"kWh","CN-ELEC-CFP-2024")', "OK"),
    ('CFP_AGREES(1.234,"1.23")', 1.0),
    ('CFP_AGREES(1.234,"1.29")', 0.0),
    ('IF(CFP_AGREES(1.234,"1.29"),"agrees","differs")', "differs"),
    # Arguments left out, in between and at the end; empty cells where a text would stand.
    ('CFP_EMISSION(3,"kWh","MINE",data!M1:P2,,)', 6.0),
    ('CFP_FACTOR("CN-ELEC-CFP-2024",data!Z1)', 0.5777),
    ('CFP_EMISSION(2,data!Z1,"CN-ELEC-CFP-2024")', ExcelError.VALUE),
    ("CFP_FACTOR(data!Z1)", ExcelError.VALUE),
    # A cell that is empty gives no 0 inside of a range; alone it looks like 0 to an add-in.
    ('CFP_EMISSION(data!Z1:Z1,"kWh","CN-ELEC-CFP-2024")', ExcelError.VALUE),
    # Mistakes are errors, never texts; errors pass on as they are.
    ('CFP_FACTOR("NOPE")', ExcelError.NA),
    ('CFP_EMISSION("many","kWh","CN-ELEC-CFP-2024")', ExcelError.VALUE),
    ('CFP_FACTOR("CN-ELEC-CFP-2024","kg")', ExcelError.VALUE),
    ("CFP_FUEL_FACTOR(42.652,20.2,1.5)", ExcelError.NUM),
    ("CFP_ALLOCATE(10,1,0)", ExcelError.NUM),
    ("CFP_FACTOR(NA())", ExcelError.NA),
    ("CFP_FACTOR(data!T1)", ExcelError.DIV0),
    ('CFP_EMISSION(1,data!T1,"NOPE")', ExcelError.DIV0),
    ('IFERROR(CFP_FACTOR("NOPE"),"not found")', "not found"),
    ('ISNUMBER(CFP_FACTOR("CN-ELEC-CFP-2024"))', True),
    # Ranges: each stage answers for its own rows; a whole column is 1,048,576 rows.
    ('CFP_STAGE("production",data!A1:G4)', 5.777),
    ('CFP_STAGE("production",data!A:G)', 5.777),
    ('CFP_STAGE("production",data!A:G,"making")', 5.777),
    ('CFP_STAGE("production",data!A:G,"baking")', ExcelError.NA),
    ('CFP_STAGE("distribution",data!A:G)', ExcelError.NA),
    ('CFP_STAGE("use",data!A:G)', ExcelError.VALUE),
    ("CFP_TOTAL(data!A1:G2)", 5.777),
    ("CFP_TOTAL(data!A:G)", ExcelError.NA),
    ('CFP_SHARE("production",data!A1:G2)', 1.0),
    ("CFP_STATUS(data!A1:G2)", "OK"),
    ('CFP_STAGE("production",3)', ExcelError.VALUE),
    ('CFP_EMISSION(3,"kWh","MINE",data!M:P)', 6.0),
    ('SUM(CFP_EMISSION(data!R1:R3,"kWh","MINE",data!M1:P2))', 12.0),
    ('SUM(CFP_EMISSION(data!R:R,"kWh","MINE",data!M1:P2))', 12.0),
    ('ISTEXT(INDEX(CFP_FACTOR_SEARCH("diesel",3),3,5))', True),
    ('CFP_PART(data!A1:G2,"fossil")', 5.777),
    ("INDEX(CFP_HOTSPOTS(data!A1:G2,1),1,2)", 5.777),
    ("CFP_INTERVAL(data!A1:G2)", ExcelError.NA),
    ('CFP_DQR(data!A1:G2,"time")', ExcelError.NA),
    ("CFP_GSD2(data!U1:Y1,2)", 2.0),
    ('CFP_ASSEMBLY("X",data!A1:G2,,data!A1:G2)', ExcelError.VALUE),
    # Every other spelling that a file may hold.
    ('_xldudf_CFP_FACTOR("CN-ELEC-CFP-2024")', 0.5777),
    ('_xll.CFP_FACTOR("CN-ELEC-CFP-2024")', 0.5777),
    ('ORG.CFPXL.FUNCTIONS.CFPFACTOR("CN-ELEC-CFP-2024")', 0.5777),
]


@pytest.fixture(scope="module")
def shown(calc: Calc) -> Mapping[str, Scalar]:
    """What Calc shows for each formula of CALLS."""
    path = calc.folder / "calls.xlsx"
    book = xlsxwriter.Workbook(path)
    calls, data = book.add_worksheet("calls"), book.add_worksheet("data")
    for row, values in enumerate(TABLE):
        data.write_row(row, 0, values)
    for row, entries in enumerate(FACTORS):
        data.write_row(row, 12, entries)
    data.write_column("R1", [1, 2, 3])
    data.write_formula("T1", "=1/0")
    data.write_row("U1", [1, 1, 1, 1, 1])
    for row, (formula, _) in enumerate(CALLS):
        calls.write_formula(row, 0, formula, None, "")
    calls.write_array_formula("C1:C3", '{=CFP_EMISSION(data!R1:R3,"kWh","MINE",data!M1:P2)}')
    book.close()
    cells = read_workbook(calc.saved_by_calc(path)).sheets[0].cells
    column = {f"C{row}": cells[row, 3].value for row in (1, 2, 3)}
    return column | {formula: cells[row, 1].value for row, (formula, _) in enumerate(CALLS, 1)}


@pytest.mark.parametrize(("formula", "value"), CALLS)
def test_calc_shows(shown: Mapping[str, Scalar], formula: str, value: Scalar) -> None:
    wanted = pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
    assert shown[formula] == wanted


def test_what_depends_on_our_functions_is_computed_too(calc: Calc) -> None:
    """Saved by a program without the functions, a workbook holds errors, and zeros behind them."""
    path = calc.folder / "without-functions.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_formula("A1", 'CFP_FACTOR("CN-ELEC-CFP-2024")', None, "#NAME?")
    sheet.write_formula("A2", "IFERROR(A1,0)", None, 0)
    sheet.write_formula("A3", 'COUNTIF(A1,">0")', None, 0)
    book.close()
    cells = read_workbook(calc.saved_by_calc(path)).sheets[0].cells
    assert [cells[row, 1].value for row in (1, 2, 3)] == [0.5777, 0.5777, 1.0]


def test_one_call_serves_a_column(shown: Mapping[str, Scalar]) -> None:
    assert [shown[f"C{row}"] for row in (1, 2, 3)] == [2.0, 4.0, 6.0]


def test_every_function_is_called() -> None:
    """Those that CALLS leave out stand in the worked example or are simple."""
    called = set(re.findall(r"CFP_\w+", " ".join(formula for formula, _ in CALLS)))
    worked = {"CFP_CONVERT", "CFP_FACTOR_INFO", "CFP_GWP", "CFP_VERSION"}
    assert called | worked == set(all_functions())


@pytest.fixture(scope="module")
def worked_example(calc: Calc) -> Path:
    """bxd2.xlsx without any stored value, saved again by Calc."""
    path = calc.folder / "bxd2.xlsx"
    with_stored = zipfile.ZipFile(WORKBOOKS / "bxd2.xlsx")
    with with_stored, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as without:
        for info in with_stored.infolist():
            part = with_stored.read(info).decode() if info.filename.endswith(".xml") else ""
            stripped = re.sub(r"(</f>|<f/>)<v>[^<]*</v>", r"\1", part)
            if info.filename.startswith("xl/worksheets/sheet"):
                without.writestr(info, stripped)
            else:
                without.writestr(info, with_stored.read(info))
    stored = [c for s in read_workbook(path).sheets for c in s.cells.values() if c.formula]
    assert len(stored) > 200
    assert all(cell.value is None for cell in stored)
    return calc.saved_by_calc(path)


def test_the_worked_example_computes_as_in_our_engine(worked_example: Path) -> None:
    ours = recalculate(read_workbook(WORKBOOKS / "bxd2.xlsx")).cells
    saved = read_workbook(worked_example)
    theirs = {
        (sheet.name, *position): cell.value
        for sheet in saved.sheets
        for position, cell in sheet.cells.items()
    }
    differing = {
        key.ref: (computed.value, theirs.get((key.sheet, key.row, key.column)))
        for key, computed in ours.items()
        if not same(computed.value, theirs.get((key.sheet, key.row, key.column)))
    }
    assert len(ours) > 200
    assert differing == {}


def same(ours: Scalar, theirs: Scalar) -> bool:
    if isinstance(ours, float) and isinstance(theirs, float):
        return ours == pytest.approx(theirs, rel=1e-12, abs=0)
    return ours == theirs


def test_saved_there_it_passes_here(worked_example: Path) -> None:
    result = verify_file(worked_example)
    assert (result.status, result.recalculation) == ("passed", "agrees")
    assert result.footprint is not None
    assert result.footprint.total_kgco2e == pytest.approx(15.000560117, rel=1e-9)


def test_20000_calls(calc: Calc, record_property: Callable[[str, object], None]) -> None:
    path = calc.folder / "many.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row in range(20_000):
        sheet.write_number(row, 0, row)
        formula = f'CFP_EMISSION(A{row + 1},"kWh","CN-ELEC-CFP-2024")'
        sheet.write_formula(row, 1, formula, None, "")
    book.close()
    started = time.monotonic()
    cells = read_workbook(calc.saved_by_calc(path)).sheets[0].cells
    record_property("seconds_for_20000_calls", round(time.monotonic() - started, 1))
    wrong = [r for r in range(20_000) if cells[r + 1, 2].value != pytest.approx(r * 0.5777)]
    assert wrong == []


TYPE_IT = """
import json, subprocess, sys, time, uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

soffice, profile, pipe = sys.argv[1:]
office = subprocess.Popen([soffice, "-env:UserInstallation=" + profile, "--headless",
    "--norestore", "--accept=pipe,name=" + pipe + ";urp;"])
here = uno.getComponentContext()
resolver = here.ServiceManager.createInstanceWithContext(
    "com.sun.star.bridge.UnoUrlResolver", here)
for _ in range(2400):
    try:
        there = resolver.resolve("uno:pipe,name=" + pipe + ";urp;StarOffice.ComponentContext")
        break
    except NoConnectException:
        time.sleep(0.25)
desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
try:
    hidden = PropertyValue(Name="Hidden", Value=True)
    book = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (hidden,))
    cell = book.Sheets.getByIndex(0).getCellByPosition(0, 0)
    cell.FormulaLocal = '=CFP_FACTOR("CN-ELEC-CFP-2024")'
    wizard = there.ServiceManager.createInstanceWithContext(
        "com.sun.star.sheet.FunctionDescriptions", there)
    described = {}
    for index in range(wizard.Count):
        entry = {p.Name: p.Value for p in wizard.getByIndex(index)}
        if entry["Name"].startswith("CFP_"):
            names = [argument.Name for argument in entry["Arguments"] or ()]
            described[entry["Name"]] = [entry["Description"], names]
    print(json.dumps([cell.Value, described]))
    book.close(True)
finally:
    desktop.terminate()
    office.wait(600)
"""


def test_typed_into_a_new_sheet(calc: Calc, office_python: str) -> None:
    """What the installation promises; and the function wizard has words for every function."""
    script = calc.put("type_it.py", TYPE_IT.encode())
    profile = calc.profile.as_uri()
    said = calc.run(office_python, str(script), calc.soffice, profile, calc.folder.name)
    value, described = json.loads(said.splitlines()[-1])
    assert value == 0.5777
    wanted = {
        name: [
            spec.help.en,
            [f"{p.name} ({p.unit})" if p.unit else p.name for p in spec.parameters],
        ]
        for name, spec in all_functions().items()
    }
    assert described == wanted
