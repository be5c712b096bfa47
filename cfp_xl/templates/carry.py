"""What was typed into one workbook put into the cells of a blank one: rows of tables, entries of
the product sheet, formulas of one's own, addresses in justifications."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.footprint.report_texts import NAMES as REPORT_NAMES
from cfp_xl.footprint.stages import STAGES
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Explained, Lang, Text, catalogue, text
from cfp_xl.schema.opened import Opened, opened
from cfp_xl.schema.region import Region
from cfp_xl.schema.schema import Schema
from cfp_xl.schema.template_tables import template_tables
from cfp_xl.templates.layout import PRODUCT_ROWS
from cfp_xl.templates.moves import Moves
from cfp_xl.templates.typed_addresses import NAMING_CELLS
from cfp_xl.workbook.address import address, range_address
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import Cell, Sheet
from cfp_xl.workbook.reading.read import sheet_parts
from cfp_xl.workbook.writing.cell_editor import CellXml, edit_cells
from cfp_xl.workbook.writing.markup import ATTRIBUTE, escape
from cfp_xl.workbook.writing.shared_formulas import apart
from cfp_xl.workbook.writing.unfold import unfolded
from cfp_xl.workbook.writing.values import Constant, write_values
from cfp_xl.workbook.writing.zip_copy import replace_parts

LANGUAGE_OF_WORDS = {("activities", "stage"), ("activities", "status"), ("declared", "stage")}
"""Columns that hold words of ours, which native formulas compare as they are written."""
_OFFSET = PRODUCT_ROWS.index("functional_unit")


class CannotUpgrade(Explained):
    """A workbook that can't be carried into today's template, and why."""


@dataclass
class Carried:
    """What goes where in the new workbook."""

    cells: dict[str, dict[Position, Constant]] = field(default_factory=dict)
    formulas: dict[str, dict[Position, str]] = field(default_factory=dict)
    """Formulas that somebody typed into input cells, as they read in the new workbook."""
    moves: Moves = field(default_factory=Moves)
    """Where the cells of tables, of the product sheet and of the results are now."""
    left_out: list[str] = field(default_factory=list)
    rows: int = 0


def carry(
    old: Opened, schema: Schema, target: Opened, to_lang: Lang | None, moves: Moves | None = None
) -> Carried:
    """All inputs of the old workbook by the cells of the new one, which has rows enough; `moves`
    knows the sheets and names that stay."""
    carried = Carried(moves=moves or Moves())
    new = target.cached.schema
    assert new is not None
    _product_sheet(old, schema, target, new, carried, to_lang)
    _report_texts(schema, new, carried)
    for table, region in schema.regions.items():
        into = new.region(table)
        if into is None:
            filled = [record.row for record in schema.records(table)]
            carried.left_out += [f"{region.sheet.name}!{row}:{row}" for row in filled]
        else:
            carried.rows += len(schema.records(table))
            _table(table, region, rows_of(schema, table, region), into, carried, to_lang)
    _results(old, target, carried)
    _place_formulas(old, carried)
    _named_cells(new, carried)
    return carried


def rows_of(schema: Schema, table: str, region: Region) -> list[int]:
    """The rows of a table, blank ones too; those filled below its end where these count."""
    last = max((record.row for record in schema.records(table)), default=0)
    last = max(last, region.bounds[2])
    return [row for row in range(region.header_row + 1, last + 1) if row not in region.closing_rows]


def _table(
    table: str,
    region: Region,
    rows: list[int],
    into: Region,
    carried: Carried,
    to_lang: Lang | None,
) -> None:
    """The filled rows one below the other from the first row on; what the blank holds goes."""
    of_sheet = carried.cells.setdefault(into.sheet.name, {})
    columns = _columns(region, into)
    for added, right in _further(region, into, columns).items():
        heading = region.sheet.columns.value((region.header_row, added))
        of_sheet[into.header_row, right] = heading
        columns[added] = right
    below = range(into.header_row + 1, into.bounds[2] + 1)
    free = [row for row in below if row not in into.closing_rows]
    for row in free:
        for column in range(into.bounds[1], into.bounds[3] + 1):
            if not _computed(into.sheet, row, column):
                of_sheet[row, column] = None
    ends = (sorted(region.closing_rows)[:1], sorted(into.closing_rows)[:1])
    for row, goes in ((region.header_row, into.header_row), *zip(*ends, strict=False)):
        _moved(region, row, into, goes, columns, carried)
    for column, now in columns.items():
        carried.moves.columns[region.sheet.name.casefold(), column] = (into.sheet.name, now)
    for row, goes in zip(rows, free, strict=False):
        _moved(region, row, into, goes, columns, carried)
        for (at_row, column), cell in _cells_of(region, row):
            to = columns.get(column)
            if to is None or _computed(into.sheet, goes, to):
                if cell.formula is None and not is_blank(cell.value):
                    here = f"{region.sheet.name}!{address(at_row, column)}"
                    carried.left_out.append(f"{here} {shown(cell.value)}")
                continue
            value = cell.value
            id = next((id for id, at in into.columns.items() if at == to), "")
            if to_lang is not None and (table, id) in LANGUAGE_OF_WORDS:
                value = _word(value, to_lang)
            of_sheet[goes, to] = value


def _moved(
    region: Region,
    row: int,
    into: Region,
    goes: int,
    columns: Mapping[int, int],
    carried: Carried,
) -> None:
    sheet = region.sheet.name.casefold()
    for column, now in columns.items():
        carried.moves.cells[sheet, row, column] = (into.sheet.name, goes, now)


def _results(old: Opened, target: Opened, carried: Carried) -> None:
    """The tables of results, row by row: stages and total, and the processes as they come."""
    pairs = zip(
        template_tables(old.workbook, "results"),
        template_tables(target.workbook, "results"),
        strict=False,
    )
    for table, into in pairs:
        for row in range(table.header_row, table.last_row + 1):
            goes = into.header_row + row - table.header_row
            for id, column in table.columns.items():
                now = (into.sheet.name, goes, into.columns[id])
                carried.moves.cells[table.sheet.name.casefold(), row, column] = now


def _place_formulas(old: Opened, carried: Carried) -> None:
    """What people typed as a formula into an input cell stays one, where all that it refers to has
    a place; else its value is carried."""
    for (name, row, column), now in carried.moves.cells.items():
        cell = old.workbook.by_name[name].cells.get((row, column))
        if cell is None or cell.formula is None or now[1:] not in carried.cells.get(now[0], {}):
            continue
        place_formula(old.workbook.by_name[name], (row, column), cell.formula, now, carried)


def place_formula(
    sheet: Sheet, at: Position, formula: str, to: tuple[str, int, int], carried: Carried
) -> None:
    """The formula of a cell whose value is carried, as it reads in its new place."""
    made = carried.moves.formula(formula, sheet.name, to[0])
    if made is not None:
        carried.formulas.setdefault(to[0], {})[to[1:]] = made
    else:
        value = shown(carried.cells[to[0]][to[1:]])
        carried.left_out.append(f"{sheet.name}!{address(*at)} ={formula} → {value}")


def written(target: Opened, carried: Carried, path: Path) -> bytes:
    """The blank template with all that is carried."""
    data = write_values(target.package, carried.cells)
    package = opened(data, path).package
    changed = unfolded(package, carried.cells)
    for sheet, formulas in carried.formulas.items():
        part = sheet_parts(package)[sheet]
        content = changed.get(part) or package.open(part).read()

        def change(cell: CellXml, formulas: Mapping[Position, str] = formulas) -> str:
            kept = ATTRIBUTE.sub(lambda m: "" if m[2] == "t" else m[0], cell.attributes)
            text, prefix = escape(formulas[cell.position]), cell.prefix
            return f"<{prefix}c{kept}><{prefix}f>{text}</{prefix}f></{prefix}c>"

        changed[part] = edit_cells(apart(content, formulas), formulas, change)[0]
    return replace_parts(package, changed) if changed else data


def _cells_of(region: Region, row: int) -> Iterator[tuple[Position, Cell]]:
    _, left, _, right = region.bounds
    for column in range(left, max(right, *region.columns.values()) + 1):
        cell = region.sheet.cells.get((row, column))
        if cell is not None:
            yield (row, column), cell


def _columns(region: Region, into: Region) -> dict[int, int]:
    """Columns of the old table → of the new one: by what the schema calls them, else by a line
    that their headings share."""
    found = {at: into.columns[id] for id, at in region.columns.items() if id in into.columns}
    headings: dict[str, int] = {}
    for column in range(into.bounds[1], into.bounds[3] + 1):
        for line in _lines(into.sheet, into.header_row, column):
            headings.setdefault(line, column)
    for column in range(region.bounds[1], region.bounds[3] + 1):
        if column not in found:
            lines = _lines(region.sheet, region.header_row, column)
            to = next((headings[line] for line in lines if line in headings), None)
            if to is not None and to not in found.values():
                found[column] = to
    return found


def _further(region: Region, into: Region, columns: Mapping[int, int]) -> dict[int, int]:
    """Columns that an intake has added right of the old table: right of the new one too."""
    found: dict[int, int] = {}
    for at in sorted(region.columns.values()):
        to = into.bounds[3] + 1 + len(found)
        if at not in columns and (into.header_row, to) not in into.sheet.cells:
            found[at] = to
    return found


def _lines(sheet: Sheet, row: int, column: int) -> list[str]:
    """The lines of a heading, each also in the other language where the catalogue has it."""
    heading = sheet.columns.value((row, column))
    lines = [folded(line) for line in heading.splitlines()] if isinstance(heading, str) else []
    return [other for line in lines for other in (line, *_same_heading().get(line, ()))]


@cache
def _same_heading() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for key, both in catalogue().items():
        if key.startswith("templates.heading."):
            lines = tuple(folded(line) for t in (both.zh, both.en) for line in t.splitlines())
            for line in lines:
                found[line] = lines
    return found


def _computed(sheet: Sheet, row: int, column: int) -> bool:
    cell = sheet.cells.get((row, column))
    return cell is not None and cell.formula is not None


def _product_sheet(
    old: Opened,
    schema: Schema,
    target: Opened,
    new: Schema,
    carried: Carried,
    to_lang: Lang | None,
) -> None:
    """The entries of the product sheet, counted from the functional unit."""
    was, now = schema.setting("functional_unit"), new.setting("functional_unit")
    if was is None or was.where is None or now is None or now.where is None:
        raise CannotUpgrade("templates.upgrade.no_unit")
    from_sheet, to_sheet = (
        book.workbook.by_name[place.where.sheet.casefold()]
        for book, place in ((old, was), (target, now))
        if place.where is not None
    )
    values = old.recomputed.workbook.by_name[from_sheet.name.casefold()].columns
    for offset in range(len(PRODUCT_ROWS)):
        step = offset - _OFFSET
        at = (was.where.row + step, was.where.column)
        to = (now.where.row + step, now.where.column)
        value = values.value(at)
        carried.moves.cells[from_sheet.name.casefold(), *at] = (to_sheet.name, *to)
        if _computed(to_sheet, *to):
            continue
        if to_lang is not None and PRODUCT_ROWS[offset] == "boundary":
            value = _word(value, to_lang)
        carried.cells.setdefault(to_sheet.name, {})[to] = value


def _report_texts(schema: Schema, new: Schema, carried: Carried) -> None:
    """The report's texts and translations, by the names of their cells, on whatever sheet."""
    for name in REPORT_NAMES:
        was, now = schema.setting(name), new.setting(name)
        if was is None or now is None or was.where is None or now.where is None:
            continue
        to = (now.where.row, now.where.column)
        carried.cells.setdefault(now.where.sheet, {})[to] = was.value
        at = (was.where.sheet.casefold(), was.where.row, was.where.column)
        carried.moves.cells[at] = (now.where.sheet, *to)


