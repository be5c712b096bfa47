"""What contributes most, on the results sheet: the largest rows, all others, and their chart.

By native formulas: LARGE finds the emissions; where two rows emit the same, the second is looked
for below the first.
"""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.messages import Lang
from cfp_xl.templates.layout import HOTSPOT_ROWS, TemplateRegion
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import FONT, INK, KGCO2E, LINE, SHARE, STAGE_COLOURS
from cfp_xl.templates.verdicts import colour_errors

LABEL_CHARACTERS: Mapping[Lang, int] = {"zh": 18, "en": 34}
"""So many of a name fit beside the bars; LibreOffice neither wraps nor cuts a longer one."""
NUMBERS = {"kgco2e": KGCO2E, "share": SHARE, "row": "0"}


def hotspots(page: Page) -> None:
    """The table, the largest first, and a chart of it."""
    book, region = page.book, page.book.layout["hotspots"]
    page.header(region, {}, ())
    title = book.say("results.hotspots")
    page.sheet.write_string(region.header - 1, 0, title, book.styles.title("section"))
    for place, row in enumerate(range(region.first, region.last), 1):
        _write(page, region, row, _formulas(book, region, row, place))
    _write(page, region, region.last, _others(book, region))
    colour_errors(page, region.down("kgco2e", "share"))
    _chart(page, region)


def _write(page: Page, region: TemplateRegion, row: int, formulas: Mapping[str, str]) -> None:
    page.sheet.set_row(row, 30)  # the names of a process and an activity may take two lines
    for column in region.columns:
        form = page.book.styles.cell("computed", NUMBERS.get(column, ""))
        if column in formulas:
            page.formula(row, region.index(column), formulas[column], form)
        else:
            page.write(row, region.index(column), None, form)


def _formulas(book: Book, region: TemplateRegion, row: int, place: int) -> Mapping[str, str]:
    """One of the largest; an error in the result is one here too."""
    area = book.layout["activities"]
    at = {column: region.at(column, row) for column in region.columns}
    emitted, total = area.column("counted"), _total(book)
    found = f"MATCH({at['kgco2e']},{emitted},0)-1"
    if place > 1:
        above, before = region.at("kgco2e", row - 1), region.at("row", row - 1)
        rest = f"INDEX({emitted},{before}+2):INDEX({emitted},ROWS({emitted}))"
        below = f"{before}+MATCH({at['kgco2e']},{rest},0)"
        found = f"IF({at['kgco2e']}={above},{below},{found})"
    largest = f'IF(COUNTIF({emitted},">0")<{place},"",LARGE({emitted},{place}))'

    def unless_unused(formula: str) -> str:
        return f'IF({at["kgco2e"]}="","",{formula})'

    def said(column: str) -> str:
        return f"INDEX({area.column(column)},{at['row']}+1)"

    return {
        "kgco2e": f"IF(ISNUMBER({total}),{largest},{total})",
        "row": unless_unused(found),
        "row_of": unless_unused(f'{said("process")}&" · "&{said("activity")}'),
        "stage": unless_unused(said("stage")),
        "share": unless_unused(f"{at['kgco2e']}/{total}"),
    }


def _others(book: Book, region: TemplateRegion) -> Mapping[str, str]:
    total, row = _total(book), region.last
    above = f"{region.at('kgco2e', region.first)}:{region.at('kgco2e', row - 1)}"
    kgco2e = region.at("kgco2e", row)
    return {
        "row_of": f'IF({total}="","","{book.say("results.others")}")',
        "kgco2e": f"IF(ISNUMBER({total}),{total}-SUM({above}),{total})",
        "share": f'IF({kgco2e}="","",{kgco2e}/{total})',
    }


def _total(book: Book) -> str:
    results = book.layout["results"]
    return results.fixed("native", results.last)


def _labels(page: Page, region: TemplateRegion) -> int:
    """Writes the names that the chart shows, cut to their room, in the cells that it covers."""
    column = region.left + len(region.columns)
    most = LABEL_CHARACTERS[page.book.lang]
    form = page.book.styles.title("subtitle")
    for row in range(region.first, region.last):
        name = region.at("row_of", row)
        label = f'IF(LEN({name})>{most},LEFT({name},{most - 1})&"…",{name})'
        page.formula(row, column, label, form)
    return column


def _chart(page: Page, region: TemplateRegion) -> None:
    book = page.book
    labels = _labels(page, region)
    font = {"name": FONT["font_name"], "size": 9, "color": INK}

    def rows(column: str) -> list[object]:
        index = region.index(column)
        return [region.sheet, region.first, index, region.last - 1, index]

    chart = book.book.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": book.say("results.hotspots"),
            "categories": [region.sheet, region.first, labels, region.last - 1, labels],
            "values": rows("kgco2e"),
            "fill": {"color": STAGE_COLOURS[1]},
            "gap": 40,
            "data_labels": {"value": True, "num_format": "0.0###;-0.0###;;", "font": font},
        }
    )
    title = {"name": FONT["font_name"], "size": 12, "bold": True, "color": STAGE_COLOURS[0]}
    chart.set_title({"name": book.say("results.chart_hotspots"), "name_font": title})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "num_font": font, "line": {"color": LINE}})
    chart.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    chart.set_plotarea({"layout": {"x": 0.5, "y": 0.13, "width": 0.34, "height": 0.84}})
    chart.set_chartarea({"border": {"color": LINE}})
    chart.set_size({"width": 470, "height": 40 * (HOTSPOT_ROWS + 1)})
    page.sheet.insert_chart(region.header, labels, chart, {"object_position": 2})
