"""The wrappers' VBA, run by LibreOffice: it parses, hands values over, maps errors.

There is no Excel here, and no Python behind it: `CFP_Python`, the one module that speaks to
Python, is stood in for by one that answers what the test asks. LibreOffice's Basic shows an
error value in a cell as the text `Error 2042`; in Excel the same value is #N/A.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from io import BytesIO

import pytest
from xlsxwriter import Workbook as NewWorkbook

from cfp_xl.functions.values import Scalar
from cfp_xl.hosts.addin import as_macro_workbook, put_modules
from cfp_xl.hosts.vba import modules
from cfp_xl.workbook.reading.read import read_workbook
from tests.clients.conftest import HANGS_S

pytestmark = pytest.mark.client

STAND_IN = """\
Attribute VB_Name = "CFP_Python"
Option Explicit
Public Function CallPython(ByVal functionName As String, ByVal arguments As Variant) As Variant
    Dim table(0 To 1, 0 To 1) As Variant
    If functionName = "CFP_VERSION" Then
        CallPython = UBound(arguments) + 1
    ElseIf functionName = "CFP_FACTOR" Then
        CallPython = TypeName(arguments(0)) & TypeName(arguments(1)) & TypeName(arguments(2))
    ElseIf functionName = "CFP_CONVERT" Then
        Select Case arguments(1)
            Case "answer": CallPython = arguments(2)
            Case "is_error": CallPython = IsError(arguments(0))
            Case "type": CallPython = TypeName(arguments(0))
            Case "nothing": CallPython = Empty
            Case "rows": CallPython = UBound(arguments(0), 1) - LBound(arguments(0), 1) + 1
            Case "row": CallPython = Array(1, "#N/A")
            Case "fail": Err.Raise 1000, , "no Python here"
            Case "table"
                table(0, 0) = 1.5
                table(0, 1) = "#DIV/0!"
                table(1, 0) = "#N/A"
                table(1, 1) = "text"
                CallPython = table
        End Select
    End If
End Function

Public Function Cfp_Failure() As Variant
    Cfp_Failure = LastFailure()
End Function

Public Function Cfp_Word() As Variant
    Cfp_Word = Words("\\u4e2d\\uff1a a\\u00d7b")
End Function
"""

ANSWERS: list[tuple[str, Scalar]] = [
    # What Python says is an error is one, of the same kind; a text that is none stays a text.
    ('CFP_CONVERT(1,"answer","#N/A")', "Error 2042"),
    ('CFP_CONVERT(1,"answer","#VALUE!")', "Error 2015"),
    ('CFP_CONVERT(1,"answer","#NUM!")', "Error 2036"),
    ('CFP_CONVERT(1,"answer","#DIV/0!")', "Error 2007"),
    ('CFP_CONVERT(1,"answer","#REF!")', "Error 2023"),
    ('CFP_CONVERT(1,"answer","#NAME?")', "Error 2029"),
    ('CFP_CONVERT(1,"answer","#NULL!")', "Error 2000"),
    ('CFP_CONVERT(1,"answer","#SPILL!")', "Error 2045"),
    ('CFP_CONVERT(1,"answer","#N/A waiting")', "#N/A waiting"),
    ('CFP_CONVERT(1,"answer","OK")', "OK"),
    ('CFP_CONVERT(1,"answer",0.5777)', 0.5777),
    ('CFP_CONVERT(1,"answer",TRUE)', True),
    # Nothing is never shown as 0, and a bridge that breaks is #VALUE!.
    ('CFP_CONVERT(1,"nothing","")', "Error 2042"),
    ('CFP_CONVERT(1,"fail","")', "Error 2015"),
    ("Cfp_Failure()", "CFP_CONVERT: no Python here"),
    # Arguments: left out, blank, a cell, a range, a whole column.
    ("CFP_VERSION()", 0.0),
    ('CFP_FACTOR("x")', "StringEmptyEmpty"),
    ("CFP_FACTOR(A2,A9,A1:A2)", "DoubleEmptyVariant()"),
    ('CFP_CONVERT(A2,"type","")', "Double"),
    ('CFP_CONVERT(A1:A7,"rows","")', 7.0),
    ('CFP_CONVERT(A:A,"rows","")', 30.0),
    # The wizard's words are put together from ASCII.
    ("Cfp_Word()", "中： a×b"),
]

RECALCULATE = """
import subprocess, sys, time, uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

def given(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())

soffice, source, target, profile, pipe = sys.argv[1:]
office = subprocess.Popen(
    [soffice, "-env:UserInstallation=" + profile, "--headless", "--norestore",
     "--accept=pipe,name=" + pipe + ";urp;"]
)
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
always_without_asking = 4
book = desktop.loadComponentFromURL(
    source, "_blank", 0, given(Hidden=True, MacroExecutionMode=always_without_asking))
book.calculateAll()
book.storeToURL(target, given(FilterName="Calc MS Excel 2007 XML"))
book.close(True)
desktop.terminate()
office.wait(600)
"""


@pytest.fixture(scope="module")
def shown(
    soffice: str, office_python: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[int, int], Scalar]:
    """What each cell shows after LibreOffice has run the wrappers."""
    folder = tmp_path_factory.mktemp("vba")
    book = folder / "wrappers.xlsm"
    book.write_bytes(as_macro_workbook(_workbook()))
    # LibreOffice's VBA knows `Value` only; Excel's would round money to four decimals.
    put_modules(
        book,
        {
            name: source.replace(".Value2", ".Value")
            for name, source in modules().items()
            if name != "xlwings"
        }
        | {"CFP_Python": STAND_IN},
    )
    saved = folder / "saved.xlsx"
    profile = (folder / "profile").as_uri()
    command = [office_python, "-c", RECALCULATE, soffice, book.as_uri(), saved.as_uri(), profile]
    subprocess.run([*command, folder.name], check=True, timeout=HANGS_S, capture_output=True)
    cells = read_workbook(saved).sheets[0].cells
    return lambda row, column: cells[row, column].value


def _workbook() -> bytes:
    target = BytesIO()
    book = NewWorkbook(target)
    sheet = book.add_worksheet()
    sheet.write_formula("A1", "NA()")
    sheet.write_number("A2", 2.5)
    for row, (formula, _) in enumerate(ANSWERS):
        sheet.write_formula(row, 1, formula)
    sheet.write_array_formula("D1:E2", '{=CFP_CONVERT(1,"table","")}')
    sheet.write_array_formula("D4:E4", '{=CFP_CONVERT(1,"row","")}')
    sheet.write_string("F30", "the last row used")
    book.close()
    return target.getvalue()


@pytest.mark.parametrize(("row", "formula", "answer"), [(i, *a) for i, a in enumerate(ANSWERS, 1)])
def test_what_a_cell_shows(
    shown: Callable[[int, int], Scalar], row: int, formula: str, answer: Scalar
) -> None:
    assert shown(row, 2) == answer, formula


def test_errors_inside_a_table_are_errors_too(shown: Callable[[int, int], Scalar]) -> None:
    table = [[shown(row, column) for column in (4, 5)] for row in (1, 2)]
    assert table == [[1.5, "Error 2007"], ["Error 2042", "text"]]
    assert [shown(4, column) for column in (4, 5)] == [1.0, "Error 2042"]
