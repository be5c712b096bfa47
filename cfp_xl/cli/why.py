"""`why`: what a number is made of, down to its sources."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import (
    common,
    count,
    guard_reports,
    option,
    parse_reports,
    report_option,
)
from cfp_xl.messages import Lang
from cfp_xl.report.formats import WHY

DEPTH, TOP = 8, 10


def why_command(lang: Lang) -> Spoken:
    """The command with its options."""
    return Spoken(
        "why",
        lang,
        callback=partial(why, lang),
        params=[
            click.Argument(["file"], type=click.Path(path_type=Path), metavar="FILE"),
            click.Argument(["cell"], required=False, default="", metavar="[CELL]"),
            option(lang, "--depth", type=count(lang), default=DEPTH, metavar="N"),
            option(lang, "--top", type=count(lang), default=TOP, metavar="N"),
            report_option(lang, WHY),
            *common(lang),
        ],
    )


def why(
    lang: Lang, file: Path, *, cell: str, depth: float, top: float, reports: Sequence[str]
) -> int:
    """Reports the explanation; 1 where the number is an error or lacks."""
    wanted = parse_reports(reports, WHY)
    guard_reports(wanted, [file])
    from cfp_xl.report.write import write_report
    from cfp_xl.schema.opened import open_file
    from cfp_xl.why.explain import why as explained
    from cfp_xl.why.tree import Limits

    found = explained(open_file(file), cell, Limits(int(depth), int(top)))
    for report in wanted:
        write_report(WHY, report.format, report.file, lang, found)
    return int(found.is_error)
