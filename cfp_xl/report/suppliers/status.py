"""Writing the status of a product's suppliers, as the ending of the file's name says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cfp_xl.messages import Explained, Lang
from cfp_xl.privacy import masked
from cfp_xl.report.write import put
from cfp_xl.suppliers.parts import Part
from cfp_xl.suppliers.status import CollectionStatus


class FormatNotKnown(Explained):
    """A status file that is neither a page nor a workbook."""


def write_status(status: CollectionStatus, file: Path, lang: Lang) -> None:
    """Write `.html` or `.xlsx`. Raises FormatNotKnown, NotWritten."""
    status = _without_numbers_of_persons(status)
    match file.suffix.lower():
        case ".html" | ".htm":
            from cfp_xl.report.suppliers.status_html import status_html

            put(file, status_html(status, lang))
        case ".xlsx":
            from cfp_xl.report.suppliers.status_xlsx import status_xlsx

            put(file, status_xlsx(status, lang))
        case _:
            raise FormatNotKnown("supplier_status.format_not_known", file=file.name)


def _without_numbers_of_persons(status: CollectionStatus) -> CollectionStatus:
    """The same, fit to be passed on: names and contacts as people typed them hold such numbers."""
    parts = tuple(
        replace(
            one,
            part=_of_part(one.part),
            sender=masked(one.sender),
            reason=masked(one.reason),
            notes=tuple(map(masked, one.notes)),
        )
        for one in status.parts
    )
    return replace(status, product=masked(status.product), parts=parts)


def _of_part(part: Part) -> Part:
    supplier, name, contact = map(masked, (part.supplier, part.part, part.contact))
    return replace(part, supplier=supplier, part=name, contact=contact)
