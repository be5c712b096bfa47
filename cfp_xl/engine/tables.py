"""Table references (`Table[[#This Row],[A]:[B]]`) turned into areas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cfp_xl.engine.areas import Area, CellKey
from cfp_xl.workbook.address import range_bounds
from cfp_xl.workbook.model import ListTable


class BadTableReference(Exception):
    """The reference names a table that is not known, or a column or item that it does not have."""


def referred_area(tables: Iterable[ListTable], text: str, key: CellKey) -> Area:
    """The area that a table reference in the formula of cell `key` means.

    Without a table's name it is the table that holds the cell. Raises BadTableReference.
    """
    name, bracket, rest = text.partition("[")
    for table in tables:
        is_named = table.name.casefold() == name.casefold()
        if is_named if name else holds(table, *key):
            return table_area(table, bracket + rest, key.row)
    raise BadTableReference


def table_area(table: ListTable, specifier: str, row: int) -> Area:
    """The area of `table` that `specifier` (in brackets, or empty) picks for a formula in `row`.

    An empty specifier is the data without header and totals, as in Excel.
    Raises BadTableReference.
    """
    whole = _whole(table)
    items, columns = _parts(specifier)
    first_row, last_row = _rows(table, whole, items, row)
    positions = [_position(table, name) for name in columns] or [1, whole.columns]
    return Area(
        whole.sheet,
        first_row,
        whole.first_column + min(positions) - 1,
        last_row,
        whole.first_column + max(positions) - 1,
    )


def holds(table: ListTable, sheet: str, row: int, column: int) -> bool:
    """Whether the cell lies in the table; decides what `[@Column]` without a name means."""
    bounds = range_bounds(table.ref)
    if bounds is None or table.sheet.casefold() != sheet.casefold():
        return False
    top, left, bottom, right = bounds
    return top <= row <= bottom and left <= column <= right


def _whole(table: ListTable) -> Area:
    bounds = range_bounds(table.ref)
    if bounds is None:
        raise BadTableReference
    top, left, bottom, right = bounds
    return Area(table.sheet, top, left, bottom, right)


def _rows(table: ListTable, whole: Area, items: list[str], row: int) -> tuple[int, int]:
    first_data = whole.first_row + table.header_rows
    last_data = whole.last_row - table.totals_rows
    known = {
        "#all": (whole.first_row, whole.last_row),
        "#data": (first_data, last_data),
        "#headers": (whole.first_row, first_data - 1),
        "#totals": (last_data + 1, whole.last_row),
        "#this row": (row, row),
    }
    if any(item not in known for item in items):
        raise BadTableReference
    picked = [known[item] for item in items] or [known["#data"]]
    first, last = min(p[0] for p in picked), max(p[1] for p in picked)
    is_this_row = "#this row" in items
    if first > last or (is_this_row and not first_data <= row <= last_data):
        raise BadTableReference
    return first, last


def _parts(specifier: str) -> tuple[list[str], list[str]]:
    """Items (`#headers`, `#this row`, …, lower case) and columns of a specifier."""
    if not specifier:
        return [], []
    inner = specifier[1:-1].strip()
    if "[" not in inner.replace("'[", ""):
        words = [_unescaped(inner)] if not inner.startswith("@") else []
        items = ["#this row"] if inner.startswith("@") else []
        if inner.startswith("@") and inner[1:].strip():
            words = [_unescaped(inner[1:].strip())]
        if words and inner.startswith("#"):
            return [words[0].casefold()], []
        return items, [w for w in words if w]
    items = ["#this row"] if inner.startswith("@") else []
    columns: list[str] = []
    for word in _bracketed(inner):
        if word.startswith("#"):
            items.append(word.casefold())
        else:
            columns.append(_unescaped(word))
    return items, columns


def _bracketed(inner: str) -> Iterator[str]:
    word, depth, at = "", 0, 0
    while at < len(inner):
        sign = inner[at]
        if sign == "'" and depth:
            word += inner[at : at + 2]
            at += 2
            continue
        if sign == "[":
            depth, word = depth + 1, ""
        elif sign == "]":
            depth -= 1
            yield word
        elif depth:
            word += sign
        at += 1


def _unescaped(word: str) -> str:
    return "".join(
        sign for i, sign in enumerate(word) if sign != "'" or (i > 0 and word[i - 1] == "'")
    )


def _position(table: ListTable, column: str) -> int:
    wanted = _normal(column)
    for position, name in enumerate(table.columns, start=1):
        if _normal(name) == wanted:
            return position
    raise BadTableReference


def _normal(name: str) -> str:
    """Column names match without regard to case and to how a line break is written."""
    return " ".join(name.replace("_x000a_", " ").replace("_x000D_", " ").split()).casefold()
