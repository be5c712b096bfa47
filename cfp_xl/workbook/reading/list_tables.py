"""Excel tables (ListObjects) of a sheet, as their parts say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from cfp_xl.workbook.model import ListTable
from cfp_xl.workbook.reading.cell_text import unescaped
from cfp_xl.workbook.reading.container import Package, Unreadable, whole_number
from cfp_xl.workbook.reading.filters import filter_of_table
from cfp_xl.workbook.reading.trees import children


def list_tables(package: Package, sheet_part: str, sheet_name: str) -> Iterator[ListTable]:
    """The tables of one sheet."""
    for link in package.relationships(sheet_part).values():
        if link.kind != "table" or not package.has(link.target):
            continue
        yield replace(package.kept(link.target, _table), sheet=sheet_name)


def _table(package: Package, part: str) -> ListTable:
    root = package.xml(part)
    return ListTable(
        name=root.get("displayName", root.get("name", "")),
        sheet="",
        ref=root.get("ref", ""),
        columns=tuple(
            unescaped(column.get("name", ""))
            for column in children(root, "tableColumns", "tableColumn")
        ),
        header_rows=whole_number(root, "headerRowCount", 1, part),
        totals_rows=whole_number(root, "totalsRowCount", 0, part),
        filtered=filter_of_table(root),
    )


def refuse_same_names(tables: Iterable[ListTable]) -> None:
    """A name means one table of a workbook; raises Unreadable where programs differ in which."""
    known: dict[str, ListTable] = {}
    for table in (one for one in tables if one.name):
        other = known.setdefault(table.name.casefold(), table)
        if other is not table:
            raise Unreadable("W08", "table", name=table.name, sheet=other.sheet, other=table.sheet)
