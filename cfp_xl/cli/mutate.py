"""`mutate`: how many planted faults the checks of a workbook notice."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import (
    Number,
    UsageMistake,
    common,
    count,
    guard_reports,
    option,
    parse_reports,
    report_option,
    seconds,
)
from cfp_xl.messages import Lang
from cfp_xl.report.formats import MUTATE

COUNT, SEED = 500, 1


def mutate_command(lang: Lang) -> Spoken:
    """The command with its options."""
    share = Number(lang, "cli.error.share", lambda x: 0 <= x <= 1)
    return Spoken(
        "mutate",
        lang,
        callback=partial(mutate, lang),
        params=[
            click.Argument(["file"], type=click.Path(path_type=Path), metavar="FILE"),
            option(lang, "--count", type=count(lang), default=COUNT, metavar="N"),
            option(lang, "--seed", type=count(lang), default=SEED, metavar="N"),
            option(lang, "--total", default="", metavar="CELL"),
            option(lang, "--operators", default="", metavar="GROUP,..."),
            option(lang, "--min-score", type=share, metavar="SHARE"),
            option(lang, "--test", default="", metavar="COMMAND"),
            option(lang, "--all", "all_checks", is_flag=True),
            option(lang, "--timeout", type=seconds(lang), default=60.0, metavar="S"),
            report_option(lang, MUTATE),
            *common(lang),
        ],
    )


def mutate(
    lang: Lang,
    file: Path,
    *,
    count: float,
    seed: float,
    total: str,
    operators: str,
    min_score: float | None,
    test: str,
    all_checks: bool,
    timeout: float,
    reports: Sequence[str],
) -> int:
    """Reports the campaign; 1 where fewer than `min_score` of the mutants are noticed."""
    wanted = parse_reports(reports, MUTATE)
    guard_reports(wanted, [file])
    from cfp_xl.cli.actions import progress
    from cfp_xl.mutate.as_file import by_command
    from cfp_xl.mutate.mutation import Group
    from cfp_xl.mutate.score import Wanted, campaign
    from cfp_xl.report.write import write_report
    from cfp_xl.schema.opened import open_file

    known = tuple(group.value for group in Group)
    named = [word.strip() for word in operators.split(",") if word.strip()]
    if unknown := tuple(word for word in named if word not in known):
        raise UsageMistake("cli.error.kind_unknown", kinds=unknown, known=known)
    opened = open_file(file, deadline_s=timeout)
    if not opened.workbook.formula_count:
        raise UsageMistake("mutate.error.no_formula")
    plan = Wanted(
        int(count), int(seed), total, tuple(Group(word) for word in named or known), all_checks
    )
    fails = by_command(opened, shlex.split(test), timeout) if test else None
    with progress(lang) as advance:
        found = campaign(opened, plan, fails, advance or (lambda _done, _of: None))
    for report in wanted:
        write_report(MUTATE, report.format, report.file, lang, found)
    share = found.score.share
    return int(min_score is not None and (share is None or share < min_score))
