"""`cfp-xl grow`: longer tables, and rows without formulas completed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.cli.options import option
from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.templates.grow import Grown


def rows_option(lang: Lang) -> click.Option:
    """`--rows`, of `grow` and `new product`."""
    return option(lang, "--rows", multiple=True, metavar="TABLE=N[,…]")


def grow(lang: Lang, file: Path, rows: Sequence[str], output: Path | None) -> None:
    """Writes the workbook with longer tables and complete rows, in place with a copy beside."""
    from cfp_xl.outputs import ensure_workbook
    from cfp_xl.schema.printed import printed_tables
    from cfp_xl.templates.grow import grown, rows_wanted
    from cfp_xl.workbook.reading.container import open_package
    from cfp_xl.workbook.writing.in_place import put_workbook

    if output is not None:
        ensure_workbook(output, file.suffix, [file])
    package = open_package(file)
    after, done = grown(package.data, file, rows_wanted(rows))
    data = after.package.data
    if data == package.data:
        click.echo(say("templates.grow.nothing", lang))
        return
    if kept := put_workbook(data, output or file, package, file):
        click.echo(say("templates.grow.kept", lang, file=kept))
    for one in done:
        values = {"sheet": one.sheet, "added": one.added}
        if one.added:
            click.echo(say("templates.grow.added", lang, rows=one.rows, **values))
        if one.moved_in:
            click.echo(say("templates.grow.moved_in", lang, count=one.moved_in, **values))
        for line in completed_lines(lang, one):
            click.echo(line)
    tables = printed_tables(after.recomputed)
    if left_out := tuple(one.sheet.name for one in tables if one.is_off_paper):
        click.echo(say("templates.grow.printed", lang, sheets=left_out))
    click.echo(say("templates.grow.written", lang, file=output or file))


def completed_lines(lang: Lang, one: Grown) -> Iterator[str]:
    """What was completed in a table, and what became of the cells that texts name; `grow` and
    `upgrade` say it."""
    if one.completed:
        numbers = tuple(str(row) for row in one.completed)
        yield say("templates.grow.completed", lang, rows=numbers, sheet=one.sheet)
    if one.addresses:
        moves = tuple(str(move) for move in one.addresses)
        yield say("templates.grow.readdressed", lang, moves=moves, sheet=one.sheet)
    if one.doubtful:
        yield say("templates.grow.doubtful", lang, cells=one.doubtful, sheet=one.sheet)
