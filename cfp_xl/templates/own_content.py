"""What people put into a workbook besides filling in its tables: sheets, names, notes, pictures,
page set-up, words beside the tables. It goes along where it has a place, and is listed where not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.columns import is_closing
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.functions.values import shown
from cfp_xl.messages import text
from cfp_xl.schema.opened import Opened, opened, with_fresh_values
from cfp_xl.schema.printed import with_filled_rows_printed
from cfp_xl.schema.region import PREFIX
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.template_tables import words
from cfp_xl.templates.carry import Carried, place_formula, written
from cfp_xl.templates.earlier import Earlier, blank_product
from cfp_xl.templates.layout import SHEETS
from cfp_xl.templates.moves import Moves
from cfp_xl.workbook.address import address
from cfp_xl.workbook.copying.names import add_names
from cfp_xl.workbook.copying.notes import note_cells, put_notes
from cfp_xl.workbook.copying.page_setup import carry_page_setup
from cfp_xl.workbook.copying.pictures import carry_pictures
from cfp_xl.workbook.copying.sheets import copy_sheet
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import DefinedName, Sheet

FORMER_SHEETS = frozenset({"保留意见", "reservations"})
"""Sheets of earlier templates that are called otherwise today."""
SHEETS_SINCE_3 = ("assemblies", "exclusions", "scenarios", "report", "translations")
"""A sheet of this name in an older workbook is somebody's own, unless it holds the table."""
TITLES = ("产品碳足迹核算表", "Product carbon footprint workbook")
_TEMPLATE_ID = re.compile(r"[\w-]+ · \d+")
TITLE_ROWS = range(1, 4)
"""Title, note and further words of a sheet: those that somebody wrote take their place."""


def own_sheets(old: Earlier) -> list[Sheet]:
    """The sheets that no template has."""
    with_table = {folded(region.sheet.name) for region in old.schema.regions.values()}
    known = {folded(name) for name in FORMER_SHEETS} | with_table
    for id in SHEETS:
        if id not in SHEETS_SINCE_3:
            known |= words(f"sheet.{id}")
    if old.version[1] not in ("1", "2"):
        known |= words(*(f"sheet.{id}" for id in SHEETS_SINCE_3))
    return [sheet for sheet in old.book.workbook.sheets if folded(sheet.name) not in known]


def moves_of(old: Earlier, target: Opened, *, is_native: bool) -> Moves:
    """What stays in place: own sheets under names that are free, and defined names."""
    taken = {sheet.name.casefold() for sheet in target.workbook.sheets}
    sheets: dict[str, str] = {}
    for sheet in own_sheets(old):
        number, name = 1, sheet.name
        while name.casefold() in taken:
            number += 1
            name = f"{sheet.name[:27]} {number}"
        taken.add(name.casefold())
        sheets[sheet.name.casefold()] = name
    there = {one.name.casefold() for one in target.workbook.names}
    own = {one.name.casefold() for one in _own_names(old, there)}
    return Moves(sheets=sheets, names=frozenset(there | own), is_native=is_native)


def _own_names(old: Earlier, there: Iterable[str]) -> Iterator[DefinedName]:
    for one in old.book.workbook.names:
        name = one.name.casefold()
        if not name.startswith((PREFIX, "_xlnm.", "_xlfn")) and name not in there:
            yield one


def filled_in(old: Earlier, target: Opened, carried: Carried, path: Path) -> Opened:
    """The new workbook with all that is carried, computed; what has no place is in its list."""
    words_beside_the_tables(old, target, carried)
    data = _with_own_content(old, target, written(target, carried, path), carried, path)
    file = opened(data, path)
    fresh = opened(with_fresh_values(file), path, file.recalculation)
    return with_filled_rows_printed(fresh)


