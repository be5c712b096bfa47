"""Formulas and colours by which the results and the checks judge themselves."""

from __future__ import annotations

from cfp_xl.templates.layout import quoted
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import BAD, GOOD

TOLERANCE_ROW, OVERALL_ROW = 2, 3
"""0-based rows of the checks sheet; their values stand in column C."""
TOLERANCE = 1e-9
CHECKS = (
    "total",
    "stages",
    "processes",
    "shares",
    "agree",
    "diagnosed",
    "missing",
    "stage_known",
    "covered",
    "factors",
    "allocation",
    "rows",
    "below",
)
GAPS = ("rows", "below")
"""The checks without which a result might leave out rows: it is an error until they pass."""


def is_blank(book: Book) -> str:
    """True where no activity has been entered."""
    return f"{used_rows(book)}=0"


def used_rows(book: Book) -> str:
    """How many rows of activities hold anything; the heading of the column is one more. Counted
    and not summed: who sums activities is taken for a result. A diagnosis that fails counts too."""
    diagnoses = book.layout["activities"].column("diagnose")
    return f"(ROWS({diagnoses})-COUNTBLANK({diagnoses})-1)"


def is_incomplete(book: Book) -> str:
    """True where rows lack their formulas or stand where no formula sees them."""
    seen = [book.layout["checks"].fixed("seen", check_row(book, id)) for id in GAPS]
    return f"{'+'.join(seen)}>0"


def check_row(book: Book, check: str) -> int:
    """The row of a check on its sheet."""
    return book.layout["checks"].first + CHECKS.index(check)


def agrees(book: Book, one: str, other: str) -> str:
    """The word for two results that agree within the tolerance of the checks sheet; "" where one
    is."""
    tolerance = f"{quoted(book.layout.sheets['checks'])}!$C${TOLERANCE_ROW + 1}"
    ok, look = book.say("ok"), book.say("look")
    close = f"ABS({one}-{other})<={tolerance}*MAX(ABS({one}),ABS({other}))"
    return (
        f'IF(OR({one}="",{other}=""),"",'
        f'IF(ISTEXT({one}),IF({one}={other},"{ok}","{look}"),IF({close},"{ok}","{look}")))'
    )


def colour_verdicts(page: Page, cells: str) -> None:
    """Colours the words by which a cell says that it agrees or is to be looked at."""
    book, first = page.book, cells.partition(":")[0]
    for word, form in (("ok", GOOD), ("look", BAD)):
        page.sheet.conditional_format(
            cells,
            {
                "type": "formula",
                "criteria": f'={first}="{book.say(word)}"',
                "format": book.book.add_format(form),
            },
        )


def colour_errors(page: Page, cells: str) -> None:
    """Colours cells that hold an error value."""
    first = cells.partition(":")[0]
    page.sheet.conditional_format(
        cells,
        {
            "type": "formula",
            "criteria": f"=ISERROR({first})",
            "format": page.book.book.add_format(BAD),
        },
    )
