"""Every command with its arguments; what it does is a function of `actions`, imported when run."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from cfp_xl import __version__
from cfp_xl.cli import actions, factor_import, lookups, travel
from cfp_xl.cli.audit import audit_command, read_command
from cfp_xl.cli.diff import diff_command
from cfp_xl.cli.export import export_command
from cfp_xl.cli.fill import fill_command
from cfp_xl.cli.grow import grow, rows_option
from cfp_xl.cli.help import Spoken, SpokenGroup
from cfp_xl.cli.host import host
from cfp_xl.cli.intake import intake_command
from cfp_xl.cli.justify import justify_command
from cfp_xl.cli.new import new
from cfp_xl.cli.options import (
    common,
    count,
    option,
    report_option,
    set_option,
    verify_options,
)
from cfp_xl.cli.study import study_command
from cfp_xl.cli.upgrade import upgrade_command
from cfp_xl.cli.why import why_command
from cfp_xl.messages import Lang
from cfp_xl.report.formats import FACTORS, FUNCTIONS, SHOW, WHAT_IF

FILE = click.Path(path_type=Path)


def cfp_xl(lang: Lang) -> click.Group:
    """The command line in one language."""
    group = SpokenGroup("cfp-xl", lang, key="main", params=common(lang))
    group.params.append(_version(lang))
    for command in (
        *_of_workbooks(lang),
        *_lookups(lang),
        new(lang),
        Spoken(
            "grow",
            lang,
            callback=partial(grow, lang),
            params=[
                _file(),
                rows_option(lang),
                option(lang, "-o", "--output", type=FILE, metavar="OUT"),
                *common(lang),
            ],
        ),
        upgrade_command(lang),
        fill_command(lang),
        export_command(lang),
        intake_command(lang),
        host(lang),
        *_travel(lang),
        Spoken(
            "build",
            lang,
            callback=partial(actions.build, lang),
            params=[option(lang, "--check", is_flag=True), *common(lang)],
        ),
    ):
        group.add_command(command)
    return group


def _of_workbooks(lang: Lang) -> tuple[click.Command, ...]:
    return (
        Spoken(
            "verify",
            lang,
            callback=partial(actions.verify, lang),
            params=[
                click.Argument(["paths"], nargs=-1, required=True, metavar="PATH..."),
                *verify_options(lang),
                *common(lang, is_debug_wanted=True),
            ],
        ),
        justify_command(lang),
        Spoken(
            "show",
            lang,
            callback=partial(actions.show, lang),
            params=[_file(), report_option(lang, SHOW), *common(lang)],
        ),
        Spoken(
            "recalc",
            lang,
            callback=partial(actions.recalc, lang),
            params=[
                _file(),
                option(lang, "-o", "--output", type=FILE, metavar="OUT"),
                set_option(lang),
                report_option(lang, WHAT_IF),
                *common(lang),
            ],
        ),
    )


def _lookups(lang: Lang) -> tuple[click.Command, ...]:
    return (
        why_command(lang),
        diff_command(lang),
        study_command(lang),
        audit_command(lang),
        read_command(lang),
        Spoken(
            "functions",
            lang,
            callback=partial(lookups.functions, lang),
            params=[
                click.Argument(["name"], required=False),
                report_option(lang, FUNCTIONS),
                *common(lang),
            ],
        ),
        _factors(lang),
        Spoken(
            "explain",
            lang,
            callback=partial(lookups.explain, lang),
            params=[click.Argument(["code"]), *common(lang)],
        ),
    )


def _travel(lang: Lang) -> tuple[click.Command, ...]:
    return (
        Spoken(
            "freeze",
            lang,
            callback=partial(travel.freeze, lang),
            params=[
                _file(),
                option(lang, "-o", "--output", type=FILE, required=True, metavar="OUT"),
                option(lang, "--date", "day", metavar="YYYY-MM-DD"),
                *common(lang),
            ],
        ),
        Spoken(
            "thaw",
            lang,
            callback=partial(travel.thaw, lang),
            params=[
                _file(),
                option(lang, "-o", "--output", type=FILE, required=True, metavar="OUT"),
                *common(lang),
            ],
        ),
    )


def _factors(lang: Lang) -> click.Group:
    group = SpokenGroup("factors", lang, params=common(lang))
    group.add_command(
        Spoken(
            "list",
            lang,
            "factors_list",
            callback=partial(lookups.factors_list, lang),
            params=[
                option(lang, "--set", "set_id", metavar="ID"),
                option(lang, "--category", metavar="NAME"),
                report_option(lang, FACTORS),
                *common(lang),
            ],
        )
    )
    group.add_command(
        Spoken(
            "search",
            lang,
            "factors_search",
            callback=partial(lookups.factors_search, lang),
            params=[
                click.Argument(["words"], nargs=-1, required=True, metavar="WORD..."),
                option(lang, "--limit", type=count(lang), default=10, metavar="N"),
                option(lang, "--region", metavar="REGION"),
                option(lang, "--year", type=count(lang), metavar="YYYY"),
                report_option(lang, FACTORS),
                *common(lang),
            ],
        )
    )
    for command in factor_import.commands(lang):
        group.add_command(command)
    group.add_command(
        Spoken(
            "show",
            lang,
            "factors_show",
            callback=partial(lookups.factors_show, lang),
            params=[
                click.Argument(["id"], metavar="ID"),
                report_option(lang, FACTORS),
                *common(lang),
            ],
        )
    )
    return group


def _file() -> click.Argument:
    return click.Argument(["file"], type=FILE, metavar="FILE")


def _version(lang: Lang) -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
        if is_asked:
            click.echo(f"cfp-xl {__version__}")
            ctx.exit()

    return option(lang, "--version", is_flag=True, expose_value=False, is_eager=True, callback=show)
