"""Tables of a report → its figures: rows of the inventory, stages with their shares, totals.

Which column is what, its heading says; what a cell holds (a number, a unit, a name) decides where
headings are merged, or rows of a text have fewer cells than their head. A table without a column
of emissions or quantities has no figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cfp_xl.audit.document import Document, PrintedCell, PrintedTable, Spot
from cfp_xl.audit.modules import figures_of_modules
from cfp_xl.audit.numbers import (
    AMOUNT,
    BLANK,
    MARK,
    NAME,
    NUMBER,
    RANGE,
    SHARE,
    UNIT,
    CellReading,
    emission_unit,
    is_unit,
    read_cell,
    unit_text,
)
from cfp_xl.audit.record import PrintedFigures
from cfp_xl.audit.words import column_role, is_total
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.identity import stage_id
from cfp_xl.verify.declared.names import term, terms

MOST_HEADINGS = 3
"""Rows of a table's head."""
FIGURES = ("quantity", "factor", "emission", "share")
UNIT_COLUMN = {"quantity": "unit", "factor": "factor_unit", "emission": "emission_unit"}
FITS = {
    "quantity": (NUMBER, AMOUNT, MARK),
    "factor": (NUMBER, AMOUNT, MARK),
    "emission": (NUMBER, AMOUNT, MARK),
    "share": (NUMBER, SHARE, MARK),
    "unit": (UNIT, MARK),
    "factor_unit": (UNIT, MARK),
    "emission_unit": (UNIT, MARK),
}
"""What a cell of a column may hold to be its figure."""
ANY_UNIT = ("单位", "活动单位", "数据单位", "unit")
"""Of a factor's unit: per whatever the row's quantity is in."""
_IN_BRACKETS = re.compile(r"[(\[（]\s*([^()\[\]（）]+)\s*[)\]）]\s*$")
_AFTER_SLASH = re.compile(r"[/,，:：]\s*([^/,，:：()]+)$")


@dataclass(frozen=True)
class TableColumn:
    """A column: what it holds, and the unit that its heading states."""

    role: str
    unit: str = ""


@dataclass(frozen=True)
class TableHead:
    """The columns of a table, and how many of its rows name them."""

    columns: tuple[TableColumn, ...]
    height: int

    def has(self, role: str) -> bool:
        return any(one.role == role for one in self.columns)

    @property
    def is_of_figures(self) -> bool:
        return self.has("emission") or (self.has("quantity") and (self.has("factor")))

    @property
    def is_inventory(self) -> bool:
        return self.has("quantity") or self.has("factor")


def figures_of_tables(document: Document) -> Iterator[PrintedFigures]:
    """The figures of all tables, in the order of the document."""
    previous: tuple[TableHead, str, str] | None = None
    for table in document.tables:
        place, carried = place_of_table(document, table), ""
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
        return table.number
    if table.caption is not None:
        return table.caption.plain
    section = document.section_of(table)
    where = table.spot.sheet
    return f"{section.heading.plain} ({where})" if section else where


def head_of(table: PrintedTable) -> TableHead | None:
    """The head of a table; None where its first rows name no column that we know."""
    height = 0
    for row in table.rows[:MOST_HEADINGS]:
        readings = [read_cell(cell.text) for cell in row]
        if any(one.is_figure for one in readings) or not any(c.plain for c in row):
            break
        if height and not _names_columns(row, table.rows[height - 1]):
            break
        height += 1
    if height == 0 or height == len(table.rows):
        return None
    width = max(len(row) for row in table.rows[:height])
    columns = tuple(_column(table.rows[:height], index) for index in range(width))
    columns = _without_doubles(_by_content(columns, table.rows[height:]))
    return TableHead(columns, height) if any(one.role for one in columns) else None


def _names_columns(row: Sequence[PrintedCell], above: Sequence[PrintedCell]) -> bool:
    """Whether a second row is part of the head: it repeats merged cells or names columns."""
    if len(row) != len(above) and not all(column_role(c.plain) for c in row if c.plain):
        return False
    own = [c for c in row if c.plain and not c.copy]
    if not own or stage_id(own[0].plain):
        return False
    return all(column_role(c.plain) or is_unit(c.plain.strip("()（）")) for c in own)


