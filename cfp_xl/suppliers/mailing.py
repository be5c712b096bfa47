"""The list of suppliers to be asked, as buyers keep it: a .csv or a workbook, in any encoding.

Headings are those of the product's table of parts, in Chinese or English and in any order:
supplier_id, and where the list knows better than that table: supplier, contact, lang, due; part_id
where only some of a supplier's parts are asked for. Parts themselves stand in the product.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from cfp_xl.findings import CellRef, Finding, finding
from cfp_xl.footprint.columns import column_of
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.inputs import decoded, why_not_read
from cfp_xl.messages import Explained
from cfp_xl.schema.understand import NotUnderstood, plain
from cfp_xl.suppliers.days import day
from cfp_xl.suppliers.parts import LANG_WORDS, Part
from cfp_xl.templates.supplier.fields import Language, as_listed
from cfp_xl.templates.supplier.issue import Request
from cfp_xl.workbook.address import address

COLUMNS = ("supplier_id", "supplier", "part_id", "lang", "due", "contact")
MAX_LIST_BYTES = 32 * 1024 * 1024
MAX_COLUMNS = 64
NumberedRow = tuple[int, Sequence[Scalar]]
HEADING_ROWS = 20
"""How far down the headings are looked for: above them may stand a title."""


class ListUnusable(Explained):
    """A list of suppliers that can't be read, or has no column of suppliers' numbers."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of the list; empty where it says nothing."""

    supplier_id: str
    supplier: str
    part_id: str
    lang: str
    due: Scalar
    cells: Mapping[str, CellRef]
    """Where each column stands."""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and what holds where neither list nor product say otherwise."""

    product: str
    buyer: str = ""
    contact: str = ""
    lang: Language | None = None
    due: str = ""


def read_list(path: Path) -> tuple[ListEntry, ...]:
    """The rows of a list; raises ListUnusable, or Unreadable for a broken workbook."""
    if path.suffix.lower() in (".csv", ".txt", ".tsv"):
        sheet, rows = path.name, list(enumerate(_csv_rows(path), 1))
    else:
        sheet, rows = _sheet_rows(path)
    for place, (_, row) in enumerate(rows[:HEADING_ROWS]):
        columns = _columns(row)
        if "supplier_id" in columns:
            return tuple(_entries(sheet, rows[place + 1 :], columns))
    raise ListUnusable("suppliers_out.no_supplier_column", file=path.name)


def requests(
    parts: Sequence[Part], entries: Sequence[ListEntry] | None, asking: Asking
) -> tuple[tuple[Request, ...], tuple[Finding, ...]]:
    """One request for each part that is asked for, and what the list says that the product
    doesn't know (S92). Without a list every part is asked for.
    """
    if entries is None:
        return tuple(_request(part, None, asking) for part in parts), ()
    asked: dict[str, Request] = {}
    findings: list[Finding] = []
    for entry in entries:
        wrong = list(_wrong(entry, parts))
        findings += wrong
        if not wrong:
            for part in _delivered(entry, parts):
                asked[part.part_id] = _request(part, entry, asking)
    return tuple(asked.values()), tuple(findings)


def with_list(parts: Sequence[Part], entries: Sequence[ListEntry]) -> tuple[Part, ...]:
    """The parts as the list knows better: supplier, contact, language, due date.

    What is wrong with the list was told when the sheets went out (S92).
    """
    known = {part.part_id: part for part in parts}
    for entry in entries:
        if any(_wrong(entry, parts)):
            continue
        for part in _delivered(entry, parts):
            known[part.part_id] = replace(
                known[part.part_id],
                supplier=entry.supplier or part.supplier,
                contact=entry.contact or part.contact,
                lang=LANG_WORDS.get(plain(entry.lang).casefold(), part.lang),
                due=_due(entry) or part.due,
            )
    return tuple(known.values())


def _delivered(entry: ListEntry, parts: Sequence[Part]) -> list[Part]:
    return [
        part
        for part in parts
        if part.supplier_id == entry.supplier_id and entry.part_id in ("", part.part_id)
    ]


def _wrong(entry: ListEntry, parts: Sequence[Part]) -> Iterator[Finding]:
    known = [part.part_id for part in parts if part.supplier_id == entry.supplier_id]
    if not known:
        yield finding("S92", entry.cells["supplier_id"], seen=entry.supplier_id)
    elif not _delivered(entry, parts):
        where = entry.cells["part_id"]
        expected = ", ".join(known[:8])
        yield finding(
            "S92", where, case="part", seen=entry.part_id, expected=expected, id=entry.supplier_id
        )
    if entry.lang and plain(entry.lang).casefold() not in LANG_WORDS:
        yield finding("S92", entry.cells["lang"], case="lang", seen=entry.lang)
    try:
        _due(entry)
    except NotUnderstood as unclear:
        yield finding("S92", entry.cells["due"], case="due", why=unclear)


def _request(part: Part, entry: ListEntry | None, asking: Asking) -> Request:
    due = (_due(entry) if entry else None) or asking.due or part.due
    own = LANG_WORDS.get(plain(entry.lang).casefold()) if entry else None
    return Request(
        supplier_id=part.supplier_id,
        supplier=(entry.supplier if entry else "") or part.supplier,
        part_id=part.part_id,
        part=part.part,
        unit=as_listed(part.unit),
        product=asking.product,
        buyer=asking.buyer,
        contact=asking.contact,
        due=str(due) if due else "",
        lang=own or asking.lang or part.lang,
        kind=part.kind,
    )


def _due(entry: ListEntry) -> date | None:
    return day(entry.due, "end")


def _columns(row: Sequence[Scalar]) -> dict[str, int]:
    """Where each column of the list stands; the first of two that say the same."""
    found: dict[str, int] = {}
    for position, heading in enumerate(row):
        known = column_of("parts", heading) if isinstance(heading, str) else None
        if known is not None and known.id in COLUMNS:
            found.setdefault(known.id, position)
    return found


def _entries(
    sheet: str, rows: Sequence[NumberedRow], columns: Mapping[str, int]
) -> Iterator[ListEntry]:
    for number, row in rows:
        values = {id: row[at] if at < len(row) else None for id, at in columns.items()}
        texts = {id: "" if value is None else shown(value).strip() for id, value in values.items()}
        if texts["supplier_id"]:
            cells = {
                id: CellRef(sheet, address(number, columns.get(id, columns["supplier_id"]) + 1))
                for id in COLUMNS
            }
            yield ListEntry(
                texts["supplier_id"],
                texts.get("supplier", ""),
                texts.get("part_id", ""),
                texts.get("lang", ""),
                values.get("due"),
                cells,
                texts.get("contact", ""),
            )


def _csv_rows(path: Path) -> Iterator[Sequence[Scalar]]:
    try:
        if path.stat().st_size > MAX_LIST_BYTES:
            raise ListUnusable("suppliers_out.list_too_large", file=path.name)
        data = path.read_bytes()
    except OSError as error:
        raise ListUnusable(
            "suppliers_out.list_unreadable", file=path.name, why=why_not_read(error)
        ) from error
    if (found := decoded(data)) is None:
        raise ListUnusable("suppliers_out.list_encoding", file=path.name)
    text, _ = found
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t，", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text), delimiter=delimiter)
    except csv.Error as error:
        raise ListUnusable("suppliers_out.list_unreadable", file=path.name, why=error) from error


def _sheet_rows(path: Path) -> tuple[str, list[NumberedRow]]:
    """The first sheet that holds anything: its rows that do, each with its number."""
    from cfp_xl.schema.opened import open_file

    for sheet in open_file(path).workbook.sheets:
        rows: dict[int, list[Scalar]] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            if column <= MAX_COLUMNS:
                rows.setdefault(row, [None] * MAX_COLUMNS)[column - 1] = cell.value
        if rows:
            return sheet.name, list(rows.items())
    raise ListUnusable("suppliers_out.no_supplier_column", file=path.name)