def _with_own_content(
    old: Earlier, target: Opened, data: bytes, carried: Carried, path: Path
) -> bytes:
    moves, source = carried.moves, old.book.package
    left_out = carried.left_out
    for sheet in own_sheets(old):

        def formula(text: str, own: str) -> str | None:
            return moves.formula(text, own, moves.sheets.get(own.casefold(), own))

        copied = copy_sheet(source, sheet, data, path, moves.sheets, formula)
        data = copied.data
        left_out += copied.left_out
    data = _names(old, target, data, carried, path)
    now = {folded(sheet.name): sheet.name for sheet in opened(data, path).workbook.sheets}
    pairs = list(_same_sheets(old, now))
    notes: dict[str, dict[tuple[int, int], tuple[str, str]]] = {}
    for sheet, name in pairs:
        for at, note in note_cells(source, sheet.part).items():
            to = moves.place(sheet.name, *at) or (name, *at)
            notes.setdefault(to[0], {})[to[1:]] = note
    data = put_notes(data, path, notes)
    for sheet, name in pairs:
        data, lost = carry_pictures(source, sheet, data, path, name, moves.place)
        left_out += lost
        data = carry_page_setup(source, sheet.part, data, path, name, template_texts())
    return data


def _names(old: Earlier, target: Opened, data: bytes, carried: Carried, path: Path) -> bytes:
    """People's own names, and the ranges that their sheets print."""
    moves, found = carried.moves, []
    there = {one.name.casefold() for one in target.workbook.names}
    for one in old.book.workbook.names:
        sheet = moves.sheets.get((one.sheet or "").casefold())
        is_of_sheet = sheet is not None and one.name.casefold() in PRINTED
        if not is_of_sheet and one not in _own_names(old, there):
            continue
        formula = moves.formula(one.formula, one.sheet or "", sheet or "")
        if formula is None or (one.sheet is not None and sheet is None):
            carried.left_out.append(f"{one.name} ={one.formula}")
        else:
            found.append(DefinedName(one.name, formula, sheet, one.is_hidden))
    return add_names(data, path, found)


PRINTED = ("_xlnm.print_area", "_xlnm.print_titles")


def _same_sheets(old: Earlier, now: Mapping[str, str]) -> Iterator[tuple[Sheet, str]]:
    """The template's sheets of the old workbook, each with what it is called today."""
    own = {sheet.name for sheet in own_sheets(old)}
    for sheet in old.book.workbook.sheets:
        if sheet.name in own:
            continue
        names = {folded(sheet.name)}
        for id in SHEETS:
            if words(f"sheet.{id}") & names:
                names |= words(f"sheet.{id}")
        if FORMER_SHEETS & names:
            names |= words("sheet.justifications")
        name = next((now[one] for one in names if one in now), None)
        if name is not None:
            yield sheet, name


def words_beside_the_tables(old: Earlier, target: Opened, carried: Carried) -> None:
    """Texts and numbers on the template's sheets that are in no table and not the template's: in
    their place where it is free, else listed."""
    now = {folded(sheet.name): sheet.name for sheet in target.workbook.sheets}
    blank = blank_product(old.lang, is_native=old.is_native)
    known = template_texts() | _texts(blank)
    numbered = words("sheet.checks", "sheet.results")
    for sheet, name in _same_sheets(old, now):
        moved = _shift(old, target, carried, sheet, name, known)
        typed = _rows_typed_below(old.schema, sheet, known)
        values = old.book.recomputed.workbook.by_name[sheet.name.casefold()].columns
        for at, cell in sheet.cells.items():
            value = values.value(at)
            if is_blank(value) or (
                cell.formula is not None and not _is_input(old, sheet, at, typed)
            ):
                continue
            is_ours = at[0] not in typed and _is_of_template(value, known)
            if is_ours or _in_table(old.schema, sheet.name, at):
                continue
            if (sheet.name.casefold(), *at) in carried.moves.cells:
                continue
            if not isinstance(value, str) and folded(sheet.name) in numbered:
                continue
            to = moved(at)
            if _is_free(target, name, to) or (to[0] in TITLE_ROWS and to[1] == 1):
                carried.cells.setdefault(name, {})[to] = value
                if cell.formula is not None:
                    place_formula(sheet, at, cell.formula, (name, *to), carried)
            else:
                carried.left_out.append(f"{sheet.name}!{address(*at)} {shown(value)}")


