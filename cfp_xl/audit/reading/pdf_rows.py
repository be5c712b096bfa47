"""Rows of a table without rules whose cells go over several lines: each has one line of figures."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from cfp_xl.audit.reading.pdf_words import Segment, TextLine
from cfp_xl.verify.declared.numbers import read_cell

Extents = Sequence[tuple[float, float]]
Cells = list[list[str]]
CLEAR = 1.1
"""Of the distance between two lines of a cell: what is further apart is in two rows."""
LEAST_LEADING, MOST_LEADING = 0.8, 2.0
"""Of a line's height, from top to top: lines of one cell are neither closer nor further apart."""
LEAST_COLUMNS = 4
"""Of a table whose head's lines are joined: fewer may be pairs of names and values."""
PART_GAP = 0.5
"""Of a line's height: a gap between two columns, wider than between words."""


def parted(segment: Segment, columns: Extents) -> list[Segment]:
    """A segment that holds two cells close together, parted where two columns part."""
    left, top, right, bottom = segment.box
    if sum(c[0] < right and left < c[1] for c in columns) < 2:
        return [segment]
    ways = [(a[1], b[0]) for a, b in itertools.pairwise(columns)]
    found = [Segment([segment.glyphs[0]])]
    for before, one in zip(segment.glyphs, segment.glyphs[1:], strict=False):
        is_wide = one.left - before.right > PART_GAP * (bottom - top)
        if is_wide and any(before.right < end and begin < one.left for begin, end in ways):
            found.append(Segment([one]))
        else:
            found[-1].glyphs.append(one)
    return found


def rows_of_figures(
    lines: Sequence[TextLine], cells: Sequence[Cells], extents: Extents
) -> list[range]:
    """The lines of each row that has exactly one line of figures, clear gaps around it, and words
    above or below the figures in columns that have none, and of a head without merged cells; what
    can't be told so is left out."""
    columns = _figure_columns(cells)
    anchors = {n for n, one in enumerate(cells) if any(_is_figure(one[c]) for c in columns)}
    tops = [line.box[1] for line in lines]
    leading = _leading(lines, cells, anchors) if len(anchors) > 1 else None
    if leading is None:
        return []
    breaks = [n for n in range(1, len(tops)) if tops[n] - tops[n - 1] > CLEAR * leading]
    parts = [range(a, b) for a, b in zip([0, *breaks], [*breaks, len(tops)], strict=True)]
    head = parts[0]
    names_all = all(any(cells[n][c] for n in head) for c in columns)
    is_plain = not any(_is_merged(lines[n], extents) for n in head)
    is_head = anchors.isdisjoint(head) and len(extents) >= LEAST_COLUMNS and names_all and is_plain
    found = [head] if is_head else []
    return found + [
        part
        for part in parts
        if len(part) > 1
        and len(anchors.intersection(part)) == 1
        and not any(cells[n][c] for n in part if n not in anchors for c in columns)
    ]


def _is_merged(line: TextLine, extents: Extents) -> bool:
    """Whether a line has a piece over several columns."""
    return any(
        sum(begin < s.box[2] and s.box[0] < end for begin, end in extents) > 1
        for s in line.segments
    )


def _figure_columns(cells: Sequence[Cells]) -> list[int]:
    """The columns in which most of the rows have a figure."""
    counts = [sum(_is_figure(one[c]) for one in cells) for c in range(len(cells[0]))]
    most = max(counts)
    return [c for c, count in enumerate(counts) if most > 1 and count > most / 2]


def _is_figure(cell: Sequence[str]) -> bool:
    found = read_cell(" ".join(cell))
    return found.is_figure and len(found.number) > 1


def _leading(lines: Sequence[TextLine], cells: Sequence[Cells], anchors: set[int]) -> float | None:
    """From one line of a cell to its next: the least distance in a column of words. None where
    two rows of figures are as close, so that distances tell nothing."""
    height = sorted(line.height for line in lines)[len(lines) // 2]
    distances = []
    for column in range(len(cells[0])):
        mine = [n for n, one in enumerate(cells) if one[column]]
        distances += [
            lines[b].box[1] - lines[a].box[1]
            for a, b in itertools.pairwise(mine)
            if not anchors.issuperset((a, b))
        ]
    least = min((d for d in distances if d > LEAST_LEADING * height), default=None)
    rows = sorted(anchors)
    pitch = min(lines[b].box[1] - lines[a].box[1] for a, b in itertools.pairwise(rows))
    if least is None or least > MOST_LEADING * height or pitch <= CLEAR * least:
        return None
    return least
