"""The system boundary: the stages of a life in a row, their processes below, a frame around what
is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cfp_xl.report.document.pictures.svg import INK, LINE, SOFT, arrow, page, rect, words, wrapped

WIDTH = 720.0
MOST_PROCESSES = 6
BOX_HEIGHT, STEP = 44.0, 34.0


@dataclass(frozen=True, slots=True)
class StageBox:
    """A stage with its processes; outside where the inventory has no row of it."""

    name: str
    processes: tuple[str, ...]
    is_inside: bool


def boundary_picture(title: str, boxes: Sequence[StageBox]) -> str:
    """Boxes from left to right; the dashed frame holds those that are counted."""
    gap = 22.0
    width = (WIDTH - 40 - gap * (len(boxes) - 1)) / len(boxes)
    most = max(min(len(box.processes), MOST_PROCESSES + 1) for box in boxes)
    height = 110 + BOX_HEIGHT + STEP * max(most, 1)
    shapes: list[str] = []
    inside = [at for at, box in enumerate(boxes) if box.is_inside]
    if inside:
        left = 20 + inside[0] * (width + gap) - 10
        right = 20 + inside[-1] * (width + gap) + width + 10
        shapes.append(rect(left, 14, right - left, height - 28, "none", line=SOFT, dash="6 4"))
        shapes.append(words(left + 10, 34, title, colour=SOFT))
    for at, box in enumerate(boxes):
        x = 20 + at * (width + gap)
        if at:
            shapes.append(arrow(x - gap, 54 + BOX_HEIGHT / 2, x))
        shapes += _box(box, x, 54, width)
    return page(WIDTH, height, *shapes)


def _box(box: StageBox, x: float, y: float, width: float) -> list[str]:
    fill, dash = ("#dfece4", "") if box.is_inside else ("#ffffff", "4 3")
    colour = INK if box.is_inside else SOFT
    shapes = [rect(x, y, width, BOX_HEIGHT, fill, line=LINE, dash=dash)]
    lines = wrapped(box.name, width - 8)
    first = y + BOX_HEIGHT / 2 + 5 - 8 * (len(lines) - 1)
    for at, line in enumerate(lines):
        middle = x + width / 2
        shapes.append(
            words(middle, first + 16 * at, line, anchor="middle", colour=colour, bold=True)
        )
    names = list(box.processes[:MOST_PROCESSES])
    if len(box.processes) > MOST_PROCESSES:
        names.append(f"… +{len(box.processes) - MOST_PROCESSES}")
    for at, name in enumerate(names):
        top = y + BOX_HEIGHT + 10 + STEP * at
        shapes.append(rect(x + 4, top, width - 8, STEP - 6, "#ffffff", line=LINE))
        for line_at, line in enumerate(found := wrapped(name, width - 16, 11)):
            down = top + 18 - 6.5 * (len(found) - 1) + 12 * line_at
            shapes.append(words(x + width / 2, down, line, anchor="middle", size=11))
    return shapes
