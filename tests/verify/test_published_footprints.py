"""Correct footprints raise no alarm; with one thing wrong, that thing is named."""

from __future__ import annotations

import re

import pytest

from cfp_xl.findings import Finding, Severity
from cfp_xl.verify.declared import declared_findings
from tests.verify.published import FOOTPRINTS, table
from tests.verify.published_layouts import SHORT, Slip


def alarms(text: str, least: Severity = Severity.WARNING) -> list[Finding]:
    return [f for f in declared_findings(table(text)) if f.severity.rank >= least.rank]


def named(text: str) -> set[tuple[str, int]]:
    """By which rule a warning or error names which row of the text as its own cell."""
    return {
        (found.code, int(re.sub(r"^[A-Z]+|:.*", "", found.where.cell)))
        for found in alarms(text)
        if found.where
    }


def test_there_are_twenty() -> None:
    assert len(FOOTPRINTS) >= 20


@pytest.mark.parametrize("name", FOOTPRINTS)
def test_a_correct_footprint_raises_no_error(name: str) -> None:
    found = alarms(FOOTPRINTS[name][0], Severity.ERROR)
    assert not [f"{f.code} {f.where}: {f.message('en')}" for f in found]


@pytest.mark.parametrize(
    ("name", "slip"),
    [
        pytest.param(name, slip, id=f"{name}: {slip.old} -> {slip.new}")
        for name, (_, slips) in FOOTPRINTS.items()
        for slip in slips
    ],
)
def test_one_thing_wrong_is_named(name: str, slip: Slip) -> None:
    text = FOOTPRINTS[name][0]
    assert text.count(slip.old) == 1, f"{slip.old} must occur once"
    new = named(text.replace(slip.old, slip.new)) - named(text)
    assert {row for _, row in new} & {slip.row, *slip.more}, f"named: {sorted(new)}"


def codes(text: str) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in alarms(SHORT + text)]


ROWS = """\
stage, T, raw materials, , 1523.4, kgCO2e/unit
stage, T, production, , 761.5, kgCO2e/unit
"""


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        ("total, T, , , 2284.9, kgCO2e/unit", []),
        # 2284.9 rounded to hundreds, and not said so.
        ("total, T, , , 2300, kgCO2e/unit", [("N03", Severity.WARNING)]),
        ("total, T, , , 2280, kgCO2e/unit", [("N03", Severity.WARNING)]),
        ("total, T, , , 2200, kgCO2e/unit", [("N03", Severity.ERROR)]),
        ("total, T, , , 2300.0, kgCO2e/unit", [("N03", Severity.ERROR)]),
        # One digit is no rounding that anyone prints.
        ("total, T, , , 2000, kgCO2e/unit", [("N03", Severity.ERROR)]),
        (
            "total, T, , , 2284.9, kgCO2e/unit\ntotal, cover, , , 2300, kgCO2e/unit",
            [("N04", Severity.WARNING)],
        ),
    ],
)
def test_trailing_zeros_may_be_rounding(total: str, expected: list[tuple[str, Severity]]) -> None:
    assert codes(ROWS + total) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # 4,20 proves the decimal comma, 1.73 the decimal point: what is 1,234 then?
        ('"4,20"; 1.73; "1,234"', [("W50", Severity.ERROR)]),
        ('"1,234"; "12,345.6"; 0.4', []),  # thousands, as in most tables
        ('"4,20"; "1.234"', [("W50", Severity.ERROR)]),
        ('"4,20"; "1.234"; "1.234,5"', []),
    ],
)
def test_a_number_of_two_readings_is_not_guessed(
    rows: str, expected: list[tuple[str, Severity]]
) -> None:
    text = "".join(
        f"stage, T{n}, production, part {n}, {emission}, kgCO2e/unit\n"
        for n, emission in enumerate(rows.split("; "))
    )
    assert codes(text) == expected


# Per pump 4.61 + 1.20 + 0.85 = 6.66 kg; a year of 2,150 pumps: 9.91, 2.58 and 1.83 t, 14.32 t.
PER_PUMP = """\
stage, T3, raw materials, , 4.61, kgCO2e/台
stage, T3, production, , 1.20, kgCO2e/台
stage, T3, distribution, , 0.85, kgCO2e/台
total, T3, , , 6.66, kgCO2e/台
"""
OF_A_YEAR = """\
activity, T2, raw materials, steel, 9.91, tCO2e
activity, T2, production, power, 2.58, tCO2e
activity, T2, distribution, lorries, 1.83, tCO2e
total, T2, , , 14.32, tCO2e
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("production, power, 2.58", "production, power, 2.85", ["N04", "N03"]),
        ("total, T2, , , 14.32, tCO2e", "", []),
        # Of the same amount, another result; a unit that slipped is no output of 1,000 pieces.
        (OF_A_YEAR, "total, T2, , , 6.70, kgCO2e\n", ["N04"]),
        (OF_A_YEAR, "total, T2, , , 6.66, tCO2e\n", ["N04"]),
        (OF_A_YEAR, "total, T2, , , 14.32, tCO2e\n", []),
        (OF_A_YEAR, "total, T2, , , 14.32, kgCO2e\n", ["N04"]),
    ],
)
def test_an_inventory_of_a_year_beside_results_per_piece(
    old: str, new: str, expected: list[str]
) -> None:
    text = (PER_PUMP + OF_A_YEAR).replace(old, new) if old else PER_PUMP + OF_A_YEAR
    of_sums = {code for code, _ in codes(text)} - {"N02"}  # its rows print no factor
    assert sorted(of_sums) == sorted(expected)
