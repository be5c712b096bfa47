"""What Excel does around a function: arguments read, errors passed on, columns in, columns out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain, repeat
from typing import Any

from cfp_xl.footprint.errors import FootprintError
from cfp_xl.functions.kinds import ParameterKind, Takes
from cfp_xl.functions.ranges import (
    CellsRange,
    MistakenRange,
    activities_range,
    assemblies_range,
    factors_range,
    used_columns,
    used_rows,
)
from cfp_xl.functions.spec import FunctionSpec, Parameter
from cfp_xl.functions.values import OMITTED, Cells, ExcelError, Scalar, Table

EXCEL_ROWS = 1_048_576
EXCEL_COLUMNS = 16_384


class Refused(Exception):
    """An argument that a function cannot take, and the error it gives instead."""

    def __init__(self, error: ExcelError) -> None:
        super().__init__(error)
        self.error = error


def applied(spec: FunctionSpec, args: Sequence[Cells]) -> Scalar | Table:
    """`spec` called with `args`, of which there are neither too few nor too many.

    Ranges go to the body whole; all other arguments are taken element by element, shapes
    joined as Excel joins them: single values, rows and columns stretch, and what lies beyond
    a range's own extent is #N/A. Whole columns are cut at their last used row.
    """
    given: list[Cells] = [_plain(arg) for arg in args]
    given += [OMITTED] * (len(spec.parameters) - len(given))
    ready = [_ranged(p, arg) for p, arg in zip(spec.parameters, given, strict=True)]
    if any(isinstance(value, Table) for value in ready):
        return ExcelError.VALUE if spec.spills else _over_elements(spec, ready)
    answer: Scalar | Table = _once(spec, ready)
    return answer


def _once(spec: FunctionSpec, values: Sequence[Any]) -> Any:
    """One call. Errors among the arguments go before all other mistakes."""
    if not spec.explains:
        for value in values:
            if (error := _error_in(value)) is not None:
                return error
    try:
        return _answer(spec.body(*map(read_argument, spec.parameters, values)))
    except Refused as refused:
        return refused.error
    except FootprintError as mistake:
        return excel_error(mistake)


def _over_elements(spec: FunctionSpec, ready: Sequence[Any]) -> Table:
    height, width = _extent([value for value in ready if isinstance(value, Table)])
    same = {at: value for at, value in enumerate(ready) if not isinstance(value, Table)}
    call = _Calls(spec, same)
    streams = [_stream(ready[at], height, width) for at in call.differing]
    results = [call(values) for values in zip(*streams, strict=False)]
    if width == 1:
        return Table([[one] for one in results])
    return Table([results[at : at + width] for at in range(0, len(results), width)])


def _stream(value: Any, height: int, width: int) -> Iterable[Any]:
    """The values of an argument row by row, in the extent of the result."""
    if not isinstance(value, Table):
        return repeat(value)
    if (value.height, value.width) == (height, width):
        return value.flat
    return chain.from_iterable(_stretched(value, height, width))


def _extent(tables: Sequence[Table]) -> tuple[int, int]:
    """Rows and columns of the result: whole columns end at the last used row of all of them."""
    return max(map(_height, tables)), max(map(_width, tables))


def _height(table: Table) -> int:
    return table.height if table.height < EXCEL_ROWS else max(used_rows(table), 1)


def _width(table: Table) -> int:
    return table.width if table.width < EXCEL_COLUMNS else max(used_columns(table), 1)


def _stretched(table: Table, height: int, width: int) -> list[list[Scalar]]:
    values: list[list[Scalar]] = [list(row[:width]) for row in table.rows[:height]]
    if table.width == 1:
        values = [row * width for row in values]
    else:
        values = [row + [ExcelError.NA] * (width - len(row)) for row in values]
    if table.height == 1:
        return values * height
    return values + [[ExcelError.NA] * width] * (height - len(values))


class _Calls:
    """Calls of one body that differ in some of their arguments."""

    def __init__(self, spec: FunctionSpec, same: Mapping[int, Any]) -> None:
        """`same`: arguments that all calls share, read once where nothing is wrong with them."""
        self._spec = spec
        self._arguments: list[Any] = [None] * len(spec.parameters)
        try:
            if not spec.explains and any(_error_in(value) for value in same.values()):
                raise Refused(ExcelError.VALUE)
            for at, value in same.items():
                self._arguments[at] = read_argument(spec.parameters[at], value)
        except Refused:
            same = {}
        self.differing = [at for at in range(len(spec.parameters)) if at not in same]
        """The positions of the arguments that each call is given."""
        self._parameters = [(at, spec.parameters[at]) for at in self.differing]
        self._has_prepared = spec.prepared is not None and self.differing[:1] == [0]
        self._prepared: dict[tuple[object, ...], Callable[[float], Any] | None] = {}
        """By the arguments behind the first, which the rows of a table mostly share."""

    def __call__(self, values: Sequence[Any]) -> Any:
        if self._has_prepared and (found := self._of_first(*values)) is not None:
            return found
        if not self._spec.explains:
            for value in values:
                if (error := _error_in(value)) is not None:
                    return error
        arguments = self._arguments
        try:
            for (at, parameter), value in zip(self._parameters, values, strict=True):
                arguments[at] = read_argument(parameter, value)
            return _answer(self._spec.body(*arguments))
        except Refused as refused:
            return refused.error
        except FootprintError as mistake:
            return excel_error(mistake)

    def _of_first(self, first: Any, *others: Any) -> Any:
        """The answer where nothing is wrong, else None."""
        if type(first) is not float or not 0.0 <= first < math.inf:
            return None
        key = (others, tuple(map(type, others)))  # 1 and TRUE are equal
        if key not in self._prepared:
            self._prepared[key] = self._prepare(others)
        prepared = self._prepared[key]
        return None if prepared is None else prepared(first)

    def _prepare(self, others: Sequence[Any]) -> Callable[[float], Any] | None:
        if any(_error_in(value) for value in others):
            return None
        arguments = self._arguments
        try:
            for (at, parameter), value in zip(self._parameters[1:], others, strict=True):
                arguments[at] = read_argument(parameter, value)
            prepared: Callable[[float], Any] | None = self._spec.prepared(*arguments[1:])  # type: ignore[misc]
        except (Refused, FootprintError):
            return None
        return prepared


def _error_in(value: Any) -> ExcelError | None:
    if isinstance(value, MistakenRange):
        value = value.mistake
    return value if isinstance(value, ExcelError) else None


def mistake_in(spec: FunctionSpec, args: Sequence[Cells]) -> FootprintError | None:
    """The mistake behind the error that a call with single values gives, where there is one."""
    given = [*map(_plain, args), *[OMITTED] * (len(spec.parameters) - len(args))]
    ready = [_ranged(p, arg) for p, arg in zip(spec.parameters, given, strict=True)]
    found = next((v.mistake for v in ready if isinstance(v, MistakenRange)), None)
    if isinstance(found, FootprintError) or any(isinstance(value, Table) for value in ready):
        return found if isinstance(found, FootprintError) else None
    try:
        spec.body(*(read_argument(p, v) for p, v in zip(spec.parameters, ready, strict=True)))
    except Refused:
        return None
    except FootprintError as mistake:
        return mistake
    return None


def excel_error(mistake: FootprintError) -> ExcelError:
    """The error that stands in a cell for a user's mistake; each class of mistake names its own."""
    return ExcelError(mistake.excel)


