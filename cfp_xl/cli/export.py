"""`cfp-xl export`: a product workbook as an exchange file; PACT files of any origin checked."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import Spelled, UsageMistake, common, option
from cfp_xl.cli.verified import AUDIENCES, verified_product
from cfp_xl.exchange.out.formats import FORMATS, ExchangeFormat
from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.exchange.out.study import Study


def export_command(lang: Lang) -> click.Command:
    """The command with its options."""
    path = click.Path(path_type=Path)
    to = _one_of(lang, "--to", "format_name", tuple(FORMATS))
    audience = _one_of(lang, "--for", "audience", AUDIENCES, default=AUDIENCES[0])
    check = click.Option(
        ["--check", "is_check"], help=say("cli.option.check_file", lang), is_flag=True
    )
    return Spoken(
        "export",
        lang,
        callback=partial(export, lang),
        params=[
            click.Argument(["file"], type=path, metavar="FILE"),
            to,
            option(lang, "-o", "--output", type=path, metavar="OUT"),
            option(lang, "--previous", type=path, metavar="FILE.json"),
            audience,
            option(lang, "--draft", "is_draft", is_flag=True),
            check,
            *common(lang),
        ],
    )


def _one_of(
    lang: Lang, flag: str, name: str, words: tuple[str, ...], default: str | None = None
) -> click.Option:
    """A word of a few, whose help is the export's own: other commands have `--to` and `--for`."""
    help = say(f"cli.option.export_{flag.lstrip('-')}", lang)
    if default:
        help += say("cli.default", lang, value=default)
    kind = Spelled(lang, words)
    return click.Option(
        [flag, name], help=help, type=kind, default=default, metavar="|".join(words)
    )


def export(
    lang: Lang,
    file: Path,
    format_name: str | None,
    output: Path | None,
    previous: Path | None,
    audience: str,
    is_draft: bool,
    is_check: bool,
) -> int:
    """Exit code 1 where a study is refused, or a checked file breaks a rule."""
    if is_check:
        if format_name or output or previous or is_draft:
            raise UsageMistake("exchange_out.check_alone")
        return _check(lang, file)
    if format_name is None or output is None:
        raise UsageMistake("exchange_out.needs_format", formats=tuple(FORMATS))
    form = FORMATS[format_name]
    _ensure_fits(form, previous, is_draft=is_draft)
    from cfp_xl.outputs import ensure_output

    ensure_output(output, [file, *([previous] if previous else [])], is_workbook=form.is_workbook)
    if previous:
        ensure_output(previous, [file])
    study = _study(lang, file, form, audience, is_draft=is_draft)
    return 1 if study is None else _write(lang, study, form, output, previous)


def _ensure_fits(form: ExchangeFormat, previous: Path | None, *, is_draft: bool) -> None:
    if is_draft and not form.has_draft:
        raise UsageMistake("exchange_out.no_draft", format=form.name)
    if previous is not None and not form.has_preceding:
        raise UsageMistake("exchange_out.no_previous", format=form.name)


def _study(
    lang: Lang, file: Path, form: ExchangeFormat, audience: str, *, is_draft: bool
) -> Study | None:
    """The study in a workbook; None where its errors forbid the export, which are listed."""
    from cfp_xl.exchange.out.study import AUDIENCES as KNOWN
    from cfp_xl.exchange.out.study import Study

    found = verified_product(
        lang, file, "exchange_out", is_draft=is_draft, has_draft=form.has_draft
    )
    if found is None:
        return None
    known = next(one for one in KNOWN if one == audience)
    opened = found.opened
    return Study(opened.recomputed, opened.workbook.sha256, known, is_draft=found.is_wrong)


def _write(
    lang: Lang, study: Study, form: ExchangeFormat, output: Path, previous: Path | None
) -> int:
    from cfp_xl.exchange.out.previous import deprecated, ensure_same_product, ids_of, read_previous
    from cfp_xl.exchange.out.study import CannotExport
    from cfp_xl.outputs import write_output

    earlier = read_previous(previous) if previous else None
    study.preceding = ids_of(earlier) if earlier else ()
    try:
        data = form.write(study)
    except CannotExport as why:
        click.echo(why.say(lang), err=True)
        return 1
    if earlier and previous:
        ensure_same_product(earlier, json.loads(data)["productIds"], previous)
    write_output(output, data)
    if earlier and previous and json.loads(data)["id"] != earlier["id"]:
        write_output(previous, deprecated(earlier))
        click.echo(say("exchange_out.replaced", lang, file=previous))
    elif previous:
        click.echo(say("exchange_out.unchanged", lang, file=previous))
    click.echo(say("exchange_out.written", lang, file=output, title=form.title))
    click.echo(say("exchange_out.omits", lang, what=form.omits))
    click.echo(say(f"exchange_out.copy_for.{study.audience}", lang))
    return 0


def _check(lang: Lang, file: Path) -> int:
    """Every footprint in a PACT file: one, a list, or an API's answer with `data`."""
    from cfp_xl.exchange.json_file import read_json
    from cfp_xl.exchange.pact_rules import breaches

    document = read_json(file)
    if isinstance(document, dict) and isinstance(document.get("data"), list | dict):
        document = document["data"]
    many = document if isinstance(document, list) and document else [document]
    found = [(at, one) for at, each in enumerate(many) for one in breaches(each)]
    for at, one in found:
        click.echo(f"[{at}] {one.say(lang)}" if len(many) > 1 else one.say(lang))
    if not found:
        click.echo(say("exchange_out.checked", lang, file=file))
    return int(bool(found))
