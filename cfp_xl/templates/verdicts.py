"""Formulas and colours by which the results and the checks judge themselves."""

from __future__ import annotations

from cfp_xl.templates.layout import quoted
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import BAD, GOOD

TOLERANCE_ROW, OVERALL_ROW = 2, 3
"""0-based rows of the checks sheet; their values stand in column C."""
TOLERANCE = 1e-9


def is_blank(book: Book) -> str:
    """True where no activity has been entered."""
    area = book.layout["activities"]
    inputs = book.layout.activity_inputs
    start, end = area.letter(inputs[0]), area.letter(inputs[-1])
    return f"COUNTA({quoted(area.sheet)}!${start}${area.first + 1}:${end}${area.last + 1})=0"


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
