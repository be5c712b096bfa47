"""The report as a Word document: styles with both pairs of fonts, contents, captions, page numbers.

The same report gives the same bytes: nothing is taken from the clock.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cfp_xl.report.document import docx_parts as parts
from cfp_xl.report.document.docx_styles import set_styles
from cfp_xl.report.document.fonts import font_for
from cfp_xl.report.document.model import (
    Block,
    CannotReport,
    PageBreak,
    ReportCell,
    ReportDocument,
    ReportHeading,
    ReportPhoto,
    ReportPicture,
    ReportTable,
    ReportText,
)
from cfp_xl.report.document.pictures.png import png_of

if TYPE_CHECKING:
    from docx.document import Document

NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
EMU = 635
"""English metric units in a twentieth of a point."""
FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Of every entry of the package: the first that a zip can hold."""
STYLES = {"text": "", "note": "ReportNote", "item": "ReportItem", "warning": "ReportWarning"}


def write_docx(document: ReportDocument) -> bytes:
    """The document's package. Raises CannotReport without a font or package."""
    try:
        import docx
    except ImportError as error:
        raise CannotReport("product_report.extra_missing") from error
    made = docx.Document()
    _without_older_styles(made)
    body = made.element.body
    for child in list(body):
        if not child.tag.endswith("}sectPr"):
            body.remove(child)
    _page(made, document)
    for element in body_elements(made, document, has_cover=True):
        body.insert(len(body) - 1, element)
    _properties(made, document)
    file = io.BytesIO()
    made.save(file)
    return same_bytes(file.getvalue())


def _without_older_styles(made: Document) -> None:
    """Word's own template holds a second copy of its styles, which would contradict ours."""
    for id, link in list(made.part.rels.items()):
        if link.reltype.endswith("/stylesWithEffects"):
            del made.part.rels[id]


def body_elements(
    made: Document, document: ReportDocument, *, has_cover: bool = False
) -> Iterator[Any]:
    """The report as elements of a document's body, with the styles that this document has."""
    ids = set_styles(made, is_own=has_cover)
    for element in _elements(made, document, has_cover=has_cover):
        for style in element.iter(f"{NAMESPACE}pStyle"):
            used = style.get(f"{NAMESPACE}val", "")
            style.set(f"{NAMESPACE}val", ids.get(used, used))
        yield element


def _elements(made: Document, document: ReportDocument, *, has_cover: bool) -> Iterator[Any]:
    from docx.oxml import parse_xml

    page = made.sections[0]
    margins = (page.left_margin or 0) + (page.right_margin or 0)
    width = round(((page.page_width or 0) - margins) / EMU)
    for xml in (*(_cover(document) if has_cover else ()), *_contents(document)):
        yield parse_xml(xml)
    for block in document.blocks:
        if isinstance(block, ReportPicture):
            yield from _picture(made, block, png_of(block.svg, font_for(document)), width)
        elif isinstance(block, ReportPhoto):
            yield from _picture(made, block, block.raster.data, width)
        else:
            for xml in _block(block, width):
                yield parse_xml(xml)


def _cover(document: ReportDocument) -> Iterator[str]:
    if not document.cover:
        yield parts.paragraph(parts.run(document.title, bold=True, size=18), align="center")
        return
    yield parts.paragraph(parts.run(document.title), "Title")
    rows = tuple((ReportCell((name,)), ReportCell(words)) for name, words in document.cover)
    form = ReportTable("", (), rows, (0.3, 0.7))
    yield parts.table(form, size=11.5, sides=parts.LINES, padding=90)
    yield parts.paragraph(parts.run(document.seal), "ReportSeal", align="right")
    yield _new_page()


def _contents(document: ReportDocument) -> Iterator[str]:
    if not document.contents:
        return
    titles = [(b.level, b.text) for b in document.blocks if isinstance(b, ReportHeading)]
    yield parts.contents(document.contents, titles)
    yield _new_page()


def _new_page() -> str:
    return parts.paragraph('<w:r><w:br w:type="page"/></w:r>')


