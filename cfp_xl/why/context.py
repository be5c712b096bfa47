"""What the parts of this room ask of each other: of the cells, and of a formula being opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.evaluate import Evaluator
from cfp_xl.engine.recalculate import Run
from cfp_xl.engine.tree import Call, Node
from cfp_xl.functions.values import Scalar
from cfp_xl.schema.opened import Tables
from cfp_xl.why.names import CellNames
from cfp_xl.why.tree import Opening, Operand, WhyItem


class CellSource(Protocol):
    """The cells of one recalculated workbook."""

    run: Run
    tables: Tables
    names: CellNames

    def value(self, key: CellKey) -> Scalar: ...

    def item(self, key: CellKey) -> WhyItem: ...

    def opening(self, key: CellKey) -> Opening: ...

    def read(self, area: Area) -> list[Operand]: ...


class TreeOpener(Protocol):
    """Takes the formula of one cell apart."""

    cells: CellSource
    evaluator: Evaluator

    def opening(self, node: Node) -> Opening: ...

    def reads(self, node: Node) -> Opening: ...

    def value(self, node: Node | None) -> Scalar: ...

    def number(self, node: Node | None) -> float | None: ...

    def item(self, node: Node | None) -> Callable[[], WhyItem]: ...

    def taken(self, function: str, arguments: Sequence[Node | None]) -> Node | None: ...

    def own_error(self, node: Call) -> Opening: ...
