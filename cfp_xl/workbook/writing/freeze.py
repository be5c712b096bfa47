"""A workbook whose CFP_* cells are values, for those who have no add-in; and the way back.

Freezing takes the formula out of each such cell and leaves the stored value; the formulas go to
a sheet of their own. Thawing puts them back: byte for byte where no other program has written
the sheet since, else from their text, for Excel numbers shared formulas anew when it saves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from math import isclose
from pathlib import Path

from cfp_xl.findings import CellRef
from cfp_xl.functions.spelling import holds_ours
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained, Lang, say
from cfp_xl.outputs import ensure_workbook, write_output
from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.layout import Position
from cfp_xl.workbook.model import Cell, Workbook
from cfp_xl.workbook.reading.read import ReadFile, sheet_parts
from cfp_xl.workbook.writing.cell_editor import CellXml, edit_cells
from cfp_xl.workbook.writing.frozen import CannotThaw, Frozen, listing_of, listing_xml, read_listing
from cfp_xl.workbook.writing.markup import escape
from cfp_xl.workbook.writing.parts import (
    add_part,
    add_sheet,
    number_of_new_part,
    remove_part,
    remove_sheet,
    with_changes,
)

SHEET_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
SHEET_CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
NAMED_AT_MOST = 10
"""Cells that a message names."""

_ARRAY_MARK = re.compile(r"""\s+cm\s*=\s*("[^"]*"|'[^']*')""")
"""Says that a formula spills by itself; on a cell without one Excel repairs the file."""


class CannotFreeze(Explained):
    """A workbook whose CFP_* cells can't become values."""


def cells_to_freeze(workbook: Workbook) -> dict[tuple[str, int, int], Cell]:
    """The cells whose formula calls a CFP_* function, by sheet, row and column."""
    return {
        (sheet.name, *position): cell
        for sheet in workbook.sheets
        for position, cell in sheet.cells.items()
        if cell.formula is not None and holds_ours(cell.formula)
    }


def freeze(file: ReadFile, destination: Path, note: Sequence[str], lang: Lang) -> int:
    """Write a copy with values for CFP_* formulas and a sheet with `note`; the number of cells.

    The values are those stored in the file: whether they are right is for the caller to know.
    Raises CannotFreeze, WouldOverwrite, NotWritten.
    """
    package, workbook = file.package, file.workbook
    ensure_workbook(destination, package.path.suffix, [package.path])
    wanted = _freezable(workbook)
    changed: dict[str, bytes] = {}
    frozen: list[Frozen] = []
    for sheet in workbook.sheets:
        cells = {at: cell for at, cell in sheet.cells.items() if (sheet.name, *at) in wanted}
        if cells:
            old = package.open(sheet.part).read()
            changed[sheet.part], of_sheet = _without_formulas(old, sheet.name, cells)
            frozen += of_sheet
    # Excel refuses a calculation chain that lists a cell without a formula; it makes a new one.
    removed = remove_part(package, changed, "calcChain")
    part = f"xl/worksheets/sheet{number_of_new_part(package, 'xl/worksheets/sheet{}.xml')}.xml"
    link_id = add_part(package, changed, part, SHEET_LINK, SHEET_CONTENT)
    add_sheet(package, changed, _free_name(workbook, say("travel.sheet", lang)), link_id)
    changed[part] = listing_xml(note, frozen, lang)
    write_output(destination, with_changes(package, changed, removed=removed))
    return len(frozen)


