"""Comparing what people type: width, case and spaces do not count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache

LONGEST_NAME = 80
"""Of a longer text only this much is compared: a cell may hold 32,767 characters."""


def plain(typed: str) -> str:
    """A text with compatibility forms unified and case removed."""
    return unicodedata.normalize("NFKC", typed).casefold()


def folded(typed: str) -> str:
    """A text as we compare it: `plain`, without white space."""
    return _folded(typed) if len(typed) <= LONGEST_NAME else _folded.__wrapped__(typed)


@lru_cache(maxsize=32_768)
def _folded(typed: str) -> str:
    """Kept, as the rows of a table name the same few things again and again."""
    return "".join(plain(typed).split())


def plain_text(text: str) -> str:
    """A text as it is compared: NFKC (which repairs Kangxi radicals), blanks as single spaces."""
    return re.sub(r"[ \t\u00a0\u3000]+", " ", unicodedata.normalize("NFKC", text)).strip()


def shortened(typed: str) -> str:
    """A text as messages quote it."""
    return typed if len(typed) <= LONGEST_NAME else f"{typed[:LONGEST_NAME]}…"


def is_blank(value: object) -> bool:
    """A blank cell, or one that holds nothing but white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def nearest(typed: str, known: Collection[str], count: int = 3) -> tuple[str, ...]:
    """The known texts most like `typed`, best first; () where none is at all like it."""
    by_folded = {folded(name): name for name in known}
    close = get_close_matches(folded(typed)[:LONGEST_NAME], by_folded, n=count, cutoff=0.5)
    return tuple(by_folded[match] for match in close)
