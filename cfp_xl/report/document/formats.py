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

    def load(self) -> Callable[[ReportDocument], bytes]:
        """The writer. Raises CannotReport where a package lacks."""
        module, _, function = self.writer.partition(":")
        found = getattr(import_module(f"{__package__}.{module}"), function)
        return cast("Callable[[ReportDocument], bytes]", found)


DOCUMENT_FORMATS: Mapping[str, DocumentFormat] = {
    "html": DocumentFormat("html_writer:write_html"),
}
"""By the ending of their files."""
