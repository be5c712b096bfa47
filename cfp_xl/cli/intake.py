"""`cfp-xl intake`: suppliers' answers, judged; on demand written into the product and answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cfp_xl.cli.actions import progress
from cfp_xl.cli.help import Spoken
from cfp_xl.cli.intake_many import intake_many, is_product
from cfp_xl.cli.options import (
    Report,
    Spelled,
    UsageMistake,
    applying,
    common,
    count,
    guard_reports,
    option,
    parse_reports,
    report_option,
    seconds,
)
from cfp_xl.messages import Lang, say
from cfp_xl.outputs import ensure_output, ensure_output_folder
from cfp_xl.report.formats import INTAKE

if TYPE_CHECKING:
    from cfp_xl.schema.opened import Opened
    from cfp_xl.suppliers.apply import Applied
    from cfp_xl.suppliers.intake import Accepting, IntakeResult
    from cfp_xl.work.sources import Source

FAIL_ON = ("error", "warning", "never")


def intake_command(lang: Lang) -> click.Command:
    """The command with its options."""

    def run(into: tuple[Path, ...], **options: Any) -> int:
        if len(into) == 1:
            return intake(lang, into=into[0], **options)
        return _into_several(lang, into, **options)

    file = click.Path(path_type=Path)
    return Spoken(
        "intake",
        lang,
        callback=run,
        params=[
            click.Argument(["paths"], nargs=-1, required=True, metavar="PATH..."),
            option(lang, "--into", type=file, required=True, multiple=True, metavar="PRODUCT"),
            applying(lang, "apply"),
            option(lang, "-o", "--output", type=file, metavar="OUT"),
            click.Option(
                ["--accept", "accepted"],
                help=say("cli.option.accept", lang),
                multiple=True,
                metavar="CODE[=REASON]",
            ),
            option(lang, "--reason", metavar="TEXT"),
            click.Option(
                ["--fail-on"],
                type=Spelled(lang, FAIL_ON),
                default=FAIL_ON[0],
                metavar="|".join(FAIL_ON),
                help=say("cli.option.fail_on_intake", lang),
            ),
            option(lang, "--annotate", type=file, metavar="DIR"),
            option(lang, "--status", type=file, metavar="FILE"),
            click.Option(
                ["--suppliers", "listed"],
                help=say("cli.option.suppliers_of_intake", lang),
                type=file,
                metavar="LIST",
            ),
            click.Option(
                ["--date", "day"],
                help=say("cli.option.date_of_intake", lang),
                metavar="YYYY-MM-DD",
            ),
            report_option(lang, INTAKE),
            option(lang, "--jobs", type=count(lang), default=1, metavar="N"),
            option(lang, "--timeout", type=seconds(lang), default=60.0, metavar="S"),
            option(lang, "--memory", type=count(lang), default=4096, metavar="MIB"),
            *common(lang, is_debug_wanted=True),
        ],
    )


def intake(
    lang: Lang,
    paths: Sequence[str],
    into: Path,
    is_applied: bool,
    output: Path | None,
    accepted: Sequence[str],
    reason: str | None,
    fail_on: str,
    annotate: Path | None,
    status: Path | None,
    listed: Path | None,
    day: str | None,
    reports: Sequence[str],
    jobs: float,
    timeout: float,
    memory: float,
    debug: bool,
) -> int:
    """Exit code 1 where an answer is refused or held, 2 where one is unreadable, 3 on our bug."""
    wanted = parse_reports(reports, INTAKE)
    if not all(path.strip() for path in paths):
        raise UsageMistake("cli.error.empty_path")
    if output is not None and not is_applied:
        raise UsageMistake("cli.error.output_needs_apply")
    today = _day(day)
    from cfp_xl.schema.opened import open_file
    from cfp_xl.suppliers import intake as room
    from cfp_xl.suppliers.inbox import opened_inbox, received_in
    from cfp_xl.suppliers.product_parts import supplier_requests

    files, in_vain = received_in(paths)
    own = [file for file in (status, *(report.file for report in wanted)) if file]
    files = tuple(
        f for f in files if not is_product(f, into) and not _is_own(f, own, listed, paths)
    )
    read = [into, *(file for file in files if isinstance(file, Path))]
    target = output or into if is_applied else None
    outputs = _Outputs(wanted, annotate, status, target, listed, today, lang)
    outputs.guard(read, output)
    run = room.IntakeRun(int(jobs), not debug, int(memory), timeout)
    accepting = _accepting(accepted, reason, today)
    product = open_file(into)
    with opened_inbox(files, supplier_requests(product)) as inbox:
        with progress(lang) as advance:
            result = room.intake(
                inbox.sheets,
                product,
                advance=advance,
                run=run,
                accepting=accepting,
                others=inbox.others,
            )
        result, notes = outputs.write(result, product)
    for note in (*(path.say(lang) for path in in_vain), *notes):
        click.echo(note, err=True)
    return max(result.exit_code_for(fail_on), 2 if in_vain else 0)


OF_ONE = {
    "output": "-o",
    "annotate": "--annotate",
    "status": "--status",
    "listed": "--suppliers",
    "reports": "--report",
}
"""What an intake into several products does not write."""


def _into_several(lang: Lang, into: Sequence[Path], **options: Any) -> int:
    """The same answers into several products, in one piece or not at all."""
    for name, spelled in OF_ONE.items():
        if options[name]:
            raise UsageMistake("suppliers.many.of_one", option=spelled)
    if not all(path.strip() for path in options["paths"]):
        raise UsageMistake("cli.error.empty_path")
    from cfp_xl.suppliers.intake import IntakeRun

    today = _day(options["day"])
    is_isolated = not options["debug"]
    run = IntakeRun(int(options["jobs"]), is_isolated, int(options["memory"]), options["timeout"])
    return intake_many(
        lang,
        options["paths"],
        into,
        run,
        _accepting(options["accepted"], options["reason"], today),
        today,
        is_applied=options["is_applied"],
    )


@dataclass(frozen=True, slots=True)
class _Outputs:
    """What an intake writes, and for which day."""

    wanted: Sequence[Report]
    annotate: Path | None
    status: Path | None
    target: Path | None
    listed: Path | None
    today: date
    lang: Lang

    def guard(self, read: Sequence[Path], output: Path | None) -> None:
        """Nothing is written over what is read (the product first), or over another output."""
        named = [*read, *([self.listed] if self.listed else [])]
        guard_reports(self.wanted, [*named, *(file for file in (self.status, output) if file)])
        if self.status is not None:
            ensure_output(self.status, named, is_workbook=self.status.suffix.lower() == ".xlsx")
        if self.target is not None:
            ensure_output(self.target, named[1:], is_workbook=True)
        if self.annotate is not None:
            ensure_output_folder(self.annotate, read[1:])

    def write(self, result: IntakeResult, product: Opened) -> tuple[IntakeResult, list[str]]:
        """The product, the reports, the files to return, the status. The result, with what keeps
        the product from taking answers in, and what to say of the files."""
        from cfp_xl.report.write import write_report

        result, applied = _taken_in(result, product, self.target, self.today)
        steps = (("annotate", self.annotate), ("status", self.status))
        underway = [name for name, place in steps if place]
        for report in self.wanted:
            write_report(INTAKE, report.format, report.file, self.lang, result, applied, underway)
        notes = _annotate(result, self.annotate, self.lang) if self.annotate else []
        if self.status:
            now = applied.product if applied else product
            notes += self._status(result, self.status, now)
        return result, notes

    def _status(self, result: IntakeResult, file: Path, product: Opened) -> list[str]:
        from cfp_xl.report.suppliers.status import write_status
        from cfp_xl.suppliers.mailing import read_list
        from cfp_xl.suppliers.status import status_of

        entries = read_list(self.listed) if self.listed else ()
        status = status_of(product.recomputed, result.answers, self.today, entries)
        write_status(status, file, self.lang)
        return [say("suppliers.next.status_written", self.lang, file=file)]


def _is_own(file: Source, own: Sequence[Path], listed: Path | None, named: Sequence[str]) -> bool:
    """Whether a file of the inbox is the list of suppliers, or one that this run writes: what an
    earlier run left there. What somebody sent is an answer, even where an output is to have its
    name.
    """
    if not isinstance(file, Path) or file.absolute() in {Path(one).absolute() for one in named}:
        return False
    if listed is not None and file.absolute() == listed.absolute():
        return True
    from cfp_xl.report.suppliers.earlier import is_intake_report

    return file.absolute() in {one.absolute() for one in own} and is_intake_report(file)


def _accepting(codes: Sequence[str], reason: str | None, today: date) -> Accepting | None:
    """The buyer's reasons; raises UsageMistake for a reason without a code."""
    from cfp_xl.suppliers.doubts import reasons_of
    from cfp_xl.suppliers.intake import Accepting

    if reason is not None and not codes:
        raise UsageMistake("suppliers.accept.nothing")
    return Accepting(reasons_of(codes, reason or ""), today) if codes else None


