"""Uncertainty by formulas and by simulation: a worked case, three conventions, bad input."""

from __future__ import annotations

import math
import subprocess
import sys
from hashlib import sha256
from statistics import NormalDist

import numpy as np
import pytest

from cfp_xl.footprint.errors import FootprintError
from cfp_xl.study.analytic import NoSpread, analytic, tornado
from cfp_xl.study.inputs import Inputs, SpreadInRow
from cfp_xl.study.monte_carlo import simulate, spearman, totals
from cfp_xl.study.pedigree import basic_class, pedigree_sigma, scores
from cfp_xl.study.spread import (
    SigmaNegative,
    gsd2_of,
    gsd_of,
    sigma_of_gsd,
    sigma_of_gsd2,
    sigma_of_percent,
    sigma_of_variance,
)
from cfp_xl.study.stated import stated_spread
from tests.study.models import Row, factor, inputs, row

S = {"A1": 0.05, "A2": 0.10, "E": 0.08, "B": 0.02, "F": 0.15}
"""σ of the logarithm, by input; E is the factor that two rows share."""


def gsd2(sigma: float) -> float:
    return math.exp(2 * sigma)


def worked_case() -> Inputs:
    """Rows of 100 and 50 kWh share the factor 0.6; 20 kg × 2.0."""
    return inputs(
        [
            row("A1", 100.0, "kWh", "E", gsd2=gsd2(S["A1"])),
            row("A2", 50.0, "kWh", "E", gsd2=gsd2(S["A2"])),
            row("B", 20.0, "kg", "F", gsd2=gsd2(S["B"])),
        ],
        [
            factor("E", 0.6, "kWh", gsd2=gsd2(S["E"])),
            factor("F", 2.0, "kg", gsd2=gsd2(S["F"])),
        ],
    )


def short(id: str) -> str:
    return id.rpartition(":")[2].rpartition("/")[2]


def printed(value: float, text: str) -> bool:
    """Whether a value rounds to a printed number."""
    return f"{value:.{len(text.partition('.')[2])}f}" == text


def test_the_worked_case_by_first_order() -> None:
    result = analytic(worked_case())
    assert result.deterministic == pytest.approx(130.0, rel=1e-15)
    assert printed(result.sigma, "0.079376")
    assert printed(result.gsd2, "1.17205")
    assert printed(result.low, "111.270")
    assert printed(result.high, "151.883")
    shown = {short(c.input.id): c for c in result.contributions}
    shares = {"A1": ".46154", "A2": ".23077", "E": ".69231", "B": ".30769", "F": ".30769"}
    parts = {"A1": "8.45", "A2": "8.45", "E": "48.69", "B": "0.60", "F": "33.81"}
    for name in S:
        assert printed(shown[name].elasticity, f"0{shares[name]}")
        assert printed(100 * shown[name].variance_share, parts[name])
    assert [short(c.input.id) for c in result.contributions][:2] == ["E", "F"]
    assert result.is_lognormal


