"""Values at Excel's edge: what xlwings hands a function, and what it may hand back.

Arguments are read "raw", so that nothing is lost: Excel's errors then arrive as pywin32's
integers (0x800A0000 + the error's number; real numbers are always floats), blanks as None,
dates as datetimes, currency as Decimal. xlwings' usual converter makes errors blanks.
Errors go out as their text (`#N/A`), the marker that the VBA wrapper turns into CVErr: COM
hands Excel no error value from Python, and a bare exception would become a sentence in the cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from cfp_xl.functions.registry import answer
from cfp_xl.functions.serial_dates import serial_of
from cfp_xl.functions.values import Cells, ExcelError, Scalar, Table

_SCODE_BASE = 0x800A0000 - 2**32
NUMBERS = {
    2000: ExcelError.NULL,
    2007: ExcelError.DIV0,
    2015: ExcelError.VALUE,
    2023: ExcelError.REF,
    2029: ExcelError.NAME,
    2036: ExcelError.NUM,
    2042: ExcelError.NA,
    2043: ExcelError.GETTING_DATA,
    2045: ExcelError.SPILL,
    2046: ExcelError.CONNECT,
    2047: ExcelError.BLOCKED,
    2048: ExcelError.UNKNOWN,
    2049: ExcelError.FIELD,
    2050: ExcelError.CALC,
}
"""Excel's errors by their number, the argument of VBA's CVErr."""

ERROR_BY_SCODE = {_SCODE_BASE + number: error for number, error in NUMBERS.items()}
"""pywin32's integers for Excel's errors, as xlwings' own table has seven of them."""

ERROR_BY_MARKER = {error.value: error for error in ExcelError}


def called_from_excel(name: str, *args: Any) -> list[list[Any]]:
    """The function `name` on raw arguments of xlwings; its value as rows of cells.

    A single value is a table of one, too: xlwings takes the length of what a raw function gives.
    """
    left = outgoing(answer(name, [incoming(arg) for arg in args]))
    return left if isinstance(left, list) else [[left]]


def incoming(value: Any) -> Cells:
    """One argument as the registry takes it; a tuple of rows becomes a range.

    xlwings passes None both for a blank cell and for an argument left out: optional arguments
    treat the two alike, and a required one that is blank is #VALUE!.
    """
    if isinstance(value, tuple | list):
        return Table([_cells(row) for row in (value if _is_table(value) else [value])])
    return _scalar(value)


def outgoing(value: Scalar | Table) -> Any:
    """A value as COM takes it: errors as their marker, tables as lists of rows."""
    if isinstance(value, Table):
        return [[outgoing(cell) for cell in row] for row in value.rows]
    return value.value if isinstance(value, ExcelError) else value


def _cells(row: Sequence[Any]) -> list[Scalar]:
    """A row of a range, whose cells mostly are as they should be: no call for each of those."""
    return [
        cell
        if (kind := type(cell)) is float or cell is None or (kind is str and cell[:1] != "#")
        else _scalar(cell)
        for cell in row
    ]


def _scalar(value: Any) -> Scalar:
    match value:
        case None | bool() | float():
            return value
        case int():
            return ERROR_BY_SCODE.get(value, float(value))
        case str():
            return ERROR_BY_MARKER.get(value, value)
        case Decimal():
            return float(value)
        case datetime():
            return serial_of(value.replace(tzinfo=None))
        case _:
            raise TypeError(f"no value of a cell: {value!r}")


def _is_table(value: Sequence[Any]) -> bool:
    return bool(value) and isinstance(value[0], tuple | list)
