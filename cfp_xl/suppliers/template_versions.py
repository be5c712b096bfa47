"""The editions of the template that answers are held against: by language, kind and version."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cfp_xl.schema.opened import Opened, opened
from cfp_xl.suppliers.template_comparison import Edition
from cfp_xl.templates.supplier.build import base
from cfp_xl.templates.supplier.fields import (
    FOR,
    Kind,
    Language,
    fields,
    items,
    units,
    words,
)
from cfp_xl.templates.supplier.labels import free_ranges
from cfp_xl.templates.supplier.layout import SupplierLayout
from cfp_xl.workbook.address import Bounds
from cfp_xl.workbook.alignment.align import Positions
from cfp_xl.workbook.formulas.references import references
from cfp_xl.workbook.model import Workbook

ACTIVITIES = "cfp_activities"


@cache
def edition(lang: Language, kind: Kind) -> Edition:
    """Today's template, ready to lay an answer beside it."""
    base_file = opened(base(lang, kind), Path("supplier.xlsx"))
    free, personal = _free_and_personal(base_file.workbook)
    layout = SupplierLayout(lang, kind)
    lists = layout.sheets["lists"]
    return Edition(
        base_file,
        free,
        personal,
        frozenset(_choosable(lang, kind)),
        {
            lists: (
                *((region, sort) for sort, region in _tables(layout)),
                ((1, 1, layout.units.header, 100), "list"),
            )
        },
        dict(_tables_of_rows(base_file.workbook)),
    )


def own_edition(returned: Opened) -> Edition:
    """A returned workbook as its own template, where the one it came from is not at hand."""
    return Edition(returned, *_free_and_personal(returned.workbook))


def _free_and_personal(workbook: Workbook) -> tuple[Positions, Positions]:
    personal = {sheet: frozenset(_cells(those)) for sheet, those in _personal(workbook)}
    free = {
        sheet: frozenset(_cells(those)) - personal.get(sheet, frozenset())
        for sheet, those in free_ranges(workbook).items()
    }
    return free, personal


def _personal(workbook: Workbook) -> Iterator[tuple[str, list[Bounds]]]:
    found: dict[str, list[Bounds]] = {}
    for name in workbook.names:
        if name.name.casefold().startswith(FOR):
            for reference in references(name.formula, name.sheet or "")[:1]:
                found.setdefault(reference.sheet, []).append(reference.bounds)
    yield from found.items()


def _cells(ranges: list[Bounds] | tuple[Bounds, ...]) -> Iterator[tuple[int, int]]:
    for top, left, bottom, right in ranges:
        yield from (
            (row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)
        )


def _tables_of_rows(workbook: Workbook) -> Iterator[tuple[str, tuple[int, int]]]:
    """The rows of activity data."""
    for name in workbook.names:
        if name.name.casefold() == ACTIVITIES:
            for reference in references(name.formula, name.sheet or "")[:1]:
                top, _, bottom, _ = reference.bounds
                yield reference.sheet, (top + 1, bottom)


def _tables(layout: SupplierLayout) -> Iterator[tuple[str, Bounds]]:
    """The lists' tables of factors and units, with their headings."""
    for sort, region in (("factor", layout.factors), ("unit", layout.units)):
        yield (
            sort,
            (
                region.header + 1,
                region.left + 1,
                region.last + 1,
                region.left + len(region.columns),
            ),
        )


def _choosable(lang: Language, kind: Kind) -> Iterator[str]:
    for field in fields(kind):
        yield from (words(choice.text, lang) for choice in field.choices)
    yield from (words(item.text, lang) for item in items(kind))
    for those in units().values():
        yield from those
