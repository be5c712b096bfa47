"""How functions, factors and codes are shown: as text, as JSON, and factors as rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from cfp_xl.findings import FindingKind
from cfp_xl.messages import Lang, Text, say
from cfp_xl.report.reference.all_rules import rules_of_code
from cfp_xl.report.verification.json_report import dumps
from cfp_xl.verify.rule import REPORT, SCHEMAS

if TYPE_CHECKING:
    from cfp_xl.footprint.factors import Factor
    from cfp_xl.functions.spec import FunctionSpec


KINDS = (*SCHEMAS, REPORT)
"""What rules look at: workbooks of two kinds, published reports."""


def ready_text(text: str, found: Sequence[object], lang: Lang) -> str:
    """The text that a look-up has made of what it found."""
    del found, lang
    return f"{text}\n"


def functions_json_text(text: str, found: Sequence[FunctionSpec], lang: Lang) -> str:
    """The document of `functions_json`, in place of the text."""
    del text
    return dumps(functions_json(found, lang))


def factors_json_text(text: str, found: Sequence[Factor], lang: Lang) -> str:
    """The document of `factors_json`, in place of the text; the same in both languages."""
    del text, lang
    return dumps(factors_json(found))


def function_list(specs: Iterable[FunctionSpec], lang: Lang) -> str:
    """Signatures with their first line of help, by category."""
    from cfp_xl.functions.registry import categories

    lines = []
    for category, group in groupby(specs, key=lambda s: s.category):
        lines.append(categories()[category].in_lang(lang))
        for spec in group:
            lines.append(f"  {spec.signature}")
            lines.append(f"      {_first_sentence(spec.help.in_lang(lang))}")
    return "\n".join(lines)


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=。)|(?<=[.;]) ", text, maxsplit=1)[0]


def function_help(spec: FunctionSpec, lang: Lang) -> str:
    """All that the registry says of one function."""
    from cfp_xl.functions.reference import shown

    optional = say("report.function.optional", lang)
    lines = [spec.signature, f"  {spec.help.in_lang(lang)}", ""]
    lines.append(say("report.function.parameters", lang))
    for p in spec.parameters:
        notes = [n for n in (p.unit, optional if p.is_optional else "") if n]
        aside = f" ({', '.join(notes)})" if notes else ""
        lines.append(f"  {p.name}{aside}: {p.help.in_lang(lang)}")
    returns = spec.returns.in_lang(lang)
    unit = f" ({spec.unit})" if spec.unit and spec.unit not in returns else ""
    lines += ["", say("report.function.returns", lang), f"  {returns}{unit}"]
    if spec.errors:
        lines += ["", say("report.function.errors", lang)]
        lines += [f"  {e.error.value}  {e.when.in_lang(lang)}" for e in spec.errors]
    lines += ["", say("report.function.examples", lang)]
    for example in spec.examples:
        lines.append(f"  {example.formula}")
        lines.append(f"      = {shown(example)}   {example.because.in_lang(lang)}")
    return "\n".join(lines)


def functions_json(specs: Iterable[FunctionSpec], lang: Lang) -> dict[str, Any]:
    """The listing of functions for programs: `cfp-xl/functions/1`."""
    return {
        "schema": "cfp-xl/functions/1",
        "functions": [
            {
                "name": s.name,
                "category": s.category,
                "signature": s.signature,
                "help": s.help.in_lang(lang),
                "returns": s.returns.in_lang(lang),
                "unit": s.unit,
                "parameters": [
                    {
                        "name": p.name,
                        "takes": p.kind.takes.value,
                        "unit": p.unit,
                        "optional": p.is_optional,
                        "help": p.help.in_lang(lang),
                    }
                    for p in s.parameters
                ],
                "errors": [
                    {"error": e.error.value, "when": e.when.in_lang(lang)} for e in s.errors
                ],
                "examples": [{"formula": e.formula, "gives": e.gives} for e in s.examples],
            }
            for s in specs
        ],
    }


def factor_list(factors: Sequence[Factor], lang: Lang) -> str:
    """A line a factor: id, value with unit, region, year, quality and boundary, name."""
    from cfp_xl.report.paper import column_width, padded

    values = [f"{f.value:.7g} {_units(f)}" for f in factors]
    about = [" ".join(filter(None, _about(f, lang))) for f in factors]
    id_width = min(column_width([f.id for f in factors]), 48)
    value_width, about_width = column_width(values), min(column_width(about), 40)
    lines = [
        f"{padded(f.id, id_width)}  {padded(value, value_width)}  {padded(what, about_width)}  "
        f"{f.label(lang)}"
        for f, value, what in zip(factors, values, about, strict=True)
    ]
    return "\n".join([*lines, say("report.factor.factors", lang, count=len(factors))])


def _about(factor: Factor, lang: Lang) -> tuple[str, ...]:
    from cfp_xl.footprint.factor_boundary import boundary_of_factor

    boundary = boundary_of_factor(factor).name.in_lang(lang)
    return (factor.region, str(factor.year or ""), factor.source.confidence, boundary)


def _units(factor: Factor) -> str:
    return f"{factor.unit}/{factor.per_unit}"


def factor_details(factor: Factor, lang: Lang) -> str:
    """All that is known of a factor; what its source doesn't state is said to be so."""
    from cfp_xl.footprint.factor_boundary import boundary_of_factor

    unknown = say("report.factor.not_stated", lang)
    facts: dict[str, object] = {
        "value": f"{factor.value:.10g} {_units(factor)}",
        "category": factor.category,
        "boundary": boundary_of_factor(factor).name,
        "region": factor.region,
        "year": factor.year,
        "gwp_set": factor.gwp_set or factor.gwp_note,
        "set": factor.set_id,
        "source": factor.source.title,
        "publisher": factor.source.publisher,
        "date": factor.source.date,
        "table": factor.source.table,
        "licence": factor.source.licence,
        "confidence": factor.source.confidence,
    }
    facts |= {key: value for key, value in fuel_facts(factor).items() if value is not None}
    lines = [factor.id, f"  {factor.name.in_lang(lang)}", ""]
    for key, value in facts.items():
        words = value.in_lang(lang) if isinstance(value, Text) else value
        lines.append(f"  {say(f'report.factor.{key}', lang)}: {words or unknown}")
    return "\n".join(lines)


