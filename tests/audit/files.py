"""Reports of a text as Word, pdf and html files: what other programs make of the same content."""

from __future__ import annotations

import io
from html import escape

from cfp_xl.audit.document import Paragraph
from cfp_xl.audit.reading.assemble import assemble
from cfp_xl.audit.reading.raw import RawCell, RawTable, RawText
from cfp_xl.audit.reading.text import read_text

FONT = "STSong-Light"
"""One of the fonts for Chinese that every viewer knows, so that none is embedded."""


def blocks_of(text: str) -> tuple[RawText | RawTable, ...]:
    """Paragraphs whole, as a Word document has them, and tables."""
    blocks = assemble(read_text(text), "report.txt", "", "txt").blocks
    return tuple(
        RawText(" ".join(one.text.split("\n")))
        if isinstance(one, Paragraph)
        else RawTable(tuple(tuple(RawCell(cell.text) for cell in row) for row in one.rows))
        for one in blocks
    )


def docx_of(text: str) -> bytes:
    """A Word document, its tables with one cell for each of the text's."""
    from docx import Document

    document = Document()
    for block in blocks_of(text):
        if isinstance(block, RawText):
            document.add_paragraph(block.text)
            continue
        table = document.add_table(len(block.rows), max(map(len, block.rows)))
        for shown, row in zip(table.rows, block.rows, strict=True):
            cells = shown.cells
            for index, cell in enumerate(row):
                cells[index].text = cell.text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def pdf_of(text: str, *, ruled: bool = True, times: int = 1) -> bytes:
    """A pdf; its tables with ruled lines, or with a line above and below the head only."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import PageBreak, SimpleDocTemplate, Table
    from reportlab.platypus import Paragraph as PdfParagraph

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    style = ParagraphStyle(
        "text", fontName=FONT, fontSize=10, leading=16, wordWrap="CJK" if "的" in text else None
    )
    small = ParagraphStyle("cell", parent=style, fontSize=8.5, leading=11)
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "black")]
    lines = [("LINEABOVE", (0, 0), (-1, 0), 1, "black"), ("LINEBELOW", (0, 0), (-1, 0), 1, "black")]
    story: list[object] = []
    for turn in range(times):
        if turn:
            story.append(PageBreak())
        for block in blocks_of(text):
            if isinstance(block, RawText):
                story.append(PdfParagraph(escape(block.text), style))
                continue
            width = max(map(len, block.rows))
            rows = [
                [PdfParagraph(escape(cell.text), small) for cell in row]
                + [PdfParagraph("", small)] * (width - len(row))
                for row in block.rows
            ]
            story.append(Table(rows, style=grid if ruled else lines))
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, invariant=1).build(story)
    return file.getvalue()


def html_of(text: str) -> bytes:
    """A web page."""
    pieces = ["<!doctype html><html><head><title>x</title><style>p{}</style></head><body>"]
    for block in blocks_of(text):
        if isinstance(block, RawText):
            pieces.append(f"<p>{escape(block.text)}</p>")
            continue
        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell.text)}</td>" for cell in row) + "</tr>"
            for row in block.rows
        )
        pieces.append(f"<table>{rows}</table><script>alert(1)</script>")
    return ("".join(pieces) + "</body></html>").encode()
