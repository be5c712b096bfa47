"""Words of the workbook in the report's language, where that is not the workbook's own.

Names are looked up in the workbook's table of translations; what is in neither language's letters,
such as a model or a unit, stays. A missing translation is a gap: the words as they are, marked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from cfp_xl.footprint.product import Product
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Lang, Text, say
from cfp_xl.report.document.model import ReportGap

TABLE = "translations"
LONGEST_SHOWN = 40
"""Letters of a text by which the list of what is missing names it."""
_CHINESE = re.compile("[\u3400-\u9fff]")
_WORD = re.compile("[a-z]{3}")
_ADDRESS = re.compile(r"\S*[@:/]\S*")
"""Of a page, a mailbox or a standard's number, the same in any language."""


class Translations:
    """What the workbook says of its names in the other language; `lang` is the report's."""

    def __init__(self, product: Product, lang: Lang, *, is_needed: bool) -> None:
        self._product = product
        self._lang = lang
        self.is_needed = is_needed
        """Whether the report is in another language than the workbook."""

    @cached_property
    def _known(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for row in self._product.rows(TABLE):
            if translation := row.text("translation").strip():
                found.setdefault(folded(row.text("text")), translation)
        return found

    def find(self, words: str) -> str | None:
        """The words in the report's language; None where nobody translated them."""
        if not self.is_needed or not self._is_foreign(words):
            return words
        return self._known.get(folded(words))

    def _is_foreign(self, words: str) -> bool:
        if self._lang == "en":
            return bool(_CHINESE.search(words))
        return not _CHINESE.search(words) and bool(_WORD.search(_ADDRESS.sub("", words)))

    def gap(self, words: str) -> ReportGap:
        """Words that nobody translated, marked; the list says where to."""
        shown = words if len(words) <= LONGEST_SHOWN else f"{words[: LONGEST_SHOWN - 1]}…"
        marked = say("product_report.gap.untranslated", self._lang, words=words)
        return ReportGap(f"{TABLE}:{words}", Text(shown, shown), None, marked)