def factors_json(factors: Iterable[Factor]) -> dict[str, Any]:
    """The listing of factors for programs: `cfp-xl/factors/1`."""
    return {"schema": "cfp-xl/factors/1", "factors": [_factor(f) for f in factors]}


def _factor(factor: Factor) -> dict[str, Any]:
    from cfp_xl.footprint.factor_boundary import boundary_of_factor

    return {
        "id": factor.id,
        "name": {"zh": factor.label("zh"), "en": factor.label("en")},
        "category": factor.category,
        "boundary": boundary_of_factor(factor).id,
        "value": factor.value,
        "unit": factor.unit,
        "per_unit": factor.per_unit,
        "region": factor.region,
        "year": factor.year,
        "gwp_set": factor.gwp_set,
        "set": factor.set_id,
        "source": {
            "title": factor.source.title,
            "publisher": factor.source.publisher,
            "date": factor.source.date,
            "table": factor.source.table,
            "licence": factor.source.licence,
            "confidence": factor.source.confidence,
        },
        "fuel": fuel_facts(factor) or None,
    }


def fuel_facts(factor: Factor) -> dict[str, object]:
    """The parameters a fuel's factor is computed from; empty for other factors."""
    if factor.fuel is None:
        return {}
    fuel = factor.fuel
    return {
        "ncv": f"{fuel.ncv:g} {fuel.ncv_unit}",
        "carbon_content": fuel.carbon_content_tc_per_tj,
        "oxidation": fuel.oxidation,
        "ef_tco2_per_tj": fuel.ef_tco2_per_tj,
    }


def code_help(kind: FindingKind, lang: Lang) -> str:
    """What the catalogue says of a finding's code."""
    severity = say(f"report.severity.{kind.severity}", lang)
    lines = [
        f"{kind.code}  {kind.title.in_lang(lang)}",
        say("report.explain.severity", lang, severity=severity),
        *_where_it_looks(kind, lang),
        "",
        say("report.explain.rule", lang),
        f"  {kind.rule.in_lang(lang)}",
        "",
        say("report.explain.messages", lang),
        *(f"  - {without_values(one.in_lang(lang))}" for one in kind.messages.values()),
        "",
        say("report.explain.hint", lang),
        *(f"  - {hint}" for hint in hints(kind, lang)),
    ]
    return "\n".join(lines)


def _where_it_looks(kind: FindingKind, lang: Lang) -> Iterator[str]:
    """The clause of the standard, where one is known, and what the rules of the code look at."""
    if clause := kind.traits.clause:
        yield say("report.explain.clause", lang, clause=clause)
    schemas = {name for one in rules_of_code(kind.code) for name in one.schemas}
    if schemas:
        shown = tuple(say(f"report.explain.of.{one}", lang) for one in KINDS if one in schemas)
        yield say("report.explain.looks_at", lang, kinds=shown)


def hints(kind: FindingKind, lang: Lang) -> tuple[str, ...]:
    """What to do, in each of a code's cases; the same advice once."""
    return tuple(dict.fromkeys(without_values(h.in_lang(lang)) for h in kind.hints.values()))


def without_values(template: str) -> str:
    """A message with … where a finding has its cells and numbers."""
    return re.sub(r"\{[^{}]*\}", "…", template)
