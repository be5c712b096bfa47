"""How sure a result of any workbook is, through its own formulas: inputs and results by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.draws import DrawnOutput, draws
from cfp_xl.engine.whatif import WhatIf
from cfp_xl.functions.values import shown
from cfp_xl.study.monte_carlo import drawn, rank_correlation, stream
from cfp_xl.study.spread import Uncertainty
from cfp_xl.whatif.scenarios import TargetNotANumber
from cfp_xl.whatif.seek import NoResult


@dataclass(frozen=True)
class CellBar:
    """A result with one input at the ends of its 95 % range."""

    input: CellKey
    low: float
    high: float
    rank_correlation: float


@dataclass(frozen=True)
class CellStudy:
    """One result of a workbook over all draws of its inputs."""

    output: CellKey
    deterministic: float
    drawn: DrawnOutput
    bars: tuple[CellBar, ...]
    """The widest first."""
    seed: int
    numpy_version: str

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """The draws that gave a number; `drawn.failed` counts the others."""
        return self.drawn.numbers[~np.isnan(self.drawn.numbers)]

    @property
    def summary(self) -> Mapping[str, float]:
        """Low, median, high and mean; raises NoResult where no draw gives a number."""
        if not len(self.values):
            raise NoResult(cell=self.output.ref, seen=dict(self.drawn.failures))
        low, median, high = np.quantile(self.values, (0.025, 0.5, 0.975)).tolist()
        return {"low": low, "median": median, "high": high, "mean": float(self.values.mean())}


def study_cells(
    book: WhatIf,
    inputs: Mapping[CellKey, Uncertainty],
    outputs: Sequence[CellKey],
    count: int,
    seed: int,
) -> tuple[CellStudy, ...]:
    """Each output over `count` draws of the inputs, a stream for each cell by its address.

    Raises NotAnInput, TargetNotANumber, NoResult, RecalculationTimeout.
    """
    bases = {key: _number(book, key) for key in inputs}
    columns = {
        key: bases[key] * drawn(spread, stream(seed, str(key.ref)), count)
        for key, spread in inputs.items()
    }
    found = draws(book, columns, outputs)
    return tuple(
        CellStudy(
            output,
            _result(book, output),
            found[output],
            _bars(book, inputs, bases, columns, output, found[output]),
            seed,
            np.__version__,
        )
        for output in outputs
    )


def _bars(
    book: WhatIf,
    inputs: Mapping[CellKey, Uncertainty],
    bases: Mapping[CellKey, float],
    columns: Mapping[CellKey, npt.NDArray[np.float64]],
    output: CellKey,
    found: DrawnOutput,
) -> tuple[CellBar, ...]:
    bars = []
    sound = ~np.isnan(found.numbers)
    for key, spread in inputs.items():
        ends = [
            _value(output, book.changed({key: bases[key] * spread.quantile(p)}).cells[output].value)
            for p in (0.025, 0.975)
        ]
        rho = rank_correlation(columns[key][sound], found.numbers[sound])
        bars.append(CellBar(key, min(ends), max(ends), rho))
    return tuple(sorted(bars, key=lambda bar: bar.low - bar.high))


def _result(book: WhatIf, output: CellKey) -> float:
    computed = book.recalculation.cells.get(output)
    return _value(output, computed.value if computed else None)


def _value(output: CellKey, value: object) -> float:
    if not isinstance(value, float):
        raise NoResult(cell=output.ref, seen=shown(value) or '""')
    return value


def _number(book: WhatIf, key: CellKey) -> float:
    held = book.constant(book.input_cell(key))
    if not isinstance(held, float):
        raise TargetNotANumber(cell=key.ref, seen=shown(held) or '""')
    return held
