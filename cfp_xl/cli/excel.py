"""What `cfp-xl host` does for Excel: build, install, doctor."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.hosts.doctor import Check


def build(lang: Lang, output: Path | None) -> None:
    """Writes the add-in; in the folder of the call unless told otherwise."""
    from cfp_xl.hosts.addin import ADDIN, build_addin
    from cfp_xl.outputs import ensure_output, write_output

    target = output or Path(ADDIN)
    ensure_output(target, is_workbook=target.suffix.lower() == ".xlam")
    write_output(target, build_addin())
    click.echo(say("excel.built", lang, file=target))


def install(lang: Lang, home: Path | None) -> None:
    """Puts the add-in, the functions and the settings where Excel looks for them, for this user."""
    from cfp_xl.hosts.excel_install import install, this_interpreter, user_home

    for path in install(user_home(home), this_interpreter()):
        click.echo(say("excel.installed", lang, path=path))
    click.echo(say("excel.try_it", lang))
    click.echo(say("excel.unproven", lang), err=True)


def doctor(lang: Lang, file: Path | None, home: Path | None) -> int:
    """Exit code 1 where something is wrong."""
    from cfp_xl.hosts.doctor import examine_installation, examine_workbook
    from cfp_xl.hosts.excel_install import NoExcelHere, user_home
    from cfp_xl.schema.opened import open_file

    is_ill = False
    try:
        place = user_home(home)
    except NoExcelHere:
        click.echo(say("excel.no_installation", lang), err=True)
    else:
        is_ill |= _report(lang, examine_installation(place))
    if file is not None:
        is_ill |= _report(lang, examine_workbook(open_file(file).workbook))
    if not is_ill:
        click.echo(say("excel.well", lang))
    return int(is_ill)


def _report(lang: Lang, checks: Iterable[Check]) -> bool:
    """Says each check; whether any found something wrong."""
    is_ill = False
    for check in checks:
        click.echo(f"{'✓' if check.is_well else '✗'} {check.say(lang)}")
        is_ill |= not check.is_well
    return is_ill
