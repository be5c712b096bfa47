"""Pictures that people put beside the texts for the report, by the text that they stand at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cfp_xl.footprint.product import Product
from cfp_xl.footprint.report_texts import ENTRIES, TEXTS, entry_at
from cfp_xl.schema.opened import Opened
from cfp_xl.workbook.address import range_address
from cfp_xl.workbook.reading.sheet_pictures import (
    PictureLeftOut,
    SheetPicture,
    sheet_pictures,
)

WIDEST_MM, HIGHEST_MM = 150.0, 190.0
"""What a page holds with its caption."""
PIXELS_PER_MM = 96 / 25.4
"""A picture of few pixels is not blown up beyond its size on the screen."""


@dataclass(frozen=True)
class Photos:
    """A workbook's pictures for the report."""

    by_entry: Mapping[str, tuple[SheetPicture, ...]] = field(default_factory=dict)
    left_out: tuple[PictureLeftOut, ...] = ()


def photos_of(opened: Opened, product: Product) -> Photos:
    """The pictures on the sheets that hold texts for the report. Raises Unreadable."""
    found: dict[str, list[SheetPicture]] = {}
    left_out: list[PictureLeftOut] = []
    for sheet_name, rows in _rows(product).items():
        sheet = opened.workbook.by_name[sheet_name.casefold()]
        pictures, others = sheet_pictures(opened.package, sheet)
        left_out += others
        for picture in pictures:
            entry = entry_at(rows, picture.row)
            if entry in TEXTS:
                found.setdefault(entry, []).append(picture)
            else:
                left_out.append(PictureLeftOut(picture.sheet, picture.row, "no_text"))
    return Photos({entry: tuple(those) for entry, those in found.items()}, tuple(left_out))


def _rows(product: Product) -> Mapping[str, Mapping[str, int]]:
    """By sheet, the rows at which the texts begin; only sheets with a text that takes pictures."""
    by_sheet: dict[str, dict[str, int]] = {}
    for entry in ENTRIES:
        fact = product.other_facts.get(entry)
        if fact is not None and fact.where is not None:
            by_sheet.setdefault(fact.where.sheet, {})[entry] = fact.where.row
    return {sheet: rows for sheet, rows in by_sheet.items() if rows.keys() & set(TEXTS)}


def width_mm(picture: SheetPicture) -> float:
    """As wide as the page, unless it would be too high or has too few pixels."""
    raster = picture.raster
    by_height = HIGHEST_MM * raster.width_px / raster.height_px
    return round(min(WIDEST_MM, by_height, raster.width_px / PIXELS_PER_MM), 1)


def places(left_out: tuple[PictureLeftOut, ...]) -> Iterator[tuple[str, str]]:
    """Where each stands, as an address, and why it is not in the report."""
    for one in left_out:
        where = range_address((one.row, 1, one.row, 1)) if one.row else ""
        yield f"{one.sheet}!{where}" if where else one.sheet, one.why
