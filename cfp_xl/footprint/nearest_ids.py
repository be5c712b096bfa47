"""The ids nearest to one that does not exist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import NamedTuple

from cfp_xl.footprint.wording import LONGEST_NAME, folded, plain


def nearest_ids(typed: str, ids: Sequence[str], count: int = 3) -> tuple[str, ...]:
    """The ids most like `typed`: by the pieces they share, then by their letters."""
    return _nearest_ids(typed[:LONGEST_NAME], tuple(ids), count)


@lru_cache(maxsize=1024)
def _nearest_ids(typed: str, ids: tuple[str, ...], count: int) -> tuple[str, ...]:
    pieces = _pieces(typed)
    prepared = _prepared(ids)
    alike = [known for known in prepared if len(pieces & known.pieces) >= len(pieces) / 2]
    if not pieces or not alike:
        by_folded = {known.folded: known for known in prepared}
        close = get_close_matches(folded(typed), by_folded, n=count, cutoff=0.6)
        return tuple(by_folded[match].id for match in close)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(folded(typed))
    scored = []
    for order, known in enumerate(alike):
        matcher.set_seq1(known.folded)
        shared = len(pieces & known.pieces) / len(pieces)
        surplus = len(known.pieces - pieces) / 100
        scored.append((surplus - shared - matcher.ratio(), order, known.id))
    return tuple(id for _, _, id in sorted(scored)[:count])


class _Known(NamedTuple):
    id: str
    folded: str
    pieces: frozenset[str]


@lru_cache(maxsize=8)
def _prepared(ids: tuple[str, ...]) -> tuple[_Known, ...]:
    return tuple(_Known(id, folded(id), _pieces(id)) for id in ids)


def _pieces(id: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", plain(id)))
