"""Tables that have no rules: lines of a page whose words stand below each other in columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce

from cfp_xl.audit.document import glued
from cfp_xl.audit.reading.pdf_rows import parted, rows_of_figures
from cfp_xl.audit.reading.pdf_words import Segment, TextLine
from cfp_xl.audit.reading.raw import Box, RawCell, RawTable, RawText
from cfp_xl.footprint.wording import plain_text
from cfp_xl.verify.declared.numbers import MARK, read_cell

_BEGUN = re.compile(r"\d\s?[eE][+\-−–]?\d?$")
_REST = re.compile(r"[+\-−–]?\d{1,2}")
"""The two pieces of an exponent that its narrow column broke."""
_CAPTION = re.compile(r"[续續]?表\s?\d|图\s?\d|Table\s\d|Fig(?:ure|\.)\s\d", re.IGNORECASE)
MOST_BETWEEN = 1
"""Lines of one piece between two rows of several."""
LEAST_ROWS = 2
FAR_APART = 3.5
"""Of a line's height: so much further down a new block begins."""
ROOM = 3.0
"""Of a line's height: a line that leaves no more at its end is full."""
CLOSE = 1.35
"""Of a line's height, from top to top: a cell's next line rather than a new row."""


def blocks_of_lines(
    lines: Sequence[TextLine], page: int, margin: float
) -> list[RawText | RawTable]:
    """Lines as text, and runs of lines in columns as tables; `margin` is where text ends right."""
    found: list[RawText | RawTable] = []
    index = 0
    while index < len(lines):
        end = _run_end(lines, index)
        rows = lines[index:end]
        if sum(len(one.segments) > 1 for one in rows) >= LEAST_ROWS:
            found.append(_table(rows, page))
            index = end
        else:
            one = lines[index]
            text = "  ".join(s.text for s in one.segments)
            following = lines[index + 1] if index + 1 < len(lines) else None
            is_full = one.box[2] > margin - max(ROOM * one.height, _first_word(following))
            found.append(RawText(text, page, is_line=True, is_full=is_full, box=one.box))
            index += 1
    return found


def _first_word(line: TextLine | None) -> float:
    """How wide the first word of a line is: where it did not fit, the line before is full."""
    if line is None:
        return 0.0
    glyphs = line.segments[0].glyphs
    size = next((n for n, one in enumerate(glyphs) if n and one.after_blank), len(glyphs))
    is_latin = all(one.text.isascii() for one in glyphs[:size])
    return glyphs[size - 1].right - glyphs[0].left if is_latin else 0.0


def _run_end(lines: Sequence[TextLine], start: int) -> int:
    """After the last line of several pieces of the run that begins with a line of several."""
    last = start
    if len(lines[start].segments) < 2:
        if not _is_piece_of_next(lines, start):
            return start
        last = start + 1
    at, between = last + 1, 0
    while at < len(lines) and between <= MOST_BETWEEN:
        if lines[at].box[1] - lines[at - 1].box[3] > FAR_APART * lines[at].height:
            break
        if len(lines[at].segments) > 1:
            last, between = at, 0
        elif _ends_run(lines, start, last, at):
            break
        else:
            between += not _is_next_of_cell(lines, at)
        at += 1
    return _after_last_cell(lines, start, last)


def _after_last_cell(lines: Sequence[TextLine], start: int, last: int) -> int:
    """After the further lines of the last row's cells; a text below begins further left."""
    inner = min(one.box[0] for one in lines[start : last + 1]) + 2 * lines[start].height
    at = last + 1
    while (
        at < len(lines)
        and len(lines[at].segments) == 1
        and lines[at].box[0] > inner
        and lines[at].box[1] - lines[at - 1].box[1] < CLOSE * lines[at].height
        and not _ends_run(lines, start, last, at)
    ):
        at += 1
    return at


def _is_next_of_cell(lines: Sequence[TextLine], at: int) -> bool:
    """Whether a line is as close to the one above or below as a cell's lines are."""
    near = CLOSE * lines[at].height
    after = lines[at + 1].box[1] - lines[at].box[1] if at + 1 < len(lines) else near
    return min(lines[at].box[1] - lines[at - 1].box[1], after) < near


def _ends_run(lines: Sequence[TextLine], start: int, last: int, at: int) -> bool:
    """Whether a line of one piece is no part of the rows from `start` to `last`: a caption, or
    followed by rows in other columns."""
    rows = lines[start : last + 1]
    if _CAPTION.match(plain_text(lines[at].text)) or not _is_in_a_column(lines[at], rows):
        return True
    columns = _columns(rows)
    following = next((one for one in lines[at + 1 : at + 3] if len(one.segments) > 1), None)
    return following is not None and any(
        not any(c[0] < s.box[2] and s.box[0] < c[1] for c in columns) for s in following.segments
    )


def _is_in_a_column(line: TextLine, rows: Sequence[TextLine]) -> bool:
    """Whether a line of one piece lies in a column of the rows above it, as a cell's next line
    does; what reaches over several is a heading or a caption."""
    columns = _columns(rows)
    if not columns:
        return True
    left, right = line.box[0], line.box[2]
    ends = [columns[0][0] - 2 * line.height, *(c[1] for c in columns[:-1])]
    begins = [*(c[0] for c in columns[1:]), float("inf")]
    return any(end <= left and right <= begin for end, begin in zip(ends, begins, strict=True))


