"""`diff`: what changed between two workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import (
    UsageMistake,
    common,
    guard_reports,
    option,
    parse_reports,
    report_option,
)
from cfp_xl.messages import Lang
from cfp_xl.report.formats import DIFF


def diff_command(lang: Lang) -> Spoken:
    """The command with its options."""
    path = click.Path(path_type=Path)
    return Spoken(
        "diff",
        lang,
        callback=partial(diff, lang),
        params=[
            click.Argument(["old"], type=path, metavar="OLD"),
            click.Argument(["new"], type=path, metavar="NEW"),
            option(lang, "--allow", default="", show_default=False, metavar="KIND,..."),
            report_option(lang, DIFF),
            *common(lang),
        ],
    )


def diff(lang: Lang, old: Path, new: Path, *, allow: str, reports: Sequence[str]) -> int:
    """Reports the changes; 1 where any is of a kind that is not allowed."""
    wanted = parse_reports(reports, DIFF)
    guard_reports(wanted, [old, new])
    from cfp_xl.compare.changes import DiffKind
    from cfp_xl.compare.diff import diff as differences
    from cfp_xl.report.write import write_report
    from cfp_xl.schema.opened import open_file

    allowed = frozenset(word.strip() for word in allow.split(",") if word.strip())
    known = tuple(kind.value for kind in DiffKind)
    if unknown := tuple(sorted(allowed - set(known))):
        raise UsageMistake("cli.error.kind_unknown", kinds=unknown, known=known)
    found = differences(open_file(old), open_file(new))
    for report in wanted:
        write_report(DIFF, report.format, report.file, lang, found)
    return int(bool(found.beyond(allowed)))
