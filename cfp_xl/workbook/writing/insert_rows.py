"""Rows inserted into a sheet: its own part and every formula that refers to it follow, as when a
spreadsheet program inserts them. All other parts stay byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from cfp_xl.workbook.address import MAX_ROWS, cell_position, column_letters
from cfp_xl.workbook.formulas.moved_rows import moving, with_rows_moved
from cfp_xl.workbook.formulas.shareable import is_shareable
from cfp_xl.workbook.formulas.tokens import Fill, fill
from cfp_xl.workbook.reading.container import Package
from cfp_xl.workbook.reading.read import sheet_parts, workbook_part
from cfp_xl.workbook.writing.cell_editor import Splices
from cfp_xl.workbook.writing.markup import ATTRIBUTE, MARKUP, attribute, escape
from cfp_xl.workbook.writing.parts import remove_part, with_changes
from cfp_xl.workbook.writing.rebind import HOLD_FORMULAS
from cfp_xl.workbook.writing.shared_formulas import numbers_used, on_both_sides

PLACES = frozenset({"ref", "sqref", "activeCell", "topLeftCell"})
"""Attributes that hold cells and ranges of the part's own sheet."""
_EMPTY_TEXT = re.compile(
    r"<(?:[\w.-]+:)?f(?:\s[^<>/]*)?(?:/>|>[^<]*</[\w.:-]+>)<(?:[\w.-]+:)?v(?:/>|></)"
)
"""A formula, and a value without a character."""


@dataclass(frozen=True)
class NewRows:
    """`count` rows to go in above row `at` of a sheet, each like the row above it: its formats,
    and the formulas of `formulas` (column → the formula as it reads in that row)."""

    sheet: str
    at: int
    count: int
    formulas: Mapping[int, str]

    def moved(self, formula: str, own: str) -> str:
        """A formula of sheet `own` as it reads afterwards."""

        move = moving(lambda row: row + self.count if row >= self.at else row)
        here = self.sheet.casefold()
        return with_rows_moved(formula, own, lambda name: move if name.casefold() == here else None)


def insert_rows(package: Package, new: NewRows) -> bytes:
    """The package's bytes with these rows; their formulas hold no values yet, but for an empty
    text where that is what the row above shows."""
    changed: dict[str, bytes] = {}
    for sheet, part in sheet_parts(package).items():
        xml = package.open(part).read()
        is_it = sheet.casefold() == new.sheet.casefold()
        made = _with_rows(xml, new) if is_it else _with_formulas_moved(xml, sheet, new)
        if made != xml:
            changed[part] = made
        for chart in _charts(package, part):
            xml = package.open(chart).read()
            if (made := _with_formulas_moved(xml, "", new)) != xml:
                changed[chart] = made
    main = workbook_part(package)
    xml = package.open(main).read()
    if (made := _with_formulas_moved(xml, "", new)) != xml:
        changed[main] = made
    # The order of calculation is the program's to find again.
    removed = remove_part(package, changed, "calcChain")
    return with_changes(package, changed, removed=removed)


def _charts(package: Package, sheet_part: str) -> Iterator[str]:
    for drawing in package.relationships(sheet_part).values():
        if drawing.kind == "drawing" and package.has(drawing.target):
            for link in package.relationships(drawing.target).values():
                if link.kind == "chart" and package.has(link.target):
                    yield link.target


def _with_formulas_moved(xml: bytes, own: str, new: NewRows) -> bytes:
    splices = Splices(on_both_sides(xml, new.at))
    for tag in MARKUP.finditer(splices.text):
        _move_formula(splices, tag, own, new)
    return splices.xml()


def _move_formula(splices: Splices, tag: re.Match[str], own: str, new: NewRows) -> None:
    if tag["name"] not in HOLD_FORMULAS or tag["close"] or tag["empty"]:
        return
    end = splices.text.find("<", tag.end())
    old = unescape(splices.text[tag.end() : end])
    if (made := new.moved(old, own)) != old:
        splices.replace(tag.end(), end, escape(made))


