"""The words of a pdf page: characters → segments between wide gaps → lines, from the top down."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cfp_xl.audit.reading.raw import Box

WIDE_GAP = 1.1
"""Of a character's height: two segments of a line that are so far apart are two cells."""
FIGURE_GAP = 0.6
"""The same between two figures, such as one aligned right and one aligned left."""
WORD_GAP = 0.2
"""So far apart two Latin characters have a blank between them, though the file has none."""
_BLANKS = frozenset((32, 0xA0, 0x3000))
_UNSEEN = frozenset((*_BLANKS, 0xAD, 0xFFFE, 0xFFFF))
_HYPHEN_AT_END = 2
"""What PDFium gives for a hyphen at the end of a line, which may be the sign of an exponent."""
MAX_CHARS = 60_000
"""Of a page."""


@dataclass(frozen=True)
class Glyph:
    """A character and where it is: from the page's upper left corner, in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    after_blank: bool = False
    """The file has a blank before it."""

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass
class Segment:
    """Characters of a line without a wide gap between them."""

    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def text(self) -> str:
        return text_of(self.glyphs)

    @property
    def box(self) -> Box:
        return (
            min(g.left for g in self.glyphs),
            min(g.top for g in self.glyphs),
            max(g.right for g in self.glyphs),
            max(g.bottom for g in self.glyphs),
        )


@dataclass(frozen=True)
class TextLine:
    """A line of a page."""

    segments: tuple[Segment, ...]

    @property
    def text(self) -> str:
        return " ".join(one.text for one in self.segments)

    @property
    def box(self) -> Box:
        boxes = [one.box for one in self.segments]
        return (
            min(b[0] for b in boxes),
            min(b[1] for b in boxes),
            max(b[2] for b in boxes),
            max(b[3] for b in boxes),
        )

    @property
    def height(self) -> float:
        heights = sorted(g.height for s in self.segments for g in s.glyphs)
        return heights[len(heights) // 2]


def glyphs_of(page: Any) -> list[Glyph]:
    """The characters of a page that can be seen, in the order of the file."""
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    _, height = page.get_size()
    box = pdfium.FS_RECTF()
    found = []
    is_blank = False
    for index in range(min(text_page.count_chars(), MAX_CHARS)):
        code = pdfium.FPDFText_GetUnicode(text_page, index)
        if code in _BLANKS:
            is_blank = True
        if code == _HYPHEN_AT_END:
            code = ord("-")
        if code < 33 or code in _UNSEEN:
            continue
        if not pdfium.FPDFText_GetLooseCharBox(text_page, index, ctypes.byref(box)):
            continue
        top, bottom = sorted((height - box.top, height - box.bottom))
        if box.right > box.left and bottom > top:
            found.append(Glyph(chr(code), box.left, top, box.right, bottom, is_blank))
            is_blank = False
    text_page.close()
    return found


def text_of(glyphs: Sequence[Glyph]) -> str:
    """Characters as text, with the file's blanks, and blanks between Latin ones that are apart."""
    pieces: list[str] = []
    for before, one in zip([None, *glyphs], glyphs, strict=False):
        if before is not None and (one.after_blank or _is_apart(before, one)):
            pieces.append(" ")
        pieces.append(one.text)
    return "".join(pieces)


def _is_apart(before: Glyph, one: Glyph) -> bool:
    size = max(before.height, one.height, 1.0)
    is_latin = before.text.isascii() and one.text.isascii()
    return one.left - before.right > (WORD_GAP if is_latin else WIDE_GAP / 2) * size


def lines_of(glyphs: Iterable[Glyph]) -> list[TextLine]:
    """Lines from the top down; small characters raised or lowered belong to the line they touch."""
    rows: list[list[Glyph]] = []
    for one in sorted(glyphs, key=lambda g: (g.middle, g.left)):
        row = next((r for r in rows[-3:] if _is_beside(r, one)), None)
        if row is None:
            rows.append([one])
        else:
            row.append(one)
    return [TextLine(tuple(_segments(sorted(row, key=lambda g: g.left)))) for row in rows]


def _is_beside(row: Sequence[Glyph], one: Glyph) -> bool:
    """Whether a character is on the line of some others: they share most of its height."""
    last = max(row[-6:], key=lambda g: g.height)
    shared = min(last.bottom, one.bottom) - max(last.top, one.top)
    return shared > 0.5 * min(last.height, one.height)


def _segments(glyphs: Sequence[Glyph]) -> list[Segment]:
    found: list[Segment] = []
    for one in glyphs:
        if found:
            last = found[-1].glyphs[-1]
            are_figures = (last.text.isdigit() or last.text == "%") and one.text.isdigit()
            gap = FIGURE_GAP if are_figures else WIDE_GAP
            if one.left - last.right <= gap * max(last.height, one.height, 1.0):
                found[-1].glyphs.append(one)
                continue
        found.append(Segment([one]))
    return found


def inside(glyphs: Iterable[Glyph], box: Box) -> list[Glyph]:
    """The characters whose middle is in a box."""
    left, top, right, bottom = box
    return [
        g for g in glyphs if left <= (g.left + g.right) / 2 <= right and top <= g.middle <= bottom
    ]
