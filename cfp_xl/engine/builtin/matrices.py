"""Matrices: products, inverses, determinants."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.convert import number
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import as_array, check_size, first_error
from cfp_xl.functions.values import ExcelError

Matrix = npt.NDArray[np.float64]


def _matrix(evaluator: Evaluator, nodes: Nodes, position: int) -> Matrix | ExcelError:
    """An argument of numbers only: text, a truth or a blank among them is #VALUE!."""
    with evaluator.arrays():
        array = as_array(evaluator.whole(given(nodes, position)))
    if error := first_error(array):
        return error
    if set(map(type, array.ravel())) != {float}:
        return ExcelError.VALUE
    return array.astype(np.float64)


def _result(matrix: npt.NDArray[np.floating[Any]]) -> Result:
    if not np.isfinite(matrix).all():
        return ExcelError.NUM
    made = (matrix + 0.0).astype(object)
    return made[0, 0] if made.size == 1 else made


@lazy("MMULT", least=2, most=2)
def _product(evaluator: Evaluator, nodes: Nodes) -> Result:
    left, right = (_matrix(evaluator, nodes, at) for at in (0, 1))
    if isinstance(left, ExcelError):
        return left
    if isinstance(right, ExcelError):
        return right
    if left.shape[1] != right.shape[0]:
        return ExcelError.VALUE
    check_size(left.shape[0], right.shape[1])
    with np.errstate(all="ignore"):
        return _result(left @ right)


@lazy("MDETERM", least=1, most=1)
def _determinant(evaluator: Evaluator, nodes: Nodes) -> Result:
    matrix = _matrix(evaluator, nodes, 0)
    if isinstance(matrix, ExcelError):
        return matrix
    if matrix.shape[0] != matrix.shape[1]:
        return ExcelError.VALUE
    if matrix.size == 1:
        return float(matrix[0, 0])
    with np.errstate(all="ignore"):
        return _result(np.linalg.det(matrix).round(15).reshape(1, 1))


@lazy("MINVERSE", least=1, most=1)
def _inverse(evaluator: Evaluator, nodes: Nodes) -> Result:
    matrix = _matrix(evaluator, nodes, 0)
    if isinstance(matrix, ExcelError):
        return matrix
    if matrix.shape[0] != matrix.shape[1]:
        return ExcelError.VALUE
    try:
        with np.errstate(all="ignore"):
            return _result(np.linalg.inv(matrix))
    except np.linalg.LinAlgError:  # singular
        return ExcelError.NUM


@lazy("MUNIT", least=1, most=1)
def _unit(evaluator: Evaluator, nodes: Nodes) -> Result:
    size = number(one(evaluator, nodes, 0))
    if isinstance(size, ExcelError):
        return size
    if size < 1:
        return ExcelError.VALUE
    check_size(int(size), int(size))
    return _result(np.eye(int(size)))
