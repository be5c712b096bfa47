"""What the commands on workbooks do. Rooms are imported when used: `--help` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cfp_xl.cli.dialogue import read_earlier
from cfp_xl.cli.judging import Judging, write_baseline
from cfp_xl.cli.options import ENGINES, UsageMistake, guard_reports, parse_reports
from cfp_xl.cli.whatif import what_if
from cfp_xl.messages import Explained, Lang, say
from cfp_xl.outputs import ensure_workbook
from cfp_xl.report.formats import VALUES, VERIFY

if TYPE_CHECKING:
    from cfp_xl.engine.result import Recalculation
    from cfp_xl.schema.opened import Opened
    from cfp_xl.verify.result import FileResult, Options
    from cfp_xl.work.sources import NothingToVerify, Source

WITNESS_S = 300.0
"""What a second engine is given for a file, beside the time for the recalculation."""


class NothingToShow(Explained):
    """A workbook that does not hold what the command is about."""


def verify(
    lang: Lang,
    paths: Sequence[str],
    reports: Sequence[str],
    jobs: float,
    timeout: float,
    memory: float,
    ledger: Path | None,
    cluster: str | None,
    debug: bool,
    exclude: Sequence[str],
    witness: Sequence[str],
    lint: bool,
    dialogue: Path | None,
    maps: Sequence[str],
    is_together: bool = False,
    **judging: Any,
) -> int:
    """Verifies files and writes the reports asked for; the exit code (0, 1, 2, 3).

    The results pass through one by one: those of a thousand files are never all in memory.
    """
    wanted, earlier = parse_reports(reports, VERIFY), read_earlier(dialogue, maps)
    if not all(path.strip() for path in paths):
        raise UsageMistake("cli.error.empty_path")
    _prepare(is_wanted=not (debug or ledger or cluster))
    from cfp_xl import __version__
    from cfp_xl.report.verification.stream import Streams
    from cfp_xl.report.write import write_report
    from cfp_xl.verify.judging.exclude import left_after
    from cfp_xl.verify.many.batch import BatchRun, verify_each
    from cfp_xl.verify.many.spool import Spool
    from cfp_xl.verify.result import FailOn, Options, Verification
    from cfp_xl.work.sources import workbooks_in

    run = BatchRun(int(jobs), not debug, int(memory), ledger, cluster, raises=debug)
    files, in_vain = workbooks_in(paths)
    asked = Judging(**judging)
    judge, tolerance, baseline = asked.judge(files)
    named, files = len(files), left_after(files, exclude, judge.policies)
    _say_excluded(named - len(files), lang)
    read = [*(file for file in files if isinstance(file, Path)), *asked.read_with(judge)]
    guard_reports(wanted, [f for f in (*read, dialogue) if f and f != baseline], (ledger, baseline))
    deadline_s, witnesses = timeout + WITNESS_S * len(witness), tuple(dict.fromkeys(witness))
    options = Options(FailOn.ERROR, tolerance, deadline_s, asked.as_of, witnesses, lint)
    join = _join(files, options, int(memory), is_asked=is_together, is_here=debug)
    with (
        Streams(wanted, lang) as streams,
        progress(lang) as advance,
        closing(verify_each(files, options, advance=advance, run=run)) as results,
    ):
        judged = map(judge, map(join, results))
        result = Verification(Spool(streams.through(judged)), __version__, earlier)
    for report in streams.others:
        if result.files or report.format != "text":
            write_report(VERIFY, report.format, report.file, lang, result)
    if baseline is not None:
        write_baseline(result, baseline, lang)
    _say_in_vain(in_vain, lang)
    return max(result.exit_code(), 2 if in_vain else 0)


def _say_in_vain(paths: Sequence[NothingToVerify], lang: Lang) -> None:
    for path in paths:
        click.echo(path.say(lang), err=True)


def _prepare(*, is_wanted: bool) -> None:
    """What workers need is imported in a process of its own while this one imports the rest,
    unless there may be nothing for them to do."""
    if is_wanted:
        from cfp_xl.verify.many import PRELOADED
        from cfp_xl.work import bounded_process

        bounded_process.prepare(PRELOADED)


def _join(
    files: Sequence[Source], options: Options, memory_mib: int, *, is_asked: bool, is_here: bool
) -> Callable[[FileResult], FileResult]:
    """What adds the findings between files to the result of each, where that is asked for."""
    if not is_asked:
        return lambda result: result
    from cfp_xl.verify.many.joined import added_by

    return added_by(files, options, memory_mib, is_here=is_here)


def _say_excluded(count: int, lang: Lang) -> None:
    if count:
        click.echo(say("cli.excluded", lang, count=count), err=True)


def progress(lang: Lang) -> AbstractContextManager[Callable[[int, int], None] | None]:
    """A progress bar on standard error, on a terminal only."""
    if not sys.stderr.isatty():
        return nullcontext()
    from cfp_xl.report.progress import progress as bar

    return bar(lang)


def recalc(
    lang: Lang,
    file: Path,
    output: Path | None,
    sets: Sequence[str],
    engine: str,
    reports: Sequence[str],
) -> int:
    """Writes recomputed values into a copy, or reports them; 1 where a cell is an error, was not
    computed, or uses functions that Excel does not know.
    """
    if sets:
        if output is not None:
            raise UsageMistake("cli.error.set_writes_nothing")
        if engine != ENGINES[0]:
            raise UsageMistake("cli.error.engine_computes_no_set")
        return what_if(lang, file, sets, reports)
    wanted = parse_reports(reports, VALUES)[-len(reports) :] if reports else ()  # none unasked
    if output is None and not wanted:
        raise UsageMistake("cli.error.recalc_needs_target")
    guard_reports(wanted, [file, *([output] if output else [])])
    if output is not None:
        ensure_workbook(output, file.suffix, [file])
    from cfp_xl.functions.values import ExcelError
    from cfp_xl.report.write import write_report
    from cfp_xl.schema.opened import open_file
    from cfp_xl.workbook.formulas.newer import cells_excel_does_not_know

    opened = open_file(file)
    workbook = opened.workbook
    if not workbook.formula_count:
        raise NothingToShow("cli.nothing_to_recalculate", file=file)
    recalculation = opened.recalculation
    if engine != ENGINES[0]:
        from cfp_xl.engine.stock import by_stock

        recalculation = by_stock(workbook, recalculation)
    cells = recalculation.cells
    for report in wanted:
        write_report(VALUES, report.format, report.file, lang, workbook, cells)
    notes = [
        say("cli.not_computed", lang, cell=k.ref, why=c.finding.message(lang) if c.finding else "")
        for k, c in cells.items()
        if not c.is_computed
    ]
    if output is not None:
        count, of_writing = _write_values(lang, opened, recalculation, output)
        notes += of_writing
        if all(report.file for report in wanted):
            click.echo(say("cli.written", lang, file=output, count=count))
    for note in notes:
        click.echo(note, err=True)
    all_fine = not cells_excel_does_not_know(workbook) and all(
        c.is_computed and not isinstance(c.value, ExcelError) for c in cells.values()
    )
    return int(not all_fine)


def _write_values(
    lang: Lang, opened: Opened, recalculation: Recalculation, output: Path
) -> tuple[int, list[str]]:
    """The copy with fresh values: how many, and what was left as it was."""
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.workbook.formulas.newer import cells_excel_does_not_know
    from cfp_xl.workbook.writing.patch import patch_values

    unknown = cells_excel_does_not_know(opened.workbook)
    fresh = {k: v for k, v in recalculation.lasting_values.items() if k not in unknown}
    absent = patch_values(opened.package, output, fresh)
    notes = [say("cli.cell_absent", lang, cell=CellKey(*key).ref) for key in absent]
    notes += [
        say("cli.volatile_kept", lang, cell=key.ref)
        for key, cell in recalculation.cells.items()
        if cell.is_computed and not cell.is_stable
    ]
    notes += [
        say("cli.newer_kept", lang, cell=CellKey(*key).ref, functions=", ".join(functions))
        for key, functions in unknown.items()
    ]
    return len(fresh) - len(absent), notes


def build(lang: Lang, check: bool) -> int:
    """Builds what is derived, or compares it with what is there; 1 where that has drifted."""
    from cfp_xl import build as builder

    has_drifted = False
    for outcome in builder.build(Path.cwd(), is_check=check):
        has_drifted |= bool(outcome.drifted)
        key = "same" if not outcome.drifted else "drifted" if check else "written"
        said = say(f"cli.build_{key}", lang, path=outcome.path, parts=outcome.drifted)
        click.echo(said, err=key == "drifted")
    return int(check and has_drifted)
