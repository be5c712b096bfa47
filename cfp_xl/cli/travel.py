"""The commands by which a workbook travels: `host rebind`, `freeze`, `thaw`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl import __version__
from cfp_xl.cli.options import UsageMistake
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked

if TYPE_CHECKING:
    from cfp_xl.schema.opened import Opened


def rebind(lang: Lang, file: Path, to: str, output: Path | None) -> None:
    """Writes a copy in another program's spelling, beside the file unless told otherwise."""
    from cfp_xl.schema.opened import open_file
    from cfp_xl.workbook.writing.rebind import rebind

    target = output or file.with_name(f"{file.stem}-{to}{file.suffix}")
    count = rebind(open_file(file), target, to)
    click.echo(say("travel.rebound", lang, file=target, count=count, to=to))


def freeze(lang: Lang, file: Path, output: Path, day: str | None) -> None:
    """Writes a copy with values for CFP formulas; refuses a file whose values are out of date."""
    from cfp_xl.schema.opened import open_file
    from cfp_xl.workbook.writing.freeze import freeze

    opened = open_file(file)
    when = _day(day) if day else _last_changed(file, opened)
    _refuse_stale(file, opened)
    note = [
        say("travel.when", lang, date=when),
        say("travel.factors", lang, factor_set=_factor_set(lang, opened), version=__version__),
        say("travel.how", lang),
    ]
    count = freeze(opened, output, note, lang)
    click.echo(say("travel.froze", lang, file=output, count=count))


def thaw(lang: Lang, file: Path, output: Path) -> None:
    """Writes a copy with the formulas back, and names the cells changed since they were frozen."""
    from cfp_xl.schema.opened import open_file
    from cfp_xl.verify.compare import shown
    from cfp_xl.workbook.writing.freeze import thaw

    count, edited = thaw(open_file(file), output)
    click.echo(say("travel.thawed", lang, file=output, count=count))
    for cell, value in edited:
        click.echo(
            say("travel.changed_since", lang, cell=cell, seen=masked(shown(value))), err=True
        )


def _refuse_stale(file: Path, opened: Opened) -> None:
    """Values that their formulas do not give would travel as if they were right."""
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.verify.compare import compare
    from cfp_xl.verify.result import Options
    from cfp_xl.workbook.writing.freeze import NAMED_AT_MOST, CannotFreeze, cells_to_freeze

    workbook, recalculation = opened.workbook, opened.recalculation
    _, findings = compare(workbook, recalculation, Options().tolerance, is_ours=False)
    wrong = {found.where for found in findings if found.code in ("V01", "V06")}
    wrong |= {key.ref for key, cell in recalculation.cells.items() if not cell.is_computed}
    ours = (CellKey(*key).ref for key in cells_to_freeze(workbook))
    stale = tuple(str(cell) for cell in ours if cell in wrong)
    if stale:
        raise CannotFreeze("travel.out_of_date", path=str(file), cells=stale[:NAMED_AT_MOST])


def _factor_set(lang: Lang, opened: Opened) -> str:
    """The set that the workbook pins; the shipped ones where it pins none."""
    from cfp_xl.footprint.factors import builtin, builtin_sets

    product = opened.cached.product
    if product is not None and product.factor_set is not None and product.factor_set.text:
        return product.factor_set.text
    sets = tuple(f"{id}@{builtin(id).version}" for id in builtin_sets())
    return say("travel.built_in", lang, sets=sets)


def _last_changed(file: Path, opened: Opened) -> str:
    """The day on which the file was last changed, as the file itself says."""
    from cfp_xl.workbook.reading.trees import local_name

    package = opened.package
    for link in package.relationships("").values():
        if link.kind == "core-properties" and package.has(link.target):
            for element in package.xml(link.target):
                if local_name(element) == "modified" and element.text:
                    return _day(element.text[:10])
    raise UsageMistake("travel.no_date", path=file)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageMistake("travel.bad_date", date=text) from error
