"""Values at LibreOffice's edge: what Calc hands an add-in's function, and what it may hand back.

An argument of type `any` is a number, a text, None where it was left out, or a tuple of rows for
a range, whole columns with all their rows. With an error in it Calc does not call the function:
a single error passes on by itself, one in a range makes it #VALUE!. An empty cell is 0.0 where it
stands alone and '' inside a range; TRUE is 1.0. Only an argument that may not be left out can be
of another type: ranges of activities come as the cells themselves, errors and all.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, TypeAlias, get_args, get_type_hints

from cfp_xl.functions.kinds import Takes
from cfp_xl.functions.registry import answer
from cfp_xl.functions.spec import FunctionSpec, Parameter
from cfp_xl.functions.values import OMITTED, Cells, ExcelError, Scalar, Table

Rows: TypeAlias = tuple[tuple[float | str, ...], ...]

ERROR_NUMBERS = {
    ExcelError.NULL: 521,
    ExcelError.DIV0: 532,
    ExcelError.VALUE: 519,
    ExcelError.REF: 524,
    ExcelError.NAME: 525,
    ExcelError.NUM: 503,
    ExcelError.NA: 32767,
}
"""Calc's own numbers of the errors that it shares with Excel."""

ERRORS = {number: error for error, number in ERROR_NUMBERS.items()}

_NAN = 0x7FF8_0000_0000_0000


def called_from_calc(spec: FunctionSpec, args: Sequence[Any]) -> float | str | Rows:
    """The function's value for arguments as Calc gives them, as Calc takes it."""
    given: list[Cells] = [incoming(p, arg) for p, arg in zip(spec.parameters, args, strict=True)]
    while given and given[-1] is OMITTED and len(given) > spec.required:
        given.pop()
    value = answer(spec.name, given)
    return one_value(value) if gives_text(spec) else rows(value)


def gives_text(spec: FunctionSpec) -> bool:
    """Whether the value may be a text; then a function gives one value, and else rows of cells.

    Calc knows rows by the type that the interface declares, so a number alone is a row, too.
    Texts in rows, however, are none that COUNTIF or MATCH find: Calc compares texts by where it
    keeps them, and keeps those of an add-in's rows apart.
    """
    return _is_text_among(spec.body)


@cache
def _is_text_among(body: Callable[..., Any]) -> bool:
    hint = get_type_hints(body)["return"]
    return hint is str or str in get_args(hint)


def takes_cells(parameter: Parameter) -> bool:
    """Whether the argument comes as cells of a sheet, not as their values."""
    return parameter.kind.takes.is_range and not parameter.is_optional


def incoming(parameter: Parameter, value: Any) -> Cells:
    """One argument as the registry takes it.

    A number alone is 0.0 for an empty cell, too. Where a text is wanted it can be nothing else,
    and no optional number of ours means anything when it is 0; a required one stays 0.
    """
    if value is None:
        return OMITTED
    if takes_cells(parameter):
        return used_cells(value)
    if isinstance(value, tuple):
        return Table(value)
    if value == 0.0 and _is_blank_for(parameter):
        return None
    return float(value) if isinstance(value, int) else value


def _is_blank_for(parameter: Parameter) -> bool:
    return parameter.is_optional or parameter.kind.takes in (Takes.TEXT, Takes.ID)


def used_cells(cells: Any) -> Table:
    """The values of a range of cells down to the last row in use on its sheet."""
    address = cells.getRangeAddress()
    cursor = cells.getSpreadsheet().createCursor()
    cursor.gotoEndOfUsedArea(False)
    last_row = min(address.EndRow, max(cursor.getRangeAddress().EndRow, address.StartRow))
    used = cells.getCellRangeByPosition(
        0, 0, address.EndColumn - address.StartColumn, last_row - address.StartRow
    )
    rows = used.getDataArray()
    # An error's value is void; which error it is, only its cell says.
    return Table(
        [
            [
                _error(used.getCellByPosition(column, row)) if value is None else value
                for column, value in enumerate(values)
            ]
            if None in values
            else values
            for row, values in enumerate(rows)
        ]
    )


def _error(cell: Any) -> ExcelError:
    return ERRORS.get(cell.getError(), ExcelError.VALUE)


def one_value(value: Scalar | Table) -> float | str:
    """A single value as Calc takes it; a column of texts is more than it can take."""
    return _cell(ExcelError.VALUE if isinstance(value, Table) else value)


def rows(value: Scalar | Table) -> Rows:
    """A table as Calc takes it, or a single value as a table of one."""
    cells = value.rows if isinstance(value, Table) else [[value]]
    return tuple(tuple(map(_cell, row)) for row in cells)


def _cell(value: Scalar) -> float | str:
    if isinstance(value, ExcelError):
        return error_value(value)
    if value is None:
        return error_value(ExcelError.NA)
    # Calc (7.4 and 25.2) takes a False among an add-in's rows for TRUE; a number it takes as it is.
    return float(value) if isinstance(value, bool | int) else value


def error_value(error: ExcelError) -> float:
    """An error as Calc keeps it in a number: a NaN that carries the error's own number."""
    number = ERROR_NUMBERS.get(error, ERROR_NUMBERS[ExcelError.VALUE])
    (value,) = struct.unpack("<d", struct.pack("<Q", _NAN | number))
    return float(value)
