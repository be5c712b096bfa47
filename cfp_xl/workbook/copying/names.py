"""Defined names put into a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cfp_xl.workbook.model import DefinedName
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import sheet_parts, workbook_part
from cfp_xl.workbook.writing.markup import escape, quoteattr
from cfp_xl.workbook.writing.parts import insert_last, with_changes


def add_names(data: bytes, path: Path, names: Sequence[DefinedName]) -> bytes:
    """The workbook with these names besides its own, of which it has some."""
    if not names:
        return data
    package = package_of(data, path)
    order = [sheet.casefold() for sheet in sheet_parts(package)]
    changed: dict[str, bytes] = {}
    for one in names:
        local = ""
        if one.sheet is not None:
            local = f' localSheetId="{order.index(one.sheet.casefold())}"'
        hidden = ' hidden="1"' if one.is_hidden else ""
        element = (
            f"<definedName name={quoteattr(one.name)}{local}{hidden}>"
            f"{escape(one.formula)}</definedName>"
        )
        insert_last(package, changed, workbook_part(package), "definedNames", element)
    return with_changes(package, changed)
