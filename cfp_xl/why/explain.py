"""The door: a workbook and what is asked of it in, the tree and the sentence about it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.bindings import Registry
from cfp_xl.engine.recalculate import CLOCK, run
from cfp_xl.engine.result import Way
from cfp_xl.findings import CellRef
from cfp_xl.footprint.stages import STAGES
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import ExcelError
from cfp_xl.messages import Explained, Text
from cfp_xl.schema.opened import Opened, Tables
from cfp_xl.whatif.targets import TargetNotKnown, find_cell
from cfp_xl.why.cells import CellItems
from cfp_xl.why.tree import Joins, Limits, Role, WhyItem, WhyKind, WhyNode, grown

_TOTAL = frozenset({"total", "总计", "总量", "合计", "footprint", "碳足迹"})
MOST_SUGGESTED = 5


class NothingAsked(Explained):
    """A workbook without our tables, and no cell named."""


@dataclass(frozen=True)
class Why:
    """Why a number is what it is."""

    file: str
    asked: str
    root: WhyNode
    unfollowed: tuple[tuple[CellRef | None, Text], ...]
    """What could not be gone into, where, and why."""

    @property
    def is_error(self) -> bool:
        return isinstance(self.root.item.value, ExcelError)


def why(opened: Opened, asked: str = "", limits: Limits | None = None) -> Why:
    """The explanation of a cell, a name, a row, a stage, or the total.

    Raises TargetNotKnown, NothingAsked, RecalculationTimeout.
    """
    computed = run(opened.workbook, CLOCK, opened.deadline_s, Registry(), Way.BLOCK)
    tables = replace(opened, already=computed.recalculation).recomputed
    cells = CellItems(computed, tables)
    item = _asked(cells, tables, asked.strip())
    root = grown(item, limits or Limits())
    unfollowed = [(node.item.where, one) for node in root.walk() for one in node.unfollowed]
    return Why(opened.workbook.path.name, asked, root, tuple(dict.fromkeys(unfollowed)))


def _asked(cells: CellItems, tables: Tables, asked: str) -> WhyItem:
    product = cells.product
    if not asked and product is None:
        raise NothingAsked("why.nothing_asked", results=tuple(_results(cells)))
    if product is not None and (not asked or folded(asked) in _TOTAL):
        return product.total()
    try:
        key = find_cell(tables, asked)
    except TargetNotKnown:
        if product is None:
            raise
        for one in STAGES:
            if folded(asked) in {folded(name) for name in (one.id, one.name.zh, one.name.en)}:
                return product.stage(product.footprint.stages[one.id])
        raise
    return _row(cells, key, asked) or cells.item(key)


def _row(cells: CellItems, key: CellKey, asked: str) -> WhyItem | None:
    """The whole row, where its identity was named and not one of its cells."""
    found, product = cells.names.in_table(key), cells.product
    if found is None or product is None or "!" in asked:
        return None
    record, column = found
    if record.region.name != "cfp_activities" or column != "quantity":
        return None
    rows = (row for row in product.footprint.rows if row.activity.origin)
    return next((product.row(r) for r in rows if _is_in(r.activity.origin, record.row)), None)


def _is_in(where: CellRef | None, row: int) -> bool:
    return where is not None and where.row == row


def _results(cells: CellItems) -> Iterator[str]:
    """Formula cells with a number that no formula refers to: what a workbook seems to be for."""
    read = {
        (area.sheet, *area[1:])
        for areas in cells.run.recalculation.referenced_ranges.values()
        for area in areas
    }
    found = 0
    for key in cells.run.grid.formulas:
        is_read = any(
            key.sheet == sheet and top <= key.row <= bottom and left <= key.column <= right
            for sheet, top, left, bottom, right in read
        )
        if not is_read and isinstance(cells.value(key), float):
            found += 1
            if found <= MOST_SUGGESTED:
                yield str(key.ref)


@dataclass(frozen=True)
class Main:
    """What a result mostly comes from."""

    node: WhyNode
    above: tuple[WhyNode, ...]
    """The stages and the like that it is in, from the result down."""


def main_part(root: WhyNode) -> Main:
    """The largest part of a sum, and of what it is a sum of itself, down to a product or a leaf."""
    node, above = root, []
    while node.children:
        largest = node.children[0]
        if node.joins is Joins.SUM and largest.contribution:
            above.append(node)
        elif node.joins is not Joins.SAME:
            break
        node = largest
    return Main(node, tuple(above[1:]))


def factors_of(node: WhyNode) -> Iterator[tuple[str, WhyNode]]:
    """What a product multiplies and divides by, conversions by 1 and signs left out."""
    if node.joins is not Joins.PRODUCT:
        return
    for child in node.children:
        if child.item.kind is WhyKind.SIGN:
            continue
        yield ("÷" if child.role is Role.DIVISOR else "×"), child


def error_path(root: WhyNode) -> tuple[WhyNode, ...]:
    """From an error to where it began, by the first cause of each."""
    path = [root]
    while path[-1].children and path[-1].joins in (Joins.ERROR, Joins.SAME, Joins.READS):
        causes = [c for c in path[-1].children if isinstance(c.item.value, ExcelError)]
        if not causes:
            break
        path.append(causes[0])
    return tuple(path)


__all__ = [
    "Main",
    "NothingAsked",
    "Why",
    "error_path",
    "factors_of",
    "main_part",
    "why",
]
