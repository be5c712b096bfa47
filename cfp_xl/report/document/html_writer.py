"""The report as a page of HTML that needs nothing else; printed, it is on A4 with page numbers."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from html import escape

from cfp_xl.report.document.model import (
    Block,
    PageBreak,
    Pieces,
    ReportCell,
    ReportDocument,
    ReportGap,
    ReportHeading,
    ReportNumber,
    ReportPhoto,
    ReportPicture,
    ReportTable,
    ReportText,
)

_STYLE = """
@page{size:A4 portrait;margin:22mm 18mm 20mm 20mm;
@top-center{content:"%(header)s";font-size:8pt;color:#555}
@bottom-left{content:"%(footer)s";font-size:8pt;color:#555}
@bottom-right{content:"%(before)s" counter(page) "%(between)s" counter(pages) "%(behind)s";
font-size:8pt;color:#555}}
*{box-sizing:border-box}
html{font-family:"Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei","PingFang SC",sans-serif}
html:lang(en){font-family:"Segoe UI",Arial,"Liberation Sans","Noto Sans CJK SC",sans-serif}
body{font-size:10.5pt;line-height:1.65;color:#1f2933;max-width:176mm;margin:0 auto;padding:0 4mm}
h1{font-size:15pt;margin:1.6em 0 .5em;break-after:avoid}
h2{font-size:12pt;margin:1.2em 0 .4em;break-after:avoid}
p{margin:.45em 0}
p.item{padding-left:1.2em;text-indent:-.8em}p.item::before{content:"– ";}
p.note,p.furniture{font-size:9pt;color:#555}
p.warning{border:1pt solid #b0563a;padding:.4em .8em;color:#8c2f14;font-weight:bold}
p.seal{margin-top:3em;min-height:40mm;text-align:right;padding-right:20mm}
p.caption{font-size:9.5pt;font-weight:bold;text-align:center;margin:1.1em 0 .3em;break-after:avoid}
p.figure{font-size:9.5pt;font-weight:bold;text-align:center;margin:.2em 0 1.2em}
table{border-collapse:collapse;width:100%%;table-layout:fixed;font-size:9pt;line-height:1.4;
margin-bottom:.6em}
thead{display:table-header-group}tr{break-inside:avoid}
th,td{border:.5pt solid #9aa5ad;padding:.25em .45em;vertical-align:top;overflow-wrap:anywhere;
text-align:left}
th{background:#e8efea;font-weight:bold}
table.whole{break-inside:avoid}
th.n{text-align:right}td.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr.total td{font-weight:bold;border-top:1.2pt solid #1f2933}
.gap{background:#fff2cc;border:.5pt dashed #b8860b;padding:0 .25em}
.picture{margin:1em auto .2em;break-inside:avoid;text-align:center}
.picture svg,.picture img{width:100%%;height:auto}
.cover{min-height:235mm;display:flex;flex-direction:column;break-after:page}
.cover h1{font-size:26pt;text-align:center;margin:45mm 0 30mm}
.cover table{width:78%%;margin:0 auto;font-size:11.5pt}
.cover td{border:0;border-bottom:.5pt solid #9aa5ad;padding:.55em .3em}
.cover td:first-child{width:32%%;color:#555}
.cover p.seal{margin-top:auto}
nav{break-after:page}nav p{margin:.1em 0}nav a{color:inherit;text-decoration:none}
nav p.l2{padding-left:2em}
.break{break-before:page}
.draft{position:fixed;top:45%%;left:0;right:0;text-align:center;font-size:44pt;font-weight:bold;
color:rgba(176,86,58,.18);transform:rotate(-30deg);pointer-events:none;z-index:9}
@media screen{body{padding:8mm 4mm}}
"""


def write_html(document: ReportDocument) -> bytes:
    """The page. The same report gives the same bytes."""
    return "".join(_page(document)).encode()


def _page(document: ReportDocument) -> Iterator[str]:
    language = {"zh": "zh-CN", "en": "en"}[document.lang]
    before, between, behind = map(_in_css, document.page)
    style = _STYLE % {
        "header": _in_css(document.header),
        "footer": _in_css(document.footer),
        "before": before,
        "between": between,
        "behind": behind,
    }
    yield f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    yield f'<meta name="viewport" content="width=device-width"><title>{escape(document.header)}'
    yield f"</title><style>{style}</style></head><body>\n"
    if document.draft:
        yield f'<div class="draft">{escape(document.draft)}</div>\n'
    yield from _cover(document)
    yield from _contents(document)
    for at, block in enumerate(document.blocks):
        yield from _block(block, at)
    yield f'<p class="furniture">{escape(document.footer)}</p>\n</body></html>\n'


def _cover(document: ReportDocument) -> Iterator[str]:
    yield f'<div class="cover"><h1>{escape(document.title)}</h1>\n<table>'
    for name, words in document.cover:
        yield f"<tr><td>{escape(name)}</td><td>{_words(words)}</td></tr>\n"
    yield f'</table>\n<p class="seal">{escape(document.seal)}</p></div>\n'


def _contents(document: ReportDocument) -> Iterator[str]:
    """Links to the sections."""
    yield f"<nav><h1>{escape(document.contents)}</h1>\n"
    for at, block in enumerate(document.blocks):
        if isinstance(block, ReportHeading):
            link = f'<a href="#s{at}">{escape(block.text)}</a>'
            yield f'<p class="l{block.level}">{link}</p>\n'
    yield "</nav>\n"


def _block(block: Block, at: int) -> Iterator[str]:
    match block:
        case ReportHeading(level=level):
            yield f'<h{level} id="s{at}">{escape(block.text)}</h{level}>\n'
        case ReportText(pieces=pieces, style=style):
            yield f'<p class="{style}">{_words(pieces)}</p>\n'
        case ReportTable():
            yield from _table(block)
        case ReportPicture(caption=caption, svg=svg, alt=alt, width_mm=width):
            drawing = svg.replace(
                "<svg ", f'<svg role="img" aria-label="{escape(alt, quote=True)}" ', 1
            )
            yield f'<div class="picture" style="max-width:{width:g}mm">{drawing}</div>\n'
            yield f'<p class="figure">{escape(caption)}</p>\n'
        case ReportPhoto(caption=caption, raster=raster, alt=alt, width_mm=width):
            data = b64encode(raster.data).decode()
            picture = f'<img src="data:image/{raster.kind};base64,{data}" alt="{escape(alt)}">'
            yield f'<div class="picture" style="max-width:{width:g}mm">{picture}</div>\n'
            yield f'<p class="figure">{escape(caption)}</p>\n'
        case PageBreak():
            yield '<div class="break"></div>\n'


def _table(table: ReportTable) -> Iterator[str]:
    if table.caption:
        yield f'<p class="caption">{escape(table.caption)}</p>\n'
    columns = "".join(f'<col style="width:{100 * width:.1f}%">' for width in table.widths)
    kept = ' class="whole"' if table.is_whole else ""
    yield f"<table{kept}><colgroup>{columns}</colgroup>\n"
    if table.head:
        yield "<thead>"
        for heads in table.head_cells:
            names = "".join(_head_cell(cell, table.is_numeric(at, cell)) for at, cell in heads)
            yield f"<tr>{names}</tr>\n"
        yield "</thead>"
    yield "<tbody>\n"
    style = f' style="height:{table.row_height_mm:g}mm"' if table.row_height_mm else ""
    for at, row in enumerate(table.rows):
        kind = ' class="total"' if table.has_total and at == len(table.rows) - 1 else ""
        cells = "".join(
            f"<td{' class=n' if column in table.numeric else ''}>{_words(cell.pieces)}</td>"
            for column, cell in enumerate(row)
        )
        yield f"<tr{kind}{style}>{cells}</tr>\n"
    yield "</tbody></table>\n"


def _head_cell(cell: ReportCell, is_numeric: bool) -> str:
    spans = " class=n" if is_numeric else ""
    spans += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<th{spans}>{_words(cell.pieces)}</th>"


def _words(pieces: Pieces) -> str:
    return "".join(map(_piece, pieces))


def _piece(piece: str | ReportNumber | ReportGap) -> str:
    if isinstance(piece, str):
        return escape(piece)
    if isinstance(piece, ReportGap):
        return f'<span class="gap">{escape(piece.text)}</span>'
    if piece.where is None:
        return escape(piece.text)
    where = escape(str(piece.where), quote=True)
    return f'<data value="{piece.value!r}" title="{where}">{escape(piece.text)}</data>'


def _in_css(words: str) -> str:
    """A text inside a string of a style sheet."""
    return "".join(char if char not in '"\\<>' else " " for char in words)
