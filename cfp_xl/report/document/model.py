"""A report as a tree of blocks: headings, sentences, tables, pictures, gaps. Writers only lay out.

A number is formatted once, where the block is made; it keeps its value and the cell that it came
from, so that a sentence and the table beside it print the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cfp_xl.findings import CellRef
from cfp_xl.messages import Explained, Lang, Text, say
from cfp_xl.privacy import masked
from cfp_xl.workbook.reading.raster import Raster

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""What no XML and no page takes."""


def cleaned(words: str) -> str:
    """Words without control characters and numbers of persons."""
    return masked(_CONTROL.sub(" ", words))


MOST_ROWS_WHOLE, MOST_LETTERS_WHOLE = 11, 800
"""Of a table that is not broken over pages."""


class CannotReport(Explained):
    """A report that can't be written, and what to do about it."""


@dataclass(frozen=True, slots=True)
class ReportNumber:
    """A number as printed."""

    value: float
    text: str
    where: CellRef | None = None
    """None where it follows from many cells."""


@dataclass(frozen=True, slots=True)
class ReportGap:
    """What the workbook does not say: what it is called, and which cell to fill."""

    name: str
    """The workbook's name for it, without `cfp_`."""
    label: Text
    where: CellRef | None
    """None where the workbook has no cell of that name."""
    text: str
    """What the report prints in its place."""

    def place(self, lang: Lang) -> str:
        """Which cell to fill, in words."""
        if self.where is not None:
            return say("product_report.gap.cell", lang, cell=self.where)
        if self.name.startswith("translations:"):
            return say("product_report.gap.translation", lang)
        return say("product_report.gap.name", lang, name=f"cfp_{self.name}")


Piece = str | ReportNumber | ReportGap
Pieces = tuple[Piece, ...]
"""The words of a paragraph or cell, in order."""


@dataclass(frozen=True, slots=True)
class ReportHeading:
    """The title of a section; level 1 or 2."""

    level: int
    number: str
    """As printed before it: `一、`, `1.2`; "" where sections are not counted."""
    title: str

    @property
    def text(self) -> str:
        joint = "" if self.number.endswith("、") else " "
        return f"{self.number}{joint}{self.title}" if self.number else self.title


@dataclass(frozen=True, slots=True)
class ReportText:
    """A paragraph."""

    pieces: Pieces
    style: str = "text"
    """`text`; `note` for small print below a table; `item` of a list; `warning`."""


@dataclass(frozen=True, slots=True)
class ReportCell:
    """A cell of a table."""

    pieces: Pieces = ()
    columns: int = 1
    rows: int = 1
    """How many columns and rows it takes; only cells of a head take more than one."""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table: what its columns are called, in one row or two, and its rows."""

    caption: str
    """`表 1 …`; "" of a form, whose first column is the names of its values."""
    head: tuple[tuple[ReportCell, ...], ...]
    rows: tuple[tuple[ReportCell, ...], ...]
    widths: tuple[float, ...]
    """Of the columns, as parts of the page's width."""
    numeric: frozenset[int] = frozenset()
    """Columns of numbers, which are aligned right."""
    has_total: bool = False
    """The last row is the sum."""
    row_height_mm: float = 0.0
    """Of rows to be filled in by hand."""

    @property
    def head_cells(self) -> tuple[tuple[tuple[int, ReportCell], ...], ...]:
        """The rows of the head, each cell with the first of its columns."""
        rows: list[tuple[tuple[int, ReportCell], ...]] = []
        taken: set[int] = set()
        for row in self.head:
            placed: list[tuple[int, ReportCell]] = []
            below: set[int] = set()
            at = 0
            for cell in row:
                while at in taken:
                    at += 1
                placed.append((at, cell))
                if cell.rows > 1:
                    below |= set(range(at, at + cell.columns))
                at += cell.columns
            rows.append(tuple(placed))
            taken = below
        return tuple(rows)

    @property
    def is_whole(self) -> bool:
        """Whether it is small enough to be on one page."""
        if len(self.rows) > MOST_ROWS_WHOLE:
            return False
        letters = sum(len(printed(cell.pieces)) for row in self.rows for cell in row)
        return letters <= MOST_LETTERS_WHOLE

    def is_numeric(self, column: int, cell: ReportCell) -> bool:
        """Whether a cell is aligned right; a heading over several columns is not."""
        return column in self.numeric and cell.columns == 1


@dataclass(frozen=True, slots=True)
class ReportPicture:
    """A drawing: SVG of our own making, and what it shows in words for those who don't see it."""

    caption: str
    svg: str
    alt: str
    width_mm: float


@dataclass(frozen=True, slots=True)
class ReportPhoto:
    """A picture that somebody put on a sheet of the workbook."""

    caption: str
    raster: Raster
    alt: str
    width_mm: float


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = ReportHeading | ReportText | ReportTable | ReportPicture | ReportPhoto | PageBreak


@dataclass(frozen=True)
class ReportDocument:
    """The whole report."""

    lang: Lang
    title: str
    cover: tuple[tuple[str, Pieces], ...]
    """What the cover says below the title: name and value; empty where the title stands alone above
    the text."""
    seal: str
    """Beside the room for the seal."""
    contents: str
    """The title of the table of contents; "" where a document has none."""
    blocks: tuple[Block, ...]
    header: str
    """At the top of each page."""
    footer: str
    """At the bottom of each page, before its number."""
    page: tuple[str, str, str]
    """What is printed before, between and behind a page's number and the number of pages."""
    draft: str = ""
    """On every page of a draft; "" of a report."""
    day: str = ""
    """The date of the study, YYYY-MM-DD; "" where it is not stated."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Pictures of the workbook that are not in the report: where each stands, and why."""

    def pieces(self) -> Iterator[Piece]:
        """Every piece of text, in reading order; pictures repeat what tables say."""
        for _, words in self.cover:
            yield from words
        for block in self.blocks:
            yield from pieces_of(block)

    @property
    def numbers(self) -> tuple[ReportNumber, ...]:
        return tuple(one for one in self.pieces() if isinstance(one, ReportNumber))

    @property
    def gaps(self) -> tuple[ReportGap, ...]:
        """Each once, by its name."""
        found = {one.name: one for one in self.pieces() if isinstance(one, ReportGap)}
        return tuple(found.values())


def pieces_of(block: Block) -> Iterator[Piece]:
    """The pieces of a block, captions and headings too."""
    match block:
        case ReportHeading():
            yield block.text
        case ReportText():
            yield from block.pieces
        case ReportTable():
            yield block.caption
            for row in (*block.head, *block.rows):
                for cell in row:
                    yield from cell.pieces
        case ReportPicture() | ReportPhoto():
            yield block.caption


def printed(pieces: Sequence[Piece]) -> str:
    """The plain text of pieces."""
    return "".join(one if isinstance(one, str) else one.text for one in pieces)
