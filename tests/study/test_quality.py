"""Ratings weighted by emissions, and the share of primary data, by hand."""

from __future__ import annotations

import pytest

from cfp_xl.footprint.factor_set import FactorSet
from cfp_xl.study.inputs import SpreadInRow
from cfp_xl.study.quality import NoScores, primary_share, rating, ratings
from tests.study.models import Row, factor, inputs, row, table

ROWS = (
    row("a", 10.0, "kWh", "E", dqr_technology=2.0, data_type="primary"),
    row("b", 5.0, "kg", "S-P1", data_type="初级"),
    row("c", 4.0, "kg", "F", data_type="secondary", reliability=3.0),
)
FACTORS = (
    factor("E", 2.0, "kWh", data_type="primary"),
    factor("S-P1", 4.0, "kg", dqr_technology=4.0, primary_share=0.6),
    factor("F", 2.5, "kg", data_type="secondary"),
)
HELD = FactorSet.from_rows(*table(FACTORS))


def test_a_rating_is_weighted_by_emissions_of_the_rated_rows() -> None:
    """20 kg at 2 and 20 kg at 4 (the factor's), 10 kg without: 3.0 over 80 %."""
    found = rating(inputs(ROWS, FACTORS), HELD, "technology")
    assert found.value == pytest.approx(3.0)
    assert found.coverage == pytest.approx(0.8)
    assert set(ratings(inputs(ROWS, FACTORS), HELD)) == {"technology", "reliability"}
    with pytest.raises(NoScores):
        rating(inputs(ROWS, FACTORS), HELD, "time")


def test_primary_data_need_both_activity_and_factor() -> None:
    """20 of 50 are primary, of the supplier's 20 its own 60 %: (20 + 12) / 50."""
    assert primary_share(inputs(ROWS, FACTORS), HELD) == pytest.approx(0.64, rel=1e-12)


def test_a_score_beyond_five_is_named() -> None:
    bad: Row = {**ROWS[2], "reliability": 7.0}
    with pytest.raises(SpreadInRow, match=r"c \(#1\)"):
        rating(inputs([bad], FACTORS), HELD, "reliability")
