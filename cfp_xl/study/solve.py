"""What value of a lever reaches a target: a straight line at once, anything else by bisection."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

STRAIGHT = 1e-9
"""A function is taken for a straight line where a third point lies so near to it, relatively."""
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Solved:
    """Where a target is reached within bounds."""

    value: float | None
    """None where it is reached nowhere within the bounds."""
    best: float
    """The value that comes nearest, within the bounds."""
    best_total: float
    evaluations: int
    is_straight: bool = False
    """Whether the function was found to be a straight line."""


def solve(
    total: Callable[[float], float],
    target: float,
    start: float,
    bounds: tuple[float, float],
    tolerance: float,
) -> Solved:
    """The lever's value for which `total` is `target` to within `tolerance`, near `start`."""
    calls = [0]

    def miss(x: float) -> float:
        calls[0] += 1
        return total(x) - target

    low, high = bounds
    ends = [(x, miss(x)) for x in (low, high)]
    middle = start if low < start < high else (low + high) / 2
    at_middle = miss(middle)
    slope = (ends[1][1] - ends[0][1]) / (high - low)
    predicted = ends[0][1] + slope * (middle - low)
    scale = max(abs(target), abs(ends[0][1]), abs(ends[1][1]), 1e-300)
    points = [ends[0], (middle, at_middle), ends[1]]
    is_straight = abs(predicted - at_middle) <= STRAIGHT * scale
    if slope and is_straight:
        root = low - ends[0][1] / slope
        if low <= root <= high and abs(miss(root)) <= max(tolerance, STRAIGHT * scale):
            return Solved(root, root, target, calls[0], is_straight=True)
    for (a, at_a), (b, at_b) in pairwise(points):
        if math.copysign(1.0, at_a) != math.copysign(1.0, at_b) or 0.0 in (at_a, at_b):
            root = _bisect(miss, a, b, at_a, tolerance)
            return Solved(root, root, miss(root) + target, calls[0])
    best, off = min(points, key=lambda point: abs(point[1]))
    return Solved(None, best, off + target, calls[0], is_straight)


def _bisect(
    miss: Callable[[float], float], a: float, b: float, at_a: float, tolerance: float
) -> float:
    for _ in range(MOST_STEPS):
        middle = (a + b) / 2
        at_middle = miss(middle)
        if abs(at_middle) <= tolerance or middle in (a, b):
            return middle
        if math.copysign(1.0, at_middle) == math.copysign(1.0, at_a):
            a, at_a = middle, at_middle
        else:
            b = middle
    return (a + b) / 2