def test_the_worked_case_by_formulas_evaluated_apart() -> None:
    share = {"A1": 60 / 130, "A2": 30 / 130, "E": 90 / 130, "B": 40 / 130, "F": 40 / 130}
    sigma = math.sqrt(sum((share[k] * S[k]) ** 2 for k in S))
    mean = math.exp(S["E"] ** 2 / 2) * (
        60 * math.exp(S["A1"] ** 2 / 2) + 30 * math.exp(S["A2"] ** 2 / 2)
    ) + 40 * math.exp((S["B"] ** 2 + S["F"] ** 2) / 2)
    square = math.exp(2 * S["E"] ** 2) * (
        3600 * math.exp(2 * S["A1"] ** 2)
        + 900 * math.exp(2 * S["A2"] ** 2)
        + 2 * 60 * 30 * math.exp((S["A1"] ** 2 + S["A2"] ** 2) / 2)
    ) + 1600 * math.exp(2 * (S["B"] ** 2 + S["F"] ** 2))
    electricity = math.exp(S["E"] ** 2 / 2) * (
        60 * math.exp(S["A1"] ** 2 / 2) + 30 * math.exp(S["A2"] ** 2 / 2)
    )
    square += 2 * electricity * (mean - electricity)
    result = analytic(worked_case())
    assert result.sigma == pytest.approx(sigma, rel=1e-9)
    assert result.mean == pytest.approx(mean, rel=1e-9)
    assert result.sd == pytest.approx(math.sqrt(square - mean**2), rel=1e-9)
    assert printed(result.mean, "130.97524")
    assert result.sd is not None
    assert printed(result.sd, "10.43685")
    fw = math.sqrt(math.log1p((result.sd / mean) ** 2))
    z = NormalDist().inv_cdf(0.975)
    assert result.low_by_moments == pytest.approx(mean * math.exp(-fw * fw / 2 - z * fw), rel=1e-9)
    assert result.high_by_moments == pytest.approx(mean * math.exp(-fw * fw / 2 + z * fw), rel=1e-9)


def test_a_factor_drawn_for_each_row_would_be_too_small() -> None:
    """The mistake that sharing prevents gives σ 0.070266, GSD² 1.15089."""
    apart = [60 / 130 * S["E"], 30 / 130 * S["E"]]
    others = [60 / 130 * S["A1"], 30 / 130 * S["A2"], 40 / 130 * S["B"], 40 / 130 * S["F"]]
    wrong = math.sqrt(sum(part**2 for part in (*apart, *others)))
    assert (printed(wrong, "0.070266"), printed(gsd2_of(wrong), "1.15089")) == (True, True)
    assert analytic(worked_case()).sigma > wrong * 1.1


