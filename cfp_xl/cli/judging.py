"""The options of `verify` that judge: from them and the policies of the files, one judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.verify.judge import Judge
    from cfp_xl.verify.policy import Policy
    from cfp_xl.verify.result import Verification
    from cfp_xl.verify.sources import Source

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Judging:
    """What the command line says; None where a policy may decide."""

    fail_on: str | None
    tolerance: float | None
    policy: Path | None
    require_schema: str | None
    baseline: Path | None
    fail_on_new: bool
    write_baseline: bool

    def judge(self, files: Sequence[Source]) -> tuple[Judge, float, Path | None]:
        """The judge, the tolerance, and the baseline to be written; raises PolicyMistake and
        BaselineMistake."""
        from cfp_xl.verify.baseline import read_baseline
        from cfp_xl.verify.judge import Judge
        from cfp_xl.verify.policy import PolicyMistake
        from cfp_xl.verify.result import FailOn

        policies = self._policies(files)
        tolerances = {p.tolerance: p.path for p in policies.values()}
        if self.tolerance is None and len(tolerances) > 1:
            shown = tuple(path or "–" for path in tolerances.values())
            raise PolicyMistake("policy.tolerances", files=shown)
        tolerance = next((t for t in (self.tolerance, *tolerances) if t is not None), TOLERANCE)
        path = self._baseline(policies)
        if path is None and (self.fail_on_new or self.write_baseline):
            option = "--write-baseline" if self.write_baseline else "--fail-on-new"
            raise PolicyMistake("policy.baseline_needed", option=option)
        judge = Judge(
            today=date.today(),
            policies=policies,
            fail_on=FailOn(self.fail_on) if self.fail_on else None,
            require_schema=self.require_schema,
            baseline=read_baseline(path) if path and not self.write_baseline else None,
            is_new_only=self.fail_on_new,
        )
        return judge, tolerance, path if self.write_baseline else None

    def _policies(self, files: Sequence[Source]) -> Mapping[str, Policy]:
        """By the path that results carry. A file at an address has the policy of `--policy` only:
        nothing stands above it."""
        from cfp_xl.verify.policy import policies_for, read_policy
        from cfp_xl.verify.sources import shown

        if self.policy is not None:
            policy = read_policy(self.policy)
            return {shown(file): policy for file in files}
        found = policies_for(file for file in files if isinstance(file, Path))
        return {shown(file): policy for file, policy in found.items()}

    def _baseline(self, policies: Mapping[str, Policy]) -> Path | None:
        from cfp_xl.verify.policy import PolicyMistake

        if self.baseline is not None:
            return self.baseline
        named = {policy.baseline for policy in policies.values()}
        if len(named) > 1:
            raise PolicyMistake("policy.baselines", files=tuple(path or "–" for path in named))
        return next(iter(named), None)


def write_baseline(result: Verification, path: Path, lang: Lang) -> None:
    """Writes the open findings of all files, and says how many on standard error."""
    from cfp_xl.report.write import put
    from cfp_xl.verify.baseline import baseline_text

    put(path, baseline_text(result.files, path.parent))
    count = sum(f.is_open for file in result.files if file.exit_code() < 2 for f in file.findings)
    click.echo(say("policy.baseline_written", lang, file=path, count=count), err=True)
