"""Mutants of what the reader sees: formats, colours, hidden things, labels, charts, notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from cfp_xl.findings import CellRef
from cfp_xl.workbook.address import address, cell_position
from tests.mutants import places
from tests.mutants.edits import CHART, Base, Book
from tests.mutants.model import Kind

Place = Callable[[Base], CellRef]
FIGURE, NOTHING = "the reader sees another figure", "the reader sees nothing"
SEEN: Mapping[str, Place] = {
    "total": places.total,
    "native total": lambda base: places.total(base, "native"),
    "stage": lambda base: places.cell(base, "results", "cfp", 3),
    "process": lambda base: places.cell(base, "processes", "cfp", 3),
    "share": lambda base: places.cell(base, "results", "share", 3),
    "top of results": places.top_of_results,
    "emission": lambda base: places.cell(base, "activities", "emission_kgco2e", 3),
    "quantity": lambda base: places.cell(base, "activities", "quantity", 3),
    "factor value": lambda base: places.cell(base, "factors", "value", 0),
    "bill": lambda base: places.cell(base, "allocation", "total", 0),
    "allocated amount": lambda base: places.cell(base, "allocation", "amount_per_unit", 0),
}
TEXTS: Mapping[str, Place] = {
    "unit of an activity": lambda base: places.cell(base, "activities", "unit", 3),
    "factor id": lambda base: places.cell(base, "activities", "factor_id", 3),
    "unit of a factor": lambda base: places.cell(base, "factors", "unit", 0),
    "stage of an activity": lambda base: places.cell(base, "activities", "stage", 1),
    "name of a stage": lambda base: places.cell(base, "results", "stage", 3),
    "declared total": lambda base: places.cell(base, "declared", "emission", 5),
    "reason": lambda base: places.cell(base, "justifications", "reason", 0),
}
FORMATS: Mapping[str, str] = {
    "shown in thousands": "0.0000,",
    "shown in millions": "0.00,,",
    "a constant text": '"15.0"',
    "shown as nothing": ";;;",
    "a digit before": '"1"0.0000',
    "a digit behind": '0.0000"9"',
    "a minus before": "-0.0000",
    "another unit behind": '0.0000" t"',
    "per cent": "0.00%",
    "a date": "yyyy-mm-dd",
    "by a condition": '[>1]"0.9";0.0000',
    "text of its own": '"OK";"OK";"OK"',
    "a decimal point of its own": '0"."0000',
    "a dash before": '"–"0.0000',
    "times ten behind": '0.0000" x10"',
    "white by its number": "[Color2]0.0000",
}
DIFFERENCES: Mapping[str, str] = {
    "white": '<color rgb="FFFFFFFF"/><sz val="11"/>',
    "size 1": '<sz val="1"/>',
}
CONDITIONAL: Mapping[str, str] = {
    "shown in thousands, by condition": '<numFmt numFmtId="310" formatCode="0.0000,"/>',
    "a constant text, by condition": '<numFmt numFmtId="311" formatCode="&quot;15.0&quot;"/>',
    "shown as nothing, by condition": '<numFmt numFmtId="312" formatCode=";;;"/>',
    "white, by condition": '<font><color rgb="FFFFFFFF"/></font>',
}


def _edit(
    find: Place, change: Callable[[Book, CellRef], object]
) -> Callable[[Book], list[CellRef]]:
    def edit(book: Book) -> list[CellRef]:
        where = find(book.base)
        change(book, where)
        return [where]

    return edit


def _format(code: str, book: Book, where: CellRef) -> None:
    book.number_format(where, code)


def _font(xml: str, book: Book, where: CellRef) -> None:
    book.font(where, xml)


def _conditional(xml: str, book: Book, where: CellRef) -> None:
    book.conditional(where, xml)


def merged_away(book: Book, where: CellRef) -> None:
    """The cell left of it swallows it."""
    position = cell_position(where.cell)
    assert position is not None
    row, column = position
    book.merge(where.sheet, f"{address(row, column - 1)}:{where.cell}")


def very_hidden(book: Book, where: CellRef) -> None:
    book.hide_sheet(where.sheet)


HIDDEN: Mapping[str, Callable[[Book, CellRef], object]] = {
    "row hidden": lambda book, where: book.row(where, hidden="1"),
    "row of no height": lambda book, where: book.row(where, ht="0", customHeight="1"),
    "column hidden": lambda book, where: book.column(where, hidden="1"),
    "column of no width": lambda book, where: book.column(where, width="0"),
    "sheet hidden": very_hidden,
    "merged away": merged_away,
}
LABELS: Mapping[str, tuple[Place, str]] = {
    "heading of the results": (
        lambda base: places.heading(base, "results", "cfp"),
        "tCO2e",
    ),
    "heading of the native results": (
        lambda base: places.heading(base, "results", "native"),
        "tCO2e",
    ),
    "heading of the shares": (lambda base: places.heading(base, "results", "share"), "tCO2e"),
    "heading of the emissions": (
        lambda base: places.heading(base, "activities", "emission_kgco2e"),
        "tCO2e",
    ),
    "heading of the quantities": (
        lambda base: places.heading(base, "activities", "quantity"),
        "note",
    ),
    "heading of the factor values": (lambda base: places.heading(base, "factors", "value"), "old"),
    "name of the total": (places.total_name, "subtotal without use 7.3"),
    "name of a stage": (
        lambda base: places.cell(base, "results", "stage", 3),
        "生产",
    ),
    "unit of the total": (lambda base: places.total(base, "unit"), "tCO2e/台"),
}
NOTES: Mapping[str, str | float] = {
    "another total in words": "合计 7.31 kgCO2e/台 total 7.31 kgCO2e",
    "a reduced total in words": "产品碳足迹 56.0 kgCO2e; footprint 56.0 kgCO2e after offsets",
}


def label(find: Place, text: str) -> Callable[[Book], list[CellRef]]:
    return _edit(find, lambda book, where: book.put(where, text))


def note(text: str | float, region: str) -> Callable[[Book], list[CellRef]]:
    """A free cell right of a table says it."""

    def edit(book: Book) -> list[CellRef]:
        last = places.cell(book.base, region, "state", 0)
        position = cell_position(last.cell)
        assert position is not None
        where = CellRef(last.sheet, address(position[0] + 6, position[1] + 2))
        return [book.put(where, text)]

    return edit


def second_total(book: Book) -> list[CellRef]:
    """A row of one's own under the results: a name of a total and another figure."""
    stage = places.cell(book.base, "results", "stage", -1)
    name = CellRef(stage.sheet, f"A{int(stage.cell[1:]) + 1}")
    book.put(name, book.base.text(stage))
    return [book.put(CellRef(stage.sheet, f"C{int(stage.cell[1:]) + 1}"), 7.31), name]


