"""`cfp-xl factors import` and `factors diff`: sets of factors of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import common, option
from cfp_xl.messages import Explained, Lang, say

FILE = click.Path(path_type=Path)


class NothingUsable(Explained):
    """A table without a factor that can be used."""


def commands(lang: Lang) -> tuple[click.Command, ...]:
    """`factors import` and `factors diff` with their options."""
    importing = Spoken(
        "import",
        lang,
        "factors_import",
        callback=partial(factors_import, lang),
        params=[
            click.Argument(["file"], type=FILE, metavar="FILE"),
            option(lang, "--map", "maps", multiple=True, metavar="HEADING=COLUMN"),
            option(lang, "-o", "--output", type=FILE, metavar="OUT.csv"),
            *common(lang),
        ],
    )
    comparing = Spoken(
        "diff",
        lang,
        "factors_diff",
        callback=partial(factors_diff, lang),
        params=[
            click.Argument(["old"], type=FILE, metavar="OLD"),
            click.Argument(["new"], type=FILE, metavar="NEW"),
            *common(lang),
        ],
    )
    return importing, comparing


def factors_import(lang: Lang, file: Path, maps: Sequence[str], output: Path | None) -> int:
    """Into the folder of the user's sets where no file is named. Exit code 1 where a row stays out
    or is in doubt."""
    from cfp_xl.exchange import list_columns
    from cfp_xl.exchange.factor_tables import as_csv, ensure_head, head_of, own_set
    from cfp_xl.exchange.listing import read_listing
    from cfp_xl.exchange.olca_factors import is_olca, read_olca
    from cfp_xl.exchange.own_sets import own_folder
    from cfp_xl.outputs import ensure_outputs, write_output
    from cfp_xl.report.exchange.fill_text import columns_text

    if output is None:
        output = own_folder() / f"{file.stem}.csv"
        output.parent.mkdir(parents=True, exist_ok=True)
    head_file = output.with_suffix(".toml")
    ensure_outputs([output, head_file], [file])
    ensure_head(head_file)
    listing, unusable = read_olca(file) if is_olca(file) else (read_listing(file), ())
    said = list_columns.parse_maps(maps, "factors", listing.headings)
    position = list_columns.match("factors", listing.headings, said)
    found = own_set(listing, position, output.stem)
    click.echo(columns_text(listing, position, lang))
    for one in (*unusable, *found.mistakes, *found.doubts):
        click.echo(one.say(lang))
    if not found.factors.factors:
        raise NothingUsable("exchange.nothing_usable", file=file)
    head, version = head_of(found.factors, head_file, file.name)
    write_output(output, as_csv(found.factors))
    write_output(head_file, head.encode())
    list_columns.remember("factors", said)
    count, pin = len(found.factors.factors), f"{output.stem}@{version}"
    digest = found.factors.sha256[:16]
    click.echo(
        say("exchange.imported", lang, file=output, count=count, pin=f"{pin} sha256:{digest}")
    )
    return int(bool(unusable or found.mistakes or found.doubts))


def factors_diff(lang: Lang, old: Path, new: Path) -> int:
    """Exit code 1 where they differ, or where a row of one can't be used."""
    from cfp_xl.exchange.own_sets import read_set

    sets = [(file, read_set(file)) for file in (old, new)]
    before, after = (one.factors for _, one in sets)
    lines = [
        say("exchange.factor_unusable", lang, file=file.name, why=why.say(lang))
        for file, one in sets
        for why in one.broken.values()
    ]
    lines += [say("exchange.factor_gone", lang, id=id) for id in before if id not in after]
    lines += [say("exchange.factor_new", lang, id=id) for id in after if id not in before]
    for id in before:
        one, other = before[id], after.get(id)
        if other is None:
            continue
        shown = [f"{f.value:.10g} {f.unit}/{f.per_unit}" for f in (one, other)]
        if shown[0] != shown[1]:
            lines.append(say("exchange.factor_changed", lang, id=id, old=shown[0], new=shown[1]))
    click.echo("\n".join(lines) or say("exchange.no_difference", lang))
    return int(bool(lines))
