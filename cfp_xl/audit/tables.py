"""Tables of a report → its figures: rows of the inventory, stages with their shares, totals.

Which column is what, its heading says; what a cell holds (a number, a unit, a name) decides where
headings are merged, or rows of a text have fewer cells than their head. A table without a column
of emissions or quantities has no figures.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cfp_xl.audit.document import Document, PrintedCell, PrintedTable, Spot
from cfp_xl.audit.lists import figures_of_lists
from cfp_xl.audit.modules import figures_of_modules
from cfp_xl.audit.one_stage import of_one_stage
from cfp_xl.audit.record import PrintedFigures
from cfp_xl.audit.table_heads import (
    FIGURES,
    FITS,
    UNIT_COLUMN,
    TableColumn,
    TableHead,
    head_of,
    is_stage,
    names_a_stage,
)
from cfp_xl.audit.variants import figures_of_variants
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.identity import stage_id
from cfp_xl.verify.declared.names import term, terms
from cfp_xl.verify.declared.numbers import (
    AMOUNT,
    BLANK,
    MARK,
    NAME,
    RANGE,
    UNIT,
    CellReading,
    emission_unit,
    read_cell,
)
from cfp_xl.verify.declared.words import is_total

SUBTOTALS = ("小计", "小計", "subtotal", "sub-total")
"""Folded names of the sum of a stage's rows."""
ANY_UNIT = ("单位", "活动单位", "数据单位", "unit")
"""Of a factor's unit: per whatever the row's quantity is in."""


def figures_of_tables(document: Document) -> Iterator[PrintedFigures]:
    """The figures of all tables, in the order of the document."""
    of_table: dict[int, list[PrintedFigures]] = {}
    for one in _figures(document):
        of_table.setdefault(one.spot.block, []).append(one)
    for block, rows in of_table.items():
        elsewhere = {
            stage_id(f.text("stage")): f.text("stage")
            for b, found in of_table.items()
            for f in found
            if b != block
        }
        yield from of_one_stage(rows, document.blocks[block - 1], elsewhere)


def _figures(document: Document) -> Iterator[PrintedFigures]:
    previous: tuple[TableHead, str, str] | None = None
    unnumbered: Counter[str] = Counter()
    for table in document.tables:
        place, carried = place_of_table(document, table), ""
        if not table.number:
            unnumbered[place] += 1
            place += f" [{unnumbered[place]}]" if unnumbered[place] > 1 else ""
        if previous and place == previous[1]:
            carried = previous[2]  # 续表: the first row may leave out the stage
        modules = list(figures_of_modules(table, place))
        if modules:
            yield from modules
            previous = None
            continue
        head = head_of(table)
        if head is None and previous and _goes_on(table, previous[0]):
            head = replace(previous[0], height=0)
            place, carried = (table.number or previous[1]), previous[2]
        if head is None or not head.is_of_figures:
            yield from figures_of_variants(table, place) or figures_of_lists(table, place)
            previous = None
            continue
        rows = list(_rows(table, head, place, carried))
        yield from rows
        last_stage = next((r.text("stage") for r in reversed(rows) if r.text("stage")), "")
        previous = (head, place, last_stage)


def _goes_on(table: PrintedTable, head: TableHead) -> bool:
    """Whether a table without a head is the rest of the one before, over a page break."""
    return table.caption is None and all(len(row) == len(head.columns) for row in table.rows)


def place_of_table(document: Document, table: PrintedTable) -> str:
    """What a table is called: its number, its caption, or the section it is in."""
    if table.number:
        return re.sub(r"^[续續]", "", table.number)
    if table.caption is not None:
        return table.caption.plain
    section = document.section_of(table)
    where = table.spot.sheet
    return f"{section.heading.plain} ({where})" if section else where


@dataclass
class _RowParts:
    """What a row's cells hold, as far as it was told."""

    texts: dict[str, str]
    spots: dict[str, Spot]
    names: list[tuple[str, Spot]]

    def put(self, column: str, text: str, spot: Spot) -> None:
        if text and column not in self.texts:
            self.texts[column], self.spots[column] = text, spot


