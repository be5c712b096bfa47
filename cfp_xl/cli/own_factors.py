"""Where commands look factors up: the shipped sets, and those of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.messages import Lang

if TYPE_CHECKING:
    from cfp_xl.footprint.factors import Library


def own_library(lang: Lang, folder: Path) -> Library:
    """The shipped sets, those of the user and those in `folder`; what can't be used is said."""
    from cfp_xl.exchange.own_sets import library_with, own_folder, own_sets

    found, problems = own_sets(folder, own_folder())
    for one in problems:
        click.echo(one.say(lang), err=True)
    return library_with(found)
