"""What Excel does around a function: arguments read, errors passed on, columns in, columns out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from cfp_xl.footprint.errors import FootprintError
from cfp_xl.functions.kinds import Kind, Takes
from cfp_xl.functions.ranges import MistakenRange, activities_range, factors_range, trimmed
from cfp_xl.functions.values import OMITTED, Argument, Array, ExcelError, Scalar

if TYPE_CHECKING:
    from cfp_xl.functions.registry import FunctionSpec, Parameter

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384


class Refused(Exception):
    """An argument that a function cannot take, and the error it gives instead."""

    def __init__(self, error: ExcelError) -> None:
        super().__init__(error)
        self.error = error


def applied(spec: FunctionSpec, args: Sequence[Argument]) -> Scalar | Array:
    """`spec` called with `args`, of which there are neither too few nor too many.

    Ranges go to the body whole; all other arguments are taken element by element, shapes
    joined as Excel joins them: single values, rows and columns stretch, and what lies beyond
    an array's own extent is #N/A. Whole columns are cut at their last used row.
    """
    given: list[Argument] = [_plain(arg) for arg in args]
    given += [OMITTED] * (len(spec.parameters) - len(given))
    ready = [_ranged(p, arg) for p, arg in zip(spec.parameters, given, strict=True)]
    if any(isinstance(value, np.ndarray) for value in ready):
        return ExcelError.VALUE if spec.spills else _over_elements(spec, ready)
    answer: Scalar | Array = _once(spec, ready)
    return answer


def _over_elements(spec: FunctionSpec, ready: Sequence[Any]) -> Array:
    cut = _cut([value for value in ready if isinstance(value, np.ndarray)])
    rows = max(array.shape[0] for array in cut.values())
    columns = max(array.shape[1] for array in cut.values())
    stretched = [
        _stretched(cut[id(value)], rows, columns)
        if isinstance(value, np.ndarray)
        else [[value] * columns] * rows
        for value in ready
    ]
    result: Array = np.empty((rows, columns), dtype=object)
    for row, lines in enumerate(zip(*stretched, strict=True)):
        for column, values in enumerate(zip(*lines, strict=True)):
            result[row, column] = _once(spec, values)
    return result


def _cut(arrays: Sequence[Array]) -> dict[int, Array]:
    """Whole columns and rows cut at the last used one of all of them, so that they stay aligned."""
    rows = max(_used_rows(array) for array in arrays)
    columns = max(_used_columns(array) for array in arrays)
    return {id(array): array[:rows, :columns] for array in arrays}


def _used_rows(array: Array) -> int:
    height: int = array.shape[0]
    return height if height < EXCEL_ROWS else max(trimmed(array, columns=False).shape[0], 1)


def _used_columns(array: Array) -> int:
    width: int = array.shape[1]
    return width if width < EXCEL_COLUMNS else max(trimmed(array, rows=False).shape[1], 1)


def _stretched(array: Array, rows: int, columns: int) -> list[list[Scalar]]:
    values: list[list[Scalar]] = array.tolist()
    if len(values[0]) == 1:
        values = [row * columns for row in values]
    else:
        values = [row + [ExcelError.NA] * (columns - len(row)) for row in values]
    if len(values) == 1:
        return values * rows
    return values + [[ExcelError.NA] * columns] * (rows - len(values))


def _once(spec: FunctionSpec, values: Sequence[Any]) -> Any:
    """One call of the body. Errors among the arguments go before all other mistakes."""
    if not spec.explains:
        for value in values:
            if isinstance(value, ExcelError):
                return value
            if isinstance(value, MistakenRange) and isinstance(value.mistake, ExcelError):
                return value.mistake
    try:
        read = [_read(p, value) for p, value in zip(spec.parameters, values, strict=True)]
        return _answer(spec.body(*read))
    except Refused as refused:
        return refused.error
    except FootprintError as mistake:
        return excel_error(mistake)


def excel_error(mistake: FootprintError) -> ExcelError:
    """The error that stands in a cell for a user's mistake; each class of mistake names its own."""
    return ExcelError(mistake.excel)


def _answer(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + 0.0 if math.isfinite(value) else ExcelError.NUM
    return value


def _plain(arg: object) -> Any:
    """One value for an array of one, a two-dimensional array for any other."""
    if isinstance(arg, np.ndarray):
        array: Array = np.atleast_2d(arg.astype(object, copy=False))
        return _plain(array[0, 0]) if array.size == 1 else array
    return arg.item() if isinstance(arg, np.generic) else arg


def _ranged(parameter: Parameter, arg: Argument) -> Any:
    """A range as the body takes it: None for one left out; any other argument as it is."""
    if not parameter.kind.takes.is_range:
        return arg
    if arg is OMITTED or (arg is None and parameter.is_optional):
        return None
    if isinstance(arg, ExcelError):
        return MistakenRange(arg)
    if not isinstance(arg, np.ndarray):
        return MistakenRange(None)
    make = activities_range if parameter.kind.takes is Takes.ACTIVITIES else factors_range
    try:
        return make(arg)
    except FootprintError as mistake:
        return MistakenRange(mistake)


def _read(parameter: Parameter, value: Any) -> Any:
    """An argument as the body takes it: None for an optional one left out; or Refused."""
    kind = parameter.kind
    if kind.takes.is_range:
        if isinstance(value, MistakenRange) and not kind.may_be_mistaken:
            why = value.mistake
            raise Refused(excel_error(why) if isinstance(why, FootprintError) else ExcelError.VALUE)
        return value
    if kind.takes is Takes.ANYTHING:
        return None if value is OMITTED else value
    is_blank = value is None or value is OMITTED or (isinstance(value, str) and not value.strip())
    if is_blank and parameter.is_optional:
        return None
    if is_blank or isinstance(value, bool):
        raise Refused(ExcelError.VALUE)
    if isinstance(value, ExcelError):
        raise Refused(value)
    if isinstance(value, int | float):
        return _number(kind, float(value))
    return _text(kind, value)


def _number(kind: Kind, value: float) -> float | str:
    if not math.isfinite(value):
        raise Refused(ExcelError.NUM)
    match kind.takes:
        case Takes.NUMBER:
            is_below = kind.minimum is not None and value < kind.minimum
            is_above = kind.maximum is not None and value > kind.maximum
            if is_below or is_above or (kind.is_whole and value != int(value)):
                raise Refused(ExcelError.NUM)
            return value
        case Takes.PRINTED:
            return value
        case Takes.ID:
            return shown(value)
        case _:
            raise Refused(ExcelError.VALUE)


def _text(kind: Kind, value: str) -> str:
    if kind.takes is Takes.NUMBER:
        raise Refused(ExcelError.VALUE)
    return value.strip()


def shown(value: float) -> str:
    """A number in its shortest digits, without an exponent: `1001`, `0.0000001`."""
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")
