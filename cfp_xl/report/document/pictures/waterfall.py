"""From one result to another, or parts up to the whole: a step begins where the last ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cfp_xl.report.document.model import ReportNumber
from cfp_xl.report.document.pictures.svg import (
    COLOURS,
    LINE,
    SOFT,
    fitted,
    page,
    rect,
    straight,
    words,
)

WIDTH = 720.0
ROW = 30.0
NAMES = 230.0
"""Room for the names of steps."""
NUMBERS = 80.0
"""Room for a number at either end."""
UP, DOWN, WHOLE = COLOURS[4], COLOURS[1], COLOURS[0]


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """A part that is added or taken off; `is_result` of a bar that stands from zero."""

    name: str
    number: ReportNumber
    is_result: bool = False


def waterfall_chart(steps: Sequence[WaterfallStep], unit: str) -> str:
    """Steps from top to bottom, values from left to right; changes have their sign."""
    spans = list(_spans(steps))
    low = min(0.0, *(min(span) for span in spans))
    high = max(0.0, *(max(span) for span in spans))
    first = NAMES + (NUMBERS if low < 0 else 10.0)
    scale = (WIDTH - first - NUMBERS) / ((high - low) or 1.0)

    def x(value: float) -> float:
        return first + (value - low) * scale

    height = 40 + ROW * len(steps)
    shapes = [straight(x(0.0), 8, x(0.0), height - 28, LINE)]
    for at, (step, (start, end)) in enumerate(zip(steps, spans, strict=True)):
        y = 8 + ROW * at
        left, right = sorted((x(start), x(end)))
        colour = WHOLE if step.is_result else UP if end >= start else DOWN
        shapes.append(words(NAMES, y + 19, fitted(step.name, NAMES - 10), anchor="end"))
        shapes.append(rect(left, y + 5, max(right - left, 1.0), ROW - 10, colour))
        text = step.number.text
        sign = "+" if not step.is_result and step.number.value > 0 else ""
        if end < 0:
            shapes.append(words(left - 6, y + 19, sign + text, anchor="end", size=12))
        else:
            shapes.append(words(max(right, left + 1) + 6, y + 19, sign + text, size=12))
        if at + 1 < len(steps):
            shapes.append(straight(x(end), y + ROW - 5, x(end), y + ROW + 5))
    shapes.append(words(first, height - 8, unit, colour=SOFT, size=12))
    return page(WIDTH, height, *shapes)


def _spans(steps: Sequence[WaterfallStep]) -> list[tuple[float, float]]:
    """From where to where each step goes."""
    spans: list[tuple[float, float]] = []
    so_far = 0.0
    for step in steps:
        start = 0.0 if step.is_result else so_far
        so_far = start + step.number.value
        spans.append((start, so_far))
    return spans
