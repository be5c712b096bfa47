"""The sheet that lists the formulas of a frozen workbook: written for people, read to thaw.

Its head says when, from which factors, and how to get the formulas back; then a row for each
cell. The last columns hold what the file held, to the byte, for `freeze.py` to put back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained, Lang, say
from cfp_xl.workbook.address import address, cell_position
from cfp_xl.workbook.model import Sheet, Workbook
from cfp_xl.workbook.writing.cell_editor import as_xml, value_xml

FORMAT = "cfp-xl/frozen/1"
"""Stands in A5: by it a frozen workbook is known, whatever its sheet is called."""
FORMAT_CELL = (5, 1)
HEADING_ROW = 7
WIDTHS = (14, 9, 70, 18, 12, 20, 20, 20)
RED_TAB = "FFC00000"


class CannotThaw(Explained):
    """A workbook that is not frozen, or whose list of formulas was changed."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """A cell that lost its formula."""

    sheet: str
    cell: str
    formula: str
    value: Scalar
    array: str
    """The range of an array formula; empty for any other."""
    removed: str
    """The XML taken out."""
    tag: str
    """The cell's start tag as it was, where that changed too."""
    digest: str
    """Of the frozen sheet's part: whether another program has written it since."""


HEADINGS = tuple(field.name for field in fields(Frozen))


def listing_of(workbook: Workbook) -> Sheet | None:
    """The sheet that lists the formulas; None where the workbook is not frozen."""
    for sheet in workbook.sheets:
        cell = sheet.cells.get(FORMAT_CELL)
        if cell is not None and cell.value == FORMAT:
            return sheet
    return None


def read_listing(workbook: Workbook, listing: Sheet) -> tuple[Frozen, ...]:
    """The cells it lists. Raises CannotThaw where a row is not as it was written."""
    last = max(row for row, _ in listing.cells)
    found = []
    for row in range(HEADING_ROW + 1, last + 1):
        values = [
            listing.cells[row, column].value if (row, column) in listing.cells else None
            for column in range(1, len(HEADINGS) + 1)
        ]
        sheet, cell, formula, value, *rest = values
        texts = ["" if text is None else text for text in rest]
        is_whole = (
            isinstance(sheet, str)
            and workbook.sheet(sheet) is not None
            and isinstance(cell, str)
            and cell_position(cell) is not None
            and isinstance(formula, str)
            and all(isinstance(text, str) for text in texts)
        )
        if not is_whole:
            raise CannotThaw("travel.damaged", path=str(workbook.path), sheet=listing.name, row=row)
        found.append(Frozen(sheet, cell, formula.removeprefix("="), value, *texts))  # type: ignore[arg-type, union-attr]
    return tuple(found)


def listing_xml(note: Sequence[str], frozen: Sequence[Frozen], lang: Lang) -> bytes:
    """The sheet's part: at most three lines of note, then the cells."""
    rows: dict[int, Sequence[Scalar]] = {1: [say("travel.title", lang)]}
    rows |= {row: [line] for row, line in enumerate(note, start=2)}
    rows[FORMAT_CELL[0]] = [FORMAT]
    rows[HEADING_ROW] = [say(f"travel.heading.{name}", lang) for name in HEADINGS]
    for row, one in enumerate(frozen, start=HEADING_ROW + 1):
        rows[row] = [getattr(one, name) for name in HEADINGS]
        rows[row] = [*rows[row][:2], f"={one.formula}", *rows[row][3:]]
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
        for at, width in enumerate(WIDTHS, start=1)
    )
    body = "".join(
        f'<row r="{row}">{"".join(_cells(row, values))}</row>'
        for row, values in sorted(rows.items())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<sheetPr><tabColor rgb="{RED_TAB}"/></sheetPr>'
        f"<cols>{columns}</cols><sheetData>{body}</sheetData></worksheet>"
    ).encode()


def _cells(row: int, values: Sequence[Scalar]) -> Iterator[str]:
    for column, value in enumerate(values, start=1):
        where = address(row, column)
        kind, content = as_xml(value)
        if kind == "str":
            text = f'<t xml:space="preserve">{content}</t>'
            yield f'<c r="{where}" t="inlineStr"><is>{text}</is></c>'
        elif content is not None:
            typed = f' t="{kind}"' if kind else ""
            yield f'<c r="{where}"{typed}>{value_xml("", content)}</c>'
