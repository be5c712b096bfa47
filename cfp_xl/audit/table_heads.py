"""The head of a table: which of its columns holds what, by headings and by what stands below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cfp_xl.audit.document import PrintedCell, PrintedTable
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.identity import stage_id
from cfp_xl.verify.declared.names import terms
from cfp_xl.verify.declared.numbers import (
    AMOUNT,
    MARK,
    NAME,
    NUMBER,
    SHARE,
    UNIT,
    emission_unit,
    is_unit,
    read_cell,
    unit_text,
)
from cfp_xl.verify.declared.words import column_role, is_total

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
_IN_BRACKETS = re.compile(r"[(\[（]\s*([^()\[\]（）]+)\s*[)\]）]\s*$")
_PER_PIECE = re.compile(
    r"单位产品|功能单位|声明单位|单台|单件|单耗|每[台件个吨套只]|/[台件个套只]|per(?:piece|unit|functionalunit|product)"
)
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
        of_shares = self.has("share") and self.has("stage")
        return self.has("emission") or of_shares or (self.has("quantity") and self.has("factor"))

    @property
    def is_inventory(self) -> bool:
        return self.has("quantity") or self.has("factor")


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
    columns = _by_content(columns, table.rows[height:])
    columns = _per_piece_first(columns, table.rows[:height])
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
    named = [
        word
        for word in words
        if word.casefold() in ("unit", "units") or not is_unit(word.strip("()（）[] "))
    ] or words
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
            stages = sum(names_a_stage(cell.plain) for cell in cells)
            if found[index].role in ("activity", "process", "") and stages * 2 > len(cells):
                found[index] = TableColumn("stage")
                break
    return tuple(found)


_MODULE_FIRST = re.compile(r"[ABCD][1-7](?:\s?[-–]\s?[ABCD]?[1-7])?[\s:：,]+[A-Za-z\u4e00-\u9fff]")


def names_a_stage(name: str) -> bool:
    """Whether a whole name is a stage, a total, or another part of the product system; A2 Transport
    is a module with its name."""
    if _MODULE_FIRST.match(name):
        return True
    return is_stage(name) or any(folded(name) in words for _, words in terms().values())


def _per_piece_first(
    columns: Sequence[TableColumn], rows: Sequence[Sequence[PrintedCell]]
) -> tuple[TableColumn, ...]:
    """Of several columns of quantities the one per piece, where a year's stands beside it."""
    quantities = [i for i, one in enumerate(columns) if one.role == "quantity"]
    per_piece = [
        i
        for i in quantities
        if any(i < len(row) and _PER_PIECE.search(folded(row[i].plain)) for row in rows)
    ]
    chosen = per_piece[0] if per_piece else None
    kept = [
        TableColumn("other", one.unit)
        if chosen is not None and i in quantities and i != chosen
        else one
        for i, one in enumerate(columns)
    ]
    return _without_doubles(kept)


def _without_doubles(columns: Sequence[TableColumn]) -> tuple[TableColumn, ...]:
    """Of several columns of one figure the first; the others are years or scenarios of it."""
    seen: set[str] = set()
    kept = []
    for one in columns:
        is_double = one.role in FIGURES and one.role in seen
        seen.add(one.role)
        kept.append(TableColumn("other", one.unit) if is_double else one)
    return tuple(kept)


def is_stage(name: str) -> bool:
    """Whether a whole name is a stage or a total."""
    return stage_id(name) is not None or is_total(name)
