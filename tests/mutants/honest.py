"""Edits that honest people make: none of them raises an error.

Each is made in a right workbook and recalculated, as a program does that saves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from lxml import etree

from cfp_xl.findings import CellRef
from cfp_xl.workbook.address import address, cell_position
from tests.mutants import places
from tests.mutants.edits import Base, Book
from tests.verify.conftest import MAIN

Edit = Callable[[Book], object]
COLUMNS = ("stage", "process", "activity", "status", "quantity", "unit", "factor_id", "part_id")


def row(base: Base, number: int) -> dict[str, Any]:
    """What a row of the activities holds, by column."""
    found = {}
    for column in COLUMNS:
        cell = base.cell(places.cell(base, "activities", column, number))
        found[column] = cell.value if cell else None
    return found


def write(book: Book, number: int, values: Mapping[str, Any]) -> None:
    for column, value in values.items():
        book.put(places.cell(book.base, "activities", column, number), value)


def swapped(one: int, other: int) -> Edit:
    """Two rows change places, as sorting does."""

    def edit(book: Book) -> None:
        first, second = row(book.base, one), row(book.base, other)
        write(book, one, second)
        write(book, other, first)

    return edit


def another(column: str, number: int, value: str | float | None, table: str = "activities") -> Edit:
    return lambda book: book.put(places.cell(book.base, table, column, number), value)


def without_declared(edit: Edit) -> Edit:
    """Figures of an earlier report are taken out when the model changes."""

    def both(book: Book) -> None:
        for number in range(6):
            for column in ("item", "place", "stage", "emission", "emission_unit", "share"):
                book.put(places.cell(book.base, "declared", column, number), None)
        edit(book)

    return both


def quantity(number: int, by: float) -> Edit:
    def edit(book: Book) -> None:
        where = places.cell(book.base, "activities", "quantity", number)
        book.put(where, book.base.number(where) * by)

    return without_declared(edit)


def bill_and_quantity(book: Book) -> None:
    """A tenth more electricity on the bill, and in the activity that takes it."""
    for table, column, at in (("allocation", "total", 0), ("activities", "quantity", 1)):
        where = places.cell(book.base, table, column, at)
        book.put(where, book.base.number(where) * 1.1)


def beside(text: str) -> Edit:
    """A remark in a free cell right of the activities."""

    def edit(book: Book) -> None:
        of_row = places.cell(book.base, "activities", "native", 2)
        row, _ = cell_position(of_row.cell) or (0, 0)
        used = book.base.workbook.by_name[of_row.sheet.casefold()].cells
        book.put(CellRef(of_row.sheet, address(row, max(c for _, c in used) + 2)), text)

    return edit


def new_row(book: Book) -> None:
    """A purchase of packaging steel, in the next free row."""
    new = {**row(book.base, 0), "process": "screws", "activity": "screws"}
    write(book, 5, {**new, "quantity": 0.00002, "part_id": None})


def seen_as(code: str, find: Callable[[Base], CellRef]) -> Edit:
    return lambda book: book.number_format(find(book.base), code)


def bold(book: Book) -> None:
    book.font(places.total(book.base), '<b/><sz val="14"/><color rgb="FF1F3864"/>')


def wide(book: Book) -> None:
    book.column(places.total(book.base), width="40")


def sheet_moved(book: Book) -> None:
    """The results come first."""
    sheets = book.part("xl/workbook.xml").find(f"{MAIN}sheets")
    assert sheets is not None
    names = book.part("xl/workbook.xml").find(f"{MAIN}definedNames")
    # Names of single sheets count sheets by position: the order of the last two is changed.
    assert names is not None
    local = {name.get("localSheetId") for name in names}
    last = len(sheets) - 1
    if not {str(last), str(last - 1)} & local:
        sheets.append(sheets[-2])


def own_sheet_name(book: Book) -> None:
    """A comment property that a company's template adds."""
    root = book.part("docProps/core.xml")
    etree.SubElement(root, "{http://purl.org/dc/elements/1.1/}description").text = "checked by N.N."


def total(base: Base) -> CellRef:
    return places.total(base)


HONEST: Mapping[str, Edit] = {
    "a tenth more light": quantity(3, 1.1),
    "a fifth less light": quantity(3, 0.8),
    "a little more steel": quantity(0, 1.05),
    "a longer way": quantity(2, 1.5),
    "bill and activity": without_declared(bill_and_quantity),
    "rows sorted": swapped(2, 3),
    "other rows sorted": swapped(0, 4),
    "a row added": without_declared(new_row),
    "a remark": beside("checked against the bill of March"),
    "a remark with a number": beside("0.45 t·km: 1.2 kg over 375 km"),
    "activity renamed": another("activity", 3, "light, 40 h a week"),
    "process renamed": another("process", 3, "at night"),
    "unit respelt": another("unit", 1, "kwh"),
    "model named": lambda book: book.put(places.product(book.base, "model"), "GL-1 B"),
    "producer named": lambda book: book.put(places.product(book.base, "producer"), "Lamps Ltd"),
    "reason reworded": another("reason", 0, "UK factors come in AR5 only", "justifications"),
    "author of the reason": another("who", 0, "A.B.", "justifications"),
    "bill's voucher": another("voucher", 0, "2025-0031", "allocation"),
    "report without shares": lambda book: [
        book.put(places.cell(book.base, "declared", "share", n), None) for n in range(6)
    ],
    "two digits": seen_as("0.00", total),
    "thousands separated": seen_as("#,##0.0000", total),
    "digits as needed": seen_as("0.####", total),
    "share without digits": seen_as("0%", lambda b: places.cell(b, "results", "share", 3)),
    "quantity in red below zero": seen_as(
        "#,##0.00;[Red]-#,##0.00", lambda b: places.cell(b, "activities", "quantity", 3)
    ),
    "unit behind the total": seen_as('0.0000" kgCO2e"', total),
    "bold total": bold,
    "a wider column": wide,
    "sheets in another order": sheet_moved,
    "a company's remark": own_sheet_name,
}
