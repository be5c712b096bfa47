"""Text as it comes out of a pdf or an OCR, and Markdown: a line a row or a piece of a paragraph.

Cells are separated by tabs or " | "; merged cells are simply missing, so that rows of one table
have different counts of cells. Markup that was left in (`<p>`, `$…$`) is taken off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.audit.reading.raw import RawCell, RawDocument, RawTable, RawText

_RULE = re.compile(r"[\s|:\-=+]*-{2,}[\s|:\-=+]*")
"""The line below the head of a Markdown table."""
_CONTENTS = re.compile(r"(?:[.．·…]\s?){3,}\s*\d{0,3}\s*$|[.．·…]\t\d{1,3}\s*$")
_FURNITURE = re.compile(
    r"(?:page\s*)?\d{1,3}\s*/\s*\d{1,3}|page\s+\d{1,3}(?:\s+of\s+\d{1,3})?"
    r"|第\s*\d{1,3}\s*页(?:\s*[/,，]?\s*共\s*\d{1,3}\s*页)?|-\s*\d{1,3}\s*-",
    re.IGNORECASE,
)
_TAGS = re.compile(
    r"</?(?:p|br|b|i|u|strong|em|sub|sup|span|div|font)\b[^>]{0,200}>", re.IGNORECASE
)
_PAGE_BREAK = "\f"


def read_text(text: str) -> RawDocument:
    """The blocks of a text; pages are known where it has form feeds."""
    has_pages = _PAGE_BREAK in text
    blocks = list(_blocks(text, has_pages))
    return RawDocument(tuple(blocks), text.count(_PAGE_BREAK) + 1 if has_pages else 0)


def _blocks(text: str, has_pages: bool) -> Iterator[RawText | RawTable]:
    rows: list[tuple[int, int, tuple[RawCell, ...]]] = []
    page, number = (1 if has_pages else 0), 0
    is_gap = in_contents = False
    for whole in text.splitlines(keepends=True):
        for line in re.split(f"({_PAGE_BREAK})", whole):
            if line == _PAGE_BREAK:
                page += 1
                continue
            number += line.endswith(("\n", "\r"))
            words = line.strip("\r\n ")
            if not words.strip():
                is_gap = True
                continue
            at = max(number, 1)
            is_contents = bool(_CONTENTS.search(words)) or (
                in_contents and re.search(r"\t\s*\d{1,3}$", words) is not None
            )
            in_contents = is_contents
            cells = None if is_contents else _cells(words)
            if cells is not None and rows and is_gap and not _belongs(rows, cells):
                yield _table(rows)
                rows = []
            is_gap = False
            if cells is not None:
                if not _RULE.fullmatch(words):
                    rows.append((page, at, cells))
                continue
            if rows and not _FURNITURE.fullmatch(words.strip()):
                yield _table(rows)
                rows = []
            yield from _texts(words, page, at)
    if rows:
        yield _table(rows)


def _cells(line: str) -> tuple[RawCell, ...] | None:
    """The cells of a row; None where the line is text, or a row of one cell with nothing beside."""
    if "\t" in line:
        cells = [_clean(cell) for cell in line.split("\t")]
    elif line.count("|") > 1 or " | " in line:
        cells = [
            _clean(cell) for cell in line.strip().removeprefix("|").removesuffix("|").split("|")
        ]
    else:
        return None
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 and (not filled or len(filled[0]) > 30 or cells[0]):
        return None if not filled or len(filled[0]) > 30 else _row(cells)
    return _row(cells)


def _row(cells: list[str]) -> tuple[RawCell, ...]:
    return tuple(RawCell(cell) for cell in cells)


def _belongs(rows: list[tuple[int, int, tuple[RawCell, ...]]], cells: tuple[RawCell, ...]) -> bool:
    """Whether a row after a gap goes on with the table: as many cells as its last row."""
    return len(cells) == len(rows[-1][2])


def _table(rows: list[tuple[int, int, tuple[RawCell, ...]]]) -> RawTable:
    page, line, _ = rows[0]
    return RawTable(tuple(row for _, _, row in rows), page, line, tuple(at for _, at, _ in rows))


def _texts(line: str, page: int, number: int) -> Iterator[RawText]:
    """The paragraphs of a line: more than one where tags of paragraphs were left in it."""
    if _FURNITURE.fullmatch(line.strip()):
        yield RawText(line, page, number, is_furniture=True)
        return
    pieces = re.split(r"</?p\b[^>]{0,200}>|<br\s*/?>", line, flags=re.IGNORECASE)
    for piece in pieces:
        if words := _clean(piece.replace("\t", " ") if len(pieces) > 1 else piece):
            yield RawText(words, page, number, is_line=len(pieces) == 1)


def _clean(text: str) -> str:
    """Without tags and the commands of formulas: `E_{\\text{x}}` is E_x."""
    words = _TAGS.sub("", text).replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
    words = words.replace("&amp;", "&")
    if "\\" in words or "$" in words:
        words = re.sub(r"\\(?:text|mathrm|mathit|rm|bf)\s*\{([^{}]*)\}", r"\1", words)
        words = re.sub(r"\{([^{}]*)\}", r"\1", words)
        words = words.replace("\\times", "×").replace("\\cdot", "·").replace("\\%", "%")
        words = re.sub(r"\$(?!\d+[.,\d]*\s)|\$(?=[^$]*\$)", "", words)
    words = re.sub(r"\*\*([^*]+)\*\*", r"\1", words)
    return words.strip()
