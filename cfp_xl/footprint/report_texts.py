"""What a report says in words that people write, and what those words are in the other language.

A text is the cell of a name, `cfp_company_profile`; its translation that of the same name with
`_translation`. Names of processes, activities, products, … are translated by the rows of a table.
"""

from __future__ import annotations

from collections.abc import Mapping

FACTS = (
    "report_number",
    "issuer",
    "prepared_by",
    "reviewed_by",
    "approved_by",
    "producer_address",
    "legal_representative",
    "contact",
    "phone",
)
"""A line each."""
TEXTS = (
    "company_profile",
    "product_description",
    "goal",
    "flow_description",
    "limitations",
    "improvement",
    "photos",
)
"""A paragraph or several; pictures that stand at one of them are printed behind it."""
ENTRIES = (*FACTS, *TEXTS)
"""In the order of the sheet."""
_TRANSLATION = "_translation"


def translation_name(entry: str) -> str:
    """The name of the cell that holds an entry in the other language, without `cfp_`."""
    return f"{entry}{_TRANSLATION}"


NAMES = (*ENTRIES, *map(translation_name, ENTRIES))
"""Every name that the sheet has, without `cfp_`."""


def entry_at(rows: Mapping[str, int], row: int) -> str | None:
    """The entry that a row belongs to: the last that begins at it or above it."""
    above = [(at, entry) for entry, at in rows.items() if at <= row]
    return max(above)[1] if above else None
