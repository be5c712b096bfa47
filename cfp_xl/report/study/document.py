"""The study for programs: `cfp-xl/study/1`, docs/study.schema.json."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfp_xl.messages import LANGS, Lang
from cfp_xl.report.verification.json_report import dumps
from cfp_xl.study.split import EmissionType

if TYPE_CHECKING:
    from cfp_xl.study.bridge import Bridge
    from cfp_xl.whatif.any_workbook import CellStudy
    from cfp_xl.whatif.reported import Reported
    from cfp_xl.whatif.seek import Sought
    from cfp_xl.whatif.study import ProductStudy, ScenarioResult

METHOD = "monte_carlo"


def study_json(reported: Reported, lang: Lang) -> str:
    """The whole study; the same in both languages. What is not known is null, never 0."""
    del lang
    return dumps(document(reported))


def document(reported: Reported) -> dict[str, Any]:
    """All that was asked for; numbers in kgCO2e per functional unit."""
    product = reported.product
    return {
        "schema": "cfp-xl/study/1",
        **(_product(product) if product is not None else _nothing()),
        "bridge": _bridge(reported.bridge) if reported.bridge else None,
        "seek": _sought(reported.sought) if reported.sought else None,
        "cells": [_cell(one) for one in reported.cells],
    }


def _nothing() -> dict[str, Any]:
    empty = ("deterministic", "median", "mean", "low", "high", "gsd2", "method", "draws", "seed")
    return {
        **dict.fromkeys(
            (*empty, "functional_unit", "analytic", "simulation", "origin", "data_quality")
        ),
        **{key: [] for key in ("contributions", "tornado", "hotspots", "scenarios")},
    }


def _product(study: ProductStudy) -> dict[str, Any]:
    simulated, exact = study.simulated, study.analytic
    return {
        "functional_unit": study.functional_unit,
        "deterministic": study.inputs.total_kgco2e,
        "median": simulated and simulated.median,
        "mean": simulated and simulated.mean,
        "low": simulated and simulated.low,
        "high": simulated and simulated.high,
        "gsd2": exact and exact.gsd2,
        "method": METHOD if simulated else None,
        "draws": simulated and simulated.draws,
        "seed": simulated and simulated.seed,
        "analytic": exact
        and {
            "low": exact.low,
            "high": exact.high,
            "mean": exact.mean,
            "sd": exact.sd,
            "low_by_moments": exact.low_by_moments,
            "high_by_moments": exact.high_by_moments,
            "is_lognormal": exact.is_lognormal,
        },
        "simulation": simulated
        and {
            "sd": simulated.sd,
            "standard_error": simulated.standard_error,
            "numpy": simulated.numpy_version,
            "agrees_with_formula": study.methods_agree,
            "histogram": [list(one) for one in simulated.histogram()],
        },
        "contributions": [
            {
                "input": one.input.id,
                "label": {lang: one.input.label.in_lang(lang) for lang in LANGS},
                "elasticity": one.elasticity,
                "variance_share": one.variance_share,
                "rank_correlation": study.spearman.get(one.input.id),
            }
            for one in (exact.contributions if exact else ())
        ],
        "tornado": [
            {"input": bar.input.id, "low": bar.low, "high": bar.high} for bar in study.bars
        ],
        "hotspots": [
            {"row": label, "kgco2e": kgco2e, "share": share}
            for label, kgco2e, share in study.hotspots
        ],
        "origin": _origin(study),
        "data_quality": {
            "ratings": {
                aspect: {"value": one.value, "coverage": one.coverage}
                for aspect, one in study.ratings.items()
            },
            "primary_share": study.primary_share,
        },
        "scenarios": [_scenario(one) for one in study.scenarios],
    }


def _origin(study: ProductStudy) -> dict[str, Any]:
    return {
        "direct_kgco2e": study.by_type[EmissionType.DIRECT],
        "indirect_kgco2e": study.by_type[EmissionType.INDIRECT],
        "sites": [{"site": site, "kgco2e": value} for site, value in study.by_site.items()],
    }


def _scenario(result: ScenarioResult) -> dict[str, Any]:
    return {
        "name": result.scenario.name,
        "note": result.scenario.note,
        "source": result.scenario.source,
        "total_kgco2e": result.total_kgco2e,
        "delta": result.delta,
        "delta_low": result.delta_low,
        "delta_high": result.delta_high,
        "probability_below": result.probability_below,
        "by_stage": dict(result.by_stage),
        "problem": str(result.problem) if result.problem else None,
        "location_based_kgco2e": result.location_based_kgco2e,
    }


def _bridge(found: Bridge) -> dict[str, Any]:
    return {
        "before": found.before_kgco2e,
        "after": found.after_kgco2e,
        "difference": found.difference,
        "by_cause": {cause.value: value for cause, value in found.by_cause().items()},
        "steps": [
            {
                "cause": step.cause.value,
                "row": step.label,
                "kgco2e": step.kgco2e,
                "before": str(step.before) if step.before else None,
                "after": str(step.after) if step.after else None,
            }
            for step in found.steps
        ],
    }


def _sought(found: Sought) -> dict[str, Any]:
    return {
        "lever": str(found.lever.ref),
        "target": found.target,
        "base": found.base,
        "bounds": list(found.bounds),
        "value": found.solved.value,
        "best": found.solved.best,
        "best_result": found.solved.best_total,
        "value_at_90_percent": found.likely,
    }


def _cell(study: CellStudy) -> dict[str, Any]:
    return {
        "output": str(study.output.ref),
        "deterministic": study.deterministic,
        **{key: float(value) for key, value in study.summary.items()},
        "draws": len(study.drawn.numbers),
        "failed": study.drawn.failed,
        "seed": study.seed,
        "numpy": study.numpy_version,
        "tornado": [
            {
                "input": str(bar.input.ref),
                "low": bar.low,
                "high": bar.high,
                "rank_correlation": bar.rank_correlation,
            }
            for bar in study.bars
        ],
    }
