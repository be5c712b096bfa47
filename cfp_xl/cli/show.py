"""`cfp-xl show`: a footprint by stage and process, or the products of a folder side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cfp_xl.cli.actions import NothingToShow
from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import common, guard_reports, parse_reports
from cfp_xl.messages import Lang, say
from cfp_xl.report.formats import PORTFOLIO, SHOW, formats_of


def show_command(lang: Lang) -> click.Command:
    """The command with its options."""

    def run(file: Path, reports: Sequence[str]) -> int:
        return portfolio(lang, file, reports) if file.is_dir() else show(lang, file, reports)

    formats = dict.fromkeys((*formats_of(SHOW), *formats_of(PORTFOLIO)))
    return Spoken(
        "show",
        lang,
        callback=run,
        params=[
            click.Argument(["file"], type=click.Path(path_type=Path), metavar="FILE|DIR"),
            click.Option(
                ["--report", "reports"],
                help=say("cli.option.report", lang, formats=" ".join(formats)),
                multiple=True,
                metavar="FORMAT[=FILE]",
            ),
            *common(lang),
        ],
    )


def show(lang: Lang, file: Path, reports: Sequence[str]) -> int:
    """Reports the footprint by recomputed values; 1 where it has no total."""
    wanted = parse_reports(reports, SHOW)
    guard_reports(wanted, [file])
    from cfp_xl.report.write import write_report
    from cfp_xl.schema.opened import open_file

    tables = open_file(file).recomputed
    product, footprint = tables.product, tables.footprint
    if product is None or footprint is None:
        raise NothingToShow("cli.no_schema", file=file)
    facts = (product.functional_unit, product.factor_set)
    unit, factor_set = (fact.text if fact else None for fact in facts)
    for report in wanted:
        write_report(SHOW, report.format, report.file, lang, footprint, unit, factor_set)
    return int(footprint.total_kgco2e is None)


def portfolio(lang: Lang, folder: Path, reports: Sequence[str]) -> int:
    """All products of a folder; the highest exit code of its files, none of which stops others."""
    wanted = parse_reports(reports, PORTFOLIO)
    from cfp_xl.report.write import write_report
    from cfp_xl.verify.many.each import MEMORY_MIB
    from cfp_xl.verify.portfolio import entries_of
    from cfp_xl.verify.result import Options
    from cfp_xl.work.sources import workbooks_in

    found, in_vain = workbooks_in([str(folder)])
    if in_vain:
        raise in_vain[0]
    written = {report.file.resolve() for report in wanted if report.file}
    files = [one for one in found if not (isinstance(one, Path) and one.resolve() in written)]
    guard_reports(wanted, [one for one in files if isinstance(one, Path)])
    entries = entries_of(files, Options(), MEMORY_MIB)
    for report in wanted:
        write_report(PORTFOLIO, report.format, report.file, lang, entries)
    return max((one.exit_code for one in entries), default=2)
