"""`cfp-xl host …`: the functions in the user's own spreadsheet program."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from cfp_xl.cli import excel, serve, travel
from cfp_xl.cli.help import Spoken, SpokenGroup
from cfp_xl.cli.options import common, option, port, seconds, word
from cfp_xl.cli.prove import prove
from cfp_xl.functions.spelling import SPELLINGS
from cfp_xl.messages import Lang, say

FILE = click.Path(path_type=Path)


def host(lang: Lang) -> click.Group:
    """The group `host`; below `build` and `install` each program is a command."""
    group = SpokenGroup("host", lang, params=common(lang))
    group.add_command(_build(lang))
    group.add_command(_install(lang))
    group.add_command(_serve(lang))
    group.add_command(_doctor(lang))
    group.add_command(prove(lang))
    group.add_command(_rebind(lang))
    return group


def _build(lang: Lang) -> click.Group:
    group = SpokenGroup("build", lang, "host_build", params=common(lang))
    group.add_command(
        Spoken(
            "libreoffice",
            lang,
            "host_build_libreoffice",
            callback=partial(build_libreoffice, lang),
            params=[
                option(lang, "-o", "--output", type=FILE, metavar="FILE"),
                *common(lang),
            ],
        )
    )
    group.add_command(
        Spoken(
            "excel",
            lang,
            "host_build_excel",
            callback=partial(excel.build, lang),
            params=[
                option(lang, "-o", "--output", type=FILE, metavar="FILE"),
                *common(lang),
            ],
        )
    )
    return group


def _serve(lang: Lang) -> click.Command:
    return Spoken(
        "serve",
        lang,
        "host_serve",
        callback=partial(serve.serve, lang),
        params=[
            option(lang, "--host", default="127.0.0.1", metavar="ADDRESS"),
            option(lang, "--port", type=port(lang), default=8443, metavar="N"),
            option(lang, "--token", metavar="TEXT"),
            option(lang, "--url", metavar="URL"),
            option(lang, "--no-https", is_flag=True),
            option(lang, "--budget", type=seconds(lang), default=10.0, metavar="S"),
            option(lang, "--home", type=FILE, metavar="DIR"),
            *common(lang),
        ],
    )


def _doctor(lang: Lang) -> click.Command:
    return Spoken(
        "doctor",
        lang,
        "host_doctor",
        callback=partial(excel.doctor, lang),
        params=[
            click.Argument(["file"], required=False, type=FILE, metavar="[FILE]"),
            option(lang, "--home", type=FILE, metavar="DIR"),
            *common(lang),
        ],
    )


def _rebind(lang: Lang) -> click.Command:
    return Spoken(
        "rebind",
        lang,
        "host_rebind",
        callback=partial(travel.rebind, lang),
        params=[
            click.Argument(["file"], type=FILE, metavar="FILE"),
            word(lang, "--to", tuple(SPELLINGS), required=True),
            option(lang, "-o", "--output", type=FILE, metavar="OUT"),
            *common(lang),
        ],
    )


def _install(lang: Lang) -> click.Group:
    group = SpokenGroup("install", lang, "host_install", params=common(lang))
    group.add_command(
        Spoken(
            "libreoffice",
            lang,
            "host_install_libreoffice",
            callback=partial(install_libreoffice, lang),
            params=[option(lang, "--profile", type=FILE, metavar="DIR"), *common(lang)],
        )
    )
    group.add_command(
        Spoken(
            "excel",
            lang,
            "host_install_excel",
            callback=partial(excel.install, lang),
            params=[option(lang, "--home", type=FILE, metavar="DIR"), *common(lang)],
        )
    )
    return group


def build_libreoffice(lang: Lang, output: Path | None) -> None:
    """Writes the extension's .oxt; in the folder of the call unless told otherwise."""
    from cfp_xl.hosts.libreoffice.extension import FILE_NAME, build_extension
    from cfp_xl.outputs import ensure_output, ensure_output_folder, write_output

    target = output or Path(FILE_NAME)
    ensure_output_folder(target.parent)
    ensure_output(target)
    write_output(target, build_extension())
    click.echo(say("hosts.libreoffice.built", lang, file=target))


def install_libreoffice(lang: Lang, profile: Path | None) -> None:
    """Hands the extension to LibreOffice, for the profile given or this user's."""
    from cfp_xl.hosts.libreoffice.install import install

    installed = install(profile)
    click.echo(say("hosts.libreoffice.installed", lang, program=installed.program))
    click.echo(say("hosts.libreoffice.try_it", lang))