def _with_rows(xml: bytes, new: NewRows) -> bytes:
    """The sheet's own part: rows below moved, the new ones in, ranges and formulas following."""
    splices = Splices(on_both_sides(xml, new.at))
    number = numbers_used(splices.text)
    row, above, pattern = 0, 0, ""
    is_in = False
    for tag in MARKUP.finditer(splices.text):
        name = tag["name"]
        if name == "row" and not tag["close"]:
            row = int(attribute(tag, "r") or row + 1)
            if row >= new.at and not is_in:
                splices.insert(tag.start(), _rows(pattern, new, tag["prefix"], number))
                is_in = True
            above = tag.start()
        if name in ("row", "sheetData") and (tag["close"] or tag["empty"]):
            if name == "row" and row == new.at - 1:
                pattern = splices.text[above : tag.end()]
            if name == "sheetData" and not is_in:
                splices.insert(tag.start(), _rows(pattern, new, tag["prefix"], number))
        if tag["attributes"]:
            splices.replace(tag.start("attributes"), tag.end("attributes"), _moved(tag, row, new))
        _move_formula(splices, tag, new.sheet, new)
        if name == "sheetData" and tag["close"]:
            row = 0
    return splices.xml()


def _moved(tag: re.Match[str], row: int, new: NewRows) -> str:
    """An element's attributes with its row or cell, or the ranges it names, where they go."""
    name = tag["name"]

    def moved(match: re.Match[str]) -> str:
        key, value = match[2], match[4][1:-1]
        if key == "r" and name in ("row", "c"):
            if row >= new.at:
                value = value.replace(str(row), str(row + new.count))
        elif key in PLACES:
            value = new.moved(unescape(value), new.sheet)
        else:
            return match[0]
        return f"{match[1]}{key}{match[3]}{match[4][0]}{value}{match[4][0]}"

    return ATTRIBUTE.sub(moved, tag["attributes"])


def _rows(pattern: str, new: NewRows, prefix: str, number: int) -> str:
    """The new rows' XML after the pattern row's; shared formulas get numbers from `number` on."""
    tags = list(MARKUP.finditer(pattern))
    start = tags[0]["attributes"] if tags else f' r="{new.at - 1}"'
    styles = {}
    shows_nothing = set()
    for tag in tags:
        position = cell_position(attribute(tag, "r") or "") if tag["name"] == "c" else None
        if position is not None:
            styles[position[1]] = attribute(tag, "s")
            if _EMPTY_TEXT.match(pattern, tag.end()) and attribute(tag, "t") == "str":
                shows_nothing.add(position[1])
    first, others = _RowText(prefix, start), _RowText(prefix, start)
    for column in sorted({*styles, *new.formulas}):
        style = f' s="{styles[column]}"' if styles.get(column) else ""
        value = f"<{prefix}v/>" if column in shows_nothing else ""
        kind = f'{style} t="str"' if value else style
        if (formula := new.formulas.get(column)) is None:
            first.cell(column, style, "/>")
            others.cell(column, style, "/>")
            continue
        filled = fill(new.moved(formula, new.sheet), new.at - 1, column)
        end = f"{value}</{prefix}c>"
        if new.count > 1 and is_shareable(formula):
            letters = column_letters(column)
            ref = f"{letters}{new.at}:{letters}{new.at + new.count - 1}"
            first.formula(column, kind, f' t="shared" ref="{ref}" si="{number}"', filled, end)
            others.cell(column, kind, f'><{prefix}f t="shared" si="{number}"/>{end}')
            number += 1
        else:
            first.formula(column, kind, "", filled, end)
            others.formula(column, kind, "", filled, end)
    rows = range(new.at + 1, new.at + new.count)
    return "".join([first.at(new.at), *map(others.at, rows)])


class _RowText:
    """The text of rows that are alike but for their number."""

    def __init__(self, prefix: str, attributes: str) -> None:
        self._prefix = prefix
        numbered = ATTRIBUTE.sub(
            lambda m: f'{m[1]}r="\0"' if m[2] == "r" else m[0], attributes
        ).replace("%", "%%")
        self._pieces = [f"<{prefix}row{numbered}>".replace("\0", "%d")]
        self._offsets = [0]

    def cell(self, column: int, attributes: str, rest: str) -> None:
        """The next cell; what is in it is the same in all rows."""
        start = f'<{self._prefix}c r="{column_letters(column)}%d"'
        self._pieces.append(start + (attributes + rest).replace("%", "%%"))
        self._offsets.append(0)

    def formula(self, column: int, attributes: str, shared: str, filled: Fill, end: str) -> None:
        """The next cell, with a formula as it reads in each row."""
        name = f"{self._prefix}f"
        self.cell(column, attributes, f"><{name}{shared}>")
        self._pieces.append(f"{escape(filled.down)}</{name}>{end}")
        self._offsets += filled.row_offsets

    def at(self, row: int) -> str:
        """The row of this number; rows beyond the sheet's last come in again at its first."""
        numbers = [(row + offset - 1) % MAX_ROWS + 1 for offset in self._offsets]
        return f"{self._template % tuple(numbers)}</{self._prefix}row>"

    @cached_property
    def _template(self) -> str:
        return "".join(self._pieces)
