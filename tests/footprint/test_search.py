"""Searching: what people type, and the first hit that they mean; or none."""

from __future__ import annotations

import csv
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.factors import FactorSet, library
from cfp_xl.footprint.search import Context
from cfp_xl.footprint.slips import Slips
from cfp_xl.messages import Text

QUERIES = Path(__file__).with_name("search_queries.csv")
"""What is typed, and patterns of the ids that are right as first hit; `gap` where no open factor is
of it, `none` where nothing is meant. Written from what stands in bills of material and energy."""


def first(query: str) -> str:
    found = library().find(query, 1)
    if found.missing is not None:
        return "gap"
    return found.hits[0].factor.id if found.hits else "none"


def test_the_first_hit_is_what_is_meant() -> None:
    with QUERIES.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    wrong = {
        row["query"]: first(row["query"])
        for row in rows
        if not any(fnmatchcase(first(row["query"]), id) for id in row["first"].split("|"))
    }
    assert len(rows) >= 120
    assert wrong == {}


@pytest.mark.parametrize(
    ("query", "last"),
    [
        ("钢", "DESNZ2025-20_"),  # waste
        ("aluminium", "CBAM-"),
        ("电", "CN-GRID-CO2-"),
    ],
)
def test_what_nobody_asked_for_comes_last(query: str, last: str) -> None:
    ids = [factor.id for factor in library().search(query, 500)]
    others = [n for n, id in enumerate(ids) if not id.startswith((last, "CBAM-"))]
    found = [n for n, id in enumerate(ids) if id.startswith(last)]
    assert found
    assert min(found) > len(others) // 2


@pytest.mark.parametrize(
    ("query", "never"),
    [("PE", "PET"), ("电", "电解"), ("steam", "stream"), ("ton", "carton"), ("苯", "二甲苯")],
)
def test_no_word_is_found_inside_another(query: str, never: str) -> None:
    for factor in library().search(query, 5):
        names = f"{factor.label('zh')} {factor.label('en')}"
        assert never not in names or query in names.replace(never, "")


def test_an_id_is_no_name() -> None:
    """These are in ids of the UK's factors, and of no name."""
    assert library().find("5144").hits == ()
    assert library().find("DESNZ2025").hits == ()


def test_the_region_and_year_of_the_product_put_equals_in_order() -> None:
    of_taiwan = library().find("聚丙烯", 3, Context("TW", 2013)).factors
    assert [f.id for f in of_taiwan][:2] == ["MOENV-POLYPROPYLENE-2013", "MOENV-POLYPROPYLENE-2023"]
    assert library().find("聚丙烯", 3, Context("GB")).factors[0].region == "GB"


def test_sets_are_seen_beside_each_other() -> None:
    sets = {factor.set_id for factor in library().search("聚氯乙烯", 12)}
    assert {"moenv", "desnz-2025", "gbt-51366-2019"} <= sets


def test_a_gap_names_what_is_missing_and_the_nearest() -> None:
    found = library().find("H62 黄铜棒")
    assert found.missing is not None
    assert "黄铜" in found.missing.zh
    assert found.factors == ()
    assert found.nearest[0].id == "MOENV-COPPER-CATHODE-REFINED-2016"


def test_ones_own_factor_is_found_where_no_open_one_is_of_what_a_part_is_made_of() -> None:
    own = Factor("OWN-1", Text("硅胶密封圈", "silicone seal"), "", 6.2, "kgCO2e", "kg")
    books = replace(library(), own=(FactorSet("own", "1", {"OWN-1": own}),))
    assert [factor.id for factor in books.search("食品级硅胶密封圈")] == ["OWN-1"]
    assert [factor.id for factor in books.search("硅胶O型圈")] == ["OWN-1"]


def test_likeness_is_less_where_words_are_left_over() -> None:
    plain, marked = (library().find(q).hits[0] for q in ("ABS", "ABS enclosure upper"))
    assert plain.factor == marked.factor
    assert marked.likeness < plain.likeness == 1.0


def test_a_set_of_ones_own_is_searched_by_the_same_words() -> None:
    own = Factor("OWN-1", Text("聚丙烯粒子", "PP granulate"), "", 2.0, "kgCO2e", "kg")
    other = Factor("OWN-2", Text("苹果", "apple"), "", 1.0, "kgCO2e", "kg")
    found = FactorSet("own", "1", {"OWN-1": own, "OWN-2": other}).search("聚丙烯粒子")
    assert found == (own,)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("alumnium", "aluminium"),  # a letter missing
        ("aluminiumm", "aluminium"),  # one too many
        ("aliminium", "aluminium"),  # a wrong one
        ("deisel", "diesel"),  # two exchanged
        ("聚丙稀", "聚丙烯"),
        ("iron", ""),  # nothing is near
        ("eisedl", ""),  # more than one slip
        ("ab", ""),  # too short to say
        ("diesel", ""),  # right as it is
    ],
)
def test_slips(typed: str, meant: str) -> None:
    assert Slips(["aluminium", "diesel", "聚丙烯", "abs"]).nearest(typed) == meant
