Attribute VB_Name = "CFP_Desk"
' The open workbook at the desk (cfp-xl desk). Python names the place for a copy and starts the desk:
' no command line is put together here, so a file's name can't be taken for a part of one.
Option Explicit

' Verifies a copy of the active workbook, as it is now, and opens the page (Alt+F8, CFP_Verify).
Public Sub CFP_Verify()
    Dim copyPath As String, said As String, why As String
    On Error GoTo failed
    If ActiveWorkbook Is Nothing Then
        MsgBox Said_no_workbook()
        Exit Sub
    End If
    If ActiveWorkbook.Path = "" Or Not ActiveWorkbook.Saved Then MsgBox Said_unsaved()
    copyPath = CallDesk("place_for_copy", Array(ActiveWorkbook.Name))
    ActiveWorkbook.SaveCopyAs copyPath
    said = CallDesk("open_copy", Array(copyPath, IIf(IsChinese(), "zh", "en")))
    If said <> "" Then MsgBox said
    Exit Sub
failed:
    why = Err.Description
    MsgBox Said_failed() & vbCrLf & vbCrLf & why
End Sub

' The text that a function of cfp_xl/desk/from_excel.py gives.
Private Function CallDesk(ByVal functionName As String, ByVal arguments As Variant) As String
    Dim desk As Object
    Set desk = XLPy.Module("cfp_xl.desk.from_excel")
    CallDesk = XLPy.Str(XLPy.Call(desk, functionName, XLPy.TupleFromArray(arguments)))
End Function

Private Function IsChinese() As Boolean
    On Error Resume Next
    ' As the function wizard's words have it: 4 is Chinese, whatever the country.
    IsChinese = ((Application.LanguageSettings.LanguageID(2) And 1023) = 4)
End Function
