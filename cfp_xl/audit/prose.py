"""The figures that the sentences of a report say, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from cfp_xl.audit.document import Document, Paragraph, PrintedTable, Spot
from cfp_xl.audit.modules import module_named
from cfp_xl.audit.record import PrintedFigures
from cfp_xl.audit.tables import place_of_table
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.numbers import ALONE, emission_unit
from cfp_xl.verify.declared.sentences import (
    SAID_BEHIND,
    Mention,
    is_of_something_else,
    mentions_in,
    says_total,
)
from cfp_xl.verify.declared.words import parts_in

LONGEST_NAME = 80
"""Characters of a line that names the amount below it."""
COVERS = {"zh": "封面", "en": "cover"}
"""The place of what stands before the first heading, in the report's language."""


def figures_of_prose(document: Document) -> Iterator[PrintedFigures]:
    """The figures that paragraphs say, in order."""
    for at, paragraph in enumerate(document.paragraphs):
        mentions = list(mentions_in(paragraph.plain))
        if not mentions and (alone := _alone(document.paragraphs, at)):
            mentions = [alone]
        if not mentions:
            continue
        place = place_of_paragraph(document, paragraph)
        for one in mentions:
            spot = paragraph.at(max(0, one.start), one.end)
            spots: dict[str, Spot] = dict.fromkeys(one.texts, spot)
            yield PrintedFigures(
                one.item,
                f"{place} ({one.start})" if one.is_aside else place,
                one.texts,
                spots,
                spot,
                True,
                is_uncertain=document.is_uncertain,
            )


def _alone(paragraphs: Sequence[Paragraph], at: int) -> Mention | None:
    """The figure of a line that is nothing but an amount: what it is, the line above or below says.
    A bare number is one only below the name of a module with its unit."""
    found = ALONE.fullmatch(paragraphs[at].plain)
    if found is None:
        return None
    above = paragraphs[at - 1].plain if at else ""
    below = paragraphs[at + 1].plain if at + 1 < len(paragraphs) else ""
    unit = found["unit"] or emission_unit(above[-LONGEST_NAME:])
    texts = {"emission": re.sub(r"\s", "", found["number"]), "emission_unit": emission_unit(unit)}
    if unit and (named := module_named(above[-LONGEST_NAME:])):
        texts |= {"stage": named[0]} | ({"process": named[1]} if named[1] else {})
        return Mention(above, texts, *found.span("number"), is_total=False, stage=named[0])
    is_named = len(above) <= LONGEST_NAME and not above.endswith((".", "。"))
    is_total = is_named and says_total(above) and not parts_in(above)
    if not is_total:
        is_total = SAID_BEHIND.match(f" {below}") is not None
    if not found["unit"] or not is_total or is_of_something_else(above[-LONGEST_NAME:], "", 0):
        return None
    return Mention(above, texts, *found.span("number"), is_total=True, stage="")


def place_of_paragraph(document: Document, paragraph: Paragraph) -> str:
    """The section a paragraph is in, as its heading calls it; the cover before the first one."""
    section = document.section_of(paragraph)
    return section.heading.plain if section else COVERS[document.language]


def place_at(document: Document, spot: Spot) -> str:
    """What the paragraph or table at a place is called."""
    block = document.blocks[spot.block - 1]
    if isinstance(block, PrintedTable):
        return place_of_table(document, block)
    return place_of_paragraph(document, block)


def complete_lists(figures: Sequence[PrintedFigures]) -> tuple[PrintedFigures, ...]:
    """The figures, where a sentence that names some stages only is no list that adds up.

    Each of its rows gets a place of its own, so that no rule asks for 100 %.
    """
    tables = {f.place: set[str]() for f in figures if not f.is_prose and f.item == "stage"}
    for f in figures:
        if f.place in tables and f.item == "stage":
            tables[f.place].add(folded(f.text("stage")))
    most = max((len(names) for names in tables.values()), default=0)
    lists: dict[tuple[str, int], int] = {}
    for f in figures:
        if f.is_prose and f.item == "stage":
            lists[f.place, f.spot.block] = lists.get((f.place, f.spot.block), 0) + 1
    return tuple(
        replace(f, place=f"{f.place} ({number})")
        if f.is_prose and f.item == "stage" and lists[f.place, f.spot.block] < max(most - 1, 2)
        else f
        for number, f in enumerate(figures, start=1)
    )
