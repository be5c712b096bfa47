"""`cfp-xl upgrade`: workbooks of earlier templates in today's; a dry run without a folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cfp_xl.cli.grow import completed_lines
from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import (
    UsageMistake,
    common,
    count,
    guard_reports,
    option,
    parse_reports,
    report_option,
    word,
)
from cfp_xl.messages import LANGS, Explained, Lang, Text, say
from cfp_xl.report.formats import UPGRADE

if TYPE_CHECKING:
    from cfp_xl.report.upgrade_table import UpgradeRow
    from cfp_xl.templates.upgrade import Upgraded

EDITIONS = ("cfp", "native")
Task = tuple[Path, "Lang | None", "bool | None"]


def upgrade_command(lang: Lang) -> click.Command:
    """The command with its options."""

    def run(**options: Any) -> int:
        return upgrade(lang, **options)

    path = click.Path(path_type=Path)
    return Spoken(
        "upgrade",
        lang,
        callback=run,
        params=[
            click.Argument(["files"], nargs=-1, required=True, type=path, metavar="FILE..."),
            option(lang, "-o", "--output", type=path, metavar="DIR"),
            word(lang, "--to-lang", LANGS),
            word(lang, "--formulas", EDITIONS),
            report_option(lang, UPGRADE),
            option(lang, "--jobs", type=count(lang), default=1, metavar="N"),
            *common(lang),
        ],
    )


def upgrade(
    lang: Lang,
    files: Sequence[Path],
    output: Path | None,
    to_lang: Lang | None,
    formulas: str | None,
    reports: Sequence[str],
    jobs: int,
) -> int:
    """Exit code 1 where a workbook is refused, or something of one was not carried."""
    from cfp_xl.outputs import ensure_output, ensure_output_folder, write_output
    from cfp_xl.report.write import write_report

    wanted = parse_reports(reports, UPGRADE)
    guard_reports(wanted, files)
    if len({file.name.casefold() for file in files}) < len(files):
        raise UsageMistake("cli.error.same_names")
    if output is not None:
        ensure_output_folder(output, files)
    native = None if formulas is None else formulas == "native"
    is_text = any(report.format == "text" for report in wanted)
    rows = []
    tasks = [(file, to_lang, native) for file in files]
    for file, done in zip(files, _each(tasks, jobs), strict=True):
        rows.append(_row(lang, file, done))
        if is_text:
            _said(lang, file, done)
        if output is not None and not isinstance(done, Explained):
            target = output / file.name
            ensure_output(target, list(files), is_workbook=True)
            write_output(target, done.data)
    for report in wanted:
        write_report(UPGRADE, report.format, report.file, lang, rows)
    if is_text:
        key = "dry_run" if output is None else "written"
        click.echo(say(f"templates.upgrade.{key}", lang, folder=output or ""))
    return int(any(row.left_out for row in rows))


def _each(tasks: Sequence[Task], jobs: int) -> Iterable[Upgraded | Explained]:
    if int(jobs) == 1 or len(tasks) == 1:
        return map(upgraded, tasks)
    return _beside_each_other(tasks, jobs)


def _beside_each_other(tasks: Sequence[Task], jobs: int) -> Iterator[Upgraded | Explained]:
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(int(jobs)) as pool:
        yield from pool.map(upgraded, tasks)


def upgraded(task: Task) -> Upgraded | Explained:
    """One workbook, or why not."""
    from cfp_xl.templates.carry import CannotUpgrade
    from cfp_xl.templates.upgrade import upgrade as upgrade_one
    from cfp_xl.workbook.reading.container import Unreadable, open_package

    file, lang, native = task
    try:
        return upgrade_one(open_package(file).data, file, lang=lang, native=native)
    except Unreadable as broken:
        why = Text(broken.finding.message("zh"), broken.finding.message("en"))
        return CannotUpgrade("templates.upgrade.unreadable", why=why)
    except Explained as refused:
        return refused


def _row(lang: Lang, file: Path, done: Upgraded | Explained) -> UpgradeRow:
    """What became of one workbook, for the table."""
    from cfp_xl.report.upgrade_table import UpgradeRow

    if isinstance(done, Explained):
        return UpgradeRow(str(file), "refused", left_out=(done.say(lang),))
    if not done.is_changed:
        return UpgradeRow(str(file), "same", done.was)
    figures = (done.rows, done.total_kgco2e)
    return UpgradeRow(str(file), "upgraded", done.was, *figures, done.left_out)


def _said(lang: Lang, file: Path, done: Upgraded | Explained) -> None:
    """One line a workbook, and below it what was left out."""
    if isinstance(done, Explained):
        why = done.say(lang)
        click.echo(say("templates.upgrade.refused", lang, file=file, why=why))
        return
    if not done.is_changed:
        click.echo(say("templates.upgrade.same", lang, file=file, was=done.was))
        return
    total = "–" if done.total_kgco2e is None else f"{done.total_kgco2e:.12g}"
    values = {"file": file, "was": done.was, "rows": done.rows, "total": total}
    click.echo(say("templates.upgrade.done", lang, count=len(done.left_out), **values))
    for line in (line for one in done.completed for line in completed_lines(lang, one)):
        click.echo(f"    {line}")
    for one in done.left_out:
        click.echo("    " + say("templates.upgrade.left_out", lang, what=one))