def _is_input(old: Earlier, sheet: Sheet, at: Position, typed: frozenset[int]) -> bool:
    """Whether a formula is somebody's own: in a row typed below a table, in a column that the
    template fills with none."""
    region = next((r for r in old.schema.regions.values() if r.sheet.name == sheet.name), None)
    if region is None or at[0] not in typed or not region.bounds[1] <= at[1] <= region.bounds[3]:
        return False
    first = sheet.cells.get((region.header_row + 1, at[1]))
    return first is None or first.formula is None


def _shift(
    old: Earlier,
    target: Opened,
    carried: Carried,
    sheet: Sheet,
    name: str,
    known: frozenset[str],
) -> Callable[[Position], Position]:
    """Where a cell beside a sheet's table is. Below it: as far below today's, which may be longer,
    and in the column of today's that is called so; right of it: as far right, for it is wider."""
    new = target.cached.schema
    assert new is not None
    table = next((t for t, r in old.schema.regions.items() if r.sheet.name == sheet.name), None)
    into = new.region(table) if table else None
    if table is None or into is None or into.sheet.name != name:
        return lambda at: at
    was = old.schema.regions[table]
    lasts = [
        max(at[1] for at in of.cells if at[0] == header and _is_heading(of, at, known))
        for of, header in ((was.sheet, was.header_row), (into.sheet, into.header_row))
    ]
    end, columns, here = was.bounds[2], carried.moves.columns, sheet.name.casefold()

    def moved(at: Position) -> Position:
        row, column = at
        if row > end:
            row += into.bounds[2] - end
            column = columns.get((here, column), (name, column))[1]
        return row, column + lasts[1] - lasts[0] if at[1] > lasts[0] else column

    return moved


def _is_heading(sheet: Sheet, at: Position, known: frozenset[str]) -> bool:
    value = sheet.cells[at].value
    return isinstance(value, str) and (folded(value) in known or "\n" in value)


def _is_free(target: Opened, name: str, at: Position) -> bool:
    there = target.workbook.by_name[name.casefold()].cells.get(at)
    schema = target.cached.schema
    assert schema is not None
    is_empty = there is None or (there.formula is None and is_blank(there.value))
    return is_empty and not _in_table(schema, name, at)


def _in_table(schema: Schema, sheet: str, at: Position) -> bool:
    return any(
        region.sheet.name == sheet
        and region.bounds[0] <= at[0] <= region.bounds[2]
        and region.bounds[1] <= at[1] <= region.bounds[3]
        for region in schema.regions.values()
    )


def _rows_typed_below(schema: Schema, sheet: Sheet, known: frozenset[str]) -> frozenset[int]:
    """Rows below the tables with something of the user's: their `kWh` is no text of ours."""
    ends = [r.bounds[2] for r in schema.regions.values() if r.sheet.name == sheet.name]
    return frozenset(
        at[0]
        for at, cell in sheet.cells.items()
        if ends and at[0] > max(ends) and cell.formula is None and not is_blank(cell.value)
        if not _is_of_template(cell.value, known)
    )


def _is_of_template(value: object, known: frozenset[str]) -> bool:
    if not isinstance(value, str):
        return False
    return folded(value) in known or is_closing(value) or bool(_TEMPLATE_ID.fullmatch(value))


def _texts(book: Opened) -> frozenset[str]:
    return frozenset(
        folded(text) for sheet in book.workbook.sheets for text in sheet.columns.text_places
    )


@cache
def template_texts() -> frozenset[str]:
    """What the sheets of earlier templates said, and those of today in either language."""
    former = [text("templates.legend.former"), text("templates.kind.former")]
    of_today = [f"{mark}{one}" for t in former for one in (t.zh, t.en) for mark in ("", "□ ")]
    texts = read_toml("earlier_template_texts.toml")["texts"]
    return frozenset(folded(one) for one in (*texts, *TITLES, *of_today))
