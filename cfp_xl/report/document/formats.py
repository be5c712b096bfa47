"""The formats of a report: what each is written by, imported when used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from cfp_xl.report.document.model import ReportDocument


@dataclass(frozen=True, slots=True)
class DocumentFormat:
    """A format by its writer, `module:function` in this folder."""

    writer: str
    draws_text: bool = False
    """Whether it takes a font of the machine."""

    def load(self) -> Callable[[ReportDocument], bytes]:
        """The writer. Raises CannotReport where a package lacks."""
        module, _, function = self.writer.partition(":")
        found = getattr(import_module(f"{__package__}.{module}"), function)
        return cast("Callable[[ReportDocument], bytes]", found)


DOCUMENT_FORMATS: Mapping[str, DocumentFormat] = {
    "docx": DocumentFormat("docx_writer:write_docx", draws_text=True),
    "html": DocumentFormat("html_writer:write_html"),
    "pdf": DocumentFormat("pdf_writer:write_pdf", draws_text=True),
}
"""By the ending of their files."""
