"""The report in typst's language: words are strings, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cfp_xl.report.document.model import (
    Block,
    PageBreak,
    Pieces,
    ReportCell,
    ReportDocument,
    ReportGap,
    ReportHeading,
    ReportPhoto,
    ReportPicture,
    ReportTable,
    ReportText,
    printed,
)

FALLBACK = "Libertinus Serif"
"""Comes with typst; for signs that the Chinese font lacks."""
LETTERS_OF_PAGE = 98
"""Latin letters of a table's size that a line of the page has room for, wide ones among them."""
_LATIN = re.compile("[\x21-\u024f]+")
_MARKS = re.compile(r"([_./;:@)])(?=\S)")
_SET = """
#set page(paper: "a4", margin: (top: 22mm, bottom: 20mm, left: 20mm, right: 18mm),
  header: align(center, text(8pt, fill: luma(90), %(header)s)),
  footer: context text(8pt, fill: luma(90), {%(footer)s; h(1fr); %(before)s;
    counter(page).display(); %(between)s; str(counter(page).final().first()); %(behind)s}),
  foreground: %(draft)s)
#set text(font: (%(font)s, %(fallback)s), lang: %(lang)s, size: 10.5pt,
  hyphenate: false, fill: rgb("1f2933"))
#set par(leading: 0.75em, spacing: 0.9em, justify: true)
#show heading: set block(above: 1.5em, below: 0.8em)
#show heading.where(level: 1): set text(15pt)
#show heading.where(level: 2): set text(12pt)
#show outline.entry.where(level: 1): set block(above: 0.9em)
#show table: set text(9pt)
#show table: set par(leading: 0.5em, justify: false)
#set table(stroke: 0.5pt + rgb("9aa5ad"), inset: (x: 4pt, y: 3.5pt))
#show table.cell: set par(spacing: 0.5em)
#let caption(words) = block(above: 1.3em, below: 0.6em, sticky: true, width: 100%%,
  align(center, text(9.5pt, weight: "bold", words)))
#let note(words) = block(text(9pt, fill: luma(85), words))
#let item(words) = pad(left: 1em, words)
#let warning(words) = block(stroke: 1pt + rgb("b0563a"), inset: 6pt,
  text(weight: "bold", fill: rgb("8c2f14"), words))
#let seal(words) = block(above: 25mm, below: 20mm, width: 100%%,
  align(right, pad(right: 18mm, words)))
#let gap(words) = highlight(fill: rgb("fff2cc"), words)
"""
_DRAFT = 'rotate(-30deg, text(40pt, weight: "bold", fill: rgb(176, 86, 58, 50), %s))'


def typst_source(document: ReportDocument, font: str) -> str:
    """The source; pictures are files beside it, called as `picture_files` says."""
    return "".join(_source(document, font))


def _source(document: ReportDocument, font: str) -> Iterator[str]:
    before, between, behind = map(_string, document.page)
    yield f"#set document(title: {_string(document.header)})"
    yield _SET % {
        "header": _string(document.header),
        "footer": _string(document.footer),
        "before": before,
        "between": between,
        "behind": behind,
        "draft": _DRAFT % _string(document.draft) if document.draft else "none",
        "font": _string(font),
        "fallback": _string(FALLBACK),
        "lang": '"zh", region: "cn"' if document.lang == "zh" else '"en"',
    }
    yield from _cover(document)
    yield f"#outline(title: {_string(document.contents)}, depth: 2)\n#pagebreak(weak: true)\n"
    files = picture_files(document)
    for block in document.blocks:
        if isinstance(block, ReportPicture | ReportPhoto):
            yield _picture(block, next(files)[0])
        else:
            yield from _block(block)


def picture_files(document: ReportDocument) -> Iterator[tuple[str, ReportPicture | ReportPhoto]]:
    """The pictures in their order, each with the name of its file."""
    blocks = (one for one in document.blocks if isinstance(one, ReportPicture | ReportPhoto))
    for at, block in enumerate(blocks):
        kind = block.raster.kind if isinstance(block, ReportPhoto) else "png"
        yield f"{at}.{kind}", block


