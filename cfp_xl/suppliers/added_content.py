"""What a returned file holds that was never in it: formulas, links, macros, sheets, hidden cells.

Nothing of it is run, followed or carried over. It is named, so that somebody looks at it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.wording import shortened
from cfp_xl.schema.region import Region, is_blank
from cfp_xl.schema.seal import date_system
from cfp_xl.schema.understand import arithmetic, plain
from cfp_xl.suppliers.template_comparison import Beside
from cfp_xl.workbook.address import address
from cfp_xl.workbook.alignment.align import AlignedSheet
from cfp_xl.workbook.formulas.canonical import function_names, relative_key
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Cell, Sheet
from cfp_xl.workbook.reading.extras import active_parts

MOST = 20
"""Findings of one kind that are told of a sheet; a file may hold a million."""
CASES = {"macro": "S14", "object": "S21", "link": "S13", "dde": "S13", "connection": "S13"}
"""By what a part is (`workbook.extras.Active`)."""
REACHING = frozenset(
    (
        "HYPERLINK",
        "WEBSERVICE",
        "FILTERXML",
        "IMAGE",
        "RTD",
        "DDE",
        "CALL",
        "REGISTER.ID",
        "EXEC",
        "SQL.REQUEST",
        "IMPORTDATA",
        "IMPORTXML",
        "IMPORTHTML",
        "IMPORTRANGE",
        "INFO",
        "CUBEVALUE",
        "CUBEMEMBER",
        "CUBESET",
    )
)
"""Functions that lead outside of the workbook, or run something."""
_PIPE = re.compile(r"\|[^|]*!")
"""`cmd|'/c calc'!A0`: a call of another program (DDE)."""
_ACTS = re.compile(r"\s*(?:=\s*[\w(\"'+\-{\[$#@]|[+@-]\s*[A-Za-z_][\w.]*\s*[(|])")
"""A text that becomes a formula where it is pasted or exported. After a dash, words that no
function bears are a list: `-用电(含办公)`."""
_CALLS = re.compile(r"([A-Za-z_][\w.]*)\s*\(")


def foreign(beside: Beside, table: Region | None = None) -> Iterator[Finding]:
    """Everything that was put into a returned file besides answers; rows of `table` are answers."""
    for active in sorted(
        set(active_parts(beside.returned.package)), key=lambda a: (a.kind, a.target)
    ):
        case = active.kind if CASES[active.kind] == "S13" else ""
        yield finding(CASES[active.kind], case=case, seen=shortened(active.target))
    workbook = beside.returned.workbook
    yield from date_system(workbook)
    for odd, part in workbook.odd_parts:
        yield finding("W12", case=odd if odd != "main" else "", part=shortened(part))
    for name in workbook.names:
        if reaches_out(name.formula):
            yield finding("S13", case="name", name=name.name, seen=shortened(name.formula))
    for sheet in beside.added:
        yield from _added(beside, sheet)
    for place in beside.places.values():
        yield from _hidden(place)
        yield from _links(beside, place)
        yield from _rules(beside, place.sheet)
        yield from _cells(beside, place, table)


def reaches_out(formula: str) -> bool:
    """Whether a formula leads outside of its workbook, or would run something."""
    if _PIPE.search(formula) or not REACHING.isdisjoint(function_names(formula)):
        return True
    return any(reference.book is not None for reference in references(formula, ""))


def acts_as_formula(text: str) -> bool:
    """Whether a text would be a formula if it were typed or pasted."""
    if text.lstrip()[:1] not in ("=", "+", "-", "@"):
        return False
    calls = {name.upper() for name in _CALLS.findall(text)}
    return bool(_ACTS.match(text) or _PIPE.search(text) or not REACHING.isdisjoint(calls))


def _added(beside: Beside, sheet: Sheet) -> Iterator[Finding]:
    """A sheet of the supplier's own: left aside where it is plain, refused where it reaches out."""
    yield from _rules(beside, sheet)
    formulas = [cell for cell in sheet.cells.values() if cell.formula is not None]
    reaching = next((cell for cell in formulas if reaches_out(cell.formula or "")), None)
    links = [
        link for link in beside.returned.extras[sheet.name.casefold()].links if link.is_external
    ]
    if reaching is not None:
        seen = shortened(f"={reaching.formula}")
        yield finding("S15", sheet.ref(reaching.row, reaching.column), case="formula", seen=seen)
    elif links:
        where = sheet.ref(*links[0].area[:2])
        yield finding("S15", where, case="link", seen=shortened(links[0].target))
    elif sheet.state != "visible":
        yield finding("S15", sheet.ref(1, 1), case="hidden", seen=sheet.name)
    else:
        yield finding("S15", sheet.ref(1, 1), seen=sheet.name)


