"""Cells as things to explain: what a cell is called, what it holds, and how to go on from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.engine.evaluate import UNDERSTOOD
from cfp_xl.engine.lexer import NotAFormula
from cfp_xl.engine.recalculate import Run
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.wording import is_blank
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Text, say, text
from cfp_xl.schema.opened import Tables
from cfp_xl.schema.schema import Record
from cfp_xl.why.footprints import FootprintItems, of_schema
from cfp_xl.why.formulas import FormulaOpener
from cfp_xl.why.functions import OwnFunctionOpener
from cfp_xl.why.names import CellNames
from cfp_xl.why.tree import Joins, Opening, Operand, Role, WhyItem, WhyKind, closes, plain

MOST_OF_RANGE = 50
"""So many cells of a range that is only read are named."""
_KINDS: Mapping[str, WhyKind] = {"answers": WhyKind.SUPPLIER_LINE, "allocation": WhyKind.ALLOCATION}


class CellItems:
    """The cells of one recalculated workbook."""

    def __init__(self, run: Run, tables: Tables) -> None:
        self.run = run
        self.tables = tables
        self.names = CellNames(tables.workbook, tables.schema)
        self._own_functions = OwnFunctionOpener(self, lambda: self.product)

    @cached_property
    def product(self) -> FootprintItems | None:
        """What the workbook's own tables come to; None where it has no such."""
        return of_schema(self)

    def value(self, key: CellKey) -> Scalar:
        sheet = self.tables.workbook.sheet(key.sheet)
        return None if sheet is None else sheet.columns.value((key.row, key.column))

    def item(self, key: CellKey) -> WhyItem:
        """One cell. A factor's value is its factor."""
        found = self.names.in_table(key)
        if found is not None and (item := self._factor(key, *found)) is not None:
            return item
        kind, notes = WhyKind.CELL, tuple[Text, ...]()
        if found is not None:
            kind, notes = self._kind(*found), tuple(self._notes(*found))
        formula = self.run.grid.formulas[key].formula if key in self.run.grid.formulas else ""
        return WhyItem(
            self.names.key(key),
            kind,
            self.names.label(key),
            self.value(key),
            self.names.unit(key),
            key.ref,
            formula or "",
            notes,
            partial(self.opening, key),
        )

    def opening(self, key: CellKey) -> Opening:
        """What is below a cell: its formula taken apart, or what is known of a typed number."""
        grid = self.run.grid
        owner = grid.filled_by(key)
        if owner is not None and owner != key:
            return Opening(Joins.READS, self.read(Area(*owner, *owner[1:])))
        if key not in grid.formulas:
            return self._typed(key)
        computed = grid.computed(key)
        if computed is not None and computed.finding is not None:
            why = computed.finding
            return Opening(unfollowed=(Text(why.message("zh"), why.message("en")),))
        tree = grid.plan.tree(key)
        if isinstance(tree, NotAFormula) or grid.spill_area(key) is not None:
            return Opening(unfollowed=(text("why.unfollowed.array"),))
        try:
            return self._opener(key).opening(tree)
        except UNDERSTOOD:
            return Opening(unfollowed=(text("why.not_computed_inside"),))

    def _opener(self, key: CellKey) -> FormulaOpener:
        return FormulaOpener(self, self.run.schedule.evaluator(key), self._own_functions)

    def read(self, area: Area) -> list[Operand]:
        """The filled cells of a range, for a formula that can't be taken apart."""
        clipped = self.run.grid.clipped(area)
        found = []
        for row in range(clipped.first_row, clipped.last_row + 1):
            for column in range(clipped.first_column, clipped.last_column + 1):
                key = CellKey(area.sheet, row, column)
                if (value := self.value(key)) is not None:
                    found.append(Operand(value, partial(self.item, key), Role.INPUT))
                if len(found) >= MOST_OF_RANGE:
                    return found
        return found

    def _factor(self, key: CellKey, record: Record, column: str) -> WhyItem | None:
        schema, product = self.tables.schema, self.product
        is_factor = record.region.name == "cfp_factors" and column == "value"
        if not is_factor or schema is None or product is None:
            return None
        try:
            factor = schema.sheet_factors.get(record.text("id"))
        except FootprintError:
            return None
        value, unit = self.value(key), self.names.unit(key)
        return replace(product.factor(factor), value=value, unit=unit, where=key.ref)

    @staticmethod
    def _kind(record: Record, column: str) -> WhyKind:
        table = record.region.name.removeprefix("cfp_")
        if table == "activities" and column == "quantity":
            return WhyKind.QUANTITY
        return _KINDS.get(table, WhyKind.CELL)

    @staticmethod
    def _notes(record: Record, column: str) -> Iterator[Text]:
        table = record.region.name.removeprefix("cfp_")
        if table == "answers" and column == "kgco2e_per_unit":
            yield from supplier_notes(record)
        elif table == "allocation" and column in ("total", "amount_per_unit"):
            yield from _bill_notes(record)

    def _typed(self, key: CellKey) -> Opening:
        """A typed quantity with the bills that it is a share of."""
        found, schema = self.names.in_table(key), self.tables.schema
        if found is None or schema is None or found[0].region.name != "cfp_activities":
            return Opening()
        record, column = found
        id = record.text("allocation_id")
        if column != "quantity" or not id:
            return Opening()
        region = schema.region("allocation")
        operands = [
            self._operand(bill.cell("amount_per_unit").column or 0, bill)
            for bill in schema.records("allocation")
            if region is not None and region.has("amount_per_unit") and bill.text("id") == id
        ]
        joins = Joins.SUM if closes(operands, self.value(key)) else Joins.READS
        return Opening(joins if operands else Joins.NOTHING, operands)

    def _operand(self, column: int, record: Record) -> Operand:
        key = CellKey(record.region.sheet.name, record.row, column)
        return Operand(self.value(key), partial(self.item, key), Role.SUMMAND, 1.0)


def supplier_notes(record: Record) -> Iterator[Text]:
    """Where a line of a supplier's answer comes from, and how it was written there."""
    file, cell = record.text("file"), record.text("cell")
    if file:
        yield plain(f"{file} {cell}".strip())
    if typed := record.text("as_answered"):
        yield Text(
            say("why.as_answered", "zh", typed=typed), say("why.as_answered", "en", typed=typed)
        )


def _bill_notes(record: Record) -> Iterator[Text]:
    fields = ("month", "voucher", "medium", "product")
    words = [shown(record.value(field)).strip() for field in fields]
    if any(words):
        yield plain(" / ".join(word for word in words if not is_blank(word)))