def chart(change: Callable[[Book], object]) -> Callable[[Book], Sequence[CellRef]]:
    def edit(book: Book) -> Sequence[CellRef]:
        change(book)
        return ()

    return edit


def _series_short(book: Book) -> None:
    for _, root in book.charts():
        for text in root.iter(f"{CHART}f"):
            if text.text and ":" in text.text:
                head, _, last = text.text.rpartition("$")
                text.text = f"{head}${int(last) - 2}"


def _series_elsewhere(book: Book) -> None:
    """The values begin a row lower, and end with the total."""
    for _, root in book.charts():
        for values in root.iter(f"{CHART}val"):
            for text in values.iter(f"{CHART}f"):
                head, first, last = re.findall(r"^(.*\$)(\d+):.*\$(\d+)$", text.text or "")[0]
                column = head.split("!")[1]
                text.text = f"{head}{int(first) + 1}:{column}{int(last) + 1}"


def _series_swapped(book: Book) -> None:
    """The names of two slices change places."""
    for _, root in book.charts():
        for names in root.iter(f"{CHART}cat"):
            shown = list(names.iter(f"{CHART}v"))
            if len(shown) > 1:
                shown[0].text, shown[1].text = shown[1].text, shown[0].text


def _series_cache(book: Book) -> None:
    for _, root in book.charts():
        for values in root.iter(f"{CHART}val"):
            for shown in list(values.iter(f"{CHART}v"))[:1]:
                shown.text = "9.9"


def _series_gone(book: Book) -> None:
    for _, root in book.charts():
        for plot in list(root.iter(f"{CHART}ser")):
            parent = plot.getparent()
            assert parent is not None
            parent.remove(plot)


CHARTS: Mapping[str, Callable[[Book], None]] = {
    "short by two stages": _series_short,
    "of other cells": _series_elsewhere,
    "names swapped": _series_swapped,
    "cached value changed": _series_cache,
    "series gone": _series_gone,
}


def kinds(lamps: frozenset[str]) -> Iterator[Kind]:
    for place, find in SEEN.items():
        for how, code in FORMATS.items():
            if (how, place) != ("per cent", "share"):
                yield Kind(how, place, FIGURE, _edit(find, partial(_format, code)), lamps)
        for how, xml in DIFFERENCES.items():
            yield Kind(how, place, NOTHING, _edit(find, partial(_font, xml)), lamps)
        for how, xml in CONDITIONAL.items():
            yield Kind(how, place, FIGURE, _edit(find, partial(_conditional, xml)), lamps)
        for how, hide in HIDDEN.items():
            yield Kind(how, place, NOTHING, _edit(find, hide), lamps)
    for place, find in TEXTS.items():
        font, code = DIFFERENCES["white"], FORMATS["shown as nothing"]
        yield Kind("white", place, NOTHING, _edit(find, partial(_font, font)), lamps)
        yield Kind("shown as nothing", place, NOTHING, _edit(find, partial(_format, code)), lamps)
    for place, (find, text) in LABELS.items():
        yield Kind("another label", place, "the figure seems another", label(find, text), lamps)
    for how, words in NOTES.items():
        yield Kind(how, "beside the results", "two totals", note(words, "results"), lamps)
    yield Kind("a second total", "below the results", "two totals", second_total, lamps)
    for how, edit in CHARTS.items():
        yield Kind(how, "charts", "the picture shows another result", chart(edit), lamps)
