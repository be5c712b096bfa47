"""Pdf files with a text layer, page by page within a deadline; pictures are counted, not read."""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cfp_xl.audit.reading.page_columns import bands_of, gutter_of
from cfp_xl.audit.reading.pdf_columns import blocks_of_lines
from cfp_xl.audit.reading.pdf_rules import has_rules, ruled_tables
from cfp_xl.audit.reading.pdf_words import Glyph, TextLine, glyphs_of, inside, lines_of
from cfp_xl.audit.reading.raw import Box, RawDocument, RawTable, RawText
from cfp_xl.footprint.wording import plain_text
from cfp_xl.workbook.reading.container import Unreadable

MAX_PAGES = 300
RESERVE_S = 8.0
"""Of the deadline, for what comes after the pages."""
LEAST_CHARS = 12
"""A page with fewer and a picture is a picture."""
LARGE_PICTURE = 0.08
"""Of the page's area: a picture that may be a table."""
MARGIN = 0.09
"""Of the page's height, above and below: where headers and footers are."""
_PAGE_NUMBER = re.compile(
    r"(?:page\s*)?[-–—]?\s*\d{1,3}\s*[-–—]?(?:\s*(?:/|of|，|,)?\s*(?:共)?\s*\d{1,3}\s*页?)?"
    r"|第\s*\d{1,3}\s*页.{0,12}",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(?:表|Table)\s*[A-Z]?\d", re.IGNORECASE)
Block = RawText | RawTable


def read_pdf(data: bytes, deadline_s: float) -> RawDocument:
    """The blocks of a pdf. Raises Unreadable."""
    end = time.monotonic() + max(deadline_s - RESERVE_S, deadline_s / 2)
    document = _opened(data)
    try:
        return _Pages(data, document, end).read()
    finally:
        document.close()


def _opened(data: bytes) -> Any:
    import pypdfium2
    import pypdfium2.raw as pdfium

    if re.search(rb"/Launch\b|/JavaScript\b|/JS\s*[(<]", data):
        raise Unreadable("W80", "script")
    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        case = "encrypted" if "assword" in str(error) else "damaged"
        raise Unreadable("W80", case) from error
    if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
        raise Unreadable("W80", "script")
    if not count:
        raise Unreadable("W80", "damaged")
    return document


class _Pages:
    """Reads the pages of a document one after the other."""

    def __init__(self, data: bytes, document: Any, end: float) -> None:
        self.data = data
        self.document = document
        self.end = end
        self.unread: list[tuple[int, str]] = []
        self.plumber: Any = None

    def read(self) -> RawDocument:
        count = len(self.document)
        pages: list[tuple[float, list[Block]]] = []
        for number in range(1, count + 1):
            if number > MAX_PAGES:
                self.unread.append((number, "limit"))
            elif time.monotonic() > self.end:
                self.unread.append((number, "too_slow"))
            else:
                pages.append(self._page(number))
        if self.plumber is not None:
            with suppress(Exception):  # closing lays out pages again, damaged ones too
                self.plumber.close()
        blocks = [one for _, page in _without_furniture(pages) for one in page]
        return RawDocument(tuple(blocks), count, tuple(self.unread))

    def _page(self, number: int) -> tuple[float, list[Block]]:
        import pypdfium2

        try:
            page = self.document[number - 1]
        except pypdfium2.PdfiumError:
            self.unread.append((number, "damaged"))
            return 0.0, []
        try:
            width, height = page.get_size()
            glyphs = glyphs_of(page)
            pictures = _pictures(page, width * height)
            if len(glyphs) < LEAST_CHARS and pictures:
                self.unread.append((number, "picture"))
                return height, []
            tables = self._tables(page, glyphs, number)
            blocks = _in_order(glyphs, tables, number, width)
            has_table = any(isinstance(one, RawTable) for one in blocks)
            if pictures and not has_table and _has_caption(blocks):
                self.unread.append((number, "picture_of_table"))
            return height, blocks
        finally:
            page.close()

    def _tables(self, page: Any, glyphs: Sequence[Glyph], number: int) -> list[RawTable]:
        """The ruled tables of a page; a page too slow for that is read by its words alone."""
        if not glyphs or not has_rules(page):
            return []
        if time.monotonic() > self.end:
            self.unread.append((number, "tables_as_text"))
            return []
        import pdfplumber

        try:
            if self.plumber is None:
                self.plumber = pdfplumber.open(io.BytesIO(self.data))
            found = self.plumber.pages[number - 1]
            tables = list(ruled_tables(found, glyphs, number))
            found.close()
        except Exception:  # whatever a stranger's file does to it: the page's words are still read
            self.unread.append((number, "tables_as_text"))
            return []
        return tables


def _pictures(page: Any, area: float) -> int:
    """Pictures that are large enough to show a table."""
    import pypdfium2.raw as pdfium

    count = 0
    for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        left, bottom, right, top = one.get_bounds()
        count += (right - left) * (top - bottom) > LARGE_PICTURE * area
    return count


def _has_caption(blocks: Sequence[Block]) -> bool:
    return any(isinstance(one, RawText) and _CAPTION.match(plain_text(one.text)) for one in blocks)


def _in_order(
    glyphs: Sequence[Glyph], tables: Sequence[RawTable], number: int, width: float
) -> list[Block]:
    """The words outside of tables as lines, and the tables, from the top down."""
    boxes = [table.box for table in tables if table.box]
    taken = {id(glyph) for box in boxes for glyph in inside(glyphs, box)}
    lines = lines_of([glyph for glyph in glyphs if id(glyph) not in taken])
    gutter = gutter_of(lines)
    if gutter is None:
        left = min((line.box[0] for line in lines), default=0.0)
        return _of_column(lines, tables, number, width - left)
    columns = _columns_of_page(lines, tables, gutter)
    return [one for part, mine in columns for one in _of_column(part, mine, number, 0.0)]


def _columns_of_page(
    lines: Sequence[TextLine], tables: Sequence[RawTable], gutter: float
) -> Iterator[tuple[Sequence[TextLine], Sequence[RawTable]]]:
    """The columns of a page of two, each with the tables that begin in it."""
    waiting = list(tables)
    for part in bands_of(lines, gutter):
        is_left, end = part[0].box[0] < gutter, part[-1].box[3]
        mine = [t for t in waiting if t.box and (t.box[0] < gutter) == is_left and t.box[1] < end]
        waiting = [one for one in waiting if one not in mine]
        yield part, mine
    yield (), waiting


def _of_column(
    lines: Sequence[TextLine], tables: Sequence[RawTable], number: int, margin: float
) -> list[Block]:
    """The words of a column as lines, and its tables, from the top down; lines that reach as far
    as the longest, or as `margin`, are full."""
    margin = max([margin, *(line.box[2] for line in lines)])
    blocks: list[Block] = []
    start = 0
    for table in sorted(tables, key=lambda t: t.box[1] if t.box else 0.0):
        top = table.box[1] if table.box else 0.0
        end = next((i for i, one in enumerate(lines) if one.box[1] > top), len(lines))
        blocks += blocks_of_lines(lines[start:end], number, margin)
        blocks.append(table)
        start = max(start, end)
    return [*blocks, *blocks_of_lines(lines[start:], number, margin)]


def _without_furniture(
    pages: Sequence[tuple[float, list[Block]]],
) -> list[tuple[float, list[Block]]]:
    """The pages, their headers, footers and page numbers marked as such."""
    seen = Counter(
        _shape(one)
        for height, page in pages
        for one in page
        if isinstance(one, RawText) and _is_at_edge(one.box, height)
    )
    least = max(3, len(pages) // 3)

    def marked(one: Block, height: float) -> Block:
        if not isinstance(one, RawText) or not _is_at_edge(one.box, height):
            return one
        is_number = _PAGE_NUMBER.fullmatch(plain_text(one.text)) is not None
        return replace(one, is_furniture=is_number or seen[_shape(one)] >= least)

    return [(height, [marked(one, height) for one in page]) for height, page in pages]


def _shape(text: RawText) -> str:
    return re.sub(r"\d+", "#", "".join(plain_text(text.text).split()))


def _is_at_edge(box: Box | None, height: float) -> bool:
    return box is not None and (box[3] < MARGIN * height or box[1] > (1 - MARGIN) * height)