def _day(typed: str | None) -> date:
    """The day for the history and the status; here the clock is read, and nowhere else."""
    if typed is None:
        return date.today()
    from cfp_xl.schema.understand import NotUnderstood
    from cfp_xl.suppliers.days import day

    try:
        found = day(typed, "start")
    except NotUnderstood as unclear:
        raise UsageMistake(unclear.key, **unclear.values) from unclear
    if found is None:
        raise UsageMistake("suppliers.not_understood.day", seen=typed)
    return found


def _taken_in(
    result: IntakeResult, product: Opened, destination: Path | None, today: date
) -> tuple[IntakeResult, Applied | None]:
    """The result with the reasons why this product can't take the answers, also in a dry run;
    with a destination, what was written there."""
    from cfp_xl.suppliers.apply import CannotApply, apply, plan_for

    has_news = result.accepted or result.held
    if not has_news and destination in (None, product.workbook.path):
        return result, None
    try:
        if destination is not None:
            day = today.isoformat()
            return result, apply(product, result.accepted, destination, day, result.held)
        findings = plan_for(product, result.accepted, today, result.held)[1].findings
    except CannotApply as why:
        findings = why.findings
    return replace(result, findings=(*result.findings, *findings)), None


def _annotate(result: IntakeResult, folder: Path, lang: Lang) -> list[str]:
    from cfp_xl.suppliers.annotate import return_answers

    return [
        one.reason.say(lang)
        if one.reason
        else say("suppliers.next.annotated", lang, file=one.target)
        for one in return_answers(result.answers, folder)
    ]
