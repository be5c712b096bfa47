"""Excel's values as Python holds them: float, str, bool, ExcelError, None for a blank cell.

Nothing here needs numpy: the functions also run in programs whose Python has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class ExcelError(Enum):
    """An error value of Excel; never a text, so that no text can pass for one."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"
    GETTING_DATA = "#GETTING_DATA"
    SPILL = "#SPILL!"
    CONNECT = "#CONNECT!"
    BLOCKED = "#BLOCKED!"
    UNKNOWN = "#UNKNOWN!"
    FIELD = "#FIELD!"
    CALC = "#CALC!"

    def __str__(self) -> str:
        return self.value


class Omitted(Enum):
    """The value of an argument that the caller left out (`F(1,,2)`, or fewer arguments)."""

    OMITTED = "omitted"


OMITTED: Final = Omitted.OMITTED

Scalar: TypeAlias = float | str | bool | ExcelError | None


class Origin(NamedTuple):
    """Where a range begins: its sheet, its first row and column from 1."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A range as the functions take it: rows of values, all of one length."""

    rows: Sequence[Sequence[Scalar]]
    origin: Origin | None = None
    """Known where the engine computes; programs hand over values only."""

    @property
    def height(self) -> int:
        return len(self.rows)

    @property
    def width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    @property
    def bounds(self) -> tuple[int, int, int, int] | None:
        """First row, first column, last row, last column in the sheet of its origin."""
        if self.origin is None:
            return None
        _, row, column = self.origin
        return row, column, row + self.height - 1, column + self.width - 1

    @property
    def flat(self) -> Iterator[Scalar]:
        """The values row by row."""
        return chain.from_iterable(self.rows)

    def cut(self, height: int, width: int) -> Table:
        """Its first rows and columns."""
        if (height, width) == (self.height, self.width):
            return self
        return Table([row[:width] for row in self.rows[:height]], self.origin)


Array: TypeAlias = "npt.NDArray[np.object_]"
"""A range in numpy: 2-D, dtype object, each element a Scalar."""

Argument: TypeAlias = "Scalar | Array | Table | Omitted"

Cells: TypeAlias = Scalar | Table | Omitted
"""An argument as the functions take it; other shapes of it are made one of these at the edges."""


def shown(value: object) -> str:
    """A value as a reader sees it in the cell: blank is empty, numbers with up to 15 digits."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            return f"{value:.15g}"
        case _:
            return str(value)