def _column(rows: Sequence[Sequence[PrintedCell]], index: int) -> TableColumn:
    words = list(dict.fromkeys(row[index].plain for row in rows if index < len(row)))
    words = [word for word in words if word]
    named = [word for word in words if not is_unit(word.strip("()（）[] "))] or words
    role = next((found for word in reversed(named) if (found := column_role(word))), "")
    if len(words) > 1 and role in ("activity", "quantity", "unit"):
        above = column_role(words[0])
        if above in ("factor", "emission"):
            role = above if role == "quantity" else {"unit": f"{above}_unit"}.get(role, role)
    unit = next((found for word in reversed(words) if (found := _heading_unit(word))), "")
    if unit == "%" and role != "quantity":
        role = "share"
    elif not role and unit and "CO2" in unit:
        role = "factor" if "/" in unit and is_unit(unit.partition("/")[2]) else "emission"
    return TableColumn(role, unit)


def _heading_unit(heading: str) -> str:
    """The unit that a heading ends with: 碳足迹/(kgCO2e/台), Quantity [kg], 占比/%."""
    for pattern in (_IN_BRACKETS, _AFTER_SLASH):
        found = pattern.search(heading)
        if found and is_unit(found[1]):
            return unit_text(found[1])
    return emission_unit(heading)


def _by_content(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[PrintedCell]]
) -> tuple[TableColumn, ...]:
    """The columns, where what is in them says otherwise than a heading of two meanings.

    活动数据 above names is the activity; 类别 above stages is the stage.
    """
    width = len(columns)
    held = [
        [row[index] for row in rows if len(row) == width and row[index].plain]
        for index in range(width)
    ]
    found = list(columns)
    for index, cells in enumerate(held):
        kinds = [read_cell(cell.text).kind for cell in cells]
        names = sum(kind == NAME for kind in kinds)
        fits = sum(kind in FITS.get(found[index].role, ()) for kind in kinds)
        if found[index].role == "quantity" and names > fits:
            found[index] = TableColumn("activity")
    if not any(one.role == "stage" for one in found):
        for index, cells in enumerate(held):
            stages = sum(_names_a_stage(cell.plain) for cell in cells)
            if found[index].role in ("activity", "process", "") and stages * 2 > len(cells):
                found[index] = TableColumn("stage")
                break
    return tuple(found)


def _names_a_stage(name: str) -> bool:
    return _is_stage(name) or any(folded(name) in words for _, words in terms().values())


def _without_doubles(columns: Sequence[TableColumn]) -> tuple[TableColumn, ...]:
    """Of several columns of one figure the first; the others are years or scenarios of it."""
    seen: set[str] = set()
    kept = []
    for one in columns:
        is_double = one.role in FIGURES and one.role in seen
        seen.add(one.role)
        kept.append(TableColumn("other", one.unit) if is_double else one)
    return tuple(kept)


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
    for row in table.rows[head.height :]:
        parts = _parts(row, _columns_of(row, head, by_position))
        if not parts.texts and not parts.names:
            continue
        _name(parts, head)
        if not any(column in parts.texts for column in FIGURES):
            stage = parts.texts.get("stage", stage)
            continue
        _units(parts, head, first_unit)
        item = _item(parts, head)
        if item != "total":
            named = parts.texts.get("stage")
            stage = named or stage
            if not named and stage and head.columns[0].role in ("stage", ""):
                parts.put("stage", stage, row[0].spot)
        spot = replace(row[0].spot, table_column=0)
        yield PrintedFigures(
            item, place, parts.texts, parts.spots, spot, is_uncertain=table.is_uncertain
        )


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
    for cell, column in zip(row, columns, strict=False):
        reading = read_cell(cell.text)
        if reading.kind == BLANK or (cell.copy and reading.kind != NAME):
            continue
        if column.role in FITS and reading.kind in FITS[column.role]:
            _put_figure(parts, column, reading, cell)
            last = column.role if column.role in UNIT_COLUMN else last
        elif column.role in ("source", "other", "product", "functional_unit"):
            continue
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


def _name(parts: _RowParts, head: TableHead) -> None:
    """Names that no heading tells: a stage first, then a process, then the activity."""
    names = list(parts.names)
    if names and "stage" not in parts.texts and (_is_stage(names[0][0]) or not head.is_inventory):
        parts.put("stage", *names.pop(0))
    columns = ["process", "activity"] if len(names) > 1 else ["activity"]
    for column, (words, spot) in zip(columns, names, strict=False):
        parts.put(column, words, spot)
    words = parts.texts.get("activity", "")
    if words and "process" not in parts.texts and _is_process(words):
        parts.put("process", words, parts.spots["activity"])
    if not head.is_inventory and "stage" not in parts.texts:
        for column in ("activity", "process"):
            if column in parts.texts:
                parts.put("stage", parts.texts.pop(column), parts.spots.pop(column))
                break


def _is_stage(name: str) -> bool:
    return stage_id(name) is not None or is_total(name)


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