def _word(value: Scalar, lang: Lang) -> Scalar:
    if not isinstance(value, str):
        return value
    known = _words().get(folded(value))
    return value if known is None else known.zh if lang == "zh" else known.en


@cache
def _words() -> Mapping[str, Text]:
    """Stages, states and boundaries by their names in either language."""
    both = [stage.name for stage in STAGES]
    both += [status.text for status in ActivityStatus]
    both += [text(f"templates.boundary.{b}") for b in ("cradle_to_grave", "cradle_to_gate")]
    both += [text("templates.boundary.gate_to_gate")]
    return {folded(word): one for one in both for word in (one.zh, one.en)}


def _named_cells(new: Schema, carried: Carried) -> None:
    """Reasons and scenarios that name a cell by its address name it where it is now."""
    for table, column in NAMING_CELLS.items():
        region = new.region(table)
        if region is None or column not in region.columns:
            continue
        of_sheet = carried.cells.get(region.sheet.name, {})
        for at, value in list(of_sheet.items()):
            if at[1] == region.columns[column] and isinstance(value, str):
                now = _named_now(value, carried.moves)
                if now is None:
                    carried.left_out.append(f"{region.sheet.name} {value}")
                else:
                    of_sheet[at] = now


def _named_now(said: str, moves: Moves) -> str | None:
    """A text with its cell where that is now; None where it has no place any more."""
    places = references(said, "")
    if len(places) != 1 or not places[0].sheet:
        return said
    top, left, bottom, right = places[0].bounds
    first = moves.place(places[0].sheet, top, left)
    last = moves.place(places[0].sheet, bottom, right)
    if first is None or last is None or first[0] != last[0]:
        return None
    return f"{first[0]}!{range_address((*first[1:], *last[1:]))}"