def _cover(document: ReportDocument) -> Iterator[str]:
    title = _string(document.title)
    yield f'#v(45mm)\n#align(center, text(26pt, weight: "bold", {title}))\n#v(28mm)\n'
    rows = ", ".join(
        f"text(11.5pt, {_string(name)}), text(11.5pt, {{{_words(words)}}})"
        for name, words in document.cover
    )
    line = '(x, y) => (bottom: 0.5pt + rgb("9aa5ad"))'
    yield f"#align(center, block(width: 80%, table(columns: (32%, 68%), stroke: {line}, "
    yield f"inset: 7pt, align: left, {rows})))\n#v(1fr)\n#seal({_string(document.seal)})\n"
    yield "#pagebreak()\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case ReportHeading(level=level):
            yield f"#heading(level: {level}, {_string(block.text)})\n"
        case ReportText(pieces=pieces, style=style):
            words = f"{{{_words(pieces)}}}"
            yield f"#par({words})\n" if style == "text" else f"#{style}({words})\n"
        case ReportTable():
            yield from _table(block)
        case PageBreak():
            yield "#pagebreak(weak: true)\n"


def _table(table: ReportTable) -> Iterator[str]:
    if table.caption:
        yield f"#caption({_string(table.caption)})\n"
    columns = ", ".join(f"{100 * width:.2f}%" for width in table.widths)
    tied = table.has_total and not table.is_whole and len(table.rows) > 1
    columns += ", 0pt" if tied else ""
    sides = ", ".join("right" if at in table.numeric else "left" for at in range(len(table.widths)))
    widths = [int(width * LETTERS_OF_PAGE) - 2 for width in table.widths]
    yield "#block(breakable: false)[" if table.is_whole else ""
    yield f"#table(columns: ({columns},), align: ({sides},),\n"
    if table.row_height_mm:
        count = len(table.rows)
        yield f"rows: (auto, {', '.join([f'{table.row_height_mm:g}mm'] * count)}),\n"
    if table.head:
        heads = [
            [
                _head_cell(cell, widths[at], "right" if table.is_numeric(at, cell) else "left")
                for at, cell in row
            ]
            for row in table.head_cells
        ]
        if tied:
            heads[0].append(f"table.cell(rowspan: {len(heads)})[]")
        yield f"table.header({', '.join(one for row in heads for one in row)}),\n"
    last = len(table.rows) - 1
    for at, row in enumerate(table.rows):
        is_total = table.has_total and at == last
        cells = "".join(f"{_cell(c, widths[n], bold=is_total)}, " for n, c in enumerate(row))
        yield cells + (_tie(last - at) if tied else "") + "\n"
    yield ")]\n" if table.is_whole else ")\n"


def _tie(rows_left: int) -> str:
    """The last cell of a row, in a column without width: one that can't be broken holds the total
    and the row above it together, so that no page begins with the total alone."""
    if rows_left > 1:
        return "[], "
    return "table.cell(rowspan: 2, breakable: false, inset: 0pt, stroke: none)[], " * rows_left


def _head_cell(cell: ReportCell, letters: int, side: str) -> str:
    spans = (
        f"colspan: {cell.columns}, rowspan: {cell.rows}, " if cell.columns * cell.rows > 1 else ""
    )
    return (
        f'table.cell({spans}fill: rgb("e8efea"), align: {side}, {_cell(cell, letters, bold=True)})'
    )


def _cell(cell: ReportCell, letters: int, *, bold: bool) -> str:
    if not bold and len(cell.pieces) == 1 and not isinstance(cell.pieces[0], ReportGap):
        return _words(cell.pieces, letters)[2:-1]  # a string is lighter, and tables have thousands
    words = f"{{{_words(cell.pieces, letters)}}}"
    return f"strong({words})" if bold and cell.pieces else f"[#{words}]"


def _picture(block: ReportPicture | ReportPhoto, file: str) -> str:
    image = f"image({_string(file)}, width: {block.width_mm:g}mm, alt: {_string(block.alt)})"
    return (
        f"#block(breakable: false, above: 1.2em, width: 100%, align(center, {image}))\n"
        f"#caption({_string(block.caption)})\n"
    )


def _words(pieces: Pieces, letters: int = 0) -> str:
    """Pieces as an expression that joins them; in a column of so many letters, if any."""
    found = []
    for one in pieces:
        words = printed((one,))
        string = _string(_broken(words, letters) if letters and isinstance(one, str) else words)
        found.append(f"gap({string})" if isinstance(one, ReportGap) else f"[#{string}]")
    return "; ".join(found)


def _broken(words: str, letters: int) -> str:
    """Room to break words wider than a column, such as ids and addresses: after a mark, and where
    there is none anywhere."""
    return _LATIN.sub(
        lambda found: _in_parts(found[0], letters) if len(found[0]) > letters else found[0], words
    )


def _in_parts(word: str, letters: int) -> str:
    parts = _MARKS.sub("\\1\u200b", word).split("\u200b")
    return "\u200b".join(
        "\u200b".join(part[at : at + letters] for at in range(0, len(part), letters))
        for part in parts
    )


def _string(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
