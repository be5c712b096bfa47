"""What the engine asks of the functions that a workbook has besides Excel's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cfp_xl.engine.operators import Value
from cfp_xl.functions.draws import DrawnCells
from cfp_xl.functions.values import Argument, Scalar


class OwnFunctions(Protocol):
    """The CFP_* functions, as the engine calls them."""

    def knows(self, name: str) -> bool: ...
    def call(self, name: str, arguments: Sequence[Argument]) -> Value: ...
    def over_draws(
        self, name: str, arguments: Sequence[DrawnCells], count: int
    ) -> list[Scalar] | None:
        """The results for draws that change cells of ranges; None where it can't say at once."""
        ...

    def takes_column(self, name: str, position: int) -> bool:
        """Whether a column of values for that argument gives a column of results."""
        ...
