"""The JSON contract `cfp-xl/intake/1`: what an intake found, and what it wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from hashlib import sha256
from typing import Any

from cfp_xl.findings import Finding
from cfp_xl.messages import Lang
from cfp_xl.report.verification.json_report import dumps, finding_record
from cfp_xl.suppliers.apply import Applied
from cfp_xl.suppliers.intake import IntakeResult
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged


def intake_json(
    result: IntakeResult, applied: Applied | None, underway: Collection[str], lang: Lang
) -> str:
    """The text of `document`; steps `underway` are advice, which JSON has none of."""
    del underway
    return dumps(document(result, applied, lang))


def document(result: IntakeResult, applied: Applied | None, lang: Lang) -> dict[str, Any]:
    """The whole document; `applied` is None where nothing was to be written."""
    counts = Counter(answer.status for answer in result.answers)
    return {
        "schema": "cfp-xl/intake/1",
        "product": {"path": result.product.path.as_posix(), "name": result.product.name},
        "summary": {
            "files": len(result.answers),
            **{standing.value: counts[standing] for standing in AnswerStatus},
        },
        "answers": [_answer(answer, lang) for answer in result.answers],
        "findings": [_finding(one, lang) for one in result.findings],
        "applied": applied and _applied(applied),
    }


def _answer(answer: Judged, lang: Lang) -> dict[str, Any]:
    accepted = answer.accepted
    return {
        "path": answer.path,
        "sha256": answer.sha256 or None,
        "supplier_id": answer.supplier_id or None,
        "part_id": answer.part_id or None,
        "status": answer.status.value,
        "kgco2e_per_unit": accepted and accepted.kgco2e_per_unit,
        "unit": accepted and accepted.unit,
        "kind": accepted and accepted.kind,
        "findings": [_finding(one, lang) for one in answer.findings],
        "doubts": [
            {"code": doubt.code, "reason": doubt.reason or None}
            for doubt in (accepted.doubts if accepted else ())
        ],
        "sender": _sender(answer),
        "notes": [
            {"cell": note.where and str(note.where), "about": note.about or None, "text": note.text}
            for note in answer.notes
        ],
    }


def _sender(answer: Judged) -> dict[str, str | None]:
    sender = answer.sender
    return {
        "name": sender.name or None,
        "contact": sender.contact or None,
        "site": sender.site or None,
        "filled_on": sender.filled_on.isoformat() if sender.filled_on else None,
    }


def _finding(one: Finding, lang: Lang) -> dict[str, Any]:
    """Named as in a verification of a workbook without tables of ours, by code and cell."""
    sheet, cell = (one.where.sheet, one.where.cell) if one.where else ("", "")
    name = "\n".join((one.code, one.case, sheet, cell)).encode(errors="surrogatepass")
    return finding_record(one, sha256(name).hexdigest()[:16], lang)


def _applied(applied: Applied) -> dict[str, Any]:
    return {
        "path": applied.written and applied.written.as_posix(),
        "kept": applied.kept and applied.kept.as_posix(),
        "sha256": applied.product.package.sha256,
        "before_kgco2e": applied.before_kgco2e,
        "after_kgco2e": applied.after_kgco2e,
        "taken": [
            {
                "part_id": one.part_id,
                "supplier_id": one.supplier_id,
                "action": one.action,
                "factor_before": one.factor_before,
                "factor_after": one.factor_after,
                "kgco2e_per_unit": one.kgco2e_per_unit,
                "unit": one.unit,
            }
            for one in applied.taken
        ],
        "unchanged": list(applied.unchanged),
        "held": list(applied.held),
    }