def _answer(value: Any) -> Any:
    if isinstance(value, Table):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + 0.0 if math.isfinite(value) else ExcelError.NUM
    return value


def _plain(arg: Cells) -> Cells:
    """One value for a range of one cell."""
    if isinstance(arg, Table) and arg.height == arg.width == 1:
        return arg.rows[0][0]
    return arg


def _ranged(parameter: Parameter, arg: Cells) -> Any:
    """A range as the body takes it: None for one left out; any other argument as it is."""
    if not parameter.kind.takes.is_range:
        return arg
    if arg is OMITTED or (arg is None and parameter.is_optional):
        return None
    if isinstance(arg, ExcelError):
        return MistakenRange(arg)
    if not isinstance(arg, Table):
        return MistakenRange(None)
    try:
        return _RANGES[parameter.kind.takes](arg)
    except FootprintError as mistake:
        return MistakenRange(mistake)


_RANGES: Mapping[Takes, Callable[[Table], object]] = {
    Takes.ACTIVITIES: activities_range,
    Takes.FACTORS: factors_range,
    Takes.ASSEMBLIES: assemblies_range,
    Takes.CELLS: CellsRange,
}


def read_argument(parameter: Parameter, value: Any) -> Any:
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


def _number(kind: ParameterKind, value: float) -> float | str:
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


def _text(kind: ParameterKind, value: str) -> str:
    if kind.takes is Takes.NUMBER:
        raise Refused(ExcelError.VALUE)
    return value.strip()


def shown(value: float) -> str:
    """A number in its shortest digits, without an exponent: `1001`, `0.0000001`."""
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")
