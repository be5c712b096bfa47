"""The report put into somebody's own Word document: its cover, headers and styles stay."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfp_xl.report.document.docx_writer import body_elements, mark_draft, same_bytes
from cfp_xl.report.document.model import CannotReport, ReportDocument
from cfp_xl.workbook.reading.container import package_of

if TYPE_CHECKING:
    from docx.document import Document

MARKERS = ("{{报告}}", "{{report}}")
"""What the paragraph says that the report takes the place of."""


def write_into(base: Path, document: ReportDocument) -> bytes:
    """The document with the report in it. Raises CannotReport, and Unreadable for a file that is no
    package."""
    try:
        import docx
    except ImportError as error:
        raise CannotReport("product_report.extra_missing") from error
    data = base.read_bytes()
    package_of(data, base)
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
