"""The commands that look something up: functions, factors, codes of findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from cfp_xl.cli.options import TEXT_OR_JSON, parse_reports
from cfp_xl.messages import Explained, Lang


class NotFound(Explained):
    """A name that stands for nothing, with the nearest ones that do."""


def functions(lang: Lang, name: str | None, reports: Sequence[str]) -> None:
    wanted = parse_reports(reports, TEXT_OR_JSON)
    from cfp_xl.functions.registry import all_functions
    from cfp_xl.report import lookups

    known = all_functions()
    if name is None:
        specs = list(known.values())
        as_text = lookups.function_list(specs, lang)
    else:
        spec = known.get(_full_name(name))
        if spec is None:
            near = nearest(_full_name(name), known)
            raise NotFound("cli.function_unknown", name=name, near=near)
        specs = [spec]
        as_text = lookups.function_help(spec, lang)
    lookups.put(wanted, as_text, lambda: lookups.functions_json(specs, lang))


def _full_name(name: str) -> str:
    upper = name.upper()
    return upper if upper.startswith("CFP_") else f"CFP_{upper}"


def factors_list(
    lang: Lang, set_id: str | None, category: str | None, reports: Sequence[str]
) -> None:
    wanted = parse_reports(reports, TEXT_OR_JSON)
    from cfp_xl.footprint.factors import builtin, builtin_sets
    from cfp_xl.report import lookups

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
    lookups.put(wanted, as_text, lambda: lookups.factors_json(factors))


def factors_search(lang: Lang, words: Sequence[str], limit: float, reports: Sequence[str]) -> None:
    wanted = parse_reports(reports, TEXT_OR_JSON)
    from cfp_xl.footprint.factors import library
    from cfp_xl.report import lookups

    found = list(library().search(" ".join(words), int(limit)))
    if not found:
        raise NotFound("cli.nothing_found", words=" ".join(words))
    as_text = lookups.factor_list(found, lang)
    lookups.put(wanted, as_text, lambda: lookups.factors_json(found))


def factors_show(lang: Lang, id: str, reports: Sequence[str]) -> None:
    wanted = parse_reports(reports, TEXT_OR_JSON)
    from cfp_xl.footprint.factors import library
    from cfp_xl.report import lookups

    factor = library().get(id)
    as_text = lookups.factor_details(factor, lang)
    lookups.put(wanted, as_text, lambda: lookups.factors_json([factor]))


def explain(lang: Lang, code: str) -> None:
    from cfp_xl.findings import kinds
    from cfp_xl.report import lookups

    kind = kinds().get(code.upper())
    if kind is None:
        raise NotFound("cli.code_unknown", code=code, near=nearest(code.upper(), kinds()))
    lookups.put(parse_reports(()), lookups.code_help(kind, lang), None)


def nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The known names most like `name`; the first few where none is like it."""
    names = list(known)
    return tuple(get_close_matches(name, names, n=3, cutoff=0.4) or names[:5])
