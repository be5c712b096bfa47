"""Comparing what people type: width, case and spaces do not count."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from difflib import get_close_matches


def folded(typed: str) -> str:
    """A text as we compare it: compatibility forms unified, case and white space removed."""
    return "".join(unicodedata.normalize("NFKC", typed).casefold().split())


def is_blank(value: object) -> bool:
    """A blank cell, or one that holds nothing but white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def nearest(typed: str, known: Collection[str], count: int = 3) -> tuple[str, ...]:
    """The known texts most like `typed`, best first; () where none is at all like it."""
    by_folded = {folded(name): name for name in known}
    close = get_close_matches(folded(typed), by_folded, n=count, cutoff=0.5)
    return tuple(by_folded[match] for match in close)
