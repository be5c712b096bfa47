"""Every command with its arguments; what it does is a function of `actions`, imported when run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click

from cfp_xl import __version__
from cfp_xl.cli import actions, factor_import, factor_upgrade, lookups, travel
from cfp_xl.cli.archive import archive_command
from cfp_xl.cli.audit import audit_command, read_command
from cfp_xl.cli.desk import desk_command
from cfp_xl.cli.dialogue import dialogue_options
from cfp_xl.cli.diff import diff_command
from cfp_xl.cli.export import export_command
from cfp_xl.cli.fill import fill_command
from cfp_xl.cli.grow import grow, rows_option
from cfp_xl.cli.help import Spoken, SpokenGroup
from cfp_xl.cli.host import host
from cfp_xl.cli.intake import intake_command
from cfp_xl.cli.justify import justify_command
from cfp_xl.cli.mutate import mutate_command
from cfp_xl.cli.new import new
from cfp_xl.cli.options import (
    ENGINES,
    common,
    count,
    option,
    report_option,
    set_option,
    verify_options,
    word,
)
from cfp_xl.cli.report import report_command
from cfp_xl.cli.show import show_command
from cfp_xl.cli.study import study_command
from cfp_xl.cli.upgrade import upgrade_command
from cfp_xl.cli.why import why_command
from cfp_xl.messages import Lang
from cfp_xl.report.formats import FACTORS, FUNCTIONS, WHAT_IF

FILE = click.Path(path_type=Path)


def cfp_xl(lang: Lang) -> click.Group:
    """The command line in one language."""
    group = SpokenGroup("cfp-xl", lang, key="main", params=common(lang))
    group.params.append(_version(lang))
    for kind, commands in _commands(lang).items():
        for command in commands:
            group.add_command(command)
            group.kinds.setdefault(kind, []).append(command)
    return group


def _commands(lang: Lang) -> Mapping[str, tuple[click.Command, ...]]:
    """By who uses them, in the order of `--help`; those of template makers are not on it."""
    return {
        "make": (
            new(lang),
            _grow(lang),
            fill_command(lang),
            upgrade_command(lang),
            show_command(lang),
            _recalc(lang),
            _factors(lang),
        ),
        "suppliers": (intake_command(lang),),
        "understand": (
            why_command(lang),
            study_command(lang),
            diff_command(lang),
            _explain(lang),
            _functions(lang),
        ),
        "check": (
            desk_command(lang),
            _verify(lang),
            justify_command(lang),
            audit_command(lang),
            read_command(lang),
        ),
        "exchange": (report_command(lang), export_command(lang), archive_command(lang)),
        "programs": (host(lang), _freeze(lang), _thaw(lang)),
        "templates": (mutate_command(lang), _build(lang)),
    }


def _verify(lang: Lang) -> click.Command:
    return Spoken(
        "verify",
        lang,
        callback=partial(actions.verify, lang),
        params=[
            click.Argument(["paths"], nargs=-1, required=True, metavar="PATH..."),
            *verify_options(lang),
            *dialogue_options(lang),
            *common(lang, is_debug_wanted=True),
        ],
    )


def _recalc(lang: Lang) -> click.Command:
    return Spoken(
        "recalc",
        lang,
        callback=partial(actions.recalc, lang),
        params=[
            _file(),
            _output(lang),
            set_option(lang),
            word(lang, "--engine", ENGINES, default=ENGINES[0]),
            report_option(lang, WHAT_IF),
            *common(lang),
        ],
    )


def _grow(lang: Lang) -> click.Command:
    return Spoken(
        "grow",
        lang,
        callback=partial(grow, lang),
        params=[_file(), rows_option(lang), _output(lang), *common(lang)],
    )


def _functions(lang: Lang) -> click.Command:
    return Spoken(
        "functions",
        lang,
        callback=partial(lookups.functions, lang),
        params=[
            click.Argument(["name"], required=False),
            report_option(lang, FUNCTIONS),
            *common(lang),
        ],
    )


def _explain(lang: Lang) -> click.Command:
    return Spoken(
        "explain",
        lang,
        callback=partial(lookups.explain, lang),
        params=[click.Argument(["code"]), *common(lang)],
    )


def _freeze(lang: Lang) -> click.Command:
    return Spoken(
        "freeze",
        lang,
        callback=partial(travel.freeze, lang),
        params=[
            _file(),
            _output(lang, required=True),
            option(lang, "--date", "day", metavar="YYYY-MM-DD"),
            *common(lang),
        ],
    )


def _thaw(lang: Lang) -> click.Command:
    return Spoken(
        "thaw",
        lang,
        callback=partial(travel.thaw, lang),
        params=[_file(), _output(lang, required=True), *common(lang)],
    )


def _build(lang: Lang) -> click.Command:
    return Spoken(
        "build",
        lang,
        callback=partial(actions.build, lang),
        params=[option(lang, "--check", is_flag=True), *common(lang)],
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
    for command in (*factor_import.commands(lang), factor_upgrade.upgrade_command(lang)):
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


def _output(lang: Lang, *, required: bool = False) -> click.Option:
    return option(lang, "-o", "--output", type=FILE, required=required, metavar="OUT")


def _file() -> click.Argument:
    return click.Argument(["file"], type=FILE, metavar="FILE")


def _version(lang: Lang) -> click.Option:
    def show(ctx: click.Context, _: click.Parameter, is_asked: bool) -> None:
        if is_asked:
            click.echo(f"cfp-xl {__version__}")
            ctx.exit()

    return option(lang, "--version", is_flag=True, expose_value=False, is_eager=True, callback=show)
