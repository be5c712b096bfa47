"""Word documents, read from their XML: paragraphs and tables in order, with numbers of headings.

Merged cells repeat their text as copies; tables inside cells come after the table they are in; text
boxes come after the paragraph they hang on; headers and footers are furniture. Deleted text of
tracked changes is left out, inserted text is read. Nothing is run, fetched or opened besides the
parts of the package that hold text.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from cfp_xl.audit.reading.docx_numbers import Numbering
from cfp_xl.audit.reading.raw import RawCell, RawDocument, RawTable, RawText
from cfp_xl.workbook.reading.container import Package, Unreadable, package_of

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MAIN_PART = "word/document.xml"
MAX_BLOCKS = 200_000
MAX_DEPTH = 12
"""Tables in tables."""
_SKIPPED = frozenset((f"{W}del", f"{W}moveFrom", f"{W}rPr", f"{W}pPr", f"{W}instrText"))
HARMFUL = ("vbaproject.bin", "word/activex/")


def read_docx(data: bytes, deadline_s: float) -> RawDocument:
    """The blocks of a document, as many as there is time for. Raises Unreadable."""
    end = time.monotonic() + deadline_s / 2
    package = package_of(data, Path("report.docx"))
    _refuse_harmful(package)
    if not package.has(MAIN_PART):
        raise Unreadable("W80")
    root = package.xml(MAIN_PART)
    body = root.find(f"{W}body")
    if body is None:
        raise Unreadable("W80", "damaged")
    reader = _Reader(Numbering.of(package))
    blocks: list[RawText | RawTable] = [*_furniture(package)]
    unread: list[tuple[int, str]] = []
    for one in reader.blocks(body, 0):
        if time.monotonic() > end:
            unread.append((0, "rest"))
            break
        blocks.append(one)
    if next(root.iter(f"{W}ins", f"{W}del"), None) is not None:
        unread.append((0, "changes"))
    return RawDocument(tuple(blocks), 0, tuple(unread))


def _refuse_harmful(package: Package) -> None:
    """Macros, controls and templates from elsewhere: nothing a report needs."""
    for part in package.parts:
        if any(name in part for name in HARMFUL):
            raise Unreadable("W80", "macros")
    for link in package.relationships(MAIN_PART).values():
        if link.is_external and link.kind not in ("hyperlink", "image"):
            raise Unreadable("W80", "external", seen=link.kind)
    settings = package.relationships("word/settings.xml")
    if any(link.is_external and link.kind == "attachedTemplate" for link in settings.values()):
        raise Unreadable("W80", "external", seen="attachedTemplate")


def _furniture(package: Package) -> Iterator[RawText]:
    """Headers and footers, once each."""
    for link in package.relationships(MAIN_PART).values():
        if link.kind in ("header", "footer") and not link.is_external and package.has(link.target):
            words = " ".join(_text(package.xml(link.target)).split())
            if words:
                yield RawText(words, is_furniture=True)


class _Reader:
    """Walks a document's blocks."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.count = 0

    def blocks(self, parent: etree._Element, depth: int) -> Iterator[RawText | RawTable]:
        if depth > MAX_DEPTH:
            raise Unreadable("W80", "too_deep")
        for element in parent:
            self.count += 1
            if self.count > MAX_BLOCKS:
                raise Unreadable("W80", "too_deep")
            if element.tag == f"{W}p":
                yield from self._paragraph(element, depth)
            elif element.tag == f"{W}tbl":
                yield from self._table(element, depth)
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
                yield from self.blocks(element, depth + 1)

    def _paragraph(self, element: etree._Element, depth: int) -> Iterator[RawText | RawTable]:
        level, number = self.numbering.of_paragraph(element)
        text = _text(element).strip()
        if text:
            words = f"{number} {text}".strip()
            is_contents = self.numbering.is_contents(element)
            yield RawText(words, level=0 if is_contents else level, is_contents=is_contents)
        for box in _boxes(element):
            yield from self.blocks(box, depth + 1)

    def _table(self, table: etree._Element, depth: int) -> Iterator[RawText | RawTable]:
        rows: list[list[RawCell]] = []
        inner: list[etree._Element] = []
        above: dict[int, str] = {}
        for row in _rows(table):
            cells: list[RawCell] = []
            for cell in _cells(row):
                at = len(cells)
                text = _cell_text(cell)
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                is_copy = merge is not None and merge.get(f"{W}val") != "restart"
                text = above.get(at, "") if is_copy else text
                above[at] = text
                width = _span(cell)
                cells.append(RawCell(text, is_copy))
                for extra in range(1, width):
                    above[at + extra] = text
                    cells.append(RawCell(text, True))
                inner.extend(cell.iterchildren(f"{W}tbl"))
            rows.append(cells)
        if rows:
            yield RawTable(tuple(tuple(row) for row in rows))
        for one in inner:
            if depth >= MAX_DEPTH:
                raise Unreadable("W80", "too_deep")
            yield from self._table(one, depth + 1)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == f"{W}tr":
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _cells(child)


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    text = span.get(f"{W}val", "1") if span is not None else "1"
    return min(int(text), 64) if text.isdecimal() and len(text) < 4 else 1


def _cell_text(cell: etree._Element) -> str:
    """The paragraphs of a cell, a line each; tables inside come by themselves."""
    pieces = [_text(p).strip() for p in cell.iter(f"{W}p") if _owner(p) is cell]
    return "\n".join(piece for piece in pieces if piece)


def _owner(paragraph: etree._Element) -> etree._Element | None:
    return next(paragraph.iterancestors(f"{W}tc"), None)


def _text(element: etree._Element) -> str:
    """The words of a paragraph, without those deleted and those of text boxes in it."""
    pieces: list[str] = []
    stack = [element]
    while stack:
        one = stack.pop()
        tag = one.tag
        if tag in _SKIPPED or tag == f"{MC}Fallback" or (tag == f"{W}txbxContent"):
            continue
        if tag == f"{W}t":
            pieces.append(one.text or "")
        elif tag in (f"{W}tab", f"{W}ptab"):
            pieces.append("\t")
        elif tag in (f"{W}br", f"{W}cr"):
            pieces.append("\n")
        elif tag == f"{W}noBreakHyphen":
            pieces.append("-")
        else:
            if isinstance(tag, str) and tag.endswith("}t") and "math" in tag:
                pieces.append(one.text or "")
            stack.extend(reversed(one))
    return "".join(pieces)


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The contents of its text boxes, each once: a fallback repeats them for old programs."""
    for box in paragraph.iter(f"{W}txbxContent"):
        if next(box.iterancestors(f"{MC}Fallback"), None) is None:
            outer = next(box.iterancestors(f"{W}p"), None)
            if outer is paragraph:
                yield box
