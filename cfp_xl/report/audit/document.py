"""The JSON contract `cfp-xl/audit/1`, docs/audit.schema.json."""

from __future__ import annotations

from typing import Any

from cfp_xl.audit.audit import AuditResult, statements_of
from cfp_xl.findings import Finding
from cfp_xl.messages import Lang, text
from cfp_xl.report.audit.lines import page_of, place_of, quote_of
from cfp_xl.report.verification.json_report import dumps


def audit_json(result: AuditResult, lang: Lang) -> str:
    """The document as JSON text."""
    return dumps(audit_document(result, lang))


def audit_document(result: AuditResult, lang: Lang) -> dict[str, Any]:
    """The whole result for programs."""
    report = result.report
    document = report.document if report else None
    statements = (
        {name: len(found) for name, found in statements_of(report).items() if found}
        if (report)
        else {}
    )
    return {
        "schema": "cfp-xl/audit/1",
        "report": {
            "path": result.path,
            "sha256": document.sha256 if document else None,
            "pages": document.pages if document else 0,
            "language": document.language if document else None,
        },
        "product": result.product or None,
        "audited": result.is_read,
        "read": {
            "tables": len(document.tables) if document else 0,
            "figures": len(report.figures) if report else 0,
            "statements": sum(statements.values()),
            "by_kind": statements,
            "unread": [
                {"page": one.page, "why": text(f"audit.unread.{one.why}").in_lang(lang)}
                for one in (document.unread if document else ())
            ],
        },
        "not_checked": list(result.not_checked),
        "findings": [_finding(result, one, lang) for one in result.findings],
    }


def _finding(result: AuditResult, one: Finding, lang: Lang) -> dict[str, Any]:
    return {
        "code": one.code,
        "case": one.case,
        "severity": one.severity.value,
        "place": place_of(one) or None,
        "page": page_of(one),
        "quote": quote_of(one) or None,
        "message": one.message(lang),
        "seen": one.seen,
        "expected": one.expected,
        "hint": one.hint(lang),
        "impact_kgco2e": result.impact_kgco2e(one),
    }
