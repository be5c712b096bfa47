"""`cfp-xl report`: a product workbook as a report, in the form of the standard's annex."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import Spelled, UsageMistake, common, option
from cfp_xl.cli.verified import AUDIENCES, VerifiedProduct, verified_product
from cfp_xl.messages import Lang, say
from cfp_xl.report.document.formats import DOCUMENT_FORMATS

if TYPE_CHECKING:
    from cfp_xl.report.document.model import ReportDocument


def report_command(lang: Lang) -> click.Command:
    """The command with its options."""
    path = click.Path(path_type=Path)
    return Spoken(
        "report",
        lang,
        callback=partial(report, lang),
        params=[
            click.Argument(["file"], type=path, metavar="FILE"),
            option(lang, "-o", "--output", type=path, metavar="OUT"),
            _one_of(lang, "--to", "format_name", tuple(DOCUMENT_FORMATS)),
            _one_of(lang, "--for", "audience", AUDIENCES, default=AUDIENCES[0]),
            option(lang, "--draft", "is_draft", is_flag=True),
            option(lang, "--base", type=path, metavar="MY.docx"),
            _report_option(lang, "--check", type=path, metavar="REPORT"),
            *common(lang),
        ],
    )


def _one_of(
    lang: Lang, flag: str, name: str, words: tuple[str, ...], default: str | None = None
) -> click.Option:
    kind, shown = Spelled(lang, words), "|".join(words)
    return _report_option(lang, flag, name, type=kind, default=default, metavar=shown)


def _report_option(lang: Lang, flag: str, *names: str, **settings: Any) -> click.Option:
    """An option whose help is this command's own."""
    help = say(f"cli.option.report_{flag.lstrip('-')}", lang)
    default = settings.get("default")
    help += say("cli.default", lang, value=default) if default else ""
    return click.Option([flag, *names], help=help, **settings)


def report(
    lang: Lang,
    file: Path,
    output: Path | None,
    format_name: str | None,
    audience: str,
    is_draft: bool,
    base: Path | None,
    check: Path | None,
) -> int:
    """Exit code 1 where the workbook's errors forbid a report, or a checked one differs."""
    if check is not None:
        if output or format_name or is_draft or base:
            raise UsageMistake("product_report.check_alone")
        return _check(lang, file, check, audience)
    format_name = format_name or _format_of(output)
    if output is None or format_name is None:
        endings = tuple(f".{name}" for name in DOCUMENT_FORMATS)
        raise UsageMistake("product_report.needs_output", endings=endings)
    from cfp_xl.outputs import ensure_output, write_output

    ensure_output(output, [file, *([base] if base else [])])
    form = DOCUMENT_FORMATS[format_name]
    write: Callable[[ReportDocument], bytes] = form.load()
    if base is not None:
        if format_name != "docx":
            raise UsageMistake("product_report.base_docx")
        from cfp_xl.report.document.docx_base import write_into

        write = partial(write_into, base)
    found = verified_product(lang, file, "product_report", is_draft=is_draft)
    if found is None:
        return 1
    document = _document(found, file, audience, _chosen(lang))
    write_output(output, [write(document)])
    click.echo(say("product_report.written", lang, file=output))
    if form.draws_text:
        from cfp_xl.report.document.fonts import font_for

        click.echo(say("product_report.font", lang, family=font_for(document).family))
    if document.gaps:
        click.echo(say("product_report.gaps", lang, count=len(document.gaps)))
        for gap in document.gaps:
            click.echo(f"  {gap.label.in_lang(lang)}: {gap.place(lang)}")
    if document.left_out:
        click.echo(say("product_report.picture_left_out.head", lang, count=len(document.left_out)))
        for where, why in document.left_out:
            words = say(f"product_report.picture_left_out.{why}", lang)
            click.echo(
                "  " + say("product_report.picture_left_out.line", lang, where=where, why=words)
            )
    return 0


def _format_of(output: Path | None) -> str | None:
    name = output.suffix.lstrip(".").lower() if output else ""
    return name if name in DOCUMENT_FORMATS else None


def _chosen(lang: Lang) -> Lang | None:
    """The language of `--lang`; None where it was not given: the report is in the workbook's."""
    context: click.Context | None = click.get_current_context()
    while context is not None:
        if context.get_parameter_source("lang") is ParameterSource.COMMANDLINE:
            return lang
        context = context.parent
    return None


def _document(
    found: VerifiedProduct, file: Path, audience: str, lang: Lang | None
) -> ReportDocument:
    from cfp_xl.exchange.out.study import AUDIENCES as KNOWN
    from cfp_xl.report.document.outline import document_of
    from cfp_xl.report.document.source import source_of

    known = next(one for one in KNOWN if one == audience)
    source = source_of(found.opened, found.result, file.name, known, lang, is_draft=found.is_wrong)
    return document_of(source)


def _check(lang: Lang, file: Path, check: Path, audience: str) -> int:
    """The audit of a report against its workbook, then every number that differs."""
    name = _format_of(check)
    if name is None:
        endings = tuple(f".{name}" for name in DOCUMENT_FORMATS)
        raise UsageMistake("product_report.check_ending", file=check, endings=endings)
    from cfp_xl.audit.audit import audit_file
    from cfp_xl.report.document.changed import changed_numbers
    from cfp_xl.report.formats import AUDIT
    from cfp_xl.report.write import write_report

    found = verified_product(lang, file, "product_report", is_draft=True)
    assert found is not None
    result = audit_file(check, product=file)
    write_report(AUDIT, "text", None, lang, result)
    if result.report is None:
        return result.exit_code()
    edited = result.report.document
    ours = _document(found, file, audience, "zh" if edited.language == "zh" else "en")
    changed = changed_numbers(edited, ours, DOCUMENT_FORMATS[name], name)
    verdict = "product_report.changed" if changed else "product_report.unchanged"
    click.echo(say(verdict, lang, count=len(changed)))
    for one in changed:
        key = "changed_number" if one.seen else "missing_number"
        values = {"where": one.where, "seen": one.seen, "expected": one.expected}
        click.echo(f"  {say(f'product_report.{key}', lang, **values)}")
    return max(result.exit_code(), int(bool(changed)))
