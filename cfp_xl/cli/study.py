"""`study`: how sure a footprint is, what matters, what if, why it changed; any workbook's cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import (
    UsageMistake,
    common,
    count,
    guard_reports,
    option,
    parse_reports,
    report_option,
)
from cfp_xl.messages import Lang
from cfp_xl.report.formats import STUDY

if TYPE_CHECKING:
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.schema.opened import Opened
    from cfp_xl.study.spread import Uncertainty
    from cfp_xl.whatif.any_workbook import CellStudy
    from cfp_xl.whatif.seek import Sought
    from cfp_xl.whatif.study import ProductStudy

DRAWS, SEED = 10_000, 12_345
MOST_DRAWS = 1_000_000
DEADLINE_S = 600.0
"""For all draws through a workbook's formulas."""
_SPREAD = re.compile(r"(?:(?P<shape>[a-z]+):)?(?P<numbers>.+)")


def study_command(lang: Lang) -> Spoken:
    """The command with its options."""
    path = click.Path(path_type=Path)
    return Spoken(
        "study",
        lang,
        callback=partial(study, lang),
        params=[
            click.Argument(["file"], type=path, metavar="FILE"),
            click.Argument(["new"], type=path, required=False, metavar="[NEW]"),
            option(lang, "--bridge", "is_bridge", is_flag=True),
            option(lang, "--draws", "draws", type=count(lang), default=DRAWS, metavar="N"),
            option(lang, "--seed", "seed", type=int, default=SEED, metavar="N"),
            option(lang, "--seek", "target", type=float, metavar="VALUE"),
            option(lang, "--lever", "lever", metavar="CELL"),
            option(lang, "--between", "bounds", type=(float, float), metavar="LOW HIGH"),
            option(lang, "--input", "inputs", multiple=True, metavar="CELL=SPREAD"),
            option(lang, "--result", "outputs", multiple=True, metavar="CELL"),
            report_option(lang, STUDY),
            *common(lang),
        ],
    )


def study(
    lang: Lang,
    file: Path,
    new: Path | None,
    *,
    is_bridge: bool,
    draws: float,
    seed: int,
    target: float | None,
    lever: str | None,
    bounds: tuple[float, float] | None,
    inputs: Sequence[str],
    outputs: Sequence[str],
    reports: Sequence[str],
) -> int:
    """Reports the study; 1 where a scenario gives no total or a target is not reached."""
    wanted = parse_reports(reports, STUDY)
    guard_reports(wanted, [file, *([new] if new else [])])
    _check(new, is_bridge=is_bridge, draws=draws, inputs=inputs, outputs=outputs)
    if (target is None) is not (lever is None):
        raise UsageMistake("cli.error.seek_needs_lever")
    from cfp_xl.report.write import write_report
    from cfp_xl.schema.opened import open_file
    from cfp_xl.whatif.reported import Reported
    from cfp_xl.whatif.study import bridge_of

    opened = open_file(file)
    if outputs:
        cells, sought = _of_cells(opened, inputs, outputs, int(draws), seed, lever, target, bounds)
        reported = Reported(file.name, cells=cells, sought=sought)
    else:
        product = _product(opened, file, int(draws), seed)
        later = _product(open_file(new), new, int(draws), seed) if new else None
        found = None
        if lever is not None and target is not None:
            found = _seek(product, lever, target, bounds)
        bridge = bridge_of(product, later) if later else None
        reported = Reported(file.name, product, bridge, found)
    for report in wanted:
        write_report(STUDY, report.format, report.file, lang, reported)
    is_reached = reported.sought is None or reported.sought.solved.value is not None
    scenarios = reported.product.scenarios if reported.product else ()
    return int(not is_reached or any(one.total_kgco2e is None for one in scenarios))


def _check(
    new: Path | None,
    *,
    is_bridge: bool,
    draws: float,
    inputs: Sequence[str],
    outputs: Sequence[str],
) -> None:
    if is_bridge and new is None:
        raise UsageMistake("cli.error.bridge_needs_two")
    if draws > MOST_DRAWS:
        raise UsageMistake("cli.error.draws_many", most=MOST_DRAWS)
    if bool(inputs) is not bool(outputs) or (outputs and new is not None):
        raise UsageMistake("cli.error.cells_together")


def _product(opened: Opened, file: Path, draws: int, seed: int) -> ProductStudy:
    from cfp_xl.whatif.study import study_of

    product = study_of(opened, draws, seed)
    if product is None:
        raise UsageMistake("cli.no_schema_to_study", file=file)
    return product


def _seek(
    product: ProductStudy, lever: str, target: float, bounds: tuple[float, float] | None
) -> Sought:
    from cfp_xl.whatif.seek import seek_total

    return seek_total(product, lever, target, bounds)


def _of_cells(
    opened: Opened,
    inputs: Sequence[str],
    outputs: Sequence[str],
    draws: int,
    seed: int,
    lever: str | None,
    target: float | None,
    bounds: tuple[float, float] | None,
) -> tuple[tuple[CellStudy, ...], Sought | None]:
    """Cells of any workbook, through its own formulas."""
    from cfp_xl.engine.whatif import WhatIf
    from cfp_xl.whatif.any_workbook import study_cells
    from cfp_xl.whatif.seek import seek_cell
    from cfp_xl.whatif.targets import find_cell, find_typed, with_results

    tables = opened.cached
    typed: dict[CellKey, tuple[str, str]] = {}
    for text in inputs:
        cell, equals, spread = text.rpartition("=")
        if not equals:
            raise UsageMistake("cli.error.input_form", text=text)
        typed[find_typed(tables, cell)] = text, spread
    moved = find_typed(tables, lever) if lever is not None else None
    keys = [find_cell(tables, text) for text in outputs]
    # The workbook's own deadline holds for the draws, too.
    workbook = with_results(opened, [*typed, *([moved] if moved else [])])
    book = WhatIf(workbook, deadline_s=DEADLINE_S)
    spreads = {
        key: _spread(text, spread, book.constant(key)) for key, (text, spread) in typed.items()
    }
    sought = None
    if moved is not None and target is not None:
        sought = seek_cell(book, moved, keys[0], target, bounds)
    return study_cells(book, spreads, keys, draws, seed), sought


def _spread(text: str, typed: str, value: object) -> Uncertainty:
    """`10%`, `normal:10%`, `gsd2:1.2`, `uniform:1,3`, `triangular:1,2,3`."""
    from cfp_xl.study.stated import stated_spread

    match = _SPREAD.fullmatch(typed.strip())
    try:
        numbers = [float(n.strip("±% ")) for n in match["numbers"].split(",")] if match else []
    except ValueError:
        numbers = []
    shape = (match["shape"] or "lognormal") if match else ""
    names = _NAMES.get(shape, ())
    if not numbers or len(numbers) != len(names):
        raise UsageMistake("cli.error.input_form", text=text)
    cells: dict[str, object] = dict(zip(names, numbers, strict=True))
    if shape not in ("gsd2", "lognormal"):
        cells["distribution"] = shape
    figure = value if isinstance(value, float) else 0.0
    found = stated_spread("activities", cells, figure)
    assert found is not None
    return found


_NAMES: Mapping[str, tuple[str, ...]] = {
    "lognormal": ("uncertainty_percent",),
    "normal": ("uncertainty_percent",),
    "gsd2": ("gsd2",),
    "uniform": ("low", "high"),
    "triangular": ("low", "mode_value", "high"),
}
