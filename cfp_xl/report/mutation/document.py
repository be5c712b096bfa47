"""`cfp-xl/mutation/1`, docs/mutation.schema.json; the same in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cfp_xl.messages import LANGS, Lang, Text
from cfp_xl.privacy import masked
from cfp_xl.report.verification.json_report import dumps

if TYPE_CHECKING:
    from cfp_xl.mutate.judge import MutantVerdict
    from cfp_xl.mutate.score import Campaign, Score


def mutation_json(found: Campaign, lang: Lang) -> str:
    """The document as text."""
    del lang
    return dumps(document(found))


def document(found: Campaign) -> dict[str, Any]:
    """The scores and every mutant."""
    return {
        "schema": "cfp-xl/mutation/1",
        "file": found.file,
        "total": found.total_cell and {"cell": str(found.total_cell.ref), "value": found.total},
        "seed": found.seed,
        "own_checks": found.own_checks,
        "all_checks_asked": found.asks_all,
        "score": _score(found.score),
        "all": _score(found.all),
        "by_operator": [
            {
                "operator": one.code,
                "group": one.group.value,
                "what": _texts(one.text),
                **_score(score),
            }
            for one, score in found.by_operator.items()
        ],
        "by_sheet": [
            {"sheet": name or None, **_score(score)} for name, score in found.by_sheet.items()
        ],
        "by_check": [
            {"by": by.value, "check": what or None, "killed": killed, "alone": alone}
            for (by, what), (killed, alone) in found.by_check.items()
        ],
        "mutants": [_mutant(one) for one in found.verdicts],
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "made": score.made,
        "no_effect": score.no_effect,
        "killed": score.killed,
        "killed_by_seal_alone": score.by_seal_alone,
        "score": score.share,
        "score_without_seal": score.share_without_seal,
    }


def _mutant(one: MutantVerdict) -> dict[str, Any]:
    mutation = one.mutant.mutation
    return {
        "number": one.mutant.number,
        "operator": one.mutant.operator.code,
        "cell": str(mutation.where.ref) if mutation.where is not None else None,
        "before": masked(mutation.before),
        "after": masked(mutation.after),
        "state": "no_effect" if not one.has_effect else "survives" if one.survives else "killed",
        "killed_by": [{"by": kill.by.value, "check": kill.what or None} for kill in one.kills],
        "delta_total": one.delta,
        "cure": _texts(one.mutant.operator.cure) if one.survives else None,
    }


def _texts(words: Text) -> Mapping[str, str]:
    return {lang: words.in_lang(lang) for lang in LANGS}
