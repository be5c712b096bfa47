"""A published report as it is in its file: paragraphs and tables in order, each with its place.

Texts are as printed; `plain` is the same in NFKC, which is what rules and readers compare. Nothing
here knows what a footprint is: what was read from a document is in `record.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.footprint.wording import plain_text

TEXT, HEADING, CAPTION, CONTENTS, FURNITURE = "text", "heading", "caption", "contents", "furniture"
"""What a paragraph is. Contents lines repeat headings and are no sections; furniture is what is
printed on every page."""

LONGEST_QUOTE = 120
FIRST_OF_OTHERS = "\u2000"
"""Characters before it are Latin letters, digits, signs such as ² and °."""


@dataclass(frozen=True, slots=True)
class Spot(CellRef):
    """A place in a report; findings take it as they take the cell of a workbook.

    `sheet` is the page ("p. 17"), or what a file without pages counts: "¶ 45", a line "l. 296";
    `cell` is the table's number and row ("表 4.2.1 (5)") or the section ("§ 3.2.2"); maybe empty.
    """

    quote: str = ""
    """The words there, as printed."""
    page: int = 0
    """From 1; 0 where the file has no pages."""
    block: int = 0
    """The paragraph or table, from 1, through the whole document."""
    table_row: int = 0
    """Row and column in the table, from 1; 0 in a paragraph."""
    table_column: int = 0
    start: int = 0
    """In a paragraph, where in its `plain` text the quoted words begin."""
    box: tuple[float, float, float, float] | None = None
    """Left, top, right, bottom on the page in points from its upper left corner, where known."""

    def through(self, last: CellRef) -> CellRef:  # noqa: ARG002
        """A run of places is the first of them: its quote says the rest."""
        return self

    def __str__(self) -> str:
        return f"{self.sheet} {self.cell}".strip()


def glued(first: str, second: str) -> str:
    """Two lines as one: a blank between Latin words, none between Chinese characters."""
    first, second = first.rstrip(), second.lstrip()
    if not first or not second:
        return first or second
    if first.endswith("-") and second[:1].islower():
        return first[:-1] + second
    is_latin = first[-1:] < FIRST_OF_OTHERS and second[:1] < FIRST_OF_OTHERS
    return f"{first} {second}" if is_latin else first + second


def quoted(text: str) -> str:
    """Words as a finding quotes them: on one line, not longer than a person reads."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, heading, caption or line of contents."""

    text: str
    spot: Spot
    kind: str = TEXT
    level: int = 0
    """Of a heading, from 1; else 0."""
    number: str = ""
    """Of a heading or caption: 3.2.2, 表 4.2.1, Figure 3; "" where it has none."""
    section: int = -1
    """The index in `Document.sections` of the section it is in; -1 before the first."""

    @cached_property
    def plain(self) -> str:
        return plain_text(self.text)

    @property
    def title(self) -> str:
        """Of a heading or caption: its words without the number."""
        words = self.plain
        number = plain_text(self.number)
        return words[len(number) :].lstrip(" .、:：)）") if words.startswith(number) else words

    def at(self, start: int, end: int) -> Spot:
        """The place of some of its words, by their position in `plain`."""
        return _part(self.spot, quoted(self.plain[start:end]), start=start)


@dataclass(frozen=True)
class PrintedCell:
    """A cell of a table; where cells are merged, the first of them, and `copy` in the others."""

    text: str
    spot: Spot
    copy: bool = False

    @cached_property
    def plain(self) -> str:
        return plain_text(self.text.replace("\n", " "))


@dataclass(frozen=True)
class PrintedTable:
    """A table: rows of cells, as many as the file gives each row."""

    rows: tuple[tuple[PrintedCell, ...], ...]
    spot: Spot
    caption: Paragraph | None = None
    section: int = -1
    is_uncertain: bool = False
    """A number in it is not in the page's own text, or the other way round: no rule may hold its
    figures against anything."""

    @property
    def number(self) -> str:
        """表 4.2.1; "" where it has no caption, or one without number."""
        return self.caption.number if self.caption else ""

    @property
    def cells(self) -> Iterator[PrintedCell]:
        """All cells that are not copies of merged ones."""
        return (cell for row in self.rows for cell in row if not cell.copy)


@dataclass(frozen=True)
class DocumentSection:
    """A section: from its heading to the next one."""

    heading: Paragraph
    first: int
    """Indexes in `Document.blocks`: the heading, and the block after the last one."""
    end: int


@dataclass(frozen=True, slots=True)
class UnreadPage:
    """A page, or a part of the file, of which nothing or not all was read, and why."""

    page: int
    why: str
    """Its key of `data/messages/audit.toml` below `audit.unread`."""


@dataclass(frozen=True)
class Document:
    """A report file, read."""

    path: str
    sha256: str
    form: str
    """txt, md, html, docx or pdf."""
    blocks: tuple[Paragraph | PrintedTable, ...]
    """In the order of reading."""
    sections: tuple[DocumentSection, ...] = ()
    pages: int = 0
    """0 where the file has none."""
    unread: tuple[UnreadPage, ...] = ()
    is_uncertain: bool = False
    """No figure of it is sure: its text is that of an OCR."""

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Headings and captions too; neither contents nor furniture."""
        skipped = (CONTENTS, FURNITURE)
        return tuple(b for b in self.blocks if isinstance(b, Paragraph) and b.kind not in skipped)

    @cached_property
    def tables(self) -> tuple[PrintedTable, ...]:
        return tuple(b for b in self.blocks if isinstance(b, PrintedTable))

    @cached_property
    def headings(self) -> tuple[Paragraph, ...]:
        return tuple(p for p in self.paragraphs if p.kind == HEADING)

    @cached_property
    def captions(self) -> tuple[Paragraph, ...]:
        """Of tables and figures."""
        return tuple(p for p in self.paragraphs if p.kind == CAPTION)

    @cached_property
    def contents(self) -> tuple[Paragraph, ...]:
        """The lines of the table of contents: number and title of what they announce."""
        return tuple(b for b in self.blocks if isinstance(b, Paragraph) and b.kind == CONTENTS)

    @cached_property
    def texts(self) -> tuple[Paragraph | PrintedCell, ...]:
        """All that has words, for rules on words: paragraphs, and cells that are no copies."""
        found: list[Paragraph | PrintedCell] = []
        for block in self.blocks:
            if isinstance(block, PrintedTable):
                found.extend(block.cells)
            elif block.kind not in (CONTENTS, FURNITURE):
                found.append(block)
        return tuple(found)

    @cached_property
    def language(self) -> str:
        """What most of it is written in: zh where a tenth of the letters are Chinese, else en."""
        text = "".join(one.plain for one in self.texts)
        chinese = len(re.findall(r"[\u4e00-\u9fff]", text))
        return "zh" if chinese * 10 >= len(re.findall(r"[A-Za-z\u4e00-\u9fff]", text)) else "en"

    def section_of(self, block: Paragraph | PrintedTable) -> DocumentSection | None:
        return self.sections[block.section] if block.section >= 0 else None


def _part(spot: Spot, quote: str, start: int = 0) -> Spot:
    return Spot(
        spot.sheet,
        spot.cell,
        quote,
        spot.page,
        spot.block,
        spot.table_row,
        spot.table_column,
        start,
        spot.box,
    )
