"""A verified file, judged by its policy and the baseline; the verification itself is not touched.

Judging is cheap and follows after: what a ledger or a cluster gives back was verified without
regard to what day it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from cfp_xl.findings import Finding, Severity, edition_key, finding
from cfp_xl.verify.folding import fold
from cfp_xl.verify.judging.baseline import Baseline
from cfp_xl.verify.judging.justify import is_justifiable
from cfp_xl.verify.judging.policy import NO_POLICY, Policy
from cfp_xl.verify.judging.waive import waive
from cfp_xl.verify.result import (
    Conformity,
    FailOn,
    FileResult,
    FileStatus,
    conformity_of,
    status_of,
)

NO_FORMULA = "W11"


@dataclass(frozen=True)
class Judge:
    """What files are judged by. What the command line says wins over the policy."""

    policies: Mapping[str, Policy]
    """By the path of a file; none for what has none."""
    fail_on: FailOn | None = None
    require_schema: str | None = None
    baselines: Mapping[Path | None, Baseline] = field(default_factory=dict)
    """By the path that a policy names; None for all files, whatever their policies name."""
    is_new_only: bool = False
    """Only findings that are not in the baseline make a file fail."""
    today: date = field(default_factory=date.today)
    """The only clock there is, unless `--as-of` names a day: for the last days of waivers."""

    def __call__(self, result: FileResult) -> FileResult:
        policy = self.policies.get(result.path, NO_POLICY)
        fail_on = self.fail_on or policy.fail_on or FailOn.ERROR
        policy_file = policy.path.as_posix() if policy.path else None
        result = replace(result, fail_on=fail_on, policy=policy_file)
        if policy.data_only and _is_data_only(result):
            harmless = tuple(replace(one, severity=Severity.INFO) for one in result.findings)
            return replace(result, status=FileStatus.NOTHING_TO_VERIFY, findings=harmless)
        if result.status not in (FileStatus.PASSED, FileStatus.FAILED):
            return result
        findings = (
            *(_weighed(one, policy) for one in result.findings),
            *_of_schema(result.schema, self.require_schema or policy.require_schema),
        )
        if policy.waivers:
            # A waiver is for its own cells: what is found at several is looked at cell by cell.
            single = tuple(one for found in findings for one in found.apart)
            findings = fold(waive(single, policy.waivers, result.sha256, self.today))
        judged = replace(
            result, findings=findings, status=status_of(findings, result.recalculation, fail_on)
        )
        if result.conformity is not Conformity.NOT_CHECKED:
            judged = replace(judged, conformity=conformity_of(findings))
        baseline = self.baselines.get(None) or self.baselines.get(policy.baseline)
        if baseline is None:
            return judged
        return baseline.marked(judged, is_new_only=self.is_new_only)


def _is_data_only(result: FileResult) -> bool:
    """No formula, and no table of ours: in one of those, formulas have been lost."""
    is_without = [one.code for one in result.findings] == [NO_FORMULA]
    return result.status is FileStatus.UNREADABLE and is_without and result.schema == "none"


def _weighed(one: Finding, policy: Policy) -> Finding:
    """The finding with the severity that the policy chooses for its code, where it may have that;
    info where its rule is of a later edition than the policy's.

    What concerns the recalculation or the file as such is of every edition.
    """
    chosen = policy.severities.get(one.code)
    if chosen is None and policy.rules is not None and one.is_open and one.traits.conformity:
        since = one.traits.since
        if edition_key(since) > edition_key(policy.rules):
            return replace(one, severity=Severity.INFO, since=since)
    is_softer = chosen is not None and chosen.rank < one.severity.rank
    if chosen is None or not one.is_open or (is_softer and not is_justifiable(one.code)):
        return one
    return replace(one, severity=chosen)


def _of_schema(schema: str, required: str | None) -> tuple[Finding, ...]:
    if required is None or schema == required:
        return ()
    return (finding("W73", seen=schema, expected=required),)
