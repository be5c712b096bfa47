"""The commands that look something up: functions, factors, codes of findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path

import click

from cfp_xl.cli.options import Report, guard_reports, parse_reports
from cfp_xl.cli.own_factors import own_library
from cfp_xl.messages import Explained, Lang, say
from cfp_xl.report.formats import FACTORS, FUNCTIONS


class NotFound(Explained):
    """A name that stands for nothing, with the nearest ones that do."""


def functions(lang: Lang, name: str | None, reports: Sequence[str]) -> None:
    """Lists the CFP functions, or explains the one of that name. Raises NotFound."""
    wanted = parse_reports(reports, FUNCTIONS)
    guard_reports(wanted)
    from cfp_xl.functions.registry import all_functions
    from cfp_xl.report.reference import lookups

    known = all_functions()
    if name is None:
        specs = list(known.values())
        as_text = lookups.function_list(specs, lang)
    else:
        spec = known.get(_full_name(name))
        if spec is None:
            raise _not_found("cli.function_unknown", name, known)
        specs = [spec]
        as_text = lookups.function_help(spec, lang)
    _write(FUNCTIONS, wanted, lang, as_text, specs)


def _full_name(name: str) -> str:
    upper = name.upper()
    return upper if upper.startswith("CFP_") else f"CFP_{upper}"


def factors_list(
    lang: Lang, set_id: str | None, category: str | None, reports: Sequence[str]
) -> None:
    """Lists the factors of all sets or of one, in one category or all. Raises NotFound."""
    wanted = parse_reports(reports, FACTORS)
    guard_reports(wanted)
    from cfp_xl.footprint.factors import builtin, builtin_sets
    from cfp_xl.report.reference import lookups

    known = tuple(builtin_sets())
    if set_id is not None and set_id not in known:
        raise NotFound("cli.set_unknown", set=set_id, sets=known)
    factors = [
        factor
        for id in known
        if set_id in (None, id)
        for factor in builtin(id).factors.values()
        if category in (None, factor.category)
    ]
    if not factors:
        raise NotFound("cli.nothing_found", words=category)
    as_text = lookups.factor_list(factors, lang)
    _write(FACTORS, wanted, lang, as_text, factors)


def factors_search(
    lang: Lang,
    words: Sequence[str],
    limit: float,
    region: str | None,
    year: float | None,
    reports: Sequence[str],
) -> int:
    """Exit code 1 where no open factor is of what is meant: then the nearest are listed."""
    wanted = parse_reports(reports, FACTORS)
    guard_reports(wanted)
    from cfp_xl.footprint.search import Context
    from cfp_xl.report.reference import lookups

    product = Context(region or "", int(year) if year else None)
    found = own_library(lang, Path()).find(" ".join(words), int(limit), product)
    if not found.factors and found.missing is None:
        raise NotFound("cli.nothing_found", words=" ".join(words))
    if found.missing is not None:
        click.echo(say("cli.no_open_factor", lang, what=found.missing), err=True)
    factors = found.shown
    as_text = lookups.factor_list(factors, lang)
    if len(factors) == limit:
        as_text += "\n" + say("cli.more_factors", lang, more=int(limit) * 5)
    _write(FACTORS, wanted, lang, as_text, factors)
    return int(found.missing is not None)


def factors_show(lang: Lang, id: str, reports: Sequence[str]) -> None:
    """One factor with its source and its boundary. Raises FactorNotFound."""
    wanted = parse_reports(reports, FACTORS)
    guard_reports(wanted)
    from cfp_xl.report.reference import lookups

    factor = own_library(lang, Path()).get(id)
    as_text = lookups.factor_details(factor, lang)
    _write(FACTORS, wanted, lang, as_text, [factor])


def explain(lang: Lang, code: str) -> None:
    """What a finding's code means and what to do about it. Raises NotFound."""
    from cfp_xl.findings import kinds
    from cfp_xl.report.reference import lookups
    from cfp_xl.report.write import put

    kind = kinds().get(code.upper())
    if kind is None:
        raise _not_found("cli.code_unknown", code, kinds())
    put(None, lookups.code_help(kind, lang) + "\n")


def _write(
    command: str, wanted: Sequence[Report], lang: Lang, text: str, found: Sequence[object]
) -> None:
    """Each report asked for: the text, or what was found in another form."""
    from cfp_xl.report.write import write_report

    for report in wanted:
        write_report(command, report.format, report.file, lang, text, found)


def _not_found(key: str, typed: str, known: Iterable[str]) -> NotFound:
    """With the known names most like the one typed, where there are any."""
    # The prefix that all functions share says nothing of likeness.
    by_end = {name.removeprefix("CFP_"): name for name in known}
    close = get_close_matches(typed.upper().removeprefix("CFP_"), by_end, n=3)
    near = tuple(by_end[name] for name in close)
    return NotFound(key if near else f"{key}_far", name=typed, near=near)