def _hidden(place: AlignedSheet) -> Iterator[Finding]:
    """Rows, columns and numbers that were shown when the sheet went out."""
    sheet, base = place.sheet, place.base
    if sheet.state != "visible" and base.state == "visible":
        yield finding("S17", sheet.ref(1, 1), case="sheet", seen=sheet.name)
    rows = {row for row, _ in sheet.cells} | set(place.rows.back)
    for row in sorted(sheet.hidden_rows & rows)[:MOST]:
        if place.rows.back.get(row) not in base.hidden_rows:
            yield finding("S17", sheet.ref(row, 1), seen=row)
    columns = {column for _, column in sheet.cells} | set(place.columns.back)
    for column in sorted(sheet.hidden_columns & columns)[:MOST]:
        if place.columns.back.get(column) not in base.hidden_columns:
            letters = address(1, column).removesuffix("1")
            yield finding("S17", sheet.ref(1, column), case="column", seen=letters)


def _links(beside: Beside, place: AlignedSheet) -> Iterator[Finding]:
    """Links to the outside; Excel makes one of every e-mail address, which is none of ours."""
    ours = {link.target for link in beside.edition.opened.extras[place.base.name.casefold()].links}
    told = 0
    for link in beside.returned.extras[place.sheet.name.casefold()].links:
        is_mail = link.target.casefold().startswith("mailto:")
        if link.is_external and not is_mail and link.target not in ours and told < MOST:
            told += 1
            yield finding("S18", place.sheet.ref(*link.area[:2]), seen=shortened(link.target))


def _rules(beside: Beside, sheet: Sheet) -> Iterator[Finding]:
    """Input checks and conditional formats whose formulas lead outside: they run unseen."""
    extras = beside.returned.extras[sheet.name.casefold()]
    told = 0
    for rule in (*extras.validations, *extras.formats):
        reaching = next((text for text in rule.formulas if reaches_out(text)), None)
        if reaching is not None and told < MOST:
            told += 1
            where = sheet.ref(*rule.areas[0][:2]) if rule.areas else sheet.ref(1, 1)
            yield finding("S12", where, case="rule", seen=shortened(f"={reaching}"))


def _cells(beside: Beside, place: AlignedSheet, table: Region | None) -> Iterator[Finding]:
    """Formulas where answers belong, and what stands where nothing was asked."""
    free = beside.edition.free.get(place.base.name, frozenset())
    personal = beside.edition.personal.get(place.base.name, frozenset())
    copied = frozenset() if place.rows.is_same else _copies(place)
    formulas = notes = 0
    first_note: CellRef | None = None
    for position, cell in sorted(place.sheet.cells.items()):
        origin = place.origin(*position)
        if origin in place.base.cells and origin not in free and origin not in personal:
            continue
        if origin is None and cell.formula is not None and _key(cell) in copied:
            continue  # a row put in and filled down
        where = place.sheet.ref(*position)
        is_asked = origin in free or origin in personal
        if found := _of_cell(cell, where, is_asked=is_asked):
            formulas += 1
            if formulas <= MOST:
                yield found
        elif cell.is_unseen and is_asked:
            yield finding("S17", where, case="format", seen=cell.address)
        elif (
            not is_asked
            and not is_blank(cell.value)
            and not _is_in_a_row_put_in(place, cell)
            and not _is_read(table, place, cell)
        ):
            notes += 1
            first_note = first_note or where
    if first_note is not None:
        yield finding("S22", first_note, case="note", count=notes)


def _copies(place: AlignedSheet) -> frozenset[tuple[int, str]]:
    """What the formulas of the template's own rows say, by column, told from their cells."""
    return frozenset(
        _key(cell)
        for cell in place.sheet.cells.values()
        if cell.formula is not None and cell.row in place.rows.back
    )


def _key(cell: Cell) -> tuple[int, str]:
    return cell.column, relative_key(cell.formula or "", cell.row, cell.column)


def _of_cell(cell: Cell, where: CellRef, *, is_asked: bool) -> Finding | None:
    """A formula, or a text that acts as one."""
    if cell.formula is not None:
        seen = shortened(f"={cell.formula}")
        if reaches_out(cell.formula):
            return finding("S12", where, case="reaching", seen=seen)
        if is_asked and (value := arithmetic(cell.formula)) is not None:
            return finding("S39", where, case="sum", seen=seen, value=value)
        return finding("S12" if is_asked else "S22", where, seen=seen)
    if isinstance(cell.value, str) and acts_as_formula(plain(cell.value)):
        return finding("S12", where, case="text", seen=shortened(cell.value))
    return None


def _is_read(table: Region | None, place: AlignedSheet, cell: Cell) -> bool:
    """Whether a cell is in the rows of activity data, which may go on below their template's."""
    if table is None or table.sheet.name != place.sheet.name:
        return False
    top, _, bottom, _ = table.bounds
    return top < cell.row <= bottom and cell.column in table.columns.values()


def _is_in_a_row_put_in(place: AlignedSheet, cell: Cell) -> bool:
    """Whether a cell stands in a row or column that the supplier put in: read with its table."""
    return place.rows.origin(cell.row) is None or place.columns.origin(cell.column) is None
