"""The bridge closes and is Shapley's; the solver reaches a target or says what comes nearest."""

from __future__ import annotations

import math
import random
from itertools import permutations

import pytest

from cfp_xl.footprint.factor_set import FactorSet
from cfp_xl.study.bridge import Bridge, Cause, bridge, shapley
from cfp_xl.study.solve import solve
from tests.study.models import Row, factor, inputs, row, table


def bridged(
    old: list[Row], old_factors: list[Row], new: list[Row], new_factors: list[Row]
) -> Bridge:
    return bridge(
        inputs(old, old_factors),
        FactorSet.from_rows(*table(old_factors)),
        inputs(new, new_factors),
        FactorSet.from_rows(*table(new_factors)),
    )


def test_shapley_is_the_mean_over_all_orders() -> None:
    before, after = (2.0, 3.0, 5.0), (7.0, 11.0, 13.0)
    by_hand = [0.0, 0.0, 0.0]
    for order in permutations(range(3)):
        now = list(before)
        for player in order:
            start = math.prod(now)
            now[player] = after[player]
            by_hand[player] += (math.prod(now) - start) / 6
    assert shapley(before, after) == pytest.approx(by_hand, rel=1e-12)


def test_a_bridge_by_hand() -> None:
    """Power 100 → 80 kWh at 0.6 → 0.5: quantity −20 × 0.55 = −11, factor −0.1 × 90 = −9; coal 5 × 2
    goes, gas 3 × 1 comes, and 1000 g is the same kg as before."""
    old = [row("power", 100.0, "kWh", "E"), row("coal", 5.0, "kg", "C"), row("oil", 1.0, "kg", "C")]
    new = [
        row("power", 0.08, "MWh", "E2"),
        row("gas", 3.0, "kg", "G"),
        row("oil", 1000.0, "g", "C"),
    ]
    found = bridged(
        old,
        [factor("E", 0.6, "kWh"), factor("C", 2.0, "kg")],
        new,
        [factor("E2", 500.0, "MWh"), factor("G", 1.0, "kg"), factor("C", 2.0, "kg")],
    )
    assert found.difference == pytest.approx(45.0 - 72.0, rel=1e-12)
    steps = {(step.cause, step.label.partition(" ")[0]): step.kgco2e for step in found.steps}
    expected = {
        (Cause.ACTIVITY, "power"): -11.0,
        (Cause.REMOVED, "coal"): -10.0,
        (Cause.FACTOR, "power"): -9.0,
        (Cause.ADDED, "gas"): 3.0,
    }
    assert steps == {key: pytest.approx(value, rel=1e-9) for key, value in expected.items()}
    assert found.by_cause()[Cause.ACTIVITY] == pytest.approx(-11.0, rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_a_bridge_closes(seed: int) -> None:
    rng = random.Random(seed)
    ids = [f"F{n}" for n in range(6)]
    sides = []
    for _ in (0, 1):
        factors: list[Row] = [
            factor(id, rng.uniform(0.1, 9), rng.choice(["kg", "t"])) for id in ids
        ]
        rows: list[Row] = [
            row(f"a{n}", rng.uniform(0.1, 9), rng.choice(["kg", "g"]), rng.choice(ids))
            for n in range(12)
            if rng.random() < 0.8
        ]
        rows.append(row("wheels", rng.uniform(1, 5), "piece", "A-W"))
        rows.append(row("rim", rng.uniform(1, 5), "kg", ids[0], assembly="W"))
        sides.append((rows, factors))
    assemblies: list[Row] = [{"id": "W", "output": 2.0, "unit": "piece"}]
    old, new = (
        (inputs(rows, factors, assemblies), FactorSet.from_rows(*table(factors)))
        for rows, factors in sides
    )
    found = bridge(*old, *new)
    assert abs(math.fsum(s.kgco2e for s in found.steps) - found.difference) <= 1e-12 * max(
        found.before_kgco2e, found.after_kgco2e
    )
    sizes = [abs(step.kgco2e) for step in found.steps]
    assert sizes == sorted(sizes, reverse=True)


def test_a_straight_line_is_solved_at_once() -> None:
    found = solve(lambda x: 3 * x + 1, 10.0, 5.0, (0.0, 50.0), 1e-9)
    assert found.value == pytest.approx(3.0, rel=1e-12)
    assert found.evaluations == 4
    assert found.is_straight


def test_a_curve_and_a_step_are_bisected() -> None:
    curve = solve(lambda x: x**3, 8.0, 1.0, (0.0, 10.0), 1e-10)
    assert curve.value == pytest.approx(2.0, rel=1e-9)
    step = solve(lambda x: 1.0 if x < 4 else 9.0, 5.0, 1.0, (0.0, 10.0), 1e-9)
    assert step.value == pytest.approx(4.0, rel=1e-9), "where it jumps over the target"
    assert step.best_total != pytest.approx(5.0)


def test_what_is_not_reached_is_said_with_the_nearest() -> None:
    found = solve(lambda x: 3 * x + 1, 100.0, 5.0, (0.0, 10.0), 1e-9)
    assert (found.value, found.best, found.best_total) == (None, 10.0, 31.0)
