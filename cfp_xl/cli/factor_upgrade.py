"""`cfp-xl factors upgrade`: a workbook's factors replaced by those of another set."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cfp_xl.cli.help import Spoken
from cfp_xl.cli.options import UsageMistake, applying, common, option
from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.footprint.factors import FactorSet
    from cfp_xl.schema.opened import Opened

FILE = click.Path(path_type=Path)


def upgrade_command(lang: Lang) -> click.Command:
    """The command with its options."""
    return Spoken(
        "upgrade",
        lang,
        "factors_upgrade",
        callback=partial(factors_upgrade, lang),
        params=[
            click.Argument(["file"], type=FILE, metavar="FILE|DIR"),
            click.Option(
                ["--to", "set_id"],
                help=say("cli.option.to_set", lang),
                metavar="SET",
            ),
            click.Option(
                ["--map", "maps"],
                help=say("cli.option.map_factors", lang),
                multiple=True,
                metavar="OLD=NEW",
            ),
            applying(lang, "apply_factors"),
            option(lang, "-o", "--output", type=FILE, metavar="OUT"),
            *common(lang),
        ],
    )


def factors_upgrade(
    lang: Lang,
    file: Path,
    set_id: str | None,
    maps: Sequence[str],
    is_applied: bool,
    output: Path | None,
) -> int:
    """Exit code 1 where a factor has no successor; without a set, the newest of the kind that the
    workbook pins."""
    if output is not None and not is_applied:
        raise UsageMistake("cli.error.output_needs_apply")
    if file.is_dir():
        if set_id is None:
            raise UsageMistake("cli.error.folder_needs_set", known=_ids(_all_sets(file)))
        return _of_folder(lang, file, set_id, maps, is_applied)
    from cfp_xl.exchange.factor_upgrade import parse_pairs, plan_factors
    from cfp_xl.exchange.factor_upgrade_apply import replaced_in, write_upgrade
    from cfp_xl.exchange.fill import CannotFill
    from cfp_xl.report.exchange.upgrade_text import totals_text, upgrade_text
    from cfp_xl.schema.opened import open_file

    product = open_file(file)
    schema = product.recomputed.schema
    if schema is None:
        raise CannotFill("exchange.no_table", table="activities")
    if set_id is None:
        target = _newest_said(lang, product, file.parent)
    else:
        target = factor_set(set_id, file.parent)
    plan = plan_factors(schema, target, parse_pairs(maps))
    click.echo(upgrade_text(plan, lang))
    if plan.replaced:
        made = replaced_in(product, plan, lang)
        click.echo(totals_text(made.before_kgco2e, made.after_kgco2e, lang))
        if is_applied:
            made = write_upgrade(product, made, output or file)
            if made.kept is not None:
                click.echo(say("exchange.kept", lang, file=made.kept))
            rows = sum(len(one.cells) for one in plan.replaced)
            click.echo(say("exchange.written", lang, file=made.written, count=rows))
        else:
            click.echo(say("exchange.dry_run_upgrade", lang))
    return int(bool(plan.without))


def _of_folder(lang: Lang, folder: Path, set_id: str, maps: Sequence[str], is_applied: bool) -> int:
    """Which products of a folder move and by how much; a dry run always. Exit code 1 where a
    factor of one has no successor, 2 where a file could not be computed, 3 on our bug."""
    if is_applied:
        raise UsageMistake("portfolio.one_file", option="--apply", folder=folder)
    from cfp_xl.exchange.factor_moves import moves
    from cfp_xl.exchange.factor_upgrade import parse_pairs
    from cfp_xl.verify.many.each import each
    from cfp_xl.work.sources import workbooks_in

    files, in_vain = workbooks_in([str(folder)])
    if in_vain:
        raise in_vain[0]
    given = factor_set(set_id, folder), parse_pairs(maps), lang
    moved, code = 0, 0
    for file, answer in each(files, moves, given):
        is_moved, one = _moves_said(lang, file, answer)
        moved, code = moved + is_moved, max(code, one)
    click.echo(say("portfolio.moved", lang, moved=moved, count=len(files)))
    return code


def _moves_said(lang: Lang, file: str, answer: Any) -> tuple[bool, int]:
    """Says of one workbook whether it moves; whatever is wrong with it is said in its line."""
    from cfp_xl.verify.many.each import NoAnswer
    from cfp_xl.verify.result import FileStatus

    refusal = answer.why.message(lang) if isinstance(answer, NoAnswer) else answer["why"]
    if refusal is not None:
        click.echo(say("portfolio.file_failed", lang, file=file, why=refusal))
        is_bug = isinstance(answer, NoAnswer) and answer.status is FileStatus.INTERNAL_ERROR
        return False, 3 if is_bug else 2
    before, after = answer["before"], answer["after"]
    unknown = say("exchange.change_unknown", lang)
    is_known = before is not None and after is not None
    values = {
        "file": file,
        "before": f"{before:.10g}" if before is not None else unknown,
        "after": f"{after:.10g}" if after is not None else unknown,
        "change": _percent(before, after) if is_known else unknown,
        "replaced": answer["replaced"],
        "without": answer["without"],
    }
    is_moved = bool(answer["replaced"]) and before != after
    click.echo(say(f"portfolio.file_{'line' if is_moved else 'same'}", lang, **values))
    return is_moved, int(bool(answer["without"]) or before is None)


def _percent(before: float | None, after: float | None) -> str:
    if before is None or after is None:
        return "–"
    return f"{after - before:+.6g}" + (f", {(after - before) / before:+.2%}" if before else "")


def _newest_said(lang: Lang, product: Opened, folder: Path) -> FactorSet:
    """The set that the workbook's kind of set has newest, said in a line."""
    from cfp_xl.exchange.newest_set import newest_set

    of_product = product.recomputed.product
    assert of_product is not None
    found = newest_set(of_product, _all_sets(folder))
    values = {"set": found.target.id, "pinned": found.pinned, "others": found.others}
    is_newer = found.target.id != found.pinned
    click.echo(say(f"exchange.{'newest_set' if is_newer else 'set_is_newest'}", lang, **values))
    if found.others:
        click.echo(say("exchange.other_sets", lang, **values))
    return found.target


def factor_set(named: str, folder: Path) -> FactorSet:
    """A shipped set, one of the user's own, or that of a table; raises CannotReplace."""
    from cfp_xl.exchange.factor_upgrade import CannotReplace
    from cfp_xl.exchange.own_sets import read_set

    there = _all_sets(folder)
    for one in there:
        if one.id == named:
            return one
    if Path(named).is_file():
        return read_set(Path(named))
    raise CannotReplace("exchange.set_unknown", set=named, known=_ids(there))


def _all_sets(folder: Path) -> tuple[FactorSet, ...]:
    """The shipped ones, and the user's own."""
    from cfp_xl.exchange.own_sets import own_folder, own_sets
    from cfp_xl.footprint.factors import builtin, builtin_sets

    return *map(builtin, builtin_sets()), *own_sets(folder, own_folder())[0]


def _ids(sets: Iterable[FactorSet]) -> tuple[str, ...]:
    return tuple(one.id for one in sets)
