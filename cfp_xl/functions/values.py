"""Excel's values as Python holds them: float, str, bool, ExcelError, None for a blank cell."""

from __future__ import annotations

from enum import Enum
from typing import Final, TypeAlias

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
Array: TypeAlias = npt.NDArray[np.object_]
"""A range: 2-D, dtype object, each element a Scalar."""

Argument: TypeAlias = Scalar | Array | Omitted
