"""Five more reports of our own: quiet as they are, and each of twenty faults in them is named.

A declaration with modules and one with decimal commas, a wide table, a study after ISO 14067, one
laid out like a company's inventory. Their figures were worked out apart from this program.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from cfp_xl.audit.audit import audit_report
from cfp_xl.findings import Finding, Severity
from tests.audit.reports import HERE, report

REPORTS = sorted((HERE / "seeded").glob("*.txt"))


def found_in(text: str) -> tuple[Finding, ...]:
    return audit_report(report(text)).findings


def named(findings: tuple[Finding, ...]) -> set[tuple[str, str, str | None]]:
    return {(one.code, one.case, one.seen) for one in findings}


def test_there_are_five() -> None:
    assert len(REPORTS) == 5


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_a_right_report_is_quiet_and_its_faults_are_named(path: Path) -> None:
    text = path.read_text("utf-8")
    right = found_in(text)
    assert [one.say("en") for one in right if one.severity is not Severity.INFO] == []
    faults = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))["faults"]
    assert len(faults) == 20
    missed = []
    for before, after, codes in faults:
        assert before in text, before
        more = named(found_in(text.replace(before, after, 1))) - named(right)
        if {code for code, _, _ in more}.isdisjoint(codes.split()):
            missed.append((before, after, sorted(more)))
    assert missed == []
