"""Charts of results: a ring of stages, bars of sources, a tornado of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cfp_xl.report.document.model import ReportNumber
from cfp_xl.report.document.pictures.svg import (
    COLOURS,
    INK,
    LINE,
    SOFT,
    fitted,
    page,
    rect,
    ring,
    straight,
    words,
)

WIDTH = 720.0
ROW = 30.0
NAMES = 230.0
"""Room for the names of bars."""


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a whole, with the numbers of the table beside it."""

    name: str
    kgco2e: ReportNumber
    share: ReportNumber


def ring_chart(slices: Sequence[Slice], total: str, unit: str) -> str:
    """A ring with the total in its middle; names and numbers beside it."""
    height = max(240.0, 60 + ROW * len(slices))
    middle = height / 2
    shapes: list[str] = []
    start = 0.0
    whole = sum(one.kgco2e.value for one in slices)
    for at, one in enumerate(slices):
        share = one.kgco2e.value / whole
        shapes.append(ring(150, middle, 105, start, share, COLOURS[at % len(COLOURS)]))
        start += share
    shapes.append(words(150, middle + 2, total, anchor="middle", size=22, bold=True))
    shapes.append(words(150, middle + 22, unit, anchor="middle", colour=SOFT, size=12))
    top = middle - ROW * len(slices) / 2
    for at, one in enumerate(slices):
        y = top + ROW * at
        shapes.append(rect(310, y + 6, 16, 16, COLOURS[at % len(COLOURS)]))
        shapes.append(words(336, y + 19, fitted(one.name, 190)))
        shapes.append(words(620, y + 19, one.kgco2e.text, anchor="end"))
        shapes.append(words(704, y + 19, one.share.text, anchor="end", bold=True))
    return page(WIDTH, height, *shapes)


def bar_chart(bars: Sequence[Slice], unit: str) -> str:
    """Bars from left to right, the numbers at their ends; those below zero go to the left."""
    low = min(0.0, *(one.kgco2e.value for one in bars))
    high = max(0.0, *(one.kgco2e.value for one in bars))
    room = WIDTH - NAMES - 110
    scale = room / ((high - low) or 1.0)
    zero = NAMES + 10 - low * scale
    height = 40 + ROW * len(bars)
    shapes = [straight(zero, 8, zero, height - 28, LINE)]
    for at, one in enumerate(bars):
        y = 8 + ROW * at
        value = one.kgco2e.value
        left, width = (
            (zero, value * scale) if value >= 0 else (zero + value * scale, -value * scale)
        )
        shapes.append(words(NAMES, y + 19, fitted(one.name, NAMES - 10), anchor="end"))
        shapes.append(rect(left, y + 5, max(width, 1.0), ROW - 10, COLOURS[0]))
        end = left + max(width, 1.0) + 6
        shapes.append(words(end, y + 19, one.kgco2e.text, size=12))
    shapes.append(words(NAMES + 10, height - 8, unit, colour=SOFT, size=12))
    return page(WIDTH, height, *shapes)


def tornado_chart(
    bars: Sequence[tuple[str, ReportNumber, ReportNumber]], base: ReportNumber, unit: str
) -> str:
    """The result at the low and the high end of each input, about the result as it is."""
    ends = [base.value, *(end.value for _, low, high in bars for end in (low, high))]
    low, high = min(ends), max(ends)
    left, right = NAMES + 70, WIDTH - 80
    scale = (right - left) / ((high - low) or 1.0)
    middle = left + (base.value - low) * scale
    height = 58 + ROW * len(bars)
    shapes: list[str] = []
    for at, (name, *both) in enumerate(bars):
        y = 30 + ROW * at
        first, last = sorted(both, key=lambda end: end.value)
        x = left + (first.value - low) * scale
        to_x = left + (last.value - low) * scale
        shapes.append(words(NAMES, y + 19, fitted(name, NAMES - 10), anchor="end"))
        shapes.append(rect(x, y + 5, middle - x, ROW - 10, COLOURS[1]))
        shapes.append(rect(middle, y + 5, to_x - middle, ROW - 10, COLOURS[0]))
        shapes.append(words(min(x, middle) - 5, y + 19, first.text, anchor="end", size=11))
        shapes.append(words(max(to_x, middle) + 5, y + 19, last.text, size=11))
    shapes.append(straight(middle, 26, middle, height - 26, INK))
    shapes.append(words(middle, 20, f"{base.text} {unit}", anchor="middle", bold=True))
    return page(WIDTH, height, *shapes)