def test_the_tornado_of_the_worked_case() -> None:
    bars = {short(bar.input.id): bar for bar in tornado(worked_case())}
    ends = {
        "A1": ("124.399", "136.178"),
        "A2": ("124.660", "136.496"),  # 100 + 30 × e^−0.19600 = 124.66046
        "E": ("116.939", "145.278"),
        "B": ("128.462", "131.599"),
        "F": ("119.811", "143.671"),
    }
    for name, (low, high) in ends.items():
        assert printed(bars[name].low, low), (name, bars[name].low)
        assert printed(bars[name].high, high), (name, bars[name].high)
    assert list(bars)[:2] == ["E", "F"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_simulation_agrees_with_the_exact_mean(seed: int) -> None:
    model = worked_case()
    found, exact = simulate(model, 20_000, seed), analytic(model)
    assert abs(found.mean - exact.mean) < 3 * found.standard_error
    assert abs(np.log(found.values).std() - 0.0797) < 0.002
    assert found.low == pytest.approx(111.68, rel=0.01)
    assert found.high == pytest.approx(152.64, rel=0.01)
    ids = [c.input.id for c in exact.contributions]
    expected = {"A1": 0.277, "A2": 0.278, "E": 0.679, "B": 0.074, "F": 0.568}
    for id, rho in spearman(model, found, ids).items():
        assert rho == pytest.approx(expected[short(id)], abs=0.03)


def test_two_processes_draw_the_same_bytes() -> None:
    code = (
        "from tests.study.test_uncertainty import worked_case, digest; print(digest(worked_case()))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert run.stdout.strip() == digest(worked_case())


def digest(model: Inputs) -> str:
    return sha256(totals(model, 1000, 7).tobytes()).hexdigest()


def test_a_new_row_changes_no_other_draw() -> None:
    rows = [row("A1", 100.0, "kWh", "E", gsd2=1.2), row("A2", 50.0, "kWh", "E", gsd2=1.3)]
    factors = [factor("E", 0.6, "kWh", gsd2=1.1), factor("F", 2.0, "kg", gsd2=1.2)]
    new = row("B", 20.0, "kg", "F")
    before = totals(inputs(rows, factors), 500, 3)
    after = totals(inputs([rows[1], new, rows[0]], factors), 500, 3)
    alone = totals(inputs([new], factors), 500, 3)
    np.testing.assert_allclose(after, before + alone, rtol=1e-13)


def test_one_meter_is_one_input() -> None:
    """Two rows of one meter move together: σ_T is the meter's own."""
    rows = [
        row("A1", 100.0, "kWh", "E", gsd2=gsd2(0.1), allocation_id="B1"),
        row("A2", 50.0, "kWh", "E", allocation_id="B1"),
    ]
    model = inputs(rows, [factor("E", 0.6, "kWh")])
    assert analytic(model).sigma == pytest.approx(0.1, rel=1e-12)
    assert [one.id for one in model] == ["meter:B1", "factor:E"]


def test_inputs_of_assemblies_go_through_those_that_take_them() -> None:
    """Hub 10 × 2 = 20 of which 2 are taken: 40 of 50; the factor also gives the other 10."""
    rows = [
        row("hubs", 2.0, "piece", "A-HUB", gsd2=gsd2(0.1)),
        row("steel", 5.0, "kg", "S"),
        row("hub's steel", 10.0, "kg", "S", assembly="HUB", gsd2=gsd2(0.2)),
    ]
    model = inputs(
        rows,
        [factor("S", 2.0, "kg", gsd2=gsd2(0.3))],
        [{"id": "HUB", "output": 1.0, "unit": "piece"}],
    )
    result = analytic(model)
    shares = {short(c.input.id): c.elasticity for c in result.contributions}
    expected = {"hubs": 0.8, "steel": 0.2, "hub's steel": 0.8, "S": 1.0}
    assert shares == {name: pytest.approx(share, rel=1e-12) for name, share in expected.items()}
    assert result.sigma == pytest.approx(math.sqrt(0.08**2 + 0.16**2 + 0.3**2), rel=1e-12)
    simulated = simulate(model, 40_000, 5)
    assert abs(simulated.mean - result.mean) < 3 * simulated.standard_error
    assert result.sd is not None
    assert simulated.sd == pytest.approx(result.sd, rel=0.03)


def test_three_spellings_of_one_lognormal() -> None:
    """UNCERTAINTY: for σ = 0.10 GSD 1.1052, GSD² 1.2214, variance 0.0100; SimaPro's 1.05."""
    assert (printed(gsd_of(0.1), "1.1052"), printed(gsd2_of(0.1), "1.2214")) == (True, True)
    assert sigma_of_gsd(math.exp(0.1)) == pytest.approx(0.1, rel=1e-12)
    assert sigma_of_gsd2(math.exp(0.2)) == pytest.approx(0.1, rel=1e-12)
    assert sigma_of_variance(0.01) == pytest.approx(0.1, rel=1e-12)
    assert printed(sigma_of_gsd2(1.05), "0.024395")
    z = NormalDist().inv_cdf(0.975)
    assert math.exp(z * sigma_of_percent(10.0)) == pytest.approx(1.1, rel=1e-12)
    for bad in (0.9, 0.0, -1.0, math.nan):
        with pytest.raises(SigmaNegative):
            sigma_of_gsd(bad)


def test_pedigree() -> None:
    """Scores (2,3,2,1,3) and 1.05 give σ 0.101558, GSD 1.10689, GSD² 1.22522."""
    sigma = pedigree_sigma((2, 3, 2, 1, 3), basic_class("energy").sigma)
    assert printed(sigma, "0.101558")
    assert (printed(gsd_of(sigma), "1.10689"), printed(gsd2_of(sigma), "1.22522")) == (True, True)
    variances = {
        "reliability": (".000000", ".000595", ".002271", ".008310", ".041100"),
        "completeness": (".000000", ".000098", ".000595", ".002271", ".008310"),
        "time_score": (".000000", ".000218", ".002271", ".008310", ".041100"),
        "geography": (".000000", ".000025", ".000098", ".000595", ".002271"),
        "technology": (".000000", ".000595", ".008310", ".041100", ".120113"),
    }
    for id, factors in scores().items():
        found = [(math.log(u) / 2) ** 2 for u in factors]
        assert all(printed(v, f"0{t}") for v, t in zip(found, variances[id], strict=True)), id


SCORES: Row = {
    "reliability": 2.0,
    "completeness": 3.0,
    "time_score": 2.0,
    "geography": 1.0,
    "technology": 3.0,
    "basic_class": "能源",
}


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        ({"gsd2": 0.9}, "gsd2_below_one"),
        ({"gsd2": "1.1"}, "number_expected"),
        ({"uncertainty_percent": -5.0}, "percent_range"),
        ({"gsd2": 1.1, "uncertainty_percent": 5.0}, "spread_twice"),
        ({"distribution": "triangular", "low": 1.0, "high": 3.0}, "bounds_missing"),
        ({"distribution": "三角", "low": 3.0, "mode_value": 1.0, "high": 2.0}, "bounds_order"),
        ({"distribution": "uniform", "low": -1.0, "high": 2.0}, "bounds_not_positive"),
        ({"distribution": "normal"}, "spread_missing"),
        ({"distribution": "beta", "gsd2": 1.1}, "distribution_not_known"),
        ({**SCORES, "technology": 6.0}, "score_not_known"),
        ({**SCORES, "technology": None}, "scores_missing"),
        ({**SCORES, "basic_class": "luck"}, "class_not_known"),
    ],
)
def test_bad_input_is_named_with_its_row(cells: Row, key: str) -> None:
    with pytest.raises(SpreadInRow) as caught:
        inputs([row("melting", 2.0, "kWh", "E", **cells)], [factor("E", 0.6, "kWh")])
    why = caught.value.values["why"]
    assert isinstance(why, FootprintError)
    assert why.key.rpartition(".")[2] == key
    assert "melting (#1)" in caught.value.say("en")
    assert "melting" in caught.value.say("zh")


