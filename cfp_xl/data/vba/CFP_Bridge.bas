Attribute VB_Name = "CFP_Bridge"
' How a value crosses from a cell to Python and back. Every CFP_* function goes through Answer.
' Errors pass in untouched and come back as real errors of Excel: never a text, a blank or a zero.
Option Explicit
Option Private Module

Private whatFailed As String

Public Function Answer(ByVal functionName As String, ByVal arguments As Variant) As Variant
    On Error GoTo failed
    Answer = AsCell(CallPython(functionName, arguments))
    Exit Function
failed:
    ' Excel's own answer for a function that breaks; CFP_Why tells the reason.
    whatFailed = functionName & ": " & Err.Description
    Answer = CVErr(2015)
End Function

' What Python is handed for an argument: values, never a reference, for Excel is busy while it waits.
Public Function Given(Optional ByVal argument As Variant) As Variant
    If IsMissing(argument) Then
        Given = Empty
    ElseIf IsObject(argument) Then
        Given = ValuesOf(argument)
    Else
        Given = argument
    End If
End Function

' What failed last in this session; empty where nothing has.
Public Function LastFailure() As String
    LastFailure = whatFailed
End Function

Private Function ValuesOf(ByVal area As Object) As Variant
    If area.Areas.Count > 1 Then
        ValuesOf = CVErr(2015)
    Else
        ValuesOf = Trimmed(area).Value2
    End If
End Function

' Whole columns and rows end with the used part of their sheet: a million blanks need not travel.
Private Function Trimmed(ByVal area As Object) As Object
    Dim used As Object, rowCount As Long, columnCount As Long
    rowCount = area.Rows.Count
    columnCount = area.Columns.Count
    Set used = area.Worksheet.UsedRange
    If rowCount = area.Worksheet.Rows.Count Then
        rowCount = used.Row + used.Rows.Count - 1
    End If
    If columnCount = area.Worksheet.Columns.Count Then
        columnCount = used.Column + used.Columns.Count - 1
    End If
    Set Trimmed = area.Resize(rowCount, columnCount)
End Function

Private Function AsCell(ByVal value As Variant) As Variant
    Dim i As Long, j As Long
    Select Case Dimensions(value)
        Case 0
            AsCell = RealError(value)
        Case 1
            For i = LBound(value) To UBound(value)
                value(i) = RealError(value(i))
            Next i
            AsCell = value
        Case Else
            For i = LBound(value, 1) To UBound(value, 1)
                For j = LBound(value, 2) To UBound(value, 2)
                    value(i, j) = RealError(value(i, j))
                Next j
            Next i
            AsCell = value
    End Select
End Function

Private Function Dimensions(ByVal value As Variant) As Long
    Dim bound As Long
    If Not IsArray(value) Then Exit Function
    Dimensions = 1
    On Error GoTo onlyOne
    bound = UBound(value, 2)
    Dimensions = 2
onlyOne:
End Function

' Python says an error by its code, since it can hand over no error value.
Private Function RealError(ByVal value As Variant) As Variant
    RealError = value
    If IsEmpty(value) Or IsNull(value) Then
        ' No function answers with nothing; Excel would show it as 0.
        RealError = CVErr(2042)
    ElseIf VarType(value) = vbString Then
        Select Case value
@CASES@
        End Select
    End If
End Function
