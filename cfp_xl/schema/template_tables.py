"""Tables of our templates that no name leads to: results, self-checks, units; found by headings.

Their headings are those of the message catalogue (`templates.heading.<table>.<column>`), in either
language and edition. Where single headings were changed, columns are told by the places between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from cfp_xl.footprint.columns import LONGEST_KEPT, is_closing
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import catalogue
from cfp_xl.workbook.model import Cell, Sheet, Workbook

ORDER: Mapping[str, tuple[str, ...]] = {
    "results": ("stage", "process", "cfp", "native", "agrees", "share", "unit", "state"),
    "checks": ("number", "check", "seen", "expected", "result"),
    "units": ("unit", "base", "in_base"),
}
"""The columns of each table, from the left."""
TELLING: Mapping[str, tuple[frozenset[str], int]] = {
    "results": (frozenset({"cfp", "native", "agrees", "share", "state"}), 3),
    "checks": (frozenset({"check", "seen", "expected", "result"}), 3),
    "units": (frozenset({"base", "in_base"}), 1),
}
"""So many of these headings in one row make it the table's."""

TEMPLATE_VERSION = "cfp_template_version"
"""The document property with the version of the template that a workbook was made from."""
PRODUCT_VERSION = 3
"""Of the product templates that ship today."""


@dataclass(frozen=True)
class TemplateTable:
    """One table on a sheet: its rows lie between its headings and the first blank row."""

    id: str
    sheet: Sheet
    header_row: int
    columns: Mapping[str, int]
    last_row: int

    @property
    def rows(self) -> range:
        return range(self.header_row + 1, self.last_row + 1)

    def cell(self, row: int, column: str) -> Cell | None:
        return self.sheet.cells.get((row, self.columns[column]))


def template_tables(workbook: Workbook, id: str) -> Iterator[TemplateTable]:
    """Every table of this kind, sheet by sheet, from the top."""
    for sheet in workbook.sheets:
        headings: dict[int, dict[str, int]] = {}
        for line, name in _headings(id).items():
            for row, column in sheet.columns.line_places.get(line, ()):
                in_row = headings.setdefault(row, {})
                in_row[name] = min(column, in_row.get(name, column))
        telling, enough = TELLING[id]
        for row, found in sorted(headings.items()):
            if len(telling & found.keys()) >= enough:
                columns = _completed(ORDER[id], found)
                if min(columns.values()) > 0:
                    yield TemplateTable(id, sheet, row, columns, _last_row(sheet, row, columns))


@cache
def words(*keys: str) -> frozenset[str]:
    """What texts of the templates say, folded, in both languages."""
    texts = (catalogue()[f"templates.{key}"] for key in keys)
    return frozenset(folded(text) for both in texts for text in (both.zh, both.en))


def is_word(value: object, *keys: str) -> bool:
    """Whether a cell says one of these words of the catalogue, in either language."""
    return isinstance(value, str) and folded(value) in words(*keys)


def labelled(workbook: Workbook, *keys: str) -> Iterator[tuple[Sheet, int, int]]:
    """The cells that hold one of the templates' texts: sheet, row, column."""
    wanted = words(*keys)
    for sheet in workbook.sheets:
        known = sheet.columns.folded_places
        for row, column in sorted(place for word in wanted for place in known.get(word, ())):
            yield sheet, row, column


def columns_named(id: str, heading: str) -> tuple[str, ...]:
    """The columns that a heading may name, as a whole or by one of its lines."""
    find = _columns_of_any if len(heading) <= LONGEST_KEPT else _columns_of_any.__wrapped__
    return find(id, heading)


@lru_cache(maxsize=4096)
def _columns_of_any(id: str, heading: str) -> tuple[str, ...]:
    known = _headings(id)
    lines = (folded(line) for line in heading.splitlines())
    return tuple(dict.fromkeys(known[line] for line in lines if line in known))


@cache
def _headings(id: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for column in ORDER[id]:
        for key in (f"heading.{id}.{column}", f"native.heading.{id}.{column}"):
            if f"templates.{key}" in catalogue():
                found |= dict.fromkeys(words(key), column)
    return found


def _completed(order: Sequence[str], found: Mapping[str, int]) -> Mapping[str, int]:
    """Columns whose headings were changed stand where the templates have them."""
    known = min(found, key=order.index)
    start = found[known] - order.index(known)
    return {name: found.get(name, start + at) for at, name in enumerate(order)}


def _last_row(sheet: Sheet, header: int, columns: Mapping[str, int]) -> int:
    row, last = header + 1, sheet.columns.layout.used[0]
    while row <= last and any(_is_filled(sheet.cells.get((row, at))) for at in columns.values()):
        row += 1
    return row - 1


def _is_filled(cell: Cell | None) -> bool:
    return (
        cell is not None
        and not is_closing(cell.value)
        and (cell.formula is not None or cell.value not in (None, ""))
    )
