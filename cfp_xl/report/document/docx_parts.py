"""Parts of a Word document as XML: runs, paragraphs, fields, tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from cfp_xl.report.document.model import Pieces, ReportCell, ReportGap, ReportTable

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEXT_WIDTH = 9751
"""Of an A4 page between its margins, in twentieths of a point."""
MM = 56.7
"""Twentieths of a point in a millimetre."""


def run(words: str, *, bold: bool = False, gap: bool = False, size: float = 0.0) -> str:
    """Words in one format, its traits in the schema's order; lines of it are broken."""
    traits = "<w:b/>" if bold else ""
    traits += f'<w:sz w:val="{round(size * 2)}"/>' if size else ""
    traits += '<w:highlight w:val="yellow"/>' if gap else ""
    text = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line, quote=False)}</w:t>' for line in words.split("\n")
    )
    return f"<w:r><w:rPr>{traits}</w:rPr>{text}</w:r>" if traits else f"<w:r>{text}</w:r>"


def runs(pieces: Pieces, *, bold: bool = False, size: float = 0.0) -> str:
    """The pieces of a paragraph; gaps stand out."""
    return "".join(
        run(one, bold=bold, size=size)
        if isinstance(one, str)
        else run(one.text, bold=bold, gap=isinstance(one, ReportGap), size=size)
        for one in pieces
    )


def paragraph(content: str, style: str = "", *, align: str = "", more: str = "") -> str:
    """A paragraph; `more` are further properties, in the schema's order before the alignment."""
    traits = f'<w:pStyle w:val="{style}"/>' if style else ""
    traits += more
    traits += f'<w:jc w:val="{align}"/>' if align else ""
    return f"<w:p {W}>{f'<w:pPr>{traits}</w:pPr>' if traits else ''}{content}</w:p>"


def field(instruction: str, shown: str = "1", *, size: float = 0.0) -> str:
    """A field that the word processor fills, such as PAGE."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{run(shown, size=size)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def contents(heading: str, titles: Sequence[tuple[int, str]]) -> str:
    """The table of contents, as word processors keep their own: a field with what it will hold,
    without pages, which only they know; it is filled in when the document is opened."""
    lines = "".join((paragraph(run(heading), "TOCHeading"), *_contents(titles)))
    return (
        f'<w:sdt {W}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>{lines}</w:sdtContent></w:sdt>"
    )


def _contents(titles: Sequence[tuple[int, str]]) -> Iterator[str]:
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        r'<w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    for at, (level, title) in enumerate(titles):
        first = begin if at == 0 else ""
        last = end if at == len(titles) - 1 else ""
        yield paragraph(f"{first}{run(title)}{last}", f"TOC{level}")


GRID = ("top", "left", "bottom", "right", "insideH", "insideV")
LINES = ("bottom", "insideH")
"""Between rows only."""


def table(
    source: ReportTable,
    width: int = TEXT_WIDTH,
    size: float = 9.0,
    *,
    sides: Sequence[str] = GRID,
    padding: int = 20,
) -> str:
    """A table with a grid, so wide; its head is repeated on each page that it goes over."""
    widths = [round(width * part) for part in source.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="9AA5AD"/>' for side in sides
    )
    head = list(_head_rows(source, widths, size))
    body = list(_body_rows(source, widths, size, padding))
    return (
        f'<w:tbl {W}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(head + body)}</w:tbl>"
    )


HEIGHT_OF_HEAD = 36
"""Of each of two rows, by the size of letters: Writer cuts what a merged cell needs beyond its rows
where it repeats them on the next page. Three lines fit."""


def _head_rows(source: ReportTable, widths: Sequence[int], size: float) -> Iterator[str]:
    """Rows of the head; a cell that takes two rows is merged with the one below it."""
    covered: set[int] = set()
    height = round(size * HEIGHT_OF_HEAD) if len(source.head) > 1 else 0
    traits = "<w:cantSplit/>"
    traits += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    for row in source.head:
        cells: list[str] = []
        at = 0
        waiting = list(row)
        below = set[int]()
        while waiting or at in covered:
            if at in covered:
                cells.append(_cell(ReportCell(), widths[at], size, merge="continue", head=True))
                at += 1
                continue
            cell = waiting.pop(0)
            width = sum(widths[at : at + cell.columns])
            merge = "restart" if cell.rows > 1 else ""
            right = source.is_numeric(at, cell)
            cells.append(
                _cell(cell, width, size, merge=merge, head=True, right=right, kept=source.is_whole)
            )
            below |= set(range(at, at + cell.columns)) if cell.rows > 1 else set()
            at += cell.columns
        covered = below
        yield f"<w:tr><w:trPr>{traits}<w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _body_rows(
    source: ReportTable, widths: Sequence[int], size: float, padding: int
) -> Iterator[str]:
    height = round(source.row_height_mm * MM)
    traits = "<w:cantSplit/>"
    traits += f'<w:trHeight w:val="{height}" w:hRule="atLeast"/>' if height else ""
    last = len(source.rows) - 1
    is_whole = source.is_whole
    for number, row in enumerate(source.rows):
        is_total = source.has_total and number == last
        cells = "".join(
            _cell(
                cell,
                widths[at],
                size,
                right=at in source.numeric,
                bold=is_total,
                kept=(is_whole and number < last) or (source.has_total and number == last - 1),
                padding=padding,
            )
            for at, cell in enumerate(row)
        )
        yield f"<w:tr><w:trPr>{traits}</w:trPr>{cells}</w:tr>"


def _cell(
    cell: ReportCell,
    width: int,
    size: float,
    *,
    merge: str = "",
    head: bool = False,
    right: bool = False,
    bold: bool = False,
    kept: bool = False,
    padding: int = 20,
) -> str:
    """A cell; `kept` on the page of the next row."""
    traits = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    traits += f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    traits += f'<w:vMerge w:val="{merge}"/>' if merge else ""
    traits += '<w:shd w:val="clear" w:color="auto" w:fill="E8EFEA"/>' if head else ""
    words = runs(cell.pieces, bold=head or bold, size=size)
    spacing = "<w:keepNext/>" if kept else ""
    spacing += f'<w:spacing w:before="{padding}" w:after="{padding}"'
    spacing += ' w:line="240" w:lineRule="auto"/>'
    align = '<w:jc w:val="right"/>' if right else ""
    return (
        f"<w:tc><w:tcPr>{traits}</w:tcPr><w:p><w:pPr>{spacing}{align}</w:pPr>{words}</w:p></w:tc>"
    )
