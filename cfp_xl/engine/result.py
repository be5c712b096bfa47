"""What a recalculation returns: a value, or the reason why there is none, for each formula cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.blocks import Block
from cfp_xl.findings import Finding
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.messages import Explained

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Column: TypeAlias = "npt.NDArray[np.float64] | list[Scalar]"
"""One value a cell of a block: floats where all are."""


class CellState(StrEnum):
    """Whether there is a result; an error value is one."""

    COMPUTED = "computed"
    NOT_COMPUTED = "not_computed"


class Way(StrEnum):
    """How a cell was computed."""

    BLOCK = "block"
    """Together with the other cells of its formula."""
    CELL = "cell"
    """By itself."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A CFP_* call that gave an error, or a function that could not be computed."""

    what: str
    """The function's name, or the reference through which the failure came."""
    where: CellKey
    """The cell in which it failed first."""
    error: ExcelError | None = None
    """None where nothing could be computed at all."""


@dataclass(frozen=True, slots=True)
class Computed:
    """The result of one formula cell."""

    value: Scalar = None
    """None only where `state` is not_computed: a formula that yields a blank gives 0."""
    state: CellState = CellState.COMPUTED
    is_volatile: bool = False
    """It, or a cell it depends on, uses the clock or random numbers."""
    is_stable: bool = True
    """A volatile cell whose value is the same at other times and for other random draws."""
    children: Mapping[CellKey, Scalar] = field(default_factory=dict)
    """All cells of an array formula or spill, its own included; empty for a plain formula."""
    finding: Finding | None = None
    """Why it was not computed (E01–E07)."""
    failures: tuple[Failure, ...] = ()
    """Where its value is an error that comes from a CFP_* call: which."""
    masked: tuple[Failure, ...] = ()
    """Failures its value does not show, as in IFERROR(CFP_X(),0)."""
    way: Way = Way.CELL

    @property
    def is_plain(self) -> bool:
        """Whether it is a value and nothing else that a cell which refers to it must know."""
        return self.is_computed and not self.is_volatile and not self.failures

    @property
    def has_more(self) -> bool:
        """Whether its own value is not all that a cell which refers to it sees."""
        return bool(self.children) or not self.is_plain

    @property
    def is_computed(self) -> bool:
        return self.state is CellState.COMPUTED


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """The cells of a block that were computed whole; those at `apart` were not."""

    block: Block
    values: Column
    apart: frozenset[int]


class RecalculationTimeout(Explained):
    """The workbook took longer than it was given."""

    def __init__(self, deadline_s: float) -> None:
        super().__init__("engine.timeout", deadline_s=deadline_s)


@dataclass(frozen=True)
class Recalculation:
    """All formula cells of a workbook with their results, in the order of sheets, rows, columns."""

    cells: Mapping[CellKey, Computed]
    findings: tuple[Finding, ...]
    """E01…E07 for cells not computed, in the cells' order."""
    referenced_ranges: Mapping[CellKey, tuple[Area, ...]]
    """The ranges each formula refers to, with those found while computing (OFFSET, INDIRECT)."""
    _magnitude: Callable[[CellKey], float | None] = field(repr=False)
    by_themselves: tuple[CellKey, ...]
    """The cells that are in none of the columns, and those that stand apart in one."""
    columns: tuple[ColumnResult, ...] = ()
    """The cells computed by blocks once more, as columns: they have values and nothing else."""
    _readers: Callable[[CellKey], Iterable[CellKey]] = field(default=lambda _: (), repr=False)
    """The formula cells that refer to a cell."""
    _reading_sheets: Callable[[CellKey], Iterable[str]] = field(default=lambda _: (), repr=False)
    _fails: Callable[[CellKey], bool] = field(default=lambda _: True, repr=False)

    def operand_magnitude(self, key: CellKey) -> float | None:
        """Σ|operands| of the cell's outermost + − chain or SUM; None where it has none.

        A difference of 2⁻⁵⁰ of it is noise of cancellation, not a disagreement.
        """
        return self._magnitude(key)

    def guarded_constant_fails(self, key: CellKey) -> bool:
        """Whether IFERROR or its like stands in the cell around constants that give an error, or
        that can't be computed."""
        return self._fails(key)

    def reading_sheets(self, key: CellKey) -> Iterable[str]:
        """The sheets of formulas that refer to a cell; each perhaps several times."""
        return self._reading_sheets(key)

    def precedents(self, key: CellKey) -> frozenset[CellKey]:
        """The formula cells that `key` refers to."""
        return frozenset(
            other for area in self.referenced_ranges.get(key, ()) for other in self._within(area)
        )

    def dependents(self, *keys: CellKey) -> frozenset[CellKey]:
        """The formula cells that depend on these (formulas or constants), at any remove."""
        found: set[CellKey] = set()
        todo = list(keys)
        while todo:
            for cell in self._readers(todo.pop()):
                if cell not in found:
                    found.add(cell)
                    todo.append(cell)
                    todo.extend(k for k in self.cells[cell].children if k != cell)
        return frozenset(found)

    @cached_property
    def masked(self) -> Mapping[CellKey, tuple[Failure, ...]]:
        """The cells whose value hides a failure."""
        return {key: cell.masked for key, cell in self.cells.items() if cell.masked}

    @cached_property
    def lasting_values(self) -> Mapping[tuple[str, int, int], Scalar]:
        """What may be saved as cached values: all that was computed and is not volatile."""
        found: dict[tuple[str, int, int], Scalar] = {}
        for column in self.columns:
            values = column.values if isinstance(column.values, list) else column.values.tolist()
            found.update(zip(column.block.keys, values, strict=True))
        for anchor in self.by_themselves:
            cell = self.cells[anchor]
            found.pop(anchor, None)
            if cell.is_computed and cell.is_stable:
                found.update((cell.children or {anchor: cell.value}).items())
        return found

    def _within(self, area: Area) -> list[CellKey]:
        return [key for key in self.cells if area.holds(*key)]
