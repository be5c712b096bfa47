"""`cfp-xl justify`: the answers of a findings table, entered into the workbook they are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import UsageMistake, applying, common, option
from cfp_xl.messages import Explained, Lang, say

if TYPE_CHECKING:
    from cfp_xl.verify.judging.enter import Entries, Entry


class NotATable(Explained):
    """A file that is no table of findings, or holds no answer about the workbook."""


def justify_command(lang: Lang) -> click.Command:
    """The command with its options."""

    def run(**options: Any) -> int:
        return justify(lang, **options)

    file = click.Path(path_type=Path)
    return Spoken(
        "justify",
        lang,
        callback=run,
        params=[
            click.Argument(["file"], type=file, metavar="FILE"),
            click.Option(
                ["--from", "findings"],
                help=say("cli.option.from_findings", lang),
                type=file,
                required=True,
                metavar="FINDINGS",
            ),
            applying(lang, "apply_answers"),
            option(lang, "-o", "--output", type=file, metavar="OUT"),
            *common(lang),
        ],
    )


def justify(lang: Lang, file: Path, findings: Path, is_applied: bool, output: Path | None) -> int:
    """Exit code 1 where an answer is refused."""
    if output is not None and not is_applied:
        raise UsageMistake("cli.error.output_needs_apply")
    from cfp_xl.schema.opened import open_file
    from cfp_xl.verify.judging.enter import AnswerOutcome, plan_entries, with_entries
    from cfp_xl.verify.judging.findings_table import of_file, read_findings
    from cfp_xl.verify.result import Options
    from cfp_xl.workbook.writing.in_place import ensure_replaceable, put_workbook

    read = read_findings(open_file(findings).workbook)
    if read is None:
        raise NotATable("justify.text.not_a_table", file=findings)
    rows = of_file(read, file.name)
    if not rows:
        raise NotATable("justify.text.none", file=file.name)
    source, target = file.resolve(), (output or file).resolve()
    if is_applied:
        ensure_replaceable(target, source, [findings])
    workbook = open_file(file)
    entries = plan_entries(workbook, rows, Options())
    for line in _lines(entries, lang):
        click.echo(line)
    is_changed = bool(entries.of(AnswerOutcome.NEW, AnswerOutcome.CHANGED))
    if not is_changed:
        click.echo(say("justify.text.nothing", lang))
    elif not is_applied:
        click.echo(say("justify.text.dry", lang))
    if is_applied and (is_changed or target != source):
        after, result = workbook, entries.before
        if is_changed:
            after, result = with_entries(workbook, entries, Options())
        kept = put_workbook(after.package.data, target, workbook.package, source)
        written = say("justify.text.written", lang, file=output or file)
        click.echo(written + (say("justify.text.kept", lang, kept=kept.name) if kept else ""))
        click.echo(_left(result, lang))
    return int(bool(entries.of(AnswerOutcome.REFUSED)))


def _lines(entries: Entries, lang: Lang) -> Iterator[str]:
    for one in entries.entries:
        yield _line(one, lang)


def _line(one: Entry, lang: Lang) -> str:
    named = {
        "outcome": say(f"justify.outcome.{one.outcome.value}", lang),
        "code": one.row.code,
        "place": one.place or one.row.place,
    }
    if one.why is not None:
        return say("justify.text.refused", lang, **named, why=one.why, row=one.row.where)
    return say("justify.text.entry", lang, **named, target=one.target)


def _left(result: Any, lang: Lang) -> str:
    from cfp_xl.findings import Severity

    errors, warnings = (result.count(one) for one in (Severity.ERROR, Severity.WARNING))
    return say("justify.text.left", lang, errors=errors, warnings=warnings)
