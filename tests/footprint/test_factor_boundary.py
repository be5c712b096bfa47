"""Boundaries of factors: what the shipped sets state, and how other factors get theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.factor_boundary import (
    FactorBoundaryNotKnown,
    boundary_of_factor,
    factor_boundaries,
    find_factor_boundary,
)
from cfp_xl.footprint.factors import builtin, builtin_sets, library
from cfp_xl.messages import Text

STATED = [
    # Announcement of 2025-09-28: the national average is for use of electricity; table 2 is of
    # generation by technology; transmission and distribution are given without and with losses.
    ("CN-ELEC-CFP-2024", "consumer"),
    ("CN-ELEC-CFP-2023", "consumer"),
    ("CN-ELEC-CFP-2024-COAL", "busbar"),
    ("CN-ELEC-CFP-2023-PV", "busbar"),
    ("CN-ELEC-CFP-2024-TD-EXLOSS", "network"),
    ("CN-ELEC-CFP-2024-TD-INLOSS", "losses"),
    ("CN-GRID-CO2-2023-AVG-CN-ZJ", "grid_co2"),
    ("CN-ETS-GRID-2022", "grid_co2"),
    ("PROC-CO2-CACO3", "process"),
    ("CN-FUEL-GBT32151-DIESEL", "combustion"),
    ("IPCC2006-NATURAL-GAS", "combustion"),
    # DESNZ 2025 by table; a waste's 4.69 or 1.01 kg/t is its collection alone (methodology paper).
    ("DESNZ2025-1_100_1000_15_1", "combustion"),
    ("DESNZ2025-7_400_4000_5_1", "busbar"),
    ("DESNZ2025-13_402_4000_5_1", "losses"),
    ("DESNZ2025-19_505_5120_15_1", "cradle_to_gate"),
    ("DESNZ2025-27_304_3140_14_1", "tank_to_wheel"),
    ("DESNZ2025-28_907_3140_14_1", "upstream"),
    ("DESNZ2025-20_505_5381_15_1", "transport_only"),
    ("DESNZ2025-20_503_5337_15_1", "transport_only"),
    ("DESNZ2025-20_505_5383_15_1", "disposal"),
    ("DESNZ2025-20_506_5446_15_1", "disposal"),
    ("DESNZ2025-WTW-304_3140_14_1", "well_to_wheel"),
    ("GBT51366-CARBON-STEEL", "cradle_to_gate"),
    ("MOENV-PURE-COPPER-WIRE-2013", "not_stated"),
    ("CN-HEAT-CO2", "combustion"),
    ("CBAM-CN-731816", "cbam_default"),
]
"""The id of a shipped factor and its boundary, by the source's own tables and notes."""

OWN = Factor("OWN", Text("自有", "own"), "", 1.0, "kgCO2e", "kg")


@pytest.mark.parametrize(("id", "boundary"), STATED)
def test_shipped_factors_state_their_boundary(id: str, boundary: str) -> None:
    assert boundary_of_factor(library().get(id)).id == boundary


@pytest.mark.parametrize("set_id", builtin_sets())
def test_every_shipped_factor_states_one(set_id: str) -> None:
    for factor in builtin(set_id).factors.values():
        assert factor.more["boundary"] in factor_boundaries(), factor.id
        is_open = set_id == "moenv" or factor.category == "freight"  # their sources say none
        assert (factor.more["boundary"] == "not_stated") == is_open, factor.id


def test_the_boundary_is_no_part_of_the_hash() -> None:
    """What pinned workbooks say of the sets goes on to hold."""
    pins = [builtin(id).pin for id in ("cn-2026", "desnz-2025")]
    assert pins == [
        "cn-2026@1 sha256:eb49259f686974ba",
        "desnz-2025@1 sha256:77f0e6882fd24a90",
    ]


@pytest.mark.parametrize(
    ("changes", "boundary"),
    [
        ({}, "not_stated"),
        ({"category": "Fuels"}, "combustion"),
        ({"category": "grid_co2"}, "grid_co2"),
        ({"category": "过程排放"}, "process"),
        ({"category": "Fuels", "more": {"boundary": "well-to-wheel"}}, "well_to_wheel"),
        ({"more": {"boundary": "从摇篮到大门"}}, "cradle_to_gate"),
        ({"more": {"boundary": None}}, "not_stated"),
    ],
)
def test_an_own_factor(changes: Mapping[str, object], boundary: str) -> None:
    assert boundary_of_factor(replace(OWN, **changes)).id == boundary  # type: ignore[arg-type]


def test_unknown_words_are_no_boundary() -> None:
    with pytest.raises(FactorBoundaryNotKnown):
        find_factor_boundary("gate to plate")


def test_no_spelling_means_two_boundaries() -> None:
    words = [word.casefold() for one in factor_boundaries().values() for word in set(one.spellings)]
    assert len(words) == len(set(words))


def test_what_is_lacking_can_be_completed() -> None:
    given = {one.completes for one in factor_boundaries().values()} - {""}
    lacking = {one.lacks for one in factor_boundaries().values()} - {""}
    assert given <= lacking
