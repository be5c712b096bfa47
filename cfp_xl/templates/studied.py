"""The sheets that the study reads besides: what was left out, and scenarios."""

from __future__ import annotations

from cfp_xl.footprint.stages import STAGES
from cfp_xl.messages import text
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import TEXT
from cfp_xl.templates.table_columns import FOLDED, fills, widths

CHANGES = ("value", "multiply", "factor_id", "share", "green_power")
PERCENTS = ("mass_percent", "energy_percent", "ghg_percent")
_ANY = ""


def exclusions(book: Book) -> None:
    """What was left out of the inventory, how much it is, and why."""
    page, region = _table(book, "exclusions", dict.fromkeys(PERCENTS, "0.0###"))
    names = [stage.name.in_lang(book.lang) for stage in STAGES]
    page.choice(region.down("stage"), names, book.say("hint.exclusion_stage"))
    for column in PERCENTS:
        page.sheet.data_validation(
            region.down(column),
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": 0,
                "maximum": 100,
                "input_message": book.say("hint.exclusion_percent"),
                "error_message": book.say("hint.percent"),
            },
        )
    page.hint(
        region.down("item"), _title(book, "exclusions", "item"), book.say("hint.exclusion_item")
    )


def scenarios(book: Book) -> None:
    """What if: each row changes one value; rows of one name belong together."""
    page, region = _table(book, "scenarios", {"value": _ANY, "year": "0"})
    page.fold(region, FOLDED["scenarios"], book.source.table("scenarios"))
    for column in FOLDED["scenarios"]:
        title, hint = _title(book, "scenarios", column), book.say(f"hint.scenario_{column}")
        page.hint(region.down(column), title, hint)
    changes = [text(f"study.change.{one}").in_lang(book.lang) for one in CHANGES]
    page.choice(region.down("change"), changes, book.say("hint.scenario_change"))
    for column in ("scenario", "target", "value", "unit"):
        title, hint = _title(book, "scenarios", column), book.say(f"hint.scenario_{column}")
        page.hint(region.down(column), title, hint)


def _table(book: Book, id: str, numbers: dict[str, str]) -> tuple[Page, TemplateRegion]:
    """A sheet with its headings and the rows of its source; texts but for `numbers`."""
    page, region = book.page(id), book.layout[id]
    kinds = fills(id)
    page.header(region, kinds, widths(id, region.columns))
    records = book.source.table(id)
    for offset, row in enumerate(range(region.first, region.last + 1)):
        record = records[offset] if offset < len(records) else {}
        for column, kind in kinds.items():
            text = record.get(column, "")
            form = book.styles.cell(kind, numbers.get(column, TEXT))
            value = _number_or_text(text) if column in numbers else text
            page.write(row, region.index(column), value, form)
    page.close(region)
    book.name(f"cfp_{id}", region.block())
    page.freeze(region.first, 1)
    return page, region


def _number_or_text(text: str) -> float | str | None:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def _title(book: Book, id: str, column: str) -> str:
    return book.heading(id, column).splitlines()[0]
