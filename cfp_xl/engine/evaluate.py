"""A tree → a value, for one cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from random import Random
from typing import TypeAlias, TypeVar

import numpy as np

from cfp_xl.engine import library
from cfp_xl.engine.areas import Area, CellKey, Reference
from cfp_xl.engine.compiled import Memory, compiled
from cfp_xl.engine.function_traits import ARRAY_FUNCTIONS, QUESTIONS, SELECTING
from cfp_xl.engine.grid import UNREAD, Grid, Read
from cfp_xl.engine.operators import (
    TooLarge,
    Value,
    as_array,
    check_total,
    elementwise,
    first_error,
)
from cfp_xl.engine.parse import FormulaPlace, NotAFormula
from cfp_xl.engine.problems import Needs, Uncomputable, fault_of
from cfp_xl.engine.result import Failure, RecalculationTimeout
from cfp_xl.engine.trace import Guarded, Moment, Trace
from cfp_xl.engine.tree import Call, Cells, Constant, Invoke, Name, Named, Node, name_of
from cfp_xl.engine.watch import LARGE, Watch, deep
from cfp_xl.engine.yields import Lambda, References, Result, SeveralReferences, holds_lambdas
from cfp_xl.functions.values import (
    OMITTED,
    Argument,
    Array,
    ExcelError,
    Omitted,
    Origin,
    Scalar,
    Table,
)

BARE = "_xleta."
"""Marks, in files, a function that stands for a LAMBDA."""

Builtin: TypeAlias = "Callable[[Evaluator, Sequence[Node | None]], Result]"

UNDERSTOOD = (Uncomputable, Needs, TooLarge, RecursionError, RecalculationTimeout)
"""What may pass through a formula: reasons that are known, each met where it can be said."""

_VALUES = frozenset({float, str, bool, ExcelError, type(None), np.ndarray})
"""The types of what is no reference and no LAMBDA."""

Found = TypeVar("Found")


class Evaluator:
    """Computes the tree of one cell; `trace` then says what happened on the way."""

    def __init__(
        self,
        grid: Grid,
        place: FormulaPlace,
        moment: Moment,
        tick: Callable[[], None],
        builtins: Mapping[str, Builtin],
        *,
        is_array: bool,
        offset: int = 0,
    ) -> None:
        self.grid = grid
        self.place = place
        self.offset = offset
        """How far the cell is from the first of its block, whose tree is computed."""
        self.moment = moment
        self.builtins = builtins
        """The engine's own functions, which are written in terms of this class."""
        self.is_array = is_array
        """In an array formula ranges stay whole; elsewhere an operator takes its own row's cell."""
        self.trace = Trace()
        self.key = CellKey(place.sheet, place.row, place.column)
        self.tick = tick
        self.watch: Watch | None = None
        """Looks at the time where `tick` is not called; begins with the first large array."""
        self.memory: Memory | None = None
        self.references: dict[Cells, Reference] = {}
        """Those of the formula that move, as seen from this cell."""
        self.known: dict[Node, Scalar] = {}
        """References to single cells that have nothing but a value, once read."""
        self.scope: Mapping[str, Result] = {}
        """Names of LET and LAMBDA."""
        self._random: Random | None = None

    # Values

    def result(self, node: Node) -> Result:
        """What `node` yields, references unread.

        Whatever goes wrong inside ends here, at the innermost node: a function around it must
        not take the engine's own OverflowError for one of its arithmetic.
        """
        try:
            run = node.run
        except AttributeError:
            run = compiled(node)
        try:
            return run(self)  # type: ignore[no-any-return]
        except UNDERSTOOD:
            raise
        except Exception as fault:
            raise fault_of(name_of(node), fault) from fault

    def reached(self, reference: Reference) -> Reference | ExcelError:
        """#REF! where a linked workbook left nothing: no function may leave such cells out."""
        if not self.grid.unreachable or not reference.lies_in(self.grid.unreachable):
            return reference
        self.trace.failures.append(Failure(reference.areas[0].sheet, self.key, ExcelError.REF))
        return ExcelError.REF

    def value(self, node: Node) -> Value:
        """What `node` yields, references read; in a plain formula a range gives its own row's cell.
        For operators and for arguments that want one value."""
        if type(node) is Constant:
            return node.value
        if type(node) is Cells:
            known: Value = self.known.get(node, UNREAD)
            return self._value_of(node, self.result(node)) if known is UNREAD else known
        result = self.result(node)
        return result if type(result) in _VALUES else self.own_value(result)  # type: ignore[return-value]

    def _value_of(self, node: Cells, result: Result) -> Value:
        """The value of a reference; that of a single cell is known from then on."""
        if isinstance(result, ExcelError):
            return result
        own = self._own_cell(result)
        area = own.area if isinstance(own, Reference) else None
        if area is None or not area.is_single:
            return self.read(own)
        value, is_bare = self._cell(area)
        if is_bare and own is result:
            self.known[node] = value
            if self.memory is not None:
                self.memory.note(node, value)
        return value

    def own_value(self, result: Result) -> Value:
        """What a result is to an operator."""
        return self.read(self._own_cell(result))

    def whole(self, node: Node) -> Value:
        """Like `value`, but a range stays whole: for arguments that take arrays."""
        return self.read(self.result(node))

    def read(self, result: Result) -> Value:
        """The values of a result: a single cell's is a scalar."""
        if type(result) in _VALUES:
            return result  # type: ignore[return-value]
        if isinstance(result, Reference):
            area = result.area
            if area is None or not area.is_single:
                return self.array(result)
            return self._cell(area)[0]
        if isinstance(result, Lambda):
            return ExcelError.CALC
        if isinstance(result, References):
            raise SeveralReferences(result.function)
        return result

    def elements(self, node: Node) -> Array:
        """Like `whole`, as an array, which may be of LAMBDAs."""
        result = self.result(node)
        return as_array(result if isinstance(result, Lambda) else self.read(result))  # type: ignore[arg-type]

    def array(self, reference: Reference) -> Array:
        """The values of a reference; the areas of a union below each other, as one column."""
        if len(reference.areas) == 1:
            return self._area(reference.areas[0])
        if not reference.areas:
            return np.full((1, 1), ExcelError.NULL, object)
        return np.concatenate([self._area(area).reshape(-1, 1) for area in reference.areas])

    def _cell(self, area: Area) -> tuple[Scalar, bool]:
        """The value of a single cell, and whether it has nothing else to say."""
        self.trace.read[area] = None
        value = _asked(self.grid.bare_value, area)
        return (value, True) if value is not UNREAD else (self.part(area)[0, 0], False)

    def _area(self, area: Area) -> Array:
        return self.reading(area).values

    def reading(self, area: Area) -> Read:
        """An area, read."""
        self.trace.read[area] = None
        read = self._read(area)
        self.notice(read.values)
        return read

    def notice(self, result: Result, large: int = LARGE) -> None:
        if self.watch and isinstance(result, np.ndarray) and result.size > large:
            self.watch.begin()

    def part(self, area: Area) -> Array:
        """The values of cells within a reference that is known to be read."""
        return self._read(area).values

    def _read(self, area: Area) -> Read:
        read = _asked(self.grid.read, area)
        self.trace.failures += read.failures
        self.trace.is_volatile |= read.is_volatile
        return read

    def _own_cell(self, result: Result) -> Result:
        if self.is_array or not isinstance(result, Reference):
            return result
        return self.own_cell(result)

    def own_cell(self, reference: Reference) -> Result:
        """Implicit intersection: the cell of a row or column range beside this formula."""
        area = reference.area
        if area is None or area.is_single:
            return ExcelError.VALUE if area is None else reference
        beside = area.beside(self.place.row, self.place.column)
        return Reference((beside,)) if beside.is_single else ExcelError.VALUE

    def each(self, function: Callable[..., Scalar], values: Sequence[Value]) -> Value:
        """`elementwise`, within the deadline."""
        if np.ndarray not in map(type, values):
            return function(*values)
        if self.watch is None or not self.watch.is_on:
            return elementwise(function, values, self.tick)
        with self.watch.paused():
            return elementwise(function, values, self.tick)

    @contextmanager
    def arrays(self) -> Iterator[None]:
        """Ranges stay whole inside."""
        before, self.is_array = self.is_array, True
        try:
            yield
        finally:
            self.is_array = before

    def guarded(self) -> Guarded:
        """Inside, a failure will be hidden by the function around it."""
        return Guarded(self.trace)

    # Operators

    def spilled(self, result: Result) -> Result:
        """`x#`"""
        area = result.area if isinstance(result, Reference) else None
        if area is None or not area.is_single:
            return ExcelError.REF
        spill = self.grid.spill_area(CellKey(*area[:3]))
        return ExcelError.REF if spill is None else Reference((spill,))

    # Functions

    def judge(self, function: str, result: Result, before: int) -> None:
        """Failures from `before` on, in the arguments of a call: does its value show them?"""
        failed = self.trace.failures[before:]
        if isinstance(result, Reference | References | Lambda):
            del self.trace.failures[before:]  # reading it will tell
        elif first_error(result) is None:
            del self.trace.failures[before:]
            if function in QUESTIONS:
                self.trace.asked += failed
            elif not (function in SELECTING or self.grid.own_functions.knows(function)):
                self.trace.hidden += failed

    def other(self, node: Call) -> Result:
        """A function that is none of the engine's own."""
        if self.grid.own_functions.knows(node.function):
            return self._own_function(node)
        if function := library.find(node.function):
            return self._library(function, node.arguments)
        raise Uncomputable("E02", node.function, name=node.function)

    def _own_function(self, node: Call) -> Result:
        """A CFP_* function: the only ones whose errors are followed through the workbook."""
        value = self.grid.own_functions.call(node.function, self.arguments(node))
        if error := first_error(value):
            self.trace.failures.append(Failure(node.function, self.key, error))
        return value

    def arguments(self, node: Call) -> list[Argument]:
        with self.arrays():
            return [OMITTED if n is None else self._argument(n) for n in node.arguments]

    def _argument(self, node: Node) -> Argument:
        """A range as a table that knows where it is; of several areas, their values only."""
        result = self.result(node)
        area = result.area if isinstance(result, Reference) else None
        if area is None or area.is_single:
            return self.read(result)
        return Table(self.reading(area).rows, Origin(*area[:3]))

    def _library(self, function: library.LibraryFunction, nodes: Sequence[Node | None]) -> Result:
        arguments: list[Value | Omitted] = []
        for position, node in enumerate(nodes):
            if node is None:
                arguments.append(OMITTED)
                continue
            with self.arrays() if function.name in ARRAY_FUNCTIONS else nullcontext():
                result = self.result(node)
                if not function.takes_array(position):
                    result = self._own_cell(result)
            if holds_lambdas(result):
                raise Uncomputable("E02", function.name, case="lambda", name=function.name)
            argument = self.read(result)
            if isinstance(result, Reference) and not function.is_one_by_one:
                argument = as_array(argument)
            elif isinstance(result, Reference) and isinstance(argument, np.ndarray):
                return ExcelError.VALUE
            arguments.append(argument)
            check_total(arguments)
            self.notice(argument, library.LARGE)
        if function.is_one_by_one:
            return self.each(lambda *one: library.one_value(function, one), arguments)  # type: ignore[arg-type]
        return library.call(function, arguments)

    def draw(self) -> float:
        """A random number between the moment's bounds, the same for this cell on every run."""
        self.trace.is_volatile = True
        if self._random is None:
            self._random = Random(f"{self.key.ref}{self.moment.stream}")
        return self.moment.low + self._random.random() * (self.moment.high - self.moment.low)

    # Names

    def named(self, name: str) -> Result:
        """A parameter, or a function by its name alone."""
        if name in self.scope:
            return self.scope[name]
        if name[: len(BARE)].casefold() == BARE:
            return Lambda((), Constant(None), {}, name[len(BARE) :].upper())
        raise Uncomputable("E02", name, case="name", name=name)

    def defined(self, node: Named) -> Result:
        """What the workbook has a name for."""
        try:
            return self.within({}, node.parsed())
        except NotAFormula as fault:
            raise Uncomputable("E02", node.name, case="name", name=node.name) from fault

    def invoke(self, node: Invoke) -> Result:
        """A LAMBDA called."""
        callee = node.function
        if isinstance(callee, Name) and not isinstance(self.scope.get(callee.name), Lambda):
            name = callee.name.upper()  # LET(sum,SUM(A1),…)
            if name in self.builtins or library.find(name):
                return self.result(Call(name, node.arguments))
        function = self.result(callee)
        if not isinstance(function, Lambda):
            raise Uncomputable("E02", "LAMBDA", case="lambda", name="LAMBDA")
        return self.apply(function, [None if n is None else self.result(n) for n in node.arguments])

    def apply(self, function: Lambda, arguments: Sequence[Result]) -> Result:
        """The value of a LAMBDA for `arguments`; too many or too few are #VALUE!."""
        self.tick()
        if function.name:
            names = tuple(f"value {at}" for at in range(len(arguments)))
            function = Lambda(names, Call(function.name, tuple(map(Name, names))), {})
        if not function.takes(len(arguments)):
            return ExcelError.VALUE
        filled = [*arguments, *[None] * (len(function.parameters) - len(arguments))]
        scope = {**function.scope, **dict(zip(function.parameters, filled, strict=True))}
        with deep():
            return self.within(scope, function.body)

    def within(self, scope: Mapping[str, Result], node: Node) -> Result:
        """What `node` yields where the names of `scope` are known."""
        check_total(scope.values())
        before, self.scope = self.scope, scope
        try:
            return self.result(node)
        finally:
            self.scope = before


__all__ = ["Builtin", "Evaluator", "Lambda", "Result"]


def _asked(read: Callable[[Area], Found], area: Area) -> Found:
    """What a grid reads at an area. A fault of the reading is that of the cell which asks."""
    try:
        return read(area)
    except UNDERSTOOD:
        raise
    except Exception as fault:
        raise fault_of(area.sheet, fault) from fault