@pytest.mark.parametrize(
    ("cells", "mean", "sd"),
    [
        ({"distribution": "uniform", "low": 1.0, "high": 3.0}, 2.0, 2 / math.sqrt(12)),
        (
            {"distribution": "triangular", "low": 1.0, "mode_value": 2.0, "high": 6.0},
            3.0,
            math.sqrt((1 + 36 + 4 - 6 - 2 - 12) / 18),
        ),
        ({"distribution": "normal", "uncertainty_percent": 19.59964}, 2.0, 0.2),
        ({"uncertainty_percent": 10.0}, 2 * math.exp(sigma_of_percent(10) ** 2 / 2), None),
    ],
)
def test_each_distribution_has_its_mean_and_deviation(
    cells: Row, mean: float, sd: float | None
) -> None:
    spread = stated_spread("activities", cells, 2.0)
    assert spread is not None
    assert 2 * spread.mean == pytest.approx(mean, rel=1e-12)
    if sd is not None:
        found = 2 * spread.mean * math.sqrt(spread.relative_variance)
        assert found == pytest.approx(sd, rel=1e-6)
    model = inputs([row("x", 2.0, "kg", "F", **cells)], [factor("F", 1.0, "kg")])
    drawn = totals(model, 40_000, 11)
    assert drawn.mean() == pytest.approx(mean, rel=0.01)
    for p in (0.025, 0.5, 0.975):
        assert np.quantile(drawn, p) == pytest.approx(2 * spread.quantile(p), rel=0.02)


def test_nothing_stated_is_not_certain() -> None:
    with pytest.raises(NoSpread):
        analytic(inputs([row("x", 2.0, "kg", "F")], [factor("F", 1.0, "kg")]))
