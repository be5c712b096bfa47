"""The names of the set `moenv`: simplified from those published, ids that stay unique."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cfp_xl.footprint import compile_moenv as moenv

SET = Path(__file__).parents[2] / "cfp_xl" / "data" / "factors" / "moenv.csv"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with SET.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_names_are_what_the_converter_makes_of_those_published(rows: list[dict[str, str]]) -> None:
    published = [
        {
            "name_zh_hant": row["name_hant"],
            "value": row["value"],
            "unit": row["unit"],
            "per_unit": row["per_unit"],
            "publisher": {v: k for k, v in moenv.PUBLISHERS.items()}[row["source"]],
            "announced": row["table"].removeprefix("CFP_P_02, "),
        }
        for row in rows
    ]
    assert moenv.rows(published) == rows


def test_no_name_keeps_a_traditional_character(rows: list[dict[str, str]]) -> None:
    kept = "膠銅鋼鐵鋁紙電爐車運輸鹽氣醯樹與軋捲矽"
    found = {row["name_zh"] for row in rows if set(row["name_zh"]) & set(kept)}
    assert not found


def test_names_that_occur_twice_have_ids_of_their_own(rows: list[dict[str, str]]) -> None:
    assert len({row["id"] for row in rows}) == len(rows) == 638
    assert all(row["name_en"] for row in rows)
