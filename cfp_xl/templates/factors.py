"""The factors sheet: a pinned copy with sources, and room for factors of the user's own."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.factor_boundary import readable_row
from cfp_xl.templates import interval, native
from cfp_xl.templates.page import Book
from cfp_xl.templates.study_columns import stated_quality
from cfp_xl.templates.style import FACTOR
from cfp_xl.templates.table_columns import FACTOR_COMPUTED, FOLDED, fills, widths

PARAMETERS = ("ncv", "carbon_content", "oxidation", "emission_factor")


def factors(book: Book) -> None:
    """The pinned copy, in full precision; spare rows below for factors of the user's own."""
    page, region = book.page("factors"), book.layout["factors"]
    page.header(region, fills("factors"), widths("factors", region.columns))
    page.fold(region, FOLDED["factors"])
    stated_quality(page, region)
    numbers = {"value": FACTOR, "year": "0", **dict.fromkeys(PARAMETERS, "0.0###")}
    numbers |= {column: "0.0###" for column in FOLDED["factors"] if column != "data_type"}
    pinned = book.factors
    typed = tuple(id for id in region.columns if id not in FACTOR_COMPUTED)
    for offset, row in enumerate(range(region.first, region.last + 1)):
        is_pinned = offset < len(pinned)
        values = readable_row(pinned[offset], book.lang) if is_pinned else {}
        page.sheet.set_row(row, 34)  # two lines: what `fill` copies here is long too
        for column in typed:
            form = book.styles.cell("pinned" if is_pinned else "may", numbers.get(column, ""))
            page.write(row, region.index(column), values.get(column), form)
        at = {column: region.at(column, row) for column in typed}
        computed = _computed(at)
        for column in FACTOR_COMPUTED:
            form = book.styles.cell("computed", "" if column == "choice" else "0.0000##")
            page.formula(row, region.index(column), computed[column], form)
    page.close(region)
    book.name("cfp_factors", region.block(typed))
    page.sheet.repeat_columns(0)
    page.sheet.fit_to_pages(2, 0)
    page.freeze(region.first, 1)


def _computed(at: Mapping[str, str]) -> Mapping[str, str]:
    """What the dropdown says; the spread; what of the value is not fossil, and biogenic CO2, which
    a fuel's biogenic share gives where it is not stated itself."""
    value, fossil = at["value"], at["fossil"]
    share, stated = at["biogenic_share"], at["biogenic_co2"]
    others = f"SUM({at['land_use_change']},{at['biogenic_other']})"
    by_share = f'IF({share}="","",{value}*{share}/(1-{share}))'
    return {
        "choice": native.choice(at),
        "sigma": interval.sigma(at),
        "not_fossil": f'IF({at["id"]}="","",IF(ISNUMBER({fossil}),{value}-{fossil},{others}))',
        "biogenic": f'IF({at["id"]}="","",IF({stated}<>"",{stated},{by_share}))',
    }
