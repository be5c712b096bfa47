"""Calls and cells as JSON carries them between Excel's page and the server.

A cell is a number, a text, true or false, null for a blank, or `{"error": "#N/A"}`: no text can
pass for an error. An argument is a cell, `{"omitted": true}`, or `{"range": 0}`, the place of its
rows among the batch's ranges, because a results sheet hands the same range to every formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from cfp_xl.functions.registry import all_functions, answer
from cfp_xl.functions.values import OMITTED, Cells, ExcelError, Scalar, Table

MAX_CALLS = 10_000
"""In one request."""
MAX_RANGES = 1_000
MAX_ARGUMENTS = 255
"""As many as a function of Excel can have."""
MAX_CELLS = 1_048_576
"""Of the table that one call may give: a whole column's."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ErrorCell(_Strict):
    """A cell with an error of Excel."""

    error: ExcelError


class LeftOut(_Strict):
    """An argument that the formula leaves out."""

    omitted: Literal[True]


class RangeAt(_Strict):
    """An argument that is one of the batch's ranges."""

    range: Annotated[int, Field(ge=0)]


Cell: TypeAlias = bool | FiniteFloat | str | ErrorCell | None
Rows: TypeAlias = list[list[Cell]]


class FunctionCall(_Strict):
    """A function's name and its arguments."""

    name: str
    args: Annotated[list[Cell | LeftOut | RangeAt], Field(max_length=MAX_ARGUMENTS)]


class Batch(_Strict):
    """Many calls in one request."""

    calls: Annotated[list[FunctionCall], Field(max_length=MAX_CALLS)]
    ranges: Annotated[list[Rows], Field(max_length=MAX_RANGES)] = []

    @model_validator(mode="after")
    def _is_whole(self) -> Batch:
        for rows in self.ranges:
            check_rectangle(rows)
        count = len(self.ranges)
        for call in self.calls:
            if any(isinstance(arg, RangeAt) and arg.range >= count for arg in call.args):
                raise ValueError("an argument names a range that is not there")
        return self


def check_rectangle(rows: Rows) -> Rows:
    """Rows as they are; ValueError unless there are some, all of one length."""
    if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
        raise ValueError("a range has rows of one length")
    return rows


def answered(batch: Batch) -> list[Any]:
    """The results of all calls, in their order."""
    tables = [table(rows) for rows in batch.ranges]
    return [outgoing(_answer(call, tables)) for call in batch.calls]


def table(rows: Rows) -> Table:
    """A range as the registry takes it."""
    return Table([[cell(value) for value in row] for row in rows])


def cell(value: Cell) -> Scalar:
    """One cell as the registry takes it."""
    return value.error if isinstance(value, ErrorCell) else value


def outgoing(value: Scalar | Table) -> Any:
    """A result as JSON carries it; a table as rows of cells."""
    if isinstance(value, Table):
        return [[outgoing(item) for item in row] for row in value.rows]
    return {"error": value.value} if isinstance(value, ExcelError) else value


def _answer(call: FunctionCall, tables: Sequence[Table]) -> Scalar | Table:
    if call.name not in all_functions():
        return ExcelError.NAME
    args = [_argument(arg, tables) for arg in call.args]
    given = [arg for arg in args if isinstance(arg, Table)]
    if given and max(t.height for t in given) * max(t.width for t in given) > MAX_CELLS:
        return ExcelError.NUM
    return answer(call.name, args)


def _argument(arg: Cell | LeftOut | RangeAt, tables: Sequence[Table]) -> Cells:
    match arg:
        case LeftOut():
            return OMITTED
        case RangeAt():
            return tables[arg.range]
        case _:
            return cell(arg)
