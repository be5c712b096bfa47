"""Where emissions come from, as flows as wide as they are large: processes, stages, the total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cfp_xl.report.document.pictures.charts import Slice
from cfp_xl.report.document.pictures.svg import COLOURS, fitted, page, rect, words

WIDTH = 720.0
FLOW = 250.0
"""The height of the whole."""
NODE = 12.0
"""The width of a node."""
LEFT, MIDDLE, RIGHT = 210.0, 390.0, 606.0
"""Where the three columns of nodes begin."""
GAP, LINE = 6.0, 17.0
"""Between nodes, and between the middles of their names, at least."""
THINNEST = 0.75


@dataclass(frozen=True, slots=True)
class Branch:
    """A stage and the processes that it is made of, all above zero."""

    stage: Slice
    processes: tuple[Slice, ...]


def sankey_chart(branches: Sequence[Branch], total: str, unit: str) -> str:
    """Flows from left to right; the numbers are those of the tables beside it."""
    scale = FLOW / sum(branch.stage.kgco2e.value for branch in branches)
    stages = [branch.stage.kgco2e.value * scale for branch in branches]
    processes = [one.kgco2e.value * scale for branch in branches for one in branch.processes]
    tops = _tops(processes), _tops(stages), [0.0]
    spans = _end(tops[0], processes), _end(tops[1], stages), FLOW
    height = max(spans) + 40
    first, second, third = (
        [top + (height - span) / 2 for top in column]
        for column, span in zip(tops, spans, strict=True)
    )
    flows: list[str] = []
    nodes: list[str] = []
    at = 0
    into_total = third[0]
    for number, branch in enumerate(branches):
        colour = COLOURS[number % len(COLOURS)]
        into_stage, high = second[number], stages[number]
        for one in branch.processes:
            thick = processes[at]
            flows.append(_flow(LEFT + NODE, first[at], MIDDLE, into_stage, thick, colour))
            nodes += _node(LEFT, first[at], thick, colour)
            label = f"{fitted(one.name, LEFT - 64, 11)} {one.kgco2e.text}"
            nodes.append(words(LEFT - 6, first[at] + thick / 2 + 4, label, anchor="end", size=11))
            into_stage += thick
            at += 1
        flows.append(_flow(MIDDLE + NODE, second[number], RIGHT, into_total, high, colour))
        nodes += _node(MIDDLE, second[number], high, colour)
        middle = second[number] + high / 2 + 4
        label = f"{fitted(branch.stage.name, 165, 12)} {branch.stage.share.text}"
        nodes.append(words(MIDDLE + NODE + 5, middle, label, size=12, bold=True))
        into_total += high
    nodes += _node(RIGHT, third[0], FLOW, COLOURS[0])
    middle = third[0] + FLOW / 2
    nodes.append(words(RIGHT + NODE + 6, middle, total, size=15, bold=True))
    per = fitted(unit, WIDTH - RIGHT - 20, 11)
    nodes.append(words(RIGHT + NODE + 6, middle + 16, per, size=11))
    return page(WIDTH, height, *flows, *nodes)


def _tops(heights: Sequence[float]) -> list[float]:
    """Where the nodes of a column begin, so that their names have room."""
    tops: list[float] = []
    for at, height in enumerate(heights):
        if at == 0:
            tops.append(0.0)
            continue
        middle = tops[-1] + heights[at - 1] / 2
        tops.append(max(tops[-1] + heights[at - 1] + GAP, middle + LINE - height / 2))
    return tops


def _end(tops: Sequence[float], heights: Sequence[float]) -> float:
    return tops[-1] + heights[-1]


def _node(x: float, y: float, height: float, colour: str) -> list[str]:
    return [rect(x, y, NODE, max(height, THINNEST), colour)]


def _flow(x: float, y: float, to_x: float, to_y: float, thick: float, colour: str) -> str:
    """A band that bends from one node to another."""
    bend = (x + to_x) / 2
    thick = max(thick, THINNEST)
    return (
        f'<path d="M{x:.1f} {y:.2f} C{bend:.1f} {y:.2f} {bend:.1f} {to_y:.2f} {to_x:.1f} {to_y:.2f}'
        f" L{to_x:.1f} {to_y + thick:.2f} C{bend:.1f} {to_y + thick:.2f} {bend:.1f} {y + thick:.2f}"
        f' {x:.1f} {y + thick:.2f} Z" fill="{colour}" fill-opacity="0.4"/>'
    )
