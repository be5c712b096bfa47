"""`cfp-xl new …`: a workbook to start from, blank or from that of the last period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cfp_xl.cli.grow import completed_lines, rows_option
from cfp_xl.cli.help import Spoken, SpokenGroup
from cfp_xl.cli.options import UsageMistake, common, option, word
from cfp_xl.cli.suppliers import new_supplier
from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.footprint.product import Period

FORMULAS = ("cfp", "native")
XLSX = ".xlsx"
"""What is made, whatever it is made from."""
FILE = click.Path(path_type=Path)


def new(lang: Lang) -> click.Group:
    """The group `new`."""
    group = SpokenGroup("new", lang, params=common(lang))
    group.add_command(_new_product(lang))
    group.add_command(_new_site(lang))
    group.add_command(new_supplier(lang))
    return group


def _new_site(lang: Lang) -> click.Command:
    def run(output: Path) -> None:
        site(lang, output)

    return Spoken(
        "site",
        lang,
        "new_site",
        callback=run,
        params=[
            option(lang, "-o", "--output", type=FILE, required=True, metavar="OUT"),
            *common(lang),
        ],
    )


def site(lang: Lang, output: Path) -> None:
    """Writes a blank site workbook; an existing file is never replaced."""
    from cfp_xl.outputs import ensure_workbook, write_output
    from cfp_xl.templates.shipped import site_template

    if output.exists():
        raise UsageMistake("cli.error.exists", file=output)
    ensure_workbook(output, XLSX)
    write_output(output, site_template(lang))
    click.echo(say("site.new_written", lang, file=output))


def _new_product(lang: Lang) -> click.Command:
    def run(**options: Any) -> int:
        return product(lang, **options)

    help_of = {key: say(f"cli.option.{key}", lang) for key in ("from_workbook", "as_name")}
    return Spoken(
        "product",
        lang,
        "new_product",
        callback=run,
        params=[
            option(lang, "-o", "--output", type=FILE, required=True, metavar="OUT"),
            word(lang, "--formulas", FORMULAS, shown_default="cfp"),
            rows_option(lang),
            click.Option(
                ["--from", "source"], help=help_of["from_workbook"], type=FILE, metavar="OLD"
            ),
            option(lang, "--period", metavar="A..B"),
            click.Option(["--as", "name"], help=help_of["as_name"], default="", metavar="NAME"),
            *common(lang),
        ],
    )


def product(
    lang: Lang,
    output: Path,
    formulas: str | None,
    rows: Sequence[str],
    source: Path | None,
    period: str | None,
    name: str,
) -> int:
    """Writes a product workbook to start from; an existing file is never replaced."""
    from cfp_xl.outputs import ensure_workbook, write_output
    from cfp_xl.templates.grow import grow, rows_wanted
    from cfp_xl.templates.shipped import product_template

    if output.exists():
        # Somebody may have filled it in.
        raise UsageMistake("cli.error.exists", file=output)
    ensure_workbook(output, XLSX, [source] if source else ())
    if source is None:
        if period or name:
            raise UsageMistake("cli.error.only_with_from")
        made = product_template(lang, is_native=formulas == "native")
    else:
        made = _continued(lang, source, formulas, period, name)
    write_output(output, grow(made, output, rows_wanted(rows))[0] if rows else made)
    click.echo(say("cli.new_written", lang, file=output))
    return 0


def _continued(
    lang: Lang, source: Path, formulas: str | None, period: str | None, name: str
) -> bytes:
    """The workbook of the next period or of a sister product; what became of the old one's."""
    from cfp_xl.templates.next_period import continued
    from cfp_xl.workbook.reading.container import open_package

    if not (period or name):
        raise UsageMistake("cli.error.period_or_name")
    is_native = None if formulas is None else formulas == "native"
    days = parse_period(period) if period else None
    done = continued(open_package(source).data, source, period=days, name=name, is_native=is_native)
    counts = {key: getattr(done, key) for key in ("emptied", "formulas", "reasons")}
    click.echo(say("templates.next_period.done", lang, file=source, **counts))
    if done.ask_again:
        click.echo(say("templates.next_period.ask_again", lang, parts=tuple(done.ask_again)))
    for line in (line for one in done.completed for line in completed_lines(lang, one)):
        click.echo(line)
    for one in done.left_out:
        click.echo("    " + say("templates.upgrade.left_out", lang, what=one))
    return done.data


def parse_period(text: str) -> Period:
    """`2026-01-01..2026-12-31`; raises UsageMistake."""
    from cfp_xl.footprint.product import Period

    first, dots, last = text.partition("..")
    try:
        start, end = date.fromisoformat(first.strip()), date.fromisoformat(last.strip())
    except ValueError:
        start, end = date.max, date.min
    if not dots or start > end:
        raise UsageMistake("cli.error.period", seen=text)
    return Period(start, end)
