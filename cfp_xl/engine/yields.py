"""What a node of a formula yields: values, references not yet read, LAMBDAs not yet called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from cfp_xl.engine.areas import Reference
from cfp_xl.engine.operators import Value
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.engine.tree import Node
from cfp_xl.functions.values import Array, ExcelError


@dataclass(frozen=True, slots=True, eq=False)
class Lambda:
    """A LAMBDA with the names it sees, or a function by its `name` alone: `BYROW(A1:B2,SUM)`."""

    parameters: tuple[str, ...]
    body: Node
    scope: Mapping[str, Result]
    name: str = ""
    required: int = 0
    """So many of the parameters a call must give; the others are `[optional]`."""

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many values; a function by its name says so itself."""
        return bool(self.name) or self.required <= count <= len(self.parameters)


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """An array of references, or of errors in their place: `OFFSET(A1,{0;1},0)`. Few functions
    take it, such as SUBTOTAL and SUMIF, once for each."""

    function: str
    """Which made it."""
    each: Array


Result: TypeAlias = Value | Reference | References | Lambda
"""A reference is read only where its values are needed."""


class SeveralReferences(Uncomputable):
    """An array of references where one is wanted."""

    def __init__(self, function: str) -> None:
        super().__init__("E02", function, case="references", name=function)


def holds_lambdas(value: Result) -> bool:
    """A LAMBDA, or an array with one in it: `HSTACK(SUM,COUNT)`."""
    if isinstance(value, np.ndarray):
        return value.dtype == object and Lambda in set(map(type, value.ravel()))
    return isinstance(value, Lambda)


def without_lambdas(value: Value) -> Value:
    """What cells show: a LAMBDA in an array, which is no value of a cell, as #CALC!."""
    if not holds_lambdas(value):
        return value
    if not isinstance(value, np.ndarray):
        return ExcelError.CALC
    shown = value.copy()
    shown[[[isinstance(one, Lambda) for one in row] for row in value]] = ExcelError.CALC
    return shown
