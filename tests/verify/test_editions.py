"""Rules have an edition: an upgrade of the tool turns no workbook red overnight."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cfp_xl.findings import CellRef, Finding, Severity, finding, kinds
from cfp_xl.report.verification.json_report import finding_record
from cfp_xl.verify.judging.judge import Judge
from cfp_xl.verify.judging.policy import Policy, PolicyMistake, read_policy
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.verify.result import Agreement, FileResult, FileStatus, Options

BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"
LATER = finding("F03", CellRef("产品", "B9"), case="future", seen=2031, expected=2026)


def judged(policy: Policy, *findings: Finding) -> FileResult:
    result = FileResult(
        "a.xlsx", "0" * 64, FileStatus.FAILED, findings, recalculation=Agreement.AGREES
    )
    return Judge({"a.xlsx": replace(policy, path=Path("cfp-xl.toml"))})(result)


def test_a_later_rule_is_info_and_marked_until_the_policy_is_raised() -> None:
    error = replace(LATER, severity=Severity.ERROR)
    kept = judged(Policy(rules="0.1"), error)
    assert (kept.status, kept.exit_code()) == (FileStatus.PASSED, 0)
    assert (kept.findings[0].severity, kept.findings[0].since) == (Severity.INFO, "0.2")
    for policy in (Policy(rules="0.2"), Policy()):
        raised = judged(policy, error)
        assert (raised.exit_code(), raised.findings[0].since) == (1, "")


def test_what_a_policy_names_itself_counts_whatever_its_edition() -> None:
    policy = Policy(rules="0.1", severities={"F03": Severity.ERROR})
    assert judged(policy, LATER).exit_code() == 1


def test_damage_of_the_file_is_of_every_edition() -> None:
    """An edition is about rules: a file that can't be trusted never passes for an old policy."""
    damage = finding("W12", case=next(iter(kinds()["W12"].messages)))
    assert kinds()["W12"].traits.since == "0.2"
    assert judged(Policy(rules="0.1"), damage).exit_code() == 1


def test_an_unknown_edition_is_refused(tmp_path: Path) -> None:
    policy = tmp_path / "cfp-xl.toml"
    policy.write_text('rules = "9.9"')
    with pytest.raises(PolicyMistake, match="edition of the rules"):
        read_policy(policy)


def test_the_mark_is_in_the_json() -> None:
    assert "since" not in finding_record(LATER, "0" * 16, "en")


@pytest.mark.parametrize(("as_of", "is_named"), [("2020-06-30", True), ("2026-06-30", False)])
def test_as_of_is_today_for_the_period(as_of: str, is_named: bool) -> None:
    """The worked example's data are of 2024: a report of 2020 can't hold them."""
    result = verify_file(BXD2, Options(as_of=as_of))
    assert any(f.case == "future" for f in result.findings) == is_named


def test_without_a_day_no_rule_reads_a_clock() -> None:
    assert not any(f.case == "future" for f in verify_file(BXD2).findings)


def test_as_of_is_today_for_waivers(tmp_path: Path) -> None:
    policy = tmp_path / "cfp-xl.toml"
    policy.write_text(
        f'[[waiver]]\ncode = "N05"\nfile = "{"0" * 64}"\ncell = "S!A1"\nreason = "agreed"\n'
        "expires = 2026-03-31"
    )
    found = finding("N05", CellRef("S", "A1"), case="rounding", seen=1, place="1", shares="1 + 1")
    result = FileResult(
        "a.xlsx", "0" * 64, FileStatus.FAILED, (found,), recalculation=Agreement.AGREES
    )
    policies = {"a.xlsx": read_policy(policy)}
    in_time = Judge(policies, today=date(2026, 3, 31))(result)
    too_late = Judge(policies, today=date(2026, 4, 1))(result)
    assert [f.code for f in in_time.findings if f.is_open] == []
    assert "W70" in [f.code for f in too_late.findings]
