"""Lines and growth curves fitted to several numbers, by least squares."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.builtin.define import Nodes, given, lazy, one
from cfp_xl.engine.convert import boolean
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.operators import as_array, first_error, flat
from cfp_xl.engine.problems import Uncomputable
from cfp_xl.engine.tree import Node
from cfp_xl.functions.values import Array, ExcelError, Scalar

Floats = npt.NDArray[np.float64]


class _NoFit(Exception):
    """What the function returns instead."""

    def __init__(self, error: ExcelError) -> None:
        super().__init__(error)
        self.error = error


def _floats(evaluator: Evaluator, node: Node) -> Floats:
    with evaluator.arrays():
        array = as_array(evaluator.whole(node))
    if error := first_error(array):
        raise _NoFit(error)
    if set(map(type, flat(array))) != {float}:
        raise _NoFit(ExcelError.VALUE)
    return array.astype(np.float64)


class _Fit:
    """y over the columns of `x`, with a constant unless `has_constant` is False."""

    def __init__(self, y: Floats, x: Floats | None, *, has_constant: bool) -> None:
        is_row = y.shape[0] == 1 and y.shape[1] > 1
        self.is_row = is_row
        count = y.size
        if x is None:
            x = np.arange(1.0, count + 1).reshape(y.shape)
        self.is_plain = x.shape == y.shape
        if self.is_plain:
            columns = x.reshape(-1, 1)
        elif not is_row and y.shape[1] == 1 and x.shape[0] == count:
            columns = x
        elif is_row and x.shape[1] == count:
            columns = x.T
        else:
            raise _NoFit(ExcelError.REF)
        self.y, self.x, self.has_constant = y.reshape(-1), columns, has_constant
        self._solve()

    def _solve(self) -> None:
        """About the means, which keeps the digits of numbers far from 0."""
        if len(self.y) < self.x.shape[1]:
            raise Uncomputable("E02", "LINEST", case="underdetermined", name="LINEST")
        shift = self.x.mean(axis=0) if self.has_constant else np.zeros(self.x.shape[1])
        level = self.y.mean() if self.has_constant else 0.0
        x, y = self.x - shift, self.y - level
        q, r = np.linalg.qr(x)
        diagonal = np.abs(np.diag(r))
        scale = np.sqrt((x**2).sum(axis=0))
        self.used = diagonal > 1e-12 * np.where(scale > 0, scale, 1.0)
        kept = x[:, self.used]
        self.slopes = np.zeros(self.x.shape[1])
        if kept.shape[1]:
            q, r = np.linalg.qr(kept)
            self.slopes[self.used] = np.linalg.solve(r, q.T @ y)
        self.constant = float(level - shift @ self.slopes)
        residuals = y - x @ self.slopes
        self.squares = float(residuals @ residuals)
        self.regression = max(float(y @ y) - self.squares, 0.0)
        self.freedom = len(y) - int(self.used.sum()) - int(self.has_constant)
        self._inverse = np.linalg.inv(r.T @ r) if kept.shape[1] else np.zeros((0, 0))
        self._shift = shift[self.used]

    def predicted(self, x: Floats) -> Floats:
        return x @ self.slopes + self.constant

    def statistics(self, first: list[Scalar]) -> Array:
        """The table of LINEST: coefficients, their errors, r², F, sums of squares."""
        width = len(self.slopes) + 1
        table = np.full((5, width), ExcelError.NA, object)
        table[0, :] = first
        variance = self.squares / self.freedom if self.freedom > 0 else 0.0
        errors = np.zeros(width - 1)
        errors[self.used] = np.sqrt(variance * np.diag(self._inverse))
        table[1, : width - 1] = [float(e) for e in errors[::-1]]
        if self.has_constant:
            of_constant = variance * (1 / len(self.y) + self._shift @ self._inverse @ self._shift)
            table[1, -1] = float(np.sqrt(of_constant))
        whole = self.regression + self.squares
        table[2, 0] = self.regression / whole if whole else 1.0
        table[2, 1] = float(np.sqrt(variance))
        table[3, 0] = self._f(variance)
        table[3, 1] = float(self.freedom)
        table[4, :2] = [self.regression, self.squares]
        return table

    def _f(self, variance: float) -> Scalar:
        if self.freedom <= 0 or variance == 0:
            return ExcelError.NUM
        return self.regression / int(self.used.sum()) / variance


def _fit(evaluator: Evaluator, nodes: Nodes, *, is_growth: bool, at_constant: int) -> _Fit:
    y = _floats(evaluator, given(nodes, 0))
    second = nodes[1] if len(nodes) > 1 else None
    x = None if second is None else _floats(evaluator, second)
    if is_growth:
        if (y <= 0).any():
            raise _NoFit(ExcelError.NUM)
        y = np.log(y)
    has_constant = boolean(one(evaluator, nodes, at_constant, True))
    if isinstance(has_constant, ExcelError):
        raise _NoFit(has_constant)
    return _Fit(y, x, has_constant=has_constant)


def _coefficients(name: str, *, is_growth: bool) -> None:
    @lazy(name, least=1, most=4)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        wants_statistics = boolean(one(evaluator, nodes, 3, False))
        if isinstance(wants_statistics, ExcelError):
            return wants_statistics
        try:
            fit = _fit(evaluator, nodes, is_growth=is_growth, at_constant=2)
        except _NoFit as none:
            return none.error
        found = [*fit.slopes[::-1], fit.constant]
        first: list[Scalar] = [float(np.exp(c) if is_growth else c) for c in found]
        if wants_statistics:
            return fit.statistics(first)
        row = np.empty((1, len(first)), object)
        row[0, :] = first
        return row


def _predictions(name: str, *, is_growth: bool) -> None:
    @lazy(name, least=1, most=4)
    def function(evaluator: Evaluator, nodes: Nodes) -> Result:
        """For new x in columns (rows where y is a row), or any shape where there is one x."""
        try:
            fit = _fit(evaluator, nodes, is_growth=is_growth, at_constant=3)
            third = nodes[2] if len(nodes) > 2 else None
            if third is None:
                wanted = fit.x.T if fit.is_row else fit.x
            else:
                wanted = _floats(evaluator, third)
        except _NoFit as none:
            return none.error
        if fit.x.shape[1] == 1:
            points, shape = wanted.reshape(-1, 1), wanted.shape
        else:
            points = wanted.T if fit.is_row else wanted
            shape = (1, len(points)) if fit.is_row else (len(points), 1)
        if points.shape[1] != fit.x.shape[1]:
            return ExcelError.REF
        found = fit.predicted(points)
        made = (np.exp(found) if is_growth else found).astype(object).reshape(shape)
        return made[0, 0] if made.size == 1 else made


_coefficients("LINEST", is_growth=False)
_coefficients("LOGEST", is_growth=True)
_predictions("TREND", is_growth=False)
_predictions("GROWTH", is_growth=True)
