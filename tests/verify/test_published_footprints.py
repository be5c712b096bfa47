"""Correct footprints raise no alarm; with one thing wrong, that thing is named."""

from __future__ import annotations

import re

import pytest

from cfp_xl.findings import Finding, Severity
from cfp_xl.verify.declared import declared_findings
from tests.verify.published import FOOTPRINTS, Slip, table


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
