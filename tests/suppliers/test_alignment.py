"""Rows and columns that went elsewhere are found again by their texts."""

from __future__ import annotations

import pytest

from cfp_xl.workbook.alignment.align import Axis, align

A, B, C, D = (("●", "name"), ("●", "output"), ("○", "mass"), ("kg",))
NONE: tuple[str, ...] = ()

MOVES = [
    ("as they were", [A, B, C], [A, B, C], {1: 1, 2: 2, 3: 3}),
    ("one put in", [A, B, C], [A, NONE, B, C], {1: 1, 2: 3, 3: 4}),
    ("one put in at the top", [A, B], [("note",), A, B], {1: 2, 2: 3}),
    ("one taken out", [A, B, C], [A, C], {1: 1, 3: 2}),
    ("two swapped", [A, B, C], [B, A, C], {1: 2, 2: 1, 3: 3}),
    ("first moved to the end", [A, B, C, D], [B, C, D, A], {1: 4, 2: 1, 3: 2, 4: 3}),
    ("a text changed", [A, B, C], [A, ("●", "OUTPUT!"), C], {1: 1, 2: 2, 3: 3}),
    ("a text changed, one put in", [A, B, C], [NONE, A, ("●", "x"), C], {1: 2, 2: 3, 3: 4}),
    ("reversed", [A, B, C], [C, B, A], {1: 3, 2: 2, 3: 1}),
    ("without texts, in their order", [NONE, A, NONE], [NONE, A, NONE], {1: 1, 2: 2, 3: 3}),
    ("alike, one more", [D, D, D], [D, D, D, D], {1: 1, 2: 2, 3: 3}),
    ("nothing left", [A, B], [], {}),
]


@pytest.mark.parametrize(
    ("ours", "theirs", "pairs"), [m[1:] for m in MOVES], ids=[m[0] for m in MOVES]
)
def test_where_each_went(
    ours: list[tuple[str, ...]], theirs: list[tuple[str, ...]], pairs: dict[int, int]
) -> None:
    assert align(ours, theirs) == pairs


PUT_IN = Axis({1: 1, 2: 2, 3: 5, 4: 6})
"""Two were put in after the second."""
SWAPPED = Axis({1: 2, 2: 1, 3: 3})


@pytest.mark.parametrize(
    ("axis", "first", "last", "runs"),
    [
        (Axis({1: 1, 2: 2}), 1, 2, ((1, 2),)),
        (PUT_IN, 1, 6, ((1, 4),)),
        (PUT_IN, 2, 5, ((2, 3),)),
        (PUT_IN, 3, 4, ()),
        (PUT_IN, 5, 1_048_576, ((3, 1_048_574),)),
        (PUT_IN, 8, 9, ((6, 7),)),
        (SWAPPED, 1, 2, ((1, 2),)),
        (SWAPPED, 2, 3, ((1, 1), (3, 3))),
    ],
)
def test_a_range_is_told_in_the_templates_own_numbers(
    axis: Axis, first: int, last: int, runs: tuple[tuple[int, int], ...]
) -> None:
    assert axis.origins(first, last) == runs
