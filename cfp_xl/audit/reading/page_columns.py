"""Pages of two columns of text: the line between them, and the order in which they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from cfp_xl.audit.reading.pdf_words import TextLine

LEAST_LINES, LEAST_BESIDE = 6, 4
"""On either side, and with text on both sides."""
LEAST_CHARS = 30
"""Of half of the lines on either side: columns of a table hold less."""
STEP = 4.0
"""Points between two places at which a page is tried."""


def gutter_of(lines: Sequence[TextLine]) -> float | None:
    """Where a page's two columns part; None for a page of one column."""
    gaps: Counter[int] = Counter()
    for line in lines:
        for left, right in zip(line.segments, line.segments[1:], strict=False):
            first, last = left.box[2], right.box[0]
            gaps.update(range(int(first / STEP) + 1, int(last / STEP) + 1))
    if not gaps:
        return None
    most = max(gaps.values())
    usual = sorted(place for place, count in gaps.items() if count == most)
    x = usual[len(usual) // 2] * STEP
    sides = [(line, _sides(line, x)) for line in lines]
    beside = sum(found == {"left", "right"} for _, found in sides)
    across = sum(found == {"across"} for _, found in sides)
    of_text = [
        [t for line, found in sides if side in found and len(t := _text(line, x, side)) > 0]
        for side in ("left", "right")
    ]
    is_text = all(
        len(texts) >= LEAST_LINES and sorted(map(_width, texts))[len(texts) // 2] >= LEAST_CHARS
        for texts in of_text
    )
    is_page = beside >= LEAST_BESIDE and across < min(map(len, of_text))
    return x if is_text and is_page else None


def _sides(line: TextLine, x: float) -> set[str]:
    """On which sides of a place a line has text."""
    found = set()
    for one in line.segments:
        left, _, right, _ = one.box
        found.add("left" if right <= x else "right" if left >= x else "across")
    return {"across"} if "across" in found else found


def _text(line: TextLine, x: float, side: str) -> str:
    return "".join(s.text for s in line.segments if (s.box[2] <= x) == (side == "left"))


def _width(text: str) -> int:
    """In Latin letters; a Chinese character is two wide."""
    return sum(2 if char > "\u2e7f" else 1 for char in text)


def bands_of(lines: Sequence[TextLine], x: float) -> list[list[TextLine]]:
    """The lines in the order of reading: what reaches over both columns parts the page into bands,
    in each the left column comes first."""
    bands: list[list[TextLine]] = []
    left: list[TextLine] = []
    right: list[TextLine] = []
    for line in lines:
        if _sides(line, x) == {"across"}:
            bands += [one for one in (left, right) if one]
            bands.append([line])
            left, right = [], []
            continue
        for part, is_left in ((left, True), (right, False)):
            mine = tuple(s for s in line.segments if (s.box[2] <= x) == is_left)
            if mine:
                part.append(TextLine(mine))
    return bands + [one for one in (left, right) if one]
