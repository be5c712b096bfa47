"""The report put into somebody's own Word document: its cover, headers and styles stay."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfp_xl.report.document.docx_writer import body_elements, mark_draft, same_bytes
from cfp_xl.report.document.model import CannotReport, ReportDocument
from cfp_xl.workbook.reading.container import Unreadable, package_of

if TYPE_CHECKING:
    from docx.document import Document

MARKERS = ("{{报告}}", "{{report}}")
"""What the paragraph says that the report takes the place of."""
DOCTYPE = re.compile(rb"<\x00?!\x00?D\x00?O\x00?C\x00?T\x00?Y\x00?P\x00?E", re.IGNORECASE)
"""In UTF-8 or UTF-16; Word writes none."""


def write_into(base: Path, document: ReportDocument) -> bytes:
    """The document with the report in it. Raises CannotReport."""
    try:
        import docx
    except ImportError as error:
        raise CannotReport("product_report.extra_missing") from error
    data = base.read_bytes()
    _refuse_harmful(data, base)
    try:
        made = docx.Document(io.BytesIO(data))
    except (ValueError, KeyError, SyntaxError) as error:  # lxml's errors of XML are SyntaxErrors
        raise CannotReport("product_report.base_wrong", file=base) from error
    marker = next((one for one in made.paragraphs if one.text.strip() in MARKERS), None)
    if marker is None:
        word = MARKERS[0] if document.lang == "zh" else MARKERS[1]
        raise CannotReport("product_report.base_marker", file=base, marker=word)
    for element in body_elements(made, document):
        marker._p.addprevious(element)
    marker._p.getparent().remove(marker._p)
    if document.draft:
        _mark(made, document)
    file = io.BytesIO()
    made.save(file)
    return same_bytes(file.getvalue())


def _refuse_harmful(data: bytes, base: Path) -> None:
    """What is no package, has entities, or fetches a template from elsewhere when it is opened."""
    try:
        package = package_of(data, base)
        settings = package.relationships("word/settings.xml").values()
        for part in package.parts:
            if part.endswith((".xml", ".rels")) and DOCTYPE.search(package.open(part).read()):
                raise CannotReport("product_report.base_doctype", file=base)
    except Unreadable as error:
        raise CannotReport("product_report.base_wrong", file=base) from error
    if any(link.is_external and link.kind == "attachedTemplate" for link in settings):
        raise CannotReport("product_report.base_template", file=base)


def _mark(made: Document, document: ReportDocument) -> None:
    """A draft says so on every page, in whatever header a page has."""
    for section in made.sections:
        headers: list[Any] = [section.header]
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        if made.settings.odd_and_even_pages_header_footer:
            headers.append(section.even_page_header)
        for header in headers:
            mark_draft(header, document.draft)
