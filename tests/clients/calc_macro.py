"""LibreOffice Calc doing to a workbook what a person does: rows put in, columns moved, cells typed.

A macro in a profile of its own opens the file, does one command a line, and saves it as .xlsx.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub EditCopy(source As String, target As String, script As String)
  On Error GoTo Failed
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim book As Object
  book = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  Dim i As Integer
  For i = 0 To book.Sheets.Count - 1
    book.Sheets.getByIndex(i).unprotect("")
  Next
  Dim files As Object
  files = createUnoService("com.sun.star.ucb.SimpleFileAccess")
  Dim text As Object
  text = createUnoService("com.sun.star.io.TextInputStream")
  text.setInputStream(files.openFileRead(ConvertToURL(script)))
  text.setEncoding("UTF-8")
  Do While Not text.isEOF()
    line = Join(Split(text.readLine(), Chr(10)), "")
    If line &lt;&gt; "" Then Do_ book, Split(line, Chr(9))
  Loop
  Dim filter(0) As New com.sun.star.beans.PropertyValue
  filter(0).Name = "FilterName"
  filter(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL(ConvertToURL(target), filter())
  book.close(True)
  Exit Sub
Failed:
  number = FreeFile
  Open target &amp; ".error" For Output As #number
  Print #number, Error &amp; " " &amp; line
  Close #number
  StarDesktop.terminate()
End Sub

Sub EditAll(list As String)
  number = FreeFile
  Open list For Input As #number
  Do While Not EOF(number)
    Line Input #number, entry
    If entry &lt;&gt; "" Then
      files = Split(entry, Chr(9))
      EditCopy(files(0), files(1), files(2))
    End If
  Loop
  Close #number
End Sub

Sub Do_(book As Object, words)
  Dim sheet As Object
  sheet = book.Sheets.getByName(words(1))
  Select Case words(0)
    Case "insert rows": sheet.Rows.insertByIndex(CLng(words(2)) - 1, CLng(words(3)))
    Case "delete rows": sheet.Rows.removeByIndex(CLng(words(2)) - 1, CLng(words(3)))
    Case "insert columns": sheet.Columns.insertByIndex(CLng(words(2)) - 1, CLng(words(3)))
    Case "delete columns": sheet.Columns.removeByIndex(CLng(words(2)) - 1, CLng(words(3)))
    Case "move"
      sheet.moveRange(sheet.getCellRangeByName(words(3)).CellAddress, _
        sheet.getCellRangeByName(words(2)).RangeAddress)
    Case "rename": sheet.setName(words(2))
    Case "move sheet": book.Sheets.moveByName(words(1), CLng(words(2)))
    Case "hide rows": sheet.Rows.getByIndex(CLng(words(2)) - 1).IsVisible = False
    Case "type": sheet.getCellRangeByName(words(2)).setString(words(3))
    Case "number": sheet.getCellRangeByName(words(2)).setValue(Val(words(3)))
    Case "formula": sheet.getCellRangeByName(words(2)).setFormula(words(3))
    Case "copy"
      sheet.copyRange(sheet.getCellRangeByName(words(3)).CellAddress, _
        sheet.getCellRangeByName(words(2)).RangeAddress)
    Case "sort"
      Dim fields(0) As New com.sun.star.table.TableSortField
      fields(0).Field = CLng(words(3))
      fields(0).IsAscending = True
      Dim how(1) As New com.sun.star.beans.PropertyValue
      how(0).Name = "SortFields"
      how(0).Value = fields()
      how(1).Name = "ContainsHeader"
      how(1).Value = False
      sheet.getCellRangeByName(words(2)).sort(how())
    Case "merge": sheet.getCellRangeByName(words(2)).merge(True)
    Case "remove sheet": book.Sheets.removeByName(words(1))
    Case "add sheet": book.Sheets.insertNewByName(words(1) &amp; " 2", 1)
  End Select
End Sub
</script:module>
"""


@dataclass(frozen=True)
class MacroCalc:
    """LibreOffice with our macro in a profile of its own."""

    soffice: str
    profile: Path

    def start(self) -> None:
        """Lays out the profile, which the first start does, and puts the macro into it."""
        self._run("--terminate_after_init")
        folder = self.profile / "user" / "basic" / "Standard"
        (folder / "Module1.xba").write_text(MODULE, "utf-8")

    def edited(self, path: Path, commands: Sequence[Sequence[object]]) -> Path:
        """A copy of the workbook after these commands: ("insert rows", sheet, row, count), …"""
        return self.all_edited({path: commands})[0]

    def all_edited(self, wanted: Mapping[Path, Sequence[Sequence[object]]]) -> list[Path]:
        """Copies of several workbooks after their commands, all made in one session."""
        targets, entries = [], []
        for path, commands in wanted.items():
            script = path.with_suffix(".commands")
            lines = ["\t".join(str(word) for word in command) for command in commands]
            script.write_text("\n".join(lines), "utf-8")
            targets.append(path.with_name(f"{path.stem}-edited.xlsx"))
            entries.append(f"{path}\t{targets[-1]}\t{script}")
        todo = next(iter(wanted)).with_name("commands.list")
        todo.write_text("\n".join(entries), "utf-8")
        self._run(f'macro:///Standard.Module1.EditAll("{todo}")')
        for target in targets:
            failure = target.with_name(f"{target.name}.error")
            assert not failure.exists(), failure.read_text("utf-8", "replace")
        return targets

    def _run(self, *arguments: str) -> None:
        home = f"-env:UserInstallation={self.profile.as_uri()}"
        command = [self.soffice, home, "--headless", "--norestore", *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=900)
