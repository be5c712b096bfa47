"""What a customer's copy does not say: vouchers, other products, suppliers and their contacts.

Tables with these columns are not in it; where people typed such a name into a text of their own (a
reason, the name of an activity), it is taken out of that too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from cfp_xl.footprint.product import Product
from cfp_xl.report.document.model import (
    Block,
    Pieces,
    ReportCell,
    ReportDocument,
    ReportHeading,
    ReportPhoto,
    ReportPicture,
    ReportTable,
    ReportText,
)

WITHHELD = (("parts", "supplier"), ("parts", "contact"), ("allocation", "voucher"))
OTHER_PRODUCTS = ("allocation", "product")
SHORTEST = 3
"""Shorter words, and numbers alone, would be taken out of what has nothing to do with them."""


def withheld_words(product: Product) -> tuple[str, ...]:
    """The words, longest first, so that none is left in half."""
    own = product.product_name.text if product.product_name else ""
    found = {row.text(column).strip() for table, column in WITHHELD for row in product.rows(table)}
    others = {row.text(OTHER_PRODUCTS[1]).strip() for row in product.rows(OTHER_PRODUCTS[0])}
    found |= {other for other in others if other not in own}
    telling = (one for one in found if len(one) >= SHORTEST and not one.isdecimal())
    return tuple(sorted(telling, key=lambda one: (-len(one), one)))


def without(document: ReportDocument, words: tuple[str, ...], instead: str) -> ReportDocument:
    """The report with something else in the place of these words."""
    if not words:
        return document
    hide = _Hide(words, instead)
    return replace(
        document,
        cover=tuple((name, hide.pieces(said)) for name, said in document.cover),
        blocks=tuple(hide.block(block) for block in document.blocks),
    )


class _Hide:
    def __init__(self, words: tuple[str, ...], instead: str) -> None:
        self.words = words
        self.instead = instead

    def text(self, text: str) -> str:
        for word in self.words:
            text = text.replace(word, self.instead)
        return text

    def pieces(self, pieces: Pieces) -> Pieces:
        return tuple(self.text(one) if isinstance(one, str) else one for one in pieces)

    def block(self, block: Block) -> Block:
        match block:
            case ReportHeading(title=title):
                return replace(block, title=self.text(title))
            case ReportText(pieces=pieces):
                return replace(block, pieces=self.pieces(pieces))
            case ReportTable(rows=rows):
                return replace(block, rows=tuple(tuple(self._cells(row)) for row in rows))
            case ReportPicture(caption=caption, svg=svg, alt=alt):
                for word in self.words:
                    svg = svg.replace(escape(word), escape(self.instead))
                return replace(block, caption=self.text(caption), svg=svg, alt=self.text(alt))
            case ReportPhoto(caption=caption, alt=alt):
                return replace(block, caption=self.text(caption), alt=self.text(alt))
        return block

    def _cells(self, row: tuple[ReportCell, ...]) -> Iterator[ReportCell]:
        for cell in row:
            yield replace(cell, pieces=self.pieces(cell.pieces))
