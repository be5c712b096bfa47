"""A06: ids, units and stages are spelt with the characters that they seem to be spelt with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.factor_choice import chosen_id
from cfp_xl.schema.case import Case
from cfp_xl.verify.rule import rule

NAMES: dict[str, tuple[str, ...]] = {
    "activities": ("stage", "unit", "factor_id", "bridge_unit", "part_id"),
    "factors": ("id", "unit", "per_unit", "ncv_unit"),
    "allocation": ("unit", "voucher"),
    "parts": ("part_id", "supplier_id", "unit"),
    "answers": ("part_id", "supplier_id", "unit", "factor_id", "output_unit"),
}
OTHER_SCRIPTS = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
MICRO = "μΩ"
"""Greek letters that units are spelt with."""

_PLAIN = re.compile(r"[ -~\u4e00-\u9fff]*")
"""ASCII and Chinese letters: what most names are made of."""


@rule("A06", reads=tuple(NAMES))
def names_are_what_they_seem(case: Case) -> Iterator[Finding]:
    """A06: no invisible character, no letter of another script, no full-width letter or digit."""
    for table, columns in NAMES.items():
        for record in case.product.rows(table):
            for column in columns:
                text = record.values.get(column)
                name = chosen_id(text) if isinstance(text, str) and column == "factor_id" else text
                odd = odd_characters(name) if isinstance(name, str) else ()
                if odd:
                    yield finding(
                        "A06",
                        record.cell(column),
                        seen=text,
                        characters=tuple(dict.fromkeys(map(_named, odd))),
                    )


def odd_characters(text: str) -> tuple[str, ...]:
    """The characters of a name that look like others, or like nothing."""
    if _PLAIN.fullmatch(text):
        return ()
    has_latin = any("a" <= letter.casefold() <= "z" for letter in text)
    return tuple(
        letter
        for letter in text
        if unicodedata.category(letter) in ("Cf", "Cc", "Co")
        or "\uff10" <= letter <= "\uff19"
        or "\uff21" <= letter <= "\uff5a"
        or (has_latin and letter not in MICRO and _script(letter) in OTHER_SCRIPTS)
    )


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _named(letter: str) -> str:
    name = unicodedata.name(letter, "?")
    return f"U+{ord(letter):04X} {name}"
