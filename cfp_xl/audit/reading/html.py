"""Web pages: paragraphs, headings and tables with their spans; scripts and styles are left out."""

from __future__ import annotations

import time
from html.parser import HTMLParser

from cfp_xl.audit.reading.raw import RawCell, RawDocument, RawTable, RawText
from cfp_xl.inputs import decoded
from cfp_xl.workbook.reading.container import Unreadable

MAX_BLOCKS = 200_000
MAX_CELLS = 1_000_000
MAX_SPAN = 64
_BREAKS = frozenset(
    (
        *("p", "div", "section", "article", "li", "ul", "ol", "dl", "dt", "dd", "br", "hr"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "footer", "body", "blockquote", "pre"),
        *("figcaption", "caption", "title"),
    )
)
_SILENT = frozenset(("script", "style", "template", "noscript", "svg", "head"))
PIECE = 100_000
"""Characters between two looks at the time."""
_VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "col", "wbr"))


def read_html(data: bytes, deadline_s: float) -> RawDocument:
    """The blocks of a page, as many as there is time for. Raises Unreadable."""
    end = time.monotonic() + deadline_s / 2
    if (found := decoded(data)) is None:
        raise Unreadable("W80", "not_text")
    text, _ = found
    reader = _Reader()
    unread: tuple[tuple[int, str], ...] = ()
    for at in range(0, len(text), PIECE):
        if time.monotonic() > end:
            unread = ((0, "rest"),)
            break
        reader.feed(text[at : at + PIECE])
    reader.close()
    reader.flush()
    return RawDocument(tuple(reader.blocks), unread=unread)


class _OpenTable:
    """A table whose rows are coming: cells that reach down wait in `below`."""

    def __init__(self) -> None:
        self.rows: list[list[RawCell]] = []
        self.below: dict[int, tuple[int, str]] = {}
        self.spans = (1, 1)
        self.words: list[str] | None = None

    def new_row(self) -> None:
        self.fill_below()
        self.rows.append([])

    def fill_below(self) -> None:
        """Cells of rows above that reach into this one at its end or next place."""
        if not self.rows:
            return
        row = self.rows[-1]
        while (waiting := self.below.get(len(row))) is not None:
            rows_left, text = waiting
            if rows_left > 1:
                self.below[len(row)] = (rows_left - 1, text)
            else:
                del self.below[len(row)]
            row.append(RawCell(text, True))

    def end_cell(self) -> None:
        if self.words is None:
            return
        if not self.rows:
            self.rows.append([])
        self.fill_below()
        text = "\n".join(" ".join(w.split()) for w in "".join(self.words).split("\n")).strip()
        columns, rows = self.spans
        for extra in range(columns):
            if rows > 1:
                self.below[len(self.rows[-1])] = (rows - 1, text)
            self.rows[-1].append(RawCell(text, extra > 0))
        self.words = None


class _Reader(HTMLParser):
    """Gathers blocks as tags come."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[RawText | RawTable] = []
        self.words: list[str] = []
        self.level = 0
        self.navigation = 0
        self.silent = 0
        self.tables: list[_OpenTable] = []
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        table = self.tables[-1] if self.tables else None
        if tag == "table":
            self.flush()
            self.tables.append(_OpenTable())
            if len(self.tables) > 12:
                raise Unreadable("W80", "too_deep")
        elif tag == "tr" and table:
            table.end_cell()
            table.new_row()
        elif tag in ("td", "th") and table:
            table.end_cell()
            table.words = []
            given = dict(attrs)
            table.spans = (_span(given.get("colspan")), _span(given.get("rowspan")))
            self.cells += table.spans[0] * table.spans[1]
            if self.cells > MAX_CELLS:
                raise Unreadable("W80", "too_deep")
        elif tag in _BREAKS:
            self._break()
            if len(tag) == 2 and tag[0] == "h" and tag[1].isdecimal():
                self.level = int(tag[1])
        if tag == "nav":
            self.flush()
            self.navigation += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        table = self.tables[-1] if self.tables else None
        if tag == "table" and table:
            table.end_cell()
            table.fill_below()
            self.tables.pop()
            rows = tuple(tuple(row) for row in table.rows if row)
            if rows:
                self._add(RawTable(rows))
        elif tag in ("td", "th") and table:
            table.end_cell()
        elif tag in _BREAKS:
            self._break()
            if len(tag) == 2 and tag[0] == "h":
                self.level = 0
        if tag == "nav":
            self.flush()
            self.navigation = max(0, self.navigation - 1)

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        table = self.tables[-1] if self.tables else None
        if table is not None and table.words is not None:
            table.words.append(data.replace("\n", " "))
        else:
            self.words.append(data)

    def _break(self) -> None:
        table = self.tables[-1] if self.tables else None
        if table is not None and table.words is not None:
            table.words.append("\n")
        else:
            self.flush()

    def flush(self) -> None:
        words = " ".join("".join(self.words).split())
        self.words = []
        if words:
            is_contents = self.navigation > 0 and self.level == 0
            self._add(RawText(words, level=self.level, is_contents=is_contents))

    def _add(self, block: RawText | RawTable) -> None:
        self.blocks.append(block)
        if len(self.blocks) > MAX_BLOCKS:
            raise Unreadable("W80", "too_deep")


def _span(text: str | None) -> int:
    words = (text or "1").strip()
    return max(1, min(int(words), MAX_SPAN)) if words.isdecimal() and len(words) < 6 else 1
