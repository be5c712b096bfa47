"""In which order cells are computed, and what becomes of those that cannot be.

A cell's precedents come first, on a stack of our own, so that chains may be ten thousand cells
long. What a formula asks for beyond its written references (OFFSET, INDIRECT) is computed when
asked, and the formula again after it. Cells that wait for each other are a cycle only if each
really asks for the next: a reference in a branch not taken does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.as_displayed import held
from cfp_xl.engine.builtin import BUILTINS
from cfp_xl.engine.data_tables import data_table
from cfp_xl.engine.evaluate import Builtin, Evaluator
from cfp_xl.engine.grid import Grid
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.operators import (
    TooLarge,
    Value,
    as_array,
    first_error,
    flat,
    scalar_of,
    stretch,
)
from cfp_xl.engine.parse import FormulaPlace
from cfp_xl.engine.problems import Needs, Uncomputable, fault_of
from cfp_xl.engine.result import CellState, Computed, Failure, RecalculationTimeout
from cfp_xl.engine.trace import Moment
from cfp_xl.engine.tree import Node
from cfp_xl.engine.watch import LARGE, Watch
from cfp_xl.engine.whole import whole_block, whole_chain
from cfp_xl.engine.yields import Lambda, Result, without_lambdas
from cfp_xl.findings import Finding, finding
from cfp_xl.functions.values import ExcelError, Scalar

SCALARS = frozenset({float, str, bool, ExcelError, type(None)})

SHOWN_IN_CYCLE = 12
"""A cycle of more cells is named by its first ones."""

LEAST_CELLS = 3
"""A block of fewer is computed cell by cell, which is faster."""


@dataclass(slots=True)
class _Frame:
    key: CellKey
    waiting: Iterator[CellKey]


class Schedule:
    """Fills `grid.results` for every formula cell."""

    def __init__(
        self,
        grid: Grid,
        moment: Moment,
        tick: Callable[[], None],
        begin: Callable[[Evaluator, Node], None] | None = None,
    ) -> None:
        """`begin` is called before a formula is computed by itself."""
        self._grid = grid
        self._begin = begin
        self.moment = moment
        self._tick = tick
        self._on_demand: set[CellKey] = set()
        """Cells whose written references are no longer computed ahead: a cycle was suspected."""
        self._complete: set[Area] = set()
        self.read: dict[CellKey, Mapping[Area, None]] = {}
        self.has_cycle = False
        self._builtins: dict[str, Builtin] = {**BUILTINS, "TABLE": partial(data_table, self)}

    def run_by_blocks(self, wanted: frozenset[int] | None = None) -> None:
        """Blocks whole where they can be, the others cell by cell: all, or those `wanted` and what
        stands in a circle with them. Raises what `tick` raises."""
        blocks = self._grid.plan.blocks
        for numbers, is_circular in self._grid.plan.components:
            if wanted is not None and wanted.isdisjoint(numbers):
                continue
            self._tick()
            if self._fill_chain(numbers) if is_circular else self._fill(numbers[0]):
                continue
            if is_circular and len(numbers) > 1:
                keys = sorted((key for n in numbers for key in blocks[n].keys), key=self.order)
            else:
                keys = list(blocks[numbers[0]].keys)
            for key in keys:
                self.settle(key)

    def going_on(self, grid: Grid) -> Schedule:
        """The same for a grid in which some of the cells are yet to be computed."""
        schedule = Schedule(grid, self.moment, self._tick)
        schedule.read = self.read
        return schedule

    def apart(self, grid: Grid) -> Schedule:
        """The same for a grid of other values, whose cells find what they find."""
        return Schedule(grid, self.moment, self._tick)

    def order(self, key: CellKey) -> tuple[int, int, int]:
        return self._grid.sheet_order[key.sheet], key.row, key.column

    def _fill(self, number: int) -> bool:
        """Computes a block whole, then the cells of it that must be computed by themselves."""
        grid, block = self._grid, self._grid.plan.blocks[number]
        if block.count < LEAST_CELLS or block.is_array:
            return False
        if block.has_any_of(grid.results):
            return False
        with Watch(self._tick, is_long=block.count > LARGE):
            filled = whole_block(grid, block, self.evaluator(block.key(0)))
        if filled is None:
            return False
        grid.filled[number] = filled
        for offset in sorted(filled.apart):
            self.settle(block.key(offset))
        return True

    def _fill_chain(self, numbers: tuple[int, ...]) -> bool:
        """Computes blocks that refer to each other whole, where each cell waits for some before."""
        grid = self._grid
        blocks = {number: grid.plan.blocks[number] for number in numbers}
        if any(block.has_any_of(grid.results) for block in blocks.values()):
            return False
        is_long = sum(block.count for block in blocks.values()) > LARGE
        with Watch(self._tick, is_long=is_long):
            filled = whole_chain(grid, blocks, lambda block: self.evaluator(block.key(0)))
        if filled is not None:
            grid.filled.update(filled)
        return filled is not None

    def run_by_cells(self) -> None:
        """Every cell by itself. Raises what `tick` raises."""
        for key in self._grid.formulas:
            self.settle(key)

    def settle(self, goal: CellKey) -> None:
        results = self._grid.results
        stack: list[_Frame] = []
        position: dict[CellKey, int] = {}

        def push(key: CellKey) -> None:
            position[key] = len(stack)
            stack.append(_Frame(key, self._ahead(key)))

        def drop(down_to: int) -> list[CellKey]:
            dropped = [frame.key for frame in stack[down_to:]]
            del stack[down_to:]
            for key in dropped:
                del position[key]
            return dropped

        if not self._grid.has(goal):
            push(goal)
        while stack:
            self._tick()
            frame = stack[-1]
            ahead = next((k for k in frame.waiting if k not in position), None)
            if ahead is not None:
                push(ahead)
                continue
            try:
                computed = self.compute(frame.key)
            except Needs as needs:
                if needs.key not in position:
                    push(needs.key)
                    continue
                circle = drop(position[needs.key])
                if self._on_demand.issuperset(circle):
                    for key, result in self._cycle(circle):
                        results[key] = result
                else:
                    self._on_demand.update(circle)
                    push(needs.key)
                continue
            results[frame.key] = computed
            drop(len(stack) - 1)

    def _ahead(self, key: CellKey) -> Iterator[CellKey]:
        """The formula cells that `key` refers to, unless it is to ask for each."""
        if key in self._on_demand:
            return
        for area in self._grid.plan.areas(key):
            if area in self._complete:
                continue
            was_complete = True
            for missing in self._grid.missing_in(area):
                was_complete = False
                yield missing
            if was_complete or next(self._grid.missing_in(area), None) is None:
                self._complete.add(area)

    def areas(self, key: CellKey) -> Iterable[Area]:
        """What the formula of `key` refers to as written, and what it found besides."""
        return dict.fromkeys((*self._grid.plan.areas(key), *self.read.get(key, ())))

    def evaluator(self, key: CellKey) -> Evaluator:
        found = self._grid.plan.find(key)
        assert found is not None
        return self._evaluator(key, found[1])

    def _evaluator(self, key: CellKey, offset: int) -> Evaluator:
        grid = self._grid
        place = FormulaPlace(grid.workbook, *key)
        is_array = key in grid.plan.array_refs
        tick, builtins = self._tick, self._builtins
        return Evaluator(grid, place, self.moment, tick, builtins, is_array=is_array, offset=offset)

    def compute(self, key: CellKey) -> Computed:
        found = self._grid.plan.find(key)
        assert found is not None
        tree = self._grid.plan.blocks[found[0]].tree
        if isinstance(tree, NotAFormula):
            formula = self._grid.formulas[key].formula or ""
            there = formula[tree.at : tree.at + 20] or formula[-20:]
            case = "" if formula else "lost"
            return _failed(key, finding("E01", key.ref, case=case, seen=formula, there=there))
        return self.compute_tree(key, tree, found[1])

    def compute_tree(self, key: CellKey, tree: Node, offset: int = 0) -> Computed:
        """What a formula gives in a cell: its own, which is that of a block whose first cell is
        `offset` cells before, or another."""
        evaluator = self._evaluator(key, offset)
        evaluator.watch = Watch(self._tick)
        if self._begin is not None:
            self._begin(evaluator, tree)
        try:
            with evaluator.watch:
                value = _final(evaluator, evaluator.result(tree))
            computed = self._computed(key, evaluator, value)
        except Uncomputable as problem:
            return self._uncomputable(key, evaluator, problem)
        except TooLarge:
            return self._uncomputable(key, evaluator, Uncomputable("E04", "", case="too_large"))
        except RecursionError:
            return self._uncomputable(key, evaluator, Uncomputable("E04", "", case="too_deep"))
        except (Needs, RecalculationTimeout):
            raise
        except Exception as fault:  # one formula never ends the others
            return self._uncomputable(key, evaluator, fault_of("=", fault))
        self.read[key] = evaluator.trace.read
        return computed

    def _computed(self, key: CellKey, evaluator: Evaluator, value: Value) -> Computed:
        children = self._children(key, value) if evaluator.is_array else {}
        own = children[key] if key in children else self._held(key, scalar_of(value))
        trace = evaluator.trace
        if not (children or trace.failures or trace.hidden or trace.asked):
            return Computed(own, is_volatile=trace.is_volatile)
        failures = tuple(dict.fromkeys(trace.failures))
        is_in_words = isinstance(own, str) and own != ""
        asked = () if is_in_words else trace.asked
        hidden = tuple(dict.fromkeys((*trace.hidden, *failures, *asked)))
        shows_error = first_error(own, *children.values()) is not None
        return Computed(
            own,
            is_volatile=trace.is_volatile,
            children=children,
            failures=failures if shows_error else (),
            masked=() if shows_error else hidden,
        )

    def _children(self, key: CellKey, value: Value) -> dict[CellKey, Scalar]:
        """What an array formula fills: the range it is entered in; one that spills, as far as
        its value reaches, the rest of what it filled when saved left blank."""
        if key in self._grid.refused:
            raise TooLarge
        area = self._grid.spill_area(key)
        shape = None if area is None else (area.rows, area.columns)
        first = key if area is None else CellKey(*area[:3])
        children: dict[CellKey, Scalar] = {}
        if key in self._grid.plan.array_refs and self._grid.formulas[key].is_dynamic_array:
            if shape is not None:
                children = {CellKey(key.sheet, r, c): None for r, c in _cells(first, shape)}
            first, shape = key, as_array(value).shape[:2]
            if shape == (1, 1) and not children:
                return {}
        if shape is None:
            return {}
        self._grid.spill(key, shape[0] * shape[1])
        filled = flat(stretch(value, shape))
        for (row, column), scalar in zip(_cells(first, shape), filled, strict=True):
            child = CellKey(key.sheet, row, column)
            children[child] = self._held(child, scalar)
        return children

    def _held(self, key: CellKey, value: Scalar) -> Scalar:
        """What the cell keeps of a value: a formula that yields a blank shows 0; there is no
        negative zero in a sheet."""
        if value is None:
            return 0.0
        if not isinstance(value, float) or isinstance(value, bool):
            return value
        return held(self._grid.workbook, key, value) + 0.0

    def _uncomputable(self, key: CellKey, evaluator: Evaluator, problem: Uncomputable) -> Computed:
        self.read[key] = evaluator.trace.read
        failure = problem.root or Failure(problem.what or str(key.ref), key)
        found = replace(
            finding(
                problem.code,
                key.ref,
                case=problem.case,
                seen=self._grid.formulas[key].formula,
            ),
            values=problem.values,
        )
        return Computed(
            state=CellState.NOT_COMPUTED,
            is_volatile=evaluator.trace.is_volatile,
            finding=found,
            failures=(failure,),
            masked=(failure,) if evaluator.trace.guards else (),
        )

    def _cycle(self, circle: list[CellKey]) -> Iterator[tuple[CellKey, Computed]]:
        self.has_cycle = True
        case = "iterative" if self._grid.workbook.iterates else ""
        for key in circle:
            found = finding(
                "E03",
                key.ref,
                case=case,
                seen=self._grid.formulas[key].formula,
                cells=named_in_short(circle),
            )
            yield key, _failed(key, found)


def named_in_short(circle: list[CellKey]) -> str:
    """A circle by its first cells."""
    named = [str(key.ref) for key in circle[:SHOWN_IN_CYCLE]]
    if len(circle) > SHOWN_IN_CYCLE:
        named.append("…")
    return " → ".join([*named, named[0]])


def _cells(first: CellKey, shape: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """The positions of a range of `shape` that begins at `first`, row by row."""
    for row in range(first.row, first.row + shape[0]):
        for column in range(first.column, first.column + shape[1]):
            yield row, column


def _failed(key: CellKey, found: Finding) -> Computed:
    failures = (Failure(str(key.ref), key),)
    return Computed(state=CellState.NOT_COMPUTED, finding=found, failures=failures)


def _final(evaluator: Evaluator, result: Result) -> Value:
    """What the cell holds: in a plain formula the cell of a range beside it, of an array the
    first value; in an array formula all."""
    if type(result) in SCALARS:
        return result  # type: ignore[return-value]
    if isinstance(result, Lambda):
        return ExcelError.CALC
    if isinstance(result, Reference) and not evaluator.is_array:
        result = evaluator.own_cell(result)
    value = evaluator.read(result)
    shown = value if evaluator.is_array else scalar_of(value)
    return without_lambdas(shown)