def thaw(file: ReadFile, destination: Path) -> tuple[int, tuple[tuple[CellRef, Scalar], ...]]:
    """Write a copy with the formulas back and their list gone.

    Returns the number of formulas, and the cells whose value was changed since they were frozen.
    Raises CannotThaw, WouldOverwrite, NotWritten.
    """
    package, workbook = file.package, file.workbook
    ensure_workbook(destination, package.path.suffix, [package.path])
    listing = listing_of(workbook)
    if listing is None:
        raise CannotThaw("travel.not_frozen", path=str(package.path))
    frozen = read_listing(workbook, listing)
    changed: dict[str, bytes] = {}
    edited: list[tuple[CellRef, Scalar]] = []
    for name, part in sheet_parts(package).items():
        cells = {
            position: one
            for one in frozen
            if one.sheet == name and (position := cell_position(one.cell)) is not None
        }
        if not cells:
            continue
        changed[part] = _with_formulas(package.open(part).read(), cells)
        sheet = workbook.by_name[name.casefold()]
        for position, one in cells.items():
            now = sheet.cells[position].value if position in sheet.cells else None
            if not _is_same(now, one.value):
                edited.append((CellRef(name, one.cell), now))
    removed = remove_part(package, changed, "worksheet", listing.part)
    remove_sheet(package, changed, listing.name)
    write_output(destination, with_changes(package, changed, removed=removed))
    return len(frozen), tuple(edited)


def _is_same(now: Scalar, frozen: Scalar) -> bool:
    """Other programs round to 15 digits and keep no empty text when they save."""
    if isinstance(now, float) and isinstance(frozen, float):
        return isclose(now, frozen, rel_tol=1e-14)
    return now == frozen or {now, frozen} == {None, ""}


def _freezable(workbook: Workbook) -> dict[tuple[str, int, int], Cell]:
    """The cells to freeze, or CannotFreeze saying why there is nothing to do."""
    path = str(workbook.path)
    if (listing := listing_of(workbook)) is not None:
        raise CannotFreeze("travel.already_frozen", path=path, sheet=listing.name)
    wanted = cells_to_freeze(workbook)
    if not wanted:
        raise CannotFreeze("travel.nothing_to_freeze", path=path)
    unstored = tuple(
        str(CellRef(sheet, address(row, column)))
        for (sheet, row, column), cell in wanted.items()
        if not cell.is_cached
    )
    if unstored:
        raise CannotFreeze("travel.not_stored", path=path, cells=unstored[:NAMED_AT_MOST])
    return wanted


def _free_name(workbook: Workbook, name: str) -> str:
    number, free = 1, name
    while workbook.sheet(free) is not None:
        number += 1
        free = f"{name} {number}"
    return free


def _without_formulas(
    xml: bytes, sheet: str, cells: Mapping[Position, Cell]
) -> tuple[bytes, list[Frozen]]:
    taken: list[tuple[Cell, str, str]] = []

    def change(found: CellXml) -> str:
        tag, inner = found.start, found.inner
        start, stop = found.children()["f"]
        plain = _ARRAY_MARK.sub("", tag)
        taken.append((cells[found.position], inner[start:stop], tag if plain != tag else ""))
        return plain + inner[:start] + inner[stop:]

    new, _ = edit_cells(xml, cells, change)
    digest = _digest(new)
    return new, [
        Frozen(
            sheet,
            cell.address,
            cell.formula or "",
            cell.value,
            cell.array_ref or "",
            removed,
            tag,
            digest,
        )
        for cell, removed, tag in taken
    ]


def _with_formulas(xml: bytes, cells: Mapping[Position, Frozen]) -> bytes:
    """The sheet with its formulas: as they were, or from their text where it was saved anew."""
    digest = _digest(xml)

    def change(found: CellXml) -> str:
        one = cells[found.position]
        is_untouched = one.digest == digest
        tag = one.tag if is_untouched and one.tag else found.start
        formula = one.removed if is_untouched else _formula_xml(one, found.prefix)
        inner = found.inner
        if found.is_empty:
            tag = tag.rstrip("/>").rstrip() + ">"
            inner = f"</{found.prefix}c>"
        elif "f" in (spans := found.children()):
            inner = inner[: spans["f"][0]] + inner[spans["f"][1] :]
        return tag + formula + inner

    return edit_cells(xml, cells, change)[0]


def _formula_xml(one: Frozen, prefix: str) -> str:
    array = f' t="array" ref="{one.array}"' if one.array else ""
    return f"<{prefix}f{array}>{escape(one.formula)}</{prefix}f>"


def _digest(xml: bytes) -> str:
    return hashlib.sha256(xml).hexdigest()[:16]
