"""`cfp-xl fill`: a list of parts or energy into a product's table; a dry run unless applied."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cfp_xl.cli.fill_site import fill_from_site, site_in
from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import Number, UsageMistake, applying, common, option, word
from cfp_xl.cli.own_factors import own_library
from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.exchange.fill import FillPlan
    from cfp_xl.footprint.search import Context
    from cfp_xl.schema.opened import Opened

TABLES = ("activities", "parts", "allocation", "factors")


def fill_command(lang: Lang) -> click.Command:
    """The command with its options."""

    def run(name: str, **options: Any) -> int:
        file, source, output = (options[one] for one in ("file", "source", "output"))
        if output is not None and not options["is_applied"]:
            raise UsageMistake("cli.error.output_needs_apply")
        _guard(file, source, options["proposals"], output)
        if site := site_in(source):
            return fill_from_site(lang, file, site, name, options["is_applied"], output)
        return fill(lang, **options)

    file = click.Path(path_type=Path)
    return Spoken(
        "fill",
        lang,
        callback=run,
        params=[
            click.Argument(["file"], type=file, metavar="FILE"),
            click.Option(
                ["--from", "source"],
                help=say("cli.option.from_list", lang),
                type=file,
                required=True,
                metavar="LIST",
            ),
            word(lang, "--table", TABLES, default="activities"),
            option(lang, "--map", "maps", multiple=True, metavar="HEADING=COLUMN"),
            option(lang, "--stage", metavar="STAGE"),
            click.Option(
                ["--accept"],
                help=say("cli.option.accept_likeness", lang),
                type=Number(lang, "cli.error.likeness", lambda x: 0.5 <= x <= 1),
                metavar="LIKENESS",
            ),
            click.Option(
                ["--as", "name"],
                help=say("cli.option.as_in_site", lang),
                default="",
                metavar="NAME",
            ),
            option(lang, "--proposals", type=file, metavar="FILE.csv"),
            applying(lang, "apply_fill"),
            option(lang, "-o", "--output", type=file, metavar="OUT"),
            *common(lang),
        ],
    )


def fill(
    lang: Lang,
    file: Path,
    source: Path,
    table: str,
    maps: Sequence[str],
    stage: str | None,
    accept: float | None,
    proposals: Path | None,
    is_applied: bool,
    output: Path | None,
) -> int:
    """Exit code 1 where a line doesn't enter, or would not."""
    from cfp_xl.exchange import list_columns
    from cfp_xl.exchange.fill import CannotFill, plan_fill, rows_wanted
    from cfp_xl.exchange.fill_apply import apply_fill
    from cfp_xl.exchange.list_lines import NAMES, lines_of, without_values
    from cfp_xl.exchange.listing import read_listing
    from cfp_xl.outputs import write_output
    from cfp_xl.report.exchange import fill_text
    from cfp_xl.schema.opened import open_file

    listing = read_listing(source)
    said = list_columns.parse_maps(maps, table, listing.headings)
    position = without_values(listing, list_columns.match(table, listing.headings, said))
    if NAMES[table] not in position:
        known = list_columns.fields(table)
        raise CannotFill("exchange.no_names", headings=listing.headings, fields=known)
    product, lines = open_file(file), lines_of(listing, position, table)
    schema = product.recomputed.schema
    if schema is None:
        raise CannotFill("exchange.no_table", table=table)
    planned = partial(
        plan_fill,
        lang=lang,
        stage=stage,
        accept=accept,
        context=_context(product),
        known_factors=own_library(lang, file.parent),
        proposals={},
    )
    before, plan = product.package, planned(schema, table, lines)
    if (rows := rows_wanted(plan, schema)) and (longer := _longer(product, table, rows)):
        product = longer
        schema = product.recomputed.schema or schema
        plan = planned(schema, table, lines)
        click.echo(say("exchange.grows", lang, rows=rows))
    click.echo(fill_text.columns_text(listing, position, lang))
    click.echo(fill_text.plan_text(plan, lang))
    if proposals is not None:
        write_output(proposals, fill_text.proposals_csv(plan, lang))
    if is_applied:
        filled = apply_fill(product, plan, output or file, lang, before)
        list_columns.remember(table, said)
        click.echo(fill_text.filled_text(filled, plan, lang))
    else:
        click.echo(say("exchange.dry_run", lang))
    return _exit_code(plan)


def _context(product: Opened) -> Context:
    """The year of the product's data, for the factors that are proposed."""
    from cfp_xl.footprint.search import Context

    facts = product.recomputed.product
    period = facts.period if facts else None
    return Context("", period.value.end.year if period and period.value else None)


def _guard(file: Path, source: Path, proposals: Path | None, output: Path | None) -> None:
    """Raises NotWritten where an output would replace what is read, or the other output."""
    from cfp_xl.outputs import ensure_output, ensure_workbook

    if output is not None:
        ensure_workbook(output, file.suffix, [source])
    if proposals is not None:
        ensure_output(proposals, [file, source, *([output] if output else [])])


def _longer(product: Opened, table: str, rows: int) -> Opened | None:
    """The product with so many rows in the table; None where its template can't grow."""
    from cfp_xl.templates.grow import CannotGrow, grown

    path, data = product.workbook.path, product.package.data
    try:
        return grown(data, path, {table: rows}, is_cached=False)[0]
    except CannotGrow:
        return None


def _exit_code(plan: FillPlan) -> int:
    return int(bool(plan.left_out))
