"""The 95 % range beside the result: by CFP_INTERVAL, or to first order by native formulas.

Natively the sum of squares runs over rows, each an input of its own, and over factors, each one
input for all its rows. What these sums cannot tell (scores, one meter in several rows, bounds) is
left to `cfp-xl study`, and the sheet says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.study.spread import Z95
from cfp_xl.study.stated import MOST_PERCENT
from cfp_xl.templates.formulas import ASSEMBLIES
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import FONT, KGCO2E, MUTED

Z95_TYPED = f"{Z95:.15g}"
"""To 15 digits, as spreadsheets keep a number that is typed: LibreOffice saves no more of it."""

ROW = 3
"""0-based row of the results sheet, below the total."""


def sigma(at: Mapping[str, str]) -> str:
    """The spread that a row states as GSD² or ±%, as σ of the logarithm; blank where none."""
    gsd2, percent = at["gsd2"], at["uncertainty_percent"]
    by_gsd2 = f"IF(AND(ISNUMBER({gsd2}),{gsd2}>=1),LN({gsd2})/2,NA())"
    is_percent = f"AND(ISNUMBER({percent}),{percent}>=0,{percent}<={MOST_PERCENT:g})"
    by_percent = f"IF({is_percent},LN(1+{percent}/100)/{Z95_TYPED},NA())"
    one = f'IF({gsd2}<>"",{by_gsd2},IF({percent}<>"",{by_percent},""))'
    return f'IF(AND({gsd2}<>"",{percent}<>""),NA(),{one})'


def interval(page: Page, results: TemplateRegion) -> None:
    """Low and high end below the total, and the spread as GSD²."""
    book = page.book
    gsd2 = results.at("agrees", ROW)
    small: Mapping[str, object] = {**FONT, "font_color": MUTED}
    number = book.book.add_format({**small, "num_format": KGCO2E, "align": "right"})
    spread = book.book.add_format({**small, "num_format": '"GSD² "0.0000', "align": "right"})
    total = results.at("native" if book.is_native else "cfp", results.last)
    page.sheet.write_string(ROW, 0, book.say("results.interval"), book.styles.title("subtitle"))
    found = _native_gsd2(book, total) if book.is_native else _gsd2(book)
    page.formula(ROW, results.index("agrees"), f"IF(ISNUMBER({total}),{found},{total})", spread)
    z = f"EXP({Z95_TYPED}/2*LN({gsd2}))"
    ends = {"cfp": f"{total}/{z}", "native": f"{total}*{z}"}
    if not book.is_native:
        ends = {"cfp": _end("low"), "native": _end("high")}
    for column, formula in ends.items():
        shown = f'IF(ISTEXT({gsd2}),"",{formula})'
        page.formula(ROW, results.index(column), shown, number)


def _end(what: str) -> str:
    return f'CFP_INTERVAL(cfp_activities,cfp_factors,"{what}",{ASSEMBLIES})'


def _gsd2(book: Book) -> str:
    """Where no row states a spread that is said: it is not 1."""
    return f'IF({_end("stated")}=0,"{book.say("results.no_interval")}",{_end("gsd2")})'


def _native_gsd2(book: Book, total: str) -> str:
    area, factors = book.layout["activities"], book.layout["factors"]
    amount, spread = area.column("in_total"), area.column("sigma")
    of_factor, ids = factors.column("sigma"), factors.column("id")
    by_factor = f"SUMIF({area.column('factor_key')},{ids},{amount})"
    variance = (
        f"SUMPRODUCT({amount},{amount},{spread},{spread})"
        f"+SUMPRODUCT({by_factor},{by_factor},{of_factor},{of_factor})"
    )
    is_stated = (
        f'COUNTIFS({spread},">=0",{amount},">0")+COUNTIFS({spread},">=0",{amount},"<0")'
        f"+SUMPRODUCT(--ISNUMBER({of_factor}),--({by_factor}<>0))"
    )
    found = f"EXP(2*SQRT({variance})/ABS({total}))"
    none, elsewhere = (book.say(f"results.{key}") for key in ("no_interval", "by_study"))
    stated = f'IF({is_stated}=0,"{none}",{found})'
    return f'IF({_is_beyond(book)},"{elsewhere}",{stated})'


def _is_beyond(book: Book) -> str:
    """Whether rows state a spread that these formulas do not know."""
    area, factors = book.layout["activities"], book.layout["factors"]
    meter, spread = area.column("allocation_id"), area.column("sigma")
    of_meters = f'SUMPRODUCT(--({meter}<>""),--ISNUMBER({spread}))'
    of_scores = f"COUNTA({area.column('basic_class')})>1"  # the heading
    heads = [f'COUNTIF({_headings(one)},"{word}*")' for one in (area, factors) for word in _SHAPES]
    heads += [f'COUNTIF({_headings(factors)},"{word}*")' for word in _CLASSES]
    return f"OR({of_meters}>0,{of_scores},{'+'.join(heads)}>0)"


_SHAPES = ("分布", "distribution")
"""Headings of the column by which a row states another distribution."""
_CLASSES = ("基本不确定度类别", "basic_class")
"""Of the column by which a factor has a spread by scores."""


def _headings(region: TemplateRegion) -> str:
    start, end = (region.fixed(region.columns[at], region.header) for at in (0, -1))
    return f"{start}:{end.rpartition('!')[2]}"
