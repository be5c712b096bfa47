"""Which part a file is about, by its name or by the mail it came in."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cfp_xl.footprint.wording import folded
from cfp_xl.schema.understand import plain
from cfp_xl.suppliers.containers import Mail
from cfp_xl.suppliers.parts import Part
from cfp_xl.suppliers.product_parts import SupplierRequests

SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class PartMatch:
    """The part that a text speaks of."""

    supplier_id: str
    part_id: str


def part_of_name(name: str, product: SupplierRequests) -> PartMatch | None:
    """The one part whose number a file's name bears; with its supplier's where numbers are alike.

    Then the one whose own name it bears, then the only part of the one supplier that it names.
    """
    return _only(_by_number(name, product)) or _only(_by_words(name, product))


def part_of_mail(mail: Mail, product: SupplierRequests) -> PartMatch | None:
    """The one part that a mail speaks of, in its subject, else in its text, else by its sender."""
    for text in (mail.subject, mail.text):
        if found := _only(_by_number(text, product)):
            return found
    sender = folded(mail.sender)
    theirs = [p for p in _parts(product) if p.contact and folded(p.contact) in sender]
    return _only(theirs) or _only(_by_words(mail.subject, product))


def _parts(product: SupplierRequests) -> list[Part]:
    return [asked.part for asked in product.parts]


def _by_number(text: str, product: SupplierRequests) -> list[Part]:
    named = [part for part in _parts(product) if _bears(text, part.part_id)]
    of_supplier = [part for part in named if _bears(text, part.supplier_id)]
    return of_supplier or named


def _by_words(text: str, product: SupplierRequests) -> list[Part]:
    typed = folded(plain(text))

    def names(words: str) -> bool:
        return len(words) >= SHORTEST_NAME and folded(words) in typed

    parts = _parts(product)
    by_part = [part for part in parts if names(part.part)]
    return by_part or [p for p in parts if names(p.supplier) or _bears(text, p.supplier_id)]


def _bears(text: str, id: str) -> bool:
    """Whether a number stands in a text by itself: P-10 is not in P-101."""
    typed, wanted = plain(text).casefold(), re.escape(plain(id).casefold())
    return re.search(rf"(?<![a-z0-9]){wanted}(?![a-z0-9])", typed) is not None


def _only(parts: list[Part]) -> PartMatch | None:
    return PartMatch(parts[0].supplier_id, parts[0].part_id) if len(parts) == 1 else None
