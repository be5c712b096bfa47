"""The options of `verify` that judge: from them and the policies of the files, one judge."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.messages import Lang, say
from cfp_xl.outputs import ensure_output

if TYPE_CHECKING:
    from cfp_xl.verify.judging.baseline import Baseline
    from cfp_xl.verify.judging.judge import Judge
    from cfp_xl.verify.judging.policy import Policy
    from cfp_xl.verify.result import Verification
    from cfp_xl.work.sources import Source

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
    as_of: str | None

    def judge(self, files: Sequence[Source]) -> tuple[Judge, float, Path | None]:
        """The judge, the tolerance, and the baseline that is to be written; raises PolicyMistake
        and BaselineMistake."""
        from cfp_xl.verify.judging.judge import Judge
        from cfp_xl.verify.result import FailOn

        policies = self._policies(files)
        written = self._baseline_to_write(policies.values()) if self.write_baseline else None
        judge = Judge(
            policies=policies,
            fail_on=FailOn(self.fail_on) if self.fail_on else None,
            require_schema=self.require_schema,
            baselines={} if written else self._baselines(policies.values()),
            is_new_only=self.fail_on_new,
            **({"today": date.fromisoformat(self.as_of)} if self.as_of else {}),
        )
        return judge, self._tolerance(policies.values()), written

    def read_with(self, judge: Judge) -> tuple[Path, ...]:
        """The files that say how to judge: policies and baselines."""
        policies = judge.policies.values()
        named = [self.baseline, *(one for p in policies for one in (p.path, p.baseline))]
        return tuple(dict.fromkeys(path for path in named if path is not None))

    def _policies(self, files: Sequence[Source]) -> Mapping[str, Policy]:
        """By the path that results carry. A file at an address has the policy of `--policy` only:
        nothing stands above it."""
        from cfp_xl.verify.judging.policy import policies_for, read_policy
        from cfp_xl.work.sources import shown

        if self.policy is not None:
            policy = read_policy(self.policy)
            return {shown(file): policy for file in files}
        found = policies_for(file for file in files if isinstance(file, Path))
        return {shown(file): policy for file, policy in found.items()}

    def _tolerance(self, policies: Collection[Policy]) -> float:
        """One for the run: the workers are told it once."""
        from cfp_xl.verify.judging.policy import PolicyMistake

        if self.tolerance is not None:
            return self.tolerance
        chosen = {TOLERANCE if p.tolerance is None else p.tolerance: p.path for p in policies}
        if len(chosen) > 1:
            raise PolicyMistake("policy.tolerances", files=tuple(p or "–" for p in chosen.values()))
        return next(iter(chosen), TOLERANCE)

    def _baselines(self, policies: Collection[Policy]) -> Mapping[Path | None, Baseline]:
        from cfp_xl.verify.judging.baseline import read_baseline
        from cfp_xl.verify.judging.policy import PolicyMistake

        if self.baseline is not None:
            return {None: read_baseline(self.baseline)}
        named = {policy.baseline for policy in policies if policy.baseline}
        if self.fail_on_new and not named:
            raise PolicyMistake("policy.baseline_needed", option="--fail-on-new")
        return {path: read_baseline(path) for path in named}

    def _baseline_to_write(self, policies: Collection[Policy]) -> Path:
        from cfp_xl.verify.judging.baseline import read_baseline
        from cfp_xl.verify.judging.policy import PolicyMistake

        named = {self.baseline or policy.baseline for policy in policies} or {self.baseline}
        if len(named) > 1:
            raise PolicyMistake("policy.baselines", files=tuple(path or "–" for path in named))
        path = named.pop()
        if path is None:
            raise PolicyMistake("policy.baseline_needed", option="--write-baseline")
        ensure_output(path)
        if path.exists():
            read_baseline(path)  # nothing else is ever overwritten by one
        return path


def write_baseline(result: Verification, path: Path, lang: Lang) -> None:
    """Writes the open findings of all files, and says how many on standard error."""
    from cfp_xl.report.write import put
    from cfp_xl.verify.judging.baseline import baseline_text

    put(path, baseline_text(result.files, path.parent))
    count = sum(f.is_open for file in result.files if file.exit_code() < 2 for f in file.findings)
    click.echo(say("policy.baseline_written", lang, file=path, count=count), err=True)
