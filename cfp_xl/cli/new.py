"""`cfp-xl new …`: a workbook to start from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cfp_xl.cli.grow import rows_option
from cfp_xl.cli.help import Spoken, SpokenGroup
from cfp_xl.cli.options import UsageMistake, common, option, word
from cfp_xl.cli.suppliers import new_supplier
from cfp_xl.messages import Lang, say

FORMULAS = ("cfp", "native")


def new(lang: Lang) -> click.Group:
    """The group `new`."""
    group = SpokenGroup("new", lang, params=common(lang))

    def run(output: Path, formulas: str, rows: Sequence[str]) -> None:
        product(lang, output, formulas, rows)

    group.add_command(
        Spoken(
            "product",
            lang,
            "new_product",
            callback=run,
            params=[
                option(
                    lang,
                    "-o",
                    "--output",
                    type=click.Path(path_type=Path),
                    required=True,
                    metavar="OUT",
                ),
                word(lang, "--formulas", FORMULAS, default="cfp"),
                rows_option(lang),
                *common(lang),
            ],
        )
    )
    group.add_command(new_supplier(lang))
    return group


def product(lang: Lang, output: Path, formulas: str, rows: Sequence[str]) -> None:
    """Writes a blank product workbook; an existing file is never replaced."""
    from cfp_xl.outputs import ensure_output, write_output
    from cfp_xl.templates.grow import grow, rows_wanted
    from cfp_xl.templates.shipped import product_template

    if output.exists():
        # Somebody may have filled it in.
        raise UsageMistake("cli.error.exists", file=output)
    ensure_output(output, is_workbook=True)
    blank = product_template(lang, is_native=formulas == "native")
    write_output(output, grow(blank, output, rows_wanted(rows))[0] if rows else blank)
    click.echo(say("cli.new_written", lang, file=output))
