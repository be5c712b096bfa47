Attribute VB_Name = "CFP_Python"
' The one place that speaks to Python, through the module xlwings.
Option Explicit
Option Private Module

Public Function CallPython(ByVal functionName As String, ByVal arguments As Variant) As Variant
    CallPython = XLPy.CallUDF("cfp_udfs", functionName, arguments)
End Function