def _rows(table: PrintedTable, head: TableHead, place: str, stage: str) -> Iterator[PrintedFigures]:
    by_position = not _is_ragged(table, head)
    first_unit = _unit_beside(table)
    of_variants = _is_of_variants(table, head)
    for row in table.rows[head.height :]:
        parts = _parts(row, _columns_of(row, head, by_position))
        if not parts.texts and not parts.names:
            continue
        _name(parts, head, stage)
        if not any(column in parts.texts for column in FIGURES):
            stage = parts.texts.get("stage", stage)
            continue
        _units(parts, head, first_unit)
        item = "total" if of_variants else _item(parts, head)
        if item == "total" and stage and _is_subtotal(parts):
            item = "stage"
            parts.texts["stage"] = stage
            parts.spots["stage"] = row[0].spot
        if item != "total":
            named = parts.texts.get("stage")
            stage = named or stage
            if not named and stage and head.columns[0].role in ("stage", ""):
                parts.put("stage", stage, row[0].spot)
        spot = replace(row[0].spot, table_column=0)
        yield PrintedFigures(
            item, place, parts.texts, parts.spots, spot, is_uncertain=table.is_uncertain
        )


def _is_of_variants(table: PrintedTable, head: TableHead) -> bool:
    """Whether each row is the footprint of another variant of the product: none names a stage."""
    if head.is_inventory or any(head.has(r) for r in ("stage", "process", "activity", "share")):
        return False
    names = [row[0].plain for row in table.rows[head.height :] if row and row[0].plain]
    return len(names) > 1 and not any(names_a_stage(name) for name in names)


def _is_ragged(table: PrintedTable, head: TableHead) -> bool:
    return any(len(row) != len(head.columns) for row in table.rows[head.height :])


def _columns_of(
    row: Sequence[PrintedCell], head: TableHead, by_position: bool
) -> list[TableColumn]:
    """The column of each cell; of a shorter row the last ones from the right, names from the left.

    A row whose merged cells are missing has fewer cells; its figures stand at its end.
    """
    columns = list(head.columns)
    missing = len(columns) - len(row)
    if by_position or missing == 0:
        return columns[: len(row)]
    if missing < 0:
        return [*columns, *[TableColumn("")] * -missing]
    tail = 0
    for cell, column in zip(reversed(row), reversed(columns), strict=False):
        if read_cell(cell.text).kind not in FITS.get(column.role, (NAME,)):
            break
        tail += 1
    lead = len(row) - tail
    return [*[TableColumn("")] * lead, *columns[len(columns) - tail :]]


def _parts(row: Sequence[PrintedCell], columns: Sequence[TableColumn]) -> _RowParts:
    parts = _RowParts({}, {}, [])
    last = ""
    has_quantity = any(
        one.role == "quantity" and read_cell(cell.text).kind in FITS["quantity"]
        for cell, one in zip(row, columns, strict=False)
    )
    for cell, column in zip(row, columns, strict=False):
        reading = read_cell(cell.text)
        if reading.kind == BLANK or (cell.copy and reading.kind != NAME):
            continue
        if column.role in FITS and reading.kind in FITS[column.role]:
            _put_figure(parts, column, reading, cell)
            last = column.role if column.role in UNIT_COLUMN else last
        elif column.role in ("source", "other", "product", "functional_unit") or (
            has_quantity and not column.role and reading.kind in (AMOUNT, MARK)
        ):
            continue  # of no column that we know, beside a quantity: a size, a distance
        elif reading.kind == AMOUNT and "CO2" not in reading.unit:
            _put_figure(parts, TableColumn("quantity"), reading, cell)
        elif reading.kind == UNIT and column.role not in ("stage", "process", "activity"):
            parts.put(UNIT_COLUMN.get(last, "unit"), reading.unit, cell.spot)
        elif reading.kind == MARK and not column.role and (parts.names or parts.texts):
            parts.put("quantity", "/", cell.spot)
        elif reading.kind in (NAME, UNIT) and column.role in ("stage", "process", "activity"):
            parts.put(column.role, cell.plain, cell.spot)
        elif reading.kind == NAME and (cell.plain, cell.copy) != ("", True):
            parts.names.append((cell.plain, cell.spot))
    return parts


