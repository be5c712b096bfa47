"""`audit` and `read`: published reports, checked, and brought into a workbook to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from cfp_xl.cli.dialogue import dialogue_options, read_earlier
from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import (
    common,
    guard_reports,
    option,
    parse_reports,
    report_option,
    word,
)
from cfp_xl.findings import finding
from cfp_xl.messages import Lang, say
from cfp_xl.report.formats import AUDIT

FILE = click.Path(path_type=Path)


def audit_command(lang: Lang) -> Spoken:
    """The command with its options."""
    return Spoken(
        "audit",
        lang,
        callback=partial(audit, lang),
        params=[
            click.Argument(["file"], type=FILE, metavar="REPORT"),
            click.Option(
                ["--product"],
                help=say("cli.option.audited_product", lang),
                type=FILE,
                metavar="PRODUCT.xlsx",
            ),
            report_option(lang, AUDIT),
            *dialogue_options(lang),
            word(lang, "--fail-on", ("error", "warning", "never"), default="error"),
            *common(lang),
        ],
    )


def read_command(lang: Lang) -> Spoken:
    """The command with its options."""
    return Spoken(
        "read",
        lang,
        callback=partial(read, lang),
        params=[
            click.Argument(["file"], type=FILE, metavar="REPORT"),
            option(lang, "-o", "--output", type=FILE, required=True, metavar="CHECK.xlsx"),
            option(lang, "--text", "ocr", type=FILE, metavar="OCR.txt"),
            *common(lang),
        ],
    )


def read(lang: Lang, file: Path, *, output: Path, ocr: Path | None) -> int:
    """Writes the check workbook; 2 where no figure was read."""
    from cfp_xl.outputs import ensure_output, write_output

    ensure_output(output, [file, *([ocr] if ocr else [])])
    from cfp_xl.audit.audit import statements_of
    from cfp_xl.audit.read import read_report
    from cfp_xl.report.audit.check_workbook import check_workbook

    report = read_report(file, ocr)
    if not report.figures:
        click.echo(finding("W81").say(lang), err=True)
        return 2
    write_output(output, [check_workbook(report, lang)])
    statements = sum(map(len, statements_of(report).values()))
    counts = {"figures": len(report.figures), "statements": statements}
    click.echo(say("audit.written", lang, file=output, **counts))
    return 0


def audit(
    lang: Lang,
    file: Path,
    *,
    product: Path | None,
    reports: Sequence[str],
    dialogue: Path | None,
    maps: Sequence[str],
    fail_on: str,
) -> int:
    """Reports the findings; 1 where there are any at the limit, 2 where nothing was read."""
    wanted = parse_reports(reports, AUDIT)
    guard_reports(wanted, [one for one in (file, product, dialogue) if one])
    from cfp_xl.audit.audit import audit_file
    from cfp_xl.report.write import write_report
    from cfp_xl.verify.result import FailOn

    earlier = read_earlier(dialogue, maps)
    result = replace(audit_file(file, product=product, fail_on=FailOn(fail_on)), dialogue=earlier)
    for report in wanted:
        write_report(AUDIT, report.format, report.file, lang, result)
    return result.exit_code()
