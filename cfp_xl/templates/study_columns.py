"""The columns of activities and factors that most rows leave blank: which way a row goes, kinds of
carbon, assemblies, how sure a figure is and how it was obtained. Folded away until needed."""

from __future__ import annotations

from cfp_xl.footprint.columns import columns
from cfp_xl.footprint.row_kinds import CarbonKind, Direction, name_of
from cfp_xl.messages import text
from cfp_xl.study.pedigree import basic_classes, scores
from cfp_xl.study.split import EmissionType
from cfp_xl.study.stated import MOST_PERCENT
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.page import Book, Page

STUDY_NUMBERS = tuple(c.id for c in columns("activities") if c.is_folded and c.is_number)
RATINGS = ("dqr_technology", "dqr_geography", "dqr_time")
POINTS = ("1", "2", "3", "4", "5")


def study_columns(page: Page, region: TemplateRegion) -> None:
    """Dropdowns and hints of the activities' folded columns."""
    book = page.book
    lists = {
        "direction": [name_of(one).in_lang(book.lang) for one in Direction],
        "carbon": [name_of(one).in_lang(book.lang) for one in CarbonKind],
        "aircraft": [book.say("yes")],
        "basic_class": [one.name.in_lang(book.lang) for one in basic_classes()],
        "gate": [text(f"footprint.gate.{one}").in_lang(book.lang) for one in ("inside", "outside")],
        "emission_type": [one.text.in_lang(book.lang) for one in EmissionType],
    }
    for column, values in lists.items():
        page.choice(
            region.down(column), values, book.say(f"hint.{column}"), title=_title(book, column)
        )
    for column in ("scheme",):
        page.hint(region.down(column), _title(book, column), book.say(f"hint.{column}"))
    assemblies = book.layout["assemblies"].choices("id")
    title = _title(book, "assembly")
    page.choice(region.down("assembly"), assemblies, book.say("hint.assembly"), title=title)
    for column in scores():
        title = _title(book, column)
        page.choice(region.down(column), POINTS, book.say(f"hint.score.{column}"), title=title)
    stated_quality(page, region)


def stated_quality(page: Page, region: TemplateRegion) -> None:
    """What activities and factors alike say: uncertainty, ratings, where data come from."""
    book = page.book
    kinds = [book.say(f"data_type.{kind}") for kind in ("primary", "secondary", "proxy")]
    page.choice(
        region.down("data_type"), kinds, book.say("hint.data_type"), title=_title(book, "data_type")
    )
    for column in RATINGS:
        title = _title(book, column)
        page.choice(region.down(column), POINTS, book.say("hint.rating"), title=title)
    bounds = {"gsd2": (1, 1000), "uncertainty_percent": (0, MOST_PERCENT)}
    for column, (low, high) in bounds.items():
        page.sheet.data_validation(
            region.down(column),
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": low,
                "maximum": high,
                "input_title": _title(book, column),
                "input_message": book.say(f"hint.{column}"),
                "error_message": book.say(f"hint.{column}"),
            },
        )


def _title(book: Book, column: str) -> str:
    return book.heading("activities", column).splitlines()[0]
