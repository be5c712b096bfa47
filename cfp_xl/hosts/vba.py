"""The VBA that stands between a cell and Python, as modules of a workbook.

`CFP_Functions` holds a wrapper for each function of the registry, `CFP_Help` their words for the
function wizard, `CFP_Desk` the add-in's macro `CFP_Verify` with its words; all are made here.
`CFP_Bridge` (values in and out, errors) and `CFP_Python` (the call) are written by hand, in
`data/vba/`; `xlwings` is that library's own module.

All of it is ASCII: VBA source is kept in a code page of one machine, so other characters stand
as `\\uXXXX` and are put together at run time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from cfp_xl.functions.registry import all_functions, categories
from cfp_xl.functions.spec import FunctionSpec
from cfp_xl.functions.values import ExcelError
from cfp_xl.hosts.edge import NUMBERS
from cfp_xl.hosts.excel import SLOW_IN_WIZARD, WIZARD_LIMIT, first_sentence, parameter_name
from cfp_xl.messages import LANGS, Lang, Text, text

SETTINGS = "cfp_xl"
"""Names our settings file (`.cfp_xl/cfp_xl.conf`), apart from those of other xlwings projects."""

SAID = ("no_workbook", "unsaved", "failed")
"""What `CFP_Verify` says by itself; the rest Python says."""

_CHUNK = 120
"""Characters of a text on one line; escaped six times as many, and VBA takes 1023."""


def modules() -> Mapping[str, str]:
    """The source of each VBA module, by its name."""
    return {
        "CFP_Functions": functions_module(),
        "CFP_Bridge": bridge_module(),
        "CFP_Python": _written("CFP_Python.bas"),
        "CFP_Help": help_module(),
        "xlwings": xlwings_module(),
    }


def addin_modules() -> Mapping[str, str]:
    """The modules of the add-in, which also has the macro `CFP_Verify`."""
    return {**modules(), "CFP_Desk": desk_module()}


def workbook_events() -> str:
    """The code of `ThisWorkbook`."""
    return _written("ThisWorkbook.cls")


def functions_module() -> str:
    """The functions that a cell can call."""
    head = """\
Attribute VB_Name = "CFP_Functions"
' The CFP_* functions. Generated from cfp_xl's function registry; changes made here are lost.
Option Explicit

' Says why a function gave #VALUE! (Alt+F8, CFP_Why).
Public Sub CFP_Why()
    If LastFailure() = "" Then
        MsgBox "No call to Python has failed in this session."
    Else
        MsgBox LastFailure() & vbCrLf & vbCrLf & "More: cfp-xl host doctor"
    End If
End Sub

' Gives the function wizard its words. Without them the functions work all the same.
Public Sub CFP_DescribeFunctions()
    DescribeAll
End Sub
"""
    return head + "".join(_wrapper(spec) for spec in all_functions().values())


def bridge_module() -> str:
    """Values in and out; its table of errors is the edge's."""
    number = {error: number for number, error in NUMBERS.items()}
    cases = "\n".join(
        f'            Case "{error}": RealError = CVErr({number[error]})' for error in ExcelError
    )
    return _written("CFP_Bridge.bas").replace("@CASES@", cases)


def desk_module() -> str:
    """The macro that verifies the open workbook, and what it says in the words of the catalogue."""
    return _written("CFP_Desk.bas") + "".join(_said(key) for key in SAID)


def _said(key: str) -> str:
    words = text(f"desk.excel.{key}")
    zh, en = (_vba(words.in_lang(lang), 8) for lang in LANGS)
    head = f"\nPrivate Function Said_{key}() As String\n    If IsChinese() Then\n"
    answers = f"        Said_{key} = {zh}\n    Else\n        Said_{key} = {en}\n"
    return f"{head}{answers}    End If\nEnd Function\n"


def help_module() -> str:
    """What the function wizard shows, in the language of Excel's own interface."""
    calls = "\n".join(f"    Describe_{name} isChinese" for name in all_functions())
    subs = "".join(_description(spec) for spec in all_functions().values())
    return _HELP.format(calls=calls) + subs


def xlwings_module() -> str:
    """xlwings' own VBA (BSD licence, in its head) of the version installed here.

    Its functions are kept out of the wizard, and its settings apart from those of other projects.
    """
    text = (_xlwings_folder() / "xlwings.bas").read_text("utf-8")
    name, _, rest = text.partition("\n")
    return f"{name}\nOption Private Module\n" + rest.replace(
        'PROJECT_NAME As String = "xlwings"', f'PROJECT_NAME As String = "{SETTINGS}"'
    )


