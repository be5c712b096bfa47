"""Stages and headings: what people write, what is meant."""

from __future__ import annotations

import pytest

from cfp_xl.footprint.columns import HeadingMissing, HeadingTwice, column_of, match_header, tables
from cfp_xl.footprint.stages import STAGES, StageNotKnown, stage


@pytest.mark.parametrize(
    ("typed", "id"),
    [
        ("raw_material_acquisition", "raw_material_acquisition"),
        ("Raw material acquisition", "raw_material_acquisition"),
        ("原材料获取", "raw_material_acquisition"),
        ("原辅料获取", "raw_material_acquisition"),
        ("RAW", "raw_material_acquisition"),
        ("生产", "production"),
        ("生产制造", "production"),
        ("运输/交付", "distribution"),
        ("运输／交付", "distribution"),
        ("运输", "distribution"),
        (" Distribution ", "distribution"),
        ("使用", "use"),
        ("生命末期", "end_of_life"),
        ("产品处置", "end_of_life"),
        ("End of life", "end_of_life"),
        ("end-of-life", "end_of_life"),
        ("EOL", "end_of_life"),
    ],
)
def test_a_stage(typed: str, id: str) -> None:
    assert stage(typed).id == id


@pytest.mark.parametrize("typed", ["原材料运输", "成品运输", "仓储", "生产x", "", "总计"])
def test_what_is_no_stage(typed: str) -> None:
    """Inbound and outbound transport are processes: the sheet says of which stage."""
    with pytest.raises(StageNotKnown) as failure:
        stage(typed)
    assert failure.value.excel == "#N/A"
    assert all(known.name.zh in failure.value.say("zh") for known in STAGES)


def test_no_spelling_means_two_stages() -> None:
    for one in STAGES:
        for spelling in (one.id, one.iso, one.name.zh, *one.aliases):
            assert stage(spelling) is one, spelling


def test_the_stages_come_in_the_order_of_a_life() -> None:
    assert [s.id for s in STAGES] == [
        "raw_material_acquisition",
        "production",
        "distribution",
        "use",
        "end_of_life",
    ]


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("数量", "quantity"),
        ("Quantity", "quantity"),
        ("数量 quantity", "quantity"),
        ("数量\nquantity", "quantity"),
        ("● 数量\nquantity", "quantity"),
        ("数量（单位见右）", "quantity"),
        ("factor id", "factor_id"),
        ("Factor_ID", "factor_id"),
        ("因子编号", "factor_id"),
        ("ƒ 排放量 (kgCO2e)", "emission_kgco2e"),
        ("备注", None),
        ("单位产品数量", None),
    ],
)
def test_a_heading_of_the_activities(heading: str, column: str | None) -> None:
    found = column_of("activities", heading)
    assert (found.id if found else None) == column


def test_a_header_row_in_any_order_with_others_between() -> None:
    header = ("备注", "因子编号", None, "单位", "数量", 2025, "阶段")
    assert match_header("activities", header) == {
        "factor_id": 1,
        "unit": 3,
        "quantity": 4,
        "stage": 6,
    }


def test_a_header_row_that_lacks_columns_names_them() -> None:
    with pytest.raises(HeadingMissing, match="quantity, factor_id"):
        match_header("activities", ("stage", "unit"))


def test_a_heading_given_twice_is_not_guessed() -> None:
    with pytest.raises(HeadingTwice, match="unit"):
        match_header("activities", ("stage", "quantity", "unit", "单位", "factor_id"))


def test_no_heading_means_two_columns_of_a_table() -> None:
    for table, columns in tables().items():
        for column in columns:
            for spelling in column.spellings:
                found = column_of(table, spelling)
                assert found is column, (table, spelling)
