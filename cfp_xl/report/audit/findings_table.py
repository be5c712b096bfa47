"""The findings on a report as the verifier's table; `audit --dialogue` reads it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from cfp_xl.audit.audit import AuditResult
from cfp_xl.audit.document import Spot
from cfp_xl.findings import Finding
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.report.verification.findings_xlsx import findings_workbook
from cfp_xl.verify.declared.figures import to_kgco2e
from cfp_xl.verify.judging.dialogue import MATERIALITY, TableRow, joined
from cfp_xl.verify.judging.findings_table import proposed_class


def audit_findings_xlsx(result: AuditResult, lang: Lang) -> bytes:
    """The table of a report, with what an earlier one holds of it."""
    total = total_kgco2e(result)
    return findings_workbook(audit_table(result, total, lang), lang, total=total, of_report=True)


def audit_table(result: AuditResult, total: float | None, lang: Lang) -> list[TableRow]:
    """The rows; `total` is what makes an impact a large one."""
    return joined(list(_rows(result, total, lang)), result.dialogue, lang)


def total_kgco2e(result: AuditResult) -> float | None:
    """The footprint that most places of the report print, in kgCO2e."""
    figures = result.report.figures if result.report else ()
    printed: Counter[float] = Counter()
    for one in figures:
        unit = one.text("emission_unit")
        try:
            number = float(one.text("emission").replace(",", ""))
        except ValueError:
            continue
        if one.item == "total" and not one.is_uncertain:
            printed[number * (to_kgco2e(unit) if unit else 1.0)] += 1
    return printed.most_common(1)[0][0] if printed else None


def _rows(result: AuditResult, total: float | None, lang: Lang) -> Iterator[TableRow]:
    for one in result.findings:
        impact = result.impact_kgco2e(one)
        is_large = impact is not None and total is not None and abs(impact) > MATERIALITY * total
        proposed = proposed_class(one.severity, is_large)
        quote = one.where.quote if isinstance(one.where, Spot) else ""
        yield {
            "file": result.path,
            "code": one.code,
            "severity": say(f"report.severity.{one.severity.value}", lang),
            "class": say(f"justify.class.{proposed}", lang),
            "place": str(one.where or ""),
            "quote": masked(quote),
            "finding": one.message(lang),
            "impact": "" if impact is None else repr(impact),
            "question": one.hint(lang),
            "clause": one.traits.clause,
            "fingerprint": _fingerprint(one, quote),
        }


def _fingerprint(one: Finding, quote: str) -> str:
    """What a finding is known by in the next version, whose lines and pages may have moved: its
    code, the words that it quotes, and what it saw there."""
    name = "\n".join((one.code, one.case, one.seen or "", folded(quote)[:60]))
    return sha256(name.encode(errors="surrogatepass")).hexdigest()[:16]