def _xlwings_folder() -> Path:
    spec = find_spec("xlwings")
    assert spec is not None, "xlwings is a dependency"
    assert spec.origin is not None
    return Path(spec.origin).parent


def _written(name: str) -> str:
    return files("cfp_xl").joinpath("data", "vba", name).read_text("ascii")


def _wrapper(spec: FunctionSpec) -> str:
    names = [parameter_name(p) for p in spec.parameters]
    declared = [
        f"Optional ByVal {name} As Variant" if p.is_optional else f"ByVal {name} As Variant"
        for name, p in zip(names, spec.parameters, strict=True)
    ]
    given = ", ".join(f"Given({name})" for name in names)
    lines = ["", f"Public Function {spec.name}({_folded(declared)}) As Variant"]
    call = f'{spec.name} = Answer("{spec.name}", Array({given}))'
    if spec.name in SLOW_IN_WIZARD:
        lines += ["    If IsInWizard() Then", f"        {spec.name} = CVErr(2042)", "    Else"]
        lines += [f"        {call}", "    End If"]
    else:
        lines.append(f"    {call}")
    return "\n".join([*lines, "End Function", ""])


def _folded(declared: list[str]) -> str:
    """Parameters one a line: VBA takes 1023 characters on a line."""
    return (", _\n" + " " * 8).join(declared)


def _description(spec: FunctionSpec) -> str:
    lines = ["", f"Private Sub Describe_{spec.name}(ByVal isChinese As Boolean)"]
    for lang, opening in zip(LANGS, ("If isChinese Then", "Else"), strict=True):
        category = f"CFP {categories()[spec.category].in_lang(lang)}"
        arguments = [_vba(shortened(p.help, lang), 12) for p in spec.parameters]
        lines += [
            f"    {opening}",
            f'        Describe "{spec.name}", {_vba(category)}, _',
            f"            {_vba(shortened(spec.help, lang), 12)}, _",
            "            Array(" + (", _\n" + " " * 12).join(arguments) + ")",
        ]
    return "\n".join([*lines, "    End If", "End Sub", ""])


def shortened(text: Text, lang: Lang) -> str:
    """As much as the wizard shows: the first sentence where the whole is too long."""
    whole = text.in_lang(lang)
    return whole if len(whole) <= WIZARD_LIMIT else first_sentence(whole)[:WIZARD_LIMIT]


def _vba(text: str, indent: int = 0) -> str:
    """A VBA expression that gives `text`, in ASCII."""
    pieces = [_quoted(piece) for piece in _chunks(text)]
    expression = (" & _\n" + " " * (indent + 4)).join(pieces)
    return f"Words({expression})" if "\\u" in expression else expression


def _chunks(text: str) -> Iterator[str]:
    return (text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK))


def _quoted(text: str) -> str:
    escaped = "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in text)
    return '"' + escaped.replace('"', '""') + '"'


_HELP = """\
Attribute VB_Name = "CFP_Help"
' What Excel's function wizard says of the functions. Generated; changes made here are lost.
Option Explicit
Option Private Module

Public Sub DescribeAll()
    Dim isChinese As Boolean
    On Error Resume Next
    ' The low ten bits of a language id are the language without its country; 4 is Chinese.
    isChinese = ((Application.LanguageSettings.LanguageID(2) And 1023) = 4)
{calls}
End Sub

' True while the function wizard is open, which calls a function at every key stroke.
Public Function IsInWizard() As Boolean
    On Error Resume Next
    IsInWizard = Not Application.CommandBars("Standard").Controls(1).Enabled
End Function

Private Sub Describe(ByVal functionName As String, ByVal category As String, _
        ByVal description As String, ByVal arguments As Variant)
    Dim macroName As String
    macroName = "'" & Replace(ThisWorkbook.Name, "'", "''") & "'!" & functionName
    On Error Resume Next
    If UBound(arguments) < LBound(arguments) Then
        Application.MacroOptions Macro:=macroName, Description:=description, Category:=category
    Else
        Application.MacroOptions Macro:=macroName, Description:=description, _
            Category:=category, ArgumentDescriptions:=arguments
    End If
End Sub

' A text whose characters beyond ASCII are written \\uXXXX.
Public Function Words(ByVal escaped As String) As String
    Dim pieces As Variant, i As Long
    pieces = Split(escaped, "\\u")
    Words = pieces(0)
    For i = 1 To UBound(pieces)
        Words = Words & ChrW(CLng("&H" & Left(pieces(i), 4))) & Mid(pieces(i), 5)
    Next i
End Function
"""
