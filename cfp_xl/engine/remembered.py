"""Parts of formulas whose values are known from one change of the inputs to the next.

Of a formula that is to be computed again, most parts refer to nothing that changed: what they
gave over the workbook as it is holds. That is decided as for a whole formula: by the ranges
written in the part, and those that it found besides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.blocks import reference_at
from cfp_xl.engine.evaluate import Builtin, Evaluator
from cfp_xl.engine.overlay import Overlay
from cfp_xl.engine.parse import FormulaPlace
from cfp_xl.engine.trace import Moment
from cfp_xl.engine.tree import Binary, Call, Cells, Node, walk
from cfp_xl.engine.yields import References, Result, holds_lambdas

MOST_PARTS, MOST_VALUES = 100_000, 1 << 20
"""With more of either, all is forgotten."""

MOST_MISSES = 8
"""A part in which something changed so often is no longer looked up."""


@dataclass(slots=True)
class _Part:
    node: Node
    """Held, so that no other node gets its identity."""
    areas: tuple[Area, ...]
    """What is written in it; once it has a value, with what it found besides."""
    read: Mapping[Area, None] | None = None
    """What it reads, in order; None while it has no value."""
    value: Any = None
    misses: int = 0
    """How often something in it had changed."""


class Remembered:
    """The values over one computed workbook, by cells and the places in their formulas."""

    def __init__(self) -> None:
        self._parts: dict[tuple[CellKey, int, bool], _Part] = {}
        self._values = 0

    def part(self, cell: Evaluator, node: Node) -> _Part:
        key = cell.key, id(node), cell.is_array
        part = self._parts.get(key)
        if part is None:
            written = (one for one in walk(node) if isinstance(one, Cells))
            areas = (area for one in written for area in reference_at(one, cell.offset).areas)
            part = _Part(node, tuple(dict.fromkeys(areas)))
            if len(self._parts) >= MOST_PARTS:
                self._forget()
            self._parts[key] = part
        return part

    def keep(self, part: _Part, value: Result, read: Mapping[Area, None]) -> None:
        if isinstance(value, np.ndarray):
            value.flags.writeable = False  # as what is read of a range
            self._values += value.size
            if self._values > MOST_VALUES:
                self._forget()
        part.areas = tuple(dict.fromkeys((*part.areas, *read)))
        part.value, part.read = value, read

    def _forget(self) -> None:
        self._parts.clear()
        self._values = 0


class RememberingEvaluator(Evaluator):
    """Computes only the parts that refer to something changed."""

    def __init__(
        self,
        remembered: Remembered,
        grid: Overlay,
        place: FormulaPlace,
        moment: Moment,
        tick: Callable[[], None],
        builtins: Mapping[str, Builtin],
        *,
        is_array: bool,
        offset: int = 0,
    ) -> None:
        super().__init__(grid, place, moment, tick, builtins, is_array=is_array, offset=offset)
        self._remembered, self._overlay = remembered, grid

    def result(self, node: Node) -> Result:
        if not isinstance(node, Call | Binary) or self.scope:
            return super().result(node)
        part = self._remembered.part(self, node)
        if not part.areas or part.misses >= MOST_MISSES:
            return super().result(node)
        for area in part.areas:
            if self._overlay.has_touched(area):
                part.misses += 1
                return super().result(node)
        if part.read is not None:
            self.trace.read.update(part.read)
            return part.value  # type: ignore[no-any-return]
        return self._first_result(node, part)

    def _first_result(self, node: Node, part: _Part) -> Result:
        """Kept where there is no more to say than the value."""
        trace, before = self.trace, self.trace.read
        noted = self._noted()
        trace.read = {}
        try:
            value = super().result(node)
        finally:
            read, trace.read = trace.read, before
            before.update(read)
        is_bare = noted == self._noted() and not trace.is_volatile
        if is_bare and not isinstance(value, References) and not holds_lambdas(value):
            self._keep_unless_touched(part, value, read)
        return value

    def _keep_unless_touched(self, part: _Part, value: Result, read: Mapping[Area, None]) -> None:
        if not any(map(self._overlay.has_touched, read)):
            self._remembered.keep(part, value, read)

    def _noted(self) -> tuple[int, int, int]:
        return len(self.trace.failures), len(self.trace.hidden), len(self.trace.asked)
