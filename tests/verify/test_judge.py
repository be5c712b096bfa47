"""A policy judges a file: what it changes, what it can't, and that nothing disappears."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cfp_xl.findings import CellRef, Finding, Severity, Waiver, finding
from cfp_xl.verify.judging.judge import Judge
from cfp_xl.verify.judging.policy import Policy
from cfp_xl.verify.result import Agreement, Conformity, FailOn, FileResult, FileStatus, status_of

SHA = "ab" * 32
TODAY = date(2026, 11, 23)
CELL = CellRef("结果", "C9")
SHARES = finding("N05", CELL, case="rounding", seen="100.01", expected="100")
PRODUCT = finding("N02", CELL, seen="1", expected="2")
DIFFERS = finding("V01", CELL, seen="6", expected="7", formula="=A1")


def result(*findings: Finding, **settings: Any) -> FileResult:
    agreement = Agreement.DIFFERS if any(f.code == "V01" for f in findings) else Agreement.AGREES
    return FileResult(
        path="a.xlsx",
        sha256=SHA,
        status=status_of(findings, agreement, FailOn.ERROR),
        findings=findings,
        recalculation=agreement,
        conformity=Conformity.FINDINGS if findings else Conformity.CONFORMS,
        **settings,
    )


def waiver(code: str = "N05", cell: str = "结果!C9", **other: str) -> Waiver:
    return Waiver(**{
        "code": code, "file_sha256": SHA, "cell": cell, "reason": "rounded",
        "expires": "2026-11-23", **other,
    })  # fmt: skip


def judged(given: FileResult, *, judge: dict[str, Any] | None = None, **policy: Any) -> FileResult:
    return Judge({"a.xlsx": Policy(**policy)}, today=TODAY, **(judge or {}))(given)


def codes(given: FileResult) -> list[tuple[str, str]]:
    return [(f.code, f.severity.value) for f in given.findings]


@pytest.mark.parametrize(
    ("found", "chosen", "severity", "status"),
    [
        (SHARES, Severity.ERROR, "error", FileStatus.FAILED),
        (PRODUCT, Severity.WARNING, "warning", FileStatus.PASSED),
        (PRODUCT, Severity.INFO, "info", FileStatus.PASSED),
        # What the recalculation found stays at least as grave as it was found.
        (DIFFERS, Severity.WARNING, "error", FileStatus.FAILED),
        (replace(DIFFERS, code="V04", severity=Severity.WARNING), Severity.ERROR, "error",
         FileStatus.FAILED),
        (replace(DIFFERS, code="V04"), Severity.WARNING, "error", FileStatus.FAILED),
    ],
)  # fmt: skip
def test_severities(found: Finding, chosen: Severity, severity: str, status: FileStatus) -> None:
    after = judged(result(found), severities={found.code: chosen})
    assert codes(after) == [(found.code, severity)]
    assert after.status is status


def test_a_softened_rule_no_longer_breaks_conformity() -> None:
    after = judged(result(PRODUCT), severities={"N02": Severity.INFO})
    assert after.conformity is Conformity.CONFORMS


@pytest.mark.parametrize(
    ("given", "kept", "complaint"),
    [
        (waiver(), "info", None),
        (waiver(cell="'结果'!$A$1:$D$20"), "info", None),
        (waiver(expires="2026-11-22"), "warning", "W70"),
        (waiver(cell="结果!C8"), "warning", "W71"),
        (waiver(cell="其他!C9"), "warning", "W71"),
        (waiver(code="N02"), "warning", "W71"),
        (waiver(file_sha256="cd" * 32), "warning", None),  # not this file, or no longer
    ],
)
def test_waivers(given: Waiver, kept: str, complaint: str | None) -> None:
    after = judged(result(SHARES), waivers=(given,))
    assert codes(after)[0] == ("N05", kept)
    assert [f.code for f in after.findings[1:]] == ([complaint] if complaint else [])
    assert len(after.waived) == (kept == "info")
    assert (after.status is FileStatus.FAILED) is (complaint == "W70")


def test_a_waived_finding_is_counted_apart_and_does_not_fail() -> None:
    after = judged(result(PRODUCT), waivers=(waiver(code="N02"),))
    assert after.status is FileStatus.PASSED
    assert after.exit_code() == 0
    assert (after.count(Severity.ERROR), after.count(Severity.INFO)) == (0, 0)
    assert after.waived[0].waiver == waiver(code="N02")
    assert after.justified == ()


@pytest.mark.parametrize("code", ["V01", "E02", "N01", "W43"])
def test_what_is_not_of_the_rules_is_never_waived(code: str) -> None:
    found = replace(DIFFERS, code=code)
    after = judged(result(found), waivers=(waiver(code=code),))
    assert codes(after) == [(code, "error"), ("W72", "error")]
    assert after.status is FileStatus.FAILED
    assert after.exit_code() == 1


@pytest.mark.parametrize(
    "status", [FileStatus.UNREADABLE, FileStatus.TIMEOUT, FileStatus.INTERNAL_ERROR]
)
def test_a_file_that_was_not_verified_stays_so(status: FileStatus) -> None:
    given = replace(result(finding("W05")), status=status)
    after = judged(given, waivers=(waiver(code="W05"),), fail_on=FailOn.NEVER)
    assert after.findings == given.findings
    assert after.exit_code() >= 2


@pytest.mark.parametrize(
    ("schema", "in_policy", "on_command_line", "complaints"),
    [
        ("product", "product", None, 0),
        ("none", "product", None, 1),
        ("product", None, "supplier", 1),
        ("product", "supplier", "product", 0),
        ("none", None, None, 0),
    ],
)
def test_a_required_schema(
    schema: str, in_policy: str | None, on_command_line: str | None, complaints: int
) -> None:
    after = judged(
        result(schema=schema),
        require_schema=in_policy,
        judge={"require_schema": on_command_line},
    )
    assert [f.code for f in after.findings] == ["W73"] * complaints
    assert after.exit_code() == complaints


@pytest.mark.parametrize(
    ("in_policy", "on_command_line", "exit_code"),
    [
        (None, None, 0),
        (FailOn.WARNING, None, 1),
        (FailOn.WARNING, FailOn.ERROR, 0),
        (FailOn.ERROR, FailOn.WARNING, 1),
    ],
)
def test_the_command_line_wins(
    in_policy: FailOn | None, on_command_line: FailOn | None, exit_code: int
) -> None:
    after = judged(result(SHARES), fail_on=in_policy, judge={"fail_on": on_command_line})
    assert after.exit_code() == exit_code
