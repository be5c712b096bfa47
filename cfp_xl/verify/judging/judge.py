"""A verified file, judged by its policy and the baseline; the verification itself is not touched.

Judging is cheap and follows after: what a ledger or a cluster gives back was verified without
regard to what day it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from cfp_xl.findings import Finding, Severity, finding
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
    """The only clock there is: for the last days of waivers."""

    def __call__(self, result: FileResult) -> FileResult:
        policy = self.policies.get(result.path, NO_POLICY)
        fail_on = self.fail_on or policy.fail_on or FailOn.ERROR
        policy_file = policy.path.as_posix() if policy.path else None
        result = replace(result, fail_on=fail_on, policy=policy_file)
        if result.status not in (FileStatus.PASSED, FileStatus.FAILED):
            return result
        findings = (
            *(_weighed(one, policy.severities.get(one.code)) for one in result.findings),
            *_of_schema(result.schema, self.require_schema or policy.require_schema),
        )
        findings = waive(findings, policy.waivers, result.sha256, self.today)
        judged = replace(
            result, findings=findings, status=status_of(findings, result.recalculation, fail_on)
        )
        if result.conformity is not Conformity.NOT_CHECKED:
            judged = replace(judged, conformity=conformity_of(findings))
        baseline = self.baselines.get(None) or self.baselines.get(policy.baseline)
        if baseline is None:
            return judged
        return baseline.marked(judged, is_new_only=self.is_new_only)


def _weighed(one: Finding, chosen: Severity | None) -> Finding:
    """The finding with the severity chosen for its code, where it may have that."""
    is_softer = chosen is not None and chosen.rank < one.severity.rank
    if chosen is None or not one.is_open or (is_softer and not is_justifiable(one.code)):
        return one
    return replace(one, severity=chosen)


def _of_schema(schema: str, required: str | None) -> tuple[Finding, ...]:
    if required is None or schema == required:
        return ()
    return (finding("W73", seen=schema, expected=required),)
