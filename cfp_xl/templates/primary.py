"""What suppliers' data make of the result, on the results sheet: their share, and without them."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.factor import FACTOR_PREFIX
from cfp_xl.templates.page import Page
from cfp_xl.templates.style import FONT, KGCO2E, SHARE, STAGE_COLOURS
from cfp_xl.templates.verdicts import colour_errors


def primary(page: Page) -> None:
    """Three rows below the processes: by suppliers' data, by other factors, without answers."""
    book, region = page.book, page.book.layout["primary"]
    page.header(region, {"data": "plain"}, ())
    title = book.say("results.primary")
    page.sheet.write_string(region.header - 1, 0, title, book.styles.title("section"))
    for row, (key, formulas) in enumerate(_formulas(page).items(), region.first):
        page.sheet.set_row(row, 24)
        page.sheet.write_string(row, 0, book.say(f"results.{key}"), book.styles.cell("plain"))
        for column in region.columns[1:]:
            number = {"kgco2e": KGCO2E, "share": SHARE}.get(column, "")
            form = book.styles.cell("computed", number, centre=not number)
            if column in formulas:
                page.formula(row, region.index(column), formulas[column], form)
            else:
                page.write(row, region.index(column), None, form)
    letter = region.letter("kgco2e")
    colour_errors(page, f"{letter}{region.first + 1}:D{region.last + 1}")
    _headline(page)


def _formulas(page: Page) -> Mapping[str, Mapping[str, str]]:
    """An error in the result is one here too; where there is no result yet, nothing is shown."""
    book = page.book
    region, area, parts = (book.layout[id] for id in ("primary", "activities", "parts"))
    total = book.layout["results"].fixed("native", book.layout["results"].last)

    def once_known(formula: str) -> str:
        return f'IF({total}="","",{formula})'

    by_suppliers = (
        f'SUMIFS({area.column("counted")},{area.column("factor_key")},"{FACTOR_PREFIX}*")'
    )
    answered = f'COUNTIF({parts.column("state")},"{book.say("part.answered")}")'
    typed = f'SUMPRODUCT(--({parts.column("state")}<>""))-1'  # without the heading
    first = region.at("kgco2e", region.first)
    kgco2e = {
        "by_suppliers": by_suppliers,
        "by_others": f"{total}-{first}",
        "without_answers": f"{total}-SUM({parts.column('change_kgco2e')})",
    }
    rows: dict[str, dict[str, str]] = {}
    for row, (key, formula) in enumerate(kgco2e.items(), region.first):
        rows[key] = {
            "kgco2e": once_known(formula),
            "unit": book.layout.product("result_unit"),
        }
        if key != "without_answers":
            rows[key]["share"] = once_known(f"{region.at('kgco2e', row)}/{total}")
    rows["by_suppliers"]["answered"] = f'{answered}&" / "&({typed})'
    return rows


def _headline(page: Page) -> None:
    """The share beside the result, above the tables."""
    book, region = page.book, page.book.layout["primary"]
    label = book.book.add_format({**FONT, "align": "right", "valign": "vcenter"})
    large = book.book.add_format(
        {
            **FONT,
            "font_size": 14,
            "bold": True,
            "font_color": STAGE_COLOURS[0],
            "num_format": SHARE,
            "align": "left",
            "valign": "vcenter",
            "indent": 1,
        }
    )
    page.sheet.write_string(2, 6, book.say("results.primary_share"), label)
    page.formula(2, 7, region.at("share", region.first), large)
