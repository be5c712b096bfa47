"""Tables with ruled lines: pdfplumber finds their cells, our own reading of the page fills them.

Both programs read the characters; where the numbers of a table are not the same in both, it is
uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Any

from cfp_xl.audit.document import glued
from cfp_xl.audit.reading.pdf_words import Glyph, inside, lines_of
from cfp_xl.audit.reading.raw import Box, RawCell, RawTable
from cfp_xl.footprint.wording import plain_text

MOST_PATHS = 4_000
"""Of a page: more are a drawing, whose lines would take minutes to sort."""
LEAST_PATHS = 4
MAX_CELLS = 20_000
_NUMBER = re.compile(r"\d[\d,]*\.\d+(?:[eE][+\-]?\d)?|\d{2,}")
_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉]")
SAME = 1.5
"""Points within which two edges are one."""


def has_rules(page: Any) -> bool:
    """Whether a page may have a ruled table: paths that are thin, or boxes, in number."""
    import pypdfium2.raw as pdfium

    thin = 0
    for count, one in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])):
        if count > MOST_PATHS:
            return False
        left, bottom, right, top = one.get_bounds()
        width, height = right - left, top - bottom
        thin += min(width, height) < 3 < max(width, height) or (width > 20 and height > 8)
        if thin >= LEAST_PATHS:
            return True
    return False


def ruled_tables(page: Any, glyphs: Sequence[Glyph], number: int) -> Iterator[RawTable]:
    """The ruled tables of a page of pdfplumber, filled with the characters of the page."""
    for found in page.find_tables():
        cells = [tuple(map(float, cell)) for cell in found.cells]
        if not 2 <= len(cells) <= MAX_CELLS:
            continue
        xs = _edges([x for c in cells for x in (c[0], c[2])])
        ys = _edges([y for c in cells for y in (c[1], c[3])])
        if len(xs) < 3 or len(ys) < 2:
            continue
        table = _filled([(c[0], c[1], c[2], c[3]) for c in cells], xs, ys, glyphs, number)
        if sum(bool(cell.text) for row in table.rows for cell in row) < 2:
            continue
        theirs = " ".join(text or "" for row in found.extract() for text in row)
        ours = " ".join(cell.text for row in table.rows for cell in row if not cell.copy)
        differs = sorted(_numbers(theirs)) != sorted(_numbers(ours))
        yield RawTable(table.rows, number, is_uncertain=differs, box=table.box)


def _numbers(text: str) -> list[str]:
    """The digits of a text's numbers, without blanks and raised digits (m³), which one program may
    see and the other not."""
    return _NUMBER.findall(re.sub(r"\s+", "", plain_text(_RAISED.sub("", text))))


def _edges(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > SAME:
            found.append(value)
    return found


def _filled(
    cells: Sequence[Box],
    xs: Sequence[float],
    ys: Sequence[float],
    glyphs: Sequence[Glyph],
    number: int,
) -> RawTable:
    """The grid of a table: each cell in the first place it covers, copies in the others."""
    grid: list[list[RawCell | None]] = [[None] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    area = (xs[0], ys[0], xs[-1], ys[-1])
    here = inside(glyphs, area)
    for box in cells:
        lines = lines_of(inside(here, box))
        text = reduce(glued, (line.text for line in lines), "")
        is_first = True
        for row in range(_index(ys, box[1]), _index(ys, box[3])):
            for column in range(_index(xs, box[0]), _index(xs, box[2])):
                grid[row][column] = RawCell(text, not is_first, box)
                is_first = False
    rows = tuple(tuple(cell if cell is not None else RawCell("") for cell in row) for row in grid)
    return RawTable(rows, number, box=area)


def _index(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))