def _block(block: Block, width: int) -> Iterator[str]:
    match block:
        case ReportHeading(level=level):
            yield parts.paragraph(parts.run(block.text), f"Heading{level}")
        case ReportText(pieces=pieces, style="seal"):
            yield parts.paragraph(parts.runs(pieces), "ReportSeal", align="right")
        case ReportText(pieces=pieces, style=style):
            yield parts.paragraph(parts.runs(pieces), STYLES[style])
        case ReportTable(caption=caption):
            if caption:
                yield parts.paragraph(
                    parts.run(caption), "Caption", align="center", more="<w:keepNext/>"
                )
            yield parts.table(block, width)
            yield parts.paragraph("", "ReportNote")
        case PageBreak():
            yield _new_page()


def _picture(
    made: Document, block: ReportPicture | ReportPhoto, data: bytes, width: int
) -> Iterator[Any]:
    """A picture in its line, its alternative text, and the caption below it."""
    from docx.oxml import parse_xml
    from docx.shared import Mm

    paragraph = made.add_paragraph()
    paragraph.alignment = 1
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(
        io.BytesIO(data), width=Mm(min(block.width_mm, width / parts.MM))
    )
    described = shape._inline.docPr
    described.set("descr", block.alt)
    described.set("name", block.caption)
    yield paragraph._p
    yield parse_xml(parts.paragraph(parts.run(block.caption), "Caption", align="center"))


def _page(made: Document, document: ReportDocument) -> None:
    """A4 portrait; what is printed at the top and bottom of each page."""
    from docx.oxml import parse_xml
    from docx.shared import Mm

    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(20), Mm(18)
    section.top_margin, section.bottom_margin = Mm(22), Mm(20)
    top = parts.run(document.header, size=8)
    xml = [parts.paragraph(top, "Header", align="center")]
    _fill(section.header, [parse_xml(one) for one in xml])
    if document.draft:
        mark_draft(section.header, document.draft)
    before, between, behind = document.page
    tab = '<w:tabs><w:tab w:val="clear" w:pos="4680"/><w:tab w:val="clear" w:pos="9360"/>'
    tab += f'<w:tab w:val="right" w:pos="{parts.TEXT_WIDTH - 60}"/></w:tabs>'
    line = parts.run(document.footer, size=8) + "<w:r><w:tab/></w:r>" + parts.run(before, size=8)
    line += parts.field("PAGE", size=8) + parts.run(between, size=8)
    line += parts.field("NUMPAGES", size=8) + (parts.run(behind, size=8) if behind else "")
    _fill(section.footer, [parse_xml(parts.paragraph(line, "Footer", more=tab))])


def mark_draft(header: Any, words: str) -> None:
    """A line of a header that says that this is a draft."""
    from docx.oxml import parse_xml

    header.is_linked_to_previous = False
    line = parts.paragraph(parts.run(words, bold=True, size=12), align="center")
    header._element.append(parse_xml(line))


def _fill(place: Any, elements: list[Any]) -> None:
    place.is_linked_to_previous = False
    for old in list(place._element):
        place._element.remove(old)
    for one in elements:
        place._element.append(one)


def _properties(made: Document, document: ReportDocument) -> None:
    """What the file says of itself: its title, and the day of the study as its only date."""
    stated = made.core_properties
    day = datetime.fromisoformat(document.day or "1980-01-01").replace(tzinfo=UTC)
    stated.created = stated.modified = day
    stated.title, stated.author, stated.last_modified_by = document.header, "", ""
    stated.comments, stated.revision = document.draft, 1
    stated.language = {"zh": "zh-CN", "en": "en-GB"}[document.lang]


def same_bytes(package: bytes) -> bytes:
    """A package with its entries in the order of their names and without the clock's time."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        first = ["[Content_Types].xml"]
        names = first + sorted(name for name in source.namelist() if name not in first)
        for name in names:
            entry = zipfile.ZipInfo(name, FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            entry.create_system = 3
            made.writestr(entry, source.read(name), compresslevel=6)
    return target.getvalue()