def _is_piece_of_next(lines: Sequence[TextLine], at: int) -> bool:
    """Whether a line of one piece is the first line of a cell of the row right below it."""
    if at + 1 >= len(lines) or len(lines[at + 1].segments) < 2:
        return False
    line, following = lines[at], lines[at + 1]
    if _CAPTION.match(plain_text(line.text)):
        return False
    left, top, right, _ = line.box
    wide = following.box[2] - following.box[0]
    return following.box[1] - top < CLOSE * line.height and right - left < wide / 2


def _table(lines: Sequence[TextLine], page: int) -> RawTable:
    columns = _columns(lines)
    cells_of = [_cells(line, columns) for line in lines]
    known = {n: part for part in rows_of_figures(lines, cells_of, columns) for n in part}
    rows: list[list[list[str]]] = []
    boxes: list[Box] = []
    waiting: list[list[str]] | None = None
    for index, line in enumerate(lines):
        cells = cells_of[index]
        if part := known.get(index):
            if index > part[0]:
                rows[-1] = _below(rows[-1], cells)
                continue
            rows += [waiting, cells] if waiting else [cells]
            boxes += [lines[index - 1].box, line.box] if waiting else [line.box]
            waiting = None
            continue
        before = line.box[1] - lines[index - 1].box[1] if index else 1e9
        after = lines[index + 1].box[1] - line.box[1] if index + 1 < len(lines) else 1e9
        close = CLOSE * line.height
        is_piece = not _has_figure(cells) and min(before, after) < close
        is_of_last = (is_piece and before <= after) or (
            before < close and bool(rows) and _ends_numbers(rows[-1], cells)
        )
        if is_of_last and rows and waiting is None:
            rows[-1] = _below(rows[-1], cells)
        elif is_piece and before > after and not _is_full(cells):
            waiting = _below(waiting, cells) if waiting else cells
        else:
            rows.append(_below(waiting, cells) if waiting else cells)
            boxes.append(line.box)
            waiting = None
    if waiting:
        rows.append(waiting)
        boxes.append(lines[-1].box)
    made = tuple(
        tuple(RawCell(reduce(glued, cell, ""), box=box) for cell in row)
        for row, box in zip(rows, boxes, strict=True)
    )
    first, last = lines[0].box, lines[-1].box
    return RawTable(made, page, box=(first[0], first[1], max(first[2], last[2]), last[3]))


def _cells(line: TextLine, columns: Sequence[tuple[float, float]]) -> list[list[str]]:
    """The words of a line in each column."""
    cells: list[list[str]] = [[] for _ in columns]
    for segment in (part for one in line.segments for part in parted(one, columns)):
        cells[_column_of(segment, columns)].append(segment.text)
    return cells


def _below(cells: list[list[str]], more: list[list[str]]) -> list[list[str]]:
    """The cells of a row with a further line of each."""
    return [[*one, *other] for one, other in zip(cells, more, strict=True)]


def _ends_numbers(row: Sequence[Sequence[str]], cells: Sequence[Sequence[str]]) -> bool:
    """Whether the digits of a line are the ends of exponents that the row above began."""
    digits = [
        (above, piece)
        for above, cell in zip(row, cells, strict=True)
        if (piece := "".join(cell)) and read_cell(piece).is_figure
    ]
    return bool(digits) and all(
        above and _BEGUN.search(above[-1]) and _REST.fullmatch(piece) for above, piece in digits
    )


def _is_full(cells: Sequence[Sequence[str]]) -> bool:
    return all(cells)


def _has_figure(cells: Sequence[Sequence[str]]) -> bool:
    """Whether a line has a figure, or a mark that there is none: then it is a row of its own."""
    read = [read_cell(" ".join(cell)) for cell in cells]
    return any(r.kind == MARK or (r.is_figure and len(r.number) > 1) for r in read)


def _columns(lines: Sequence[TextLine]) -> list[tuple[float, float]]:
    """Left and right of each column: the extents of pieces that overlap, over all rows.

    A piece that reaches over several columns of the fullest rows is a merged heading.
    """
    most = max(len(line.segments) for line in lines)
    extents: list[tuple[float, float]] = []
    for count in range(most, 1, -1):
        for line in lines:
            if len(line.segments) != count:
                continue
            for segment in line.segments:
                extents = _joined(extents, (segment.box[0], segment.box[2]), count == most)
    return sorted(extents)


def _joined(
    extents: list[tuple[float, float]], new: tuple[float, float], may_widen: bool
) -> list[tuple[float, float]]:
    touching = [e for e in extents if e[0] < new[1] and new[0] < e[1]]
    if not touching:
        return [*extents, new]
    if len(touching) > 1 or not may_widen:
        return extents
    old = touching[0]
    rest = [e for e in extents if e is not old]
    return [*rest, (min(old[0], new[0]), max(old[1], new[1]))]


def _column_of(segment: Segment, columns: Sequence[tuple[float, float]]) -> int:
    left, _, right, _ = segment.box
    overlaps = [min(right, c[1]) - max(left, c[0]) for c in columns]
    best = max(range(len(columns)), key=lambda i: (overlaps[i] > 0, -i))
    if overlaps[best] > 0:
        return best
    middle = (left + right) / 2
    return min(range(len(columns)), key=lambda i: abs((columns[i][0] + columns[i][1]) / 2 - middle))
