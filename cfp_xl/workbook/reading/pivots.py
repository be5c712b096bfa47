"""Reads pivot tables (ECMA-376 18.10), for workbooks with a formula that asks for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lxml import etree

from cfp_xl.functions.values import Scalar
from cfp_xl.workbook.address import range_bounds
from cfp_xl.workbook.model import Sheet
from cfp_xl.workbook.pivots import DATA, Pivot, PivotLine
from cfp_xl.workbook.reading.cell_text import is_true, serial, unescaped
from cfp_xl.workbook.reading.container import Package, Unreadable, whole_number
from cfp_xl.workbook.reading.trees import local_name

_PARTS_OF_DATES = frozenset({"seconds", "minutes", "hours", "months", "quarters"})


def read_pivots(package: Package, sheets: Iterable[Sheet]) -> tuple[Pivot, ...] | None:
    """The pivot tables of all sheets; None where one can't be understood."""
    try:
        return tuple(
            _pivot(package, link.target, sheet.name)
            for sheet in sheets
            for link in package.relationships(sheet.part).values()
            if link.kind == "pivotTable"
        )
    except (Unreadable, IndexError, StopIteration, ValueError):
        return None


def _pivot(package: Package, part: str, sheet: str) -> Pivot:
    root = package.xml(part)
    links = package.relationships(part).values()
    cache = next(link.target for link in links if link.kind == "pivotCacheDefinition")
    names, shared, parts_of_dates = _cache(package, cache)
    location = next(_all(root, "location"))
    area = range_bounds(location.get("ref", ""))
    if area is None:
        raise IndexError
    items = tuple(
        _items(field, shared[at], part)
        for at, field in enumerate(_below(root, "pivotFields", "pivotField"))
    )
    values = tuple(
        (element.get("name", ""), names[whole_number(element, "fld", 0, part)])
        for element in _below(root, "dataFields", "dataField")
    )
    pages: dict[int, int | None] = {}
    for element in _below(root, "pageFields", "pageField"):
        field = int(element.get("fld", "0"))
        pages[field] = int(element.get("item", "0")) if "item" in element.attrib else None
    return Pivot(
        sheet=sheet,
        area=area,
        first=(
            area[0] + whole_number(location, "firstDataRow", 1, part),
            area[1] + whole_number(location, "firstDataCol", 1, part),
        ),
        fields=tuple(names),
        items=items,
        parts_of_dates=parts_of_dates,
        rows=tuple(_lines(root, "row", part)),
        columns=tuple(_lines(root, "col", part)),
        pages=pages,
        values=values,
    )


def _lines(root: etree._Element, axis: str, part: str) -> Iterator[PivotLine]:
    """Each line names the items in which it differs from the one before it."""
    fields = [int(f.get("x", "0")) for f in _below(root, f"{axis}Fields", "field")]
    before: list[int] = []
    for line in _below(root, f"{axis}Items", "i"):
        repeated = whole_number(line, "r", 0, part)
        own = [whole_number(x, "v", 0, part) for x in line if local_name(x) == "x"]
        before = [*before[:repeated], *own]
        kind = line.get("t", "data")
        named = zip(fields, before, strict=False)
        items = {field: item for field, item in named if field != DATA}
        is_total = kind == "grand"
        yield PivotLine(
            {} if is_total else items,
            whole_number(line, "i", 0, part),
            kind not in ("data", "blank"),
        )


def _items(field: etree._Element, shared: Sequence[Scalar], part: str) -> tuple[Scalar, ...]:
    """What the items of a field are called: as the cache has them, or as somebody renamed them."""
    found: list[Scalar] = []
    for item in _below(field, "items", "item"):
        if "x" not in item.attrib:
            found.append(None)  # a subtotal
            continue
        renamed = item.get("n")
        found.append(unescaped(renamed) if renamed else shared[whole_number(item, "x", 0, part)])
    return tuple(found)


def _cache(package: Package, part: str) -> tuple[list[str], list[Sequence[Scalar]], frozenset[int]]:
    """The fields of a cache, their items, and which of them are parts of dates."""
    names: list[str] = []
    items: list[Sequence[Scalar]] = []
    parts_of_dates: set[int] = set()
    for at, field in enumerate(_below(package.xml(part), "cacheFields", "cacheField")):
        names.append(unescaped(field.get("name", "")))
        groups = next(_all(field, "groupItems"), None)
        values = next(_all(field, "sharedItems"), None) if groups is None else groups
        items.append([] if values is None else [_item(value) for value in values])
        ranges = next(_all(field, "rangePr"), None)
        if groups is not None and ranges is not None:
            parts_of_dates |= {at} if ranges.get("groupBy") in _PARTS_OF_DATES else set()
    return names, items, frozenset(parts_of_dates)


def _item(element: etree._Element) -> Scalar:
    written = element.get("v", "")
    match local_name(element):
        case "n":
            return float(written)
        case "b":
            return is_true(written)
        case "d":
            return serial(written, False)
        case "m":
            return None
    return unescaped(written)


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if local_name(element) == name)


def _below(root: etree._Element, parent: str, child: str) -> Iterator[etree._Element]:
    for outer in root:
        if local_name(outer) == parent:
            yield from (inner for inner in outer if local_name(inner) == child)