def _put_figure(
    parts: _RowParts, column: TableColumn, reading: CellReading, cell: PrintedCell
) -> None:
    if column.role in ("unit", "factor_unit", "emission_unit"):
        parts.put(column.role, "" if reading.kind == MARK else reading.unit, cell.spot)
        return
    parts.put(column.role, reading.number, cell.spot)
    if reading.unit and column.role in UNIT_COLUMN:
        parts.put(UNIT_COLUMN[column.role], reading.unit, cell.spot)


def _is_subtotal(parts: _RowParts) -> bool:
    """Whether a row is the sum of its stage; its name is taken away, for the stage's takes its
    place."""
    named = [column for column in ("stage", "process", "activity") if parts.texts.get(column)]
    if not named or not all(folded(parts.texts[one]) in SUBTOTALS for one in named):
        return False
    for one in named:
        del parts.texts[one], parts.spots[one]
    return True


def _name(parts: _RowParts, head: TableHead, stage: str) -> None:
    """Names that no heading tells: a stage first, then a process, then the activity.

    A table of stages that has a second column of names shows parts of them.
    """
    names = list(parts.names)
    if names and "stage" not in parts.texts and (is_stage(names[0][0]) or not head.is_inventory):
        parts.put("stage", *names.pop(0))
    columns = ["process", "activity"] if len(names) > 1 else ["activity"]
    for column, (words, spot) in zip(columns, names, strict=False):
        parts.put(column, words, spot)
    words = parts.texts.get("activity", "")
    if words and "process" not in parts.texts and _is_process(words):
        parts.put("process", words, parts.spots["activity"])
    if not head.is_inventory and head.has("stage") and head.has("activity"):
        if "stage" not in parts.texts and stage and not is_total(words):
            parts.put("stage", stage, parts.spots.get("activity", next(iter(parts.spots.values()))))
        if words and "stage" in parts.texts and not is_total(words):
            parts.put("process", parts.texts.pop("activity"), parts.spots.pop("activity"))
    if not head.is_inventory and "stage" not in parts.texts:
        for column in ("activity", "process"):
            if column in parts.texts:
                parts.put("stage", parts.texts.pop(column), parts.spots.pop(column))
                break


def _is_process(name: str) -> bool:
    """Whether a name is a leg of transport, or storage: parts of a boundary of their own."""
    return folded(name) in (w for id in _PARTS for w in terms()[id][1]) or term(name) in _PARTS


_PARTS = ("inbound_transport", "outbound_transport", "storage")


def _units(parts: _RowParts, head: TableHead, beside: str) -> None:
    """Units that headings state for their columns; of emissions also what stands by the table."""
    for column in head.columns:
        unit_column = UNIT_COLUMN.get(column.role, "")
        if unit_column and column.unit and column.role in parts.texts:
            spot = parts.spots[column.role]
            parts.put(unit_column, column.unit, spot)
    numerator, _, per = parts.texts.get("factor_unit", "").partition("/")
    if folded(per) in ANY_UNIT and "unit" in parts.texts:
        parts.texts["factor_unit"] = f"{numerator}/{parts.texts['unit']}"
    if beside and "emission" in parts.texts:
        parts.put("emission_unit", beside, parts.spots["emission"])


def _unit_beside(table: PrintedTable) -> str:
    return emission_unit(table.caption.plain) if table.caption else ""


def _item(parts: _RowParts, head: TableHead) -> str:
    name = parts.texts.get("stage") or parts.texts.get("process") or parts.texts.get("activity", "")
    if is_total(name) or (not name and not head.is_inventory):
        return "total"
    if head.has("functional_unit") or head.has("product"):
        return "total" if not head.has("stage") and not head.is_inventory else "stage"
    return "activity" if head.is_inventory and RANGE not in parts.texts else "stage"
