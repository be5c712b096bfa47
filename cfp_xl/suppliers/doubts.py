"""Answers that are held back: which findings hold them, and the buyer's reasons for taking them.

A code of the catalogue says by its trait `holds` that its warnings keep an answer from entering
the product until somebody accepts them, code by code, with a reason that is kept there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from cfp_xl.findings import CellRef, Finding, Justification, Severity, kinds
from cfp_xl.messages import Explained
from cfp_xl.suppliers.outcomes import Accepted, AnswerStatus, Doubt, Judged

WHOLE_FILE = CellRef("", "")
WHO = "--accept"


class NotAcceptable(Explained):
    """A code that holds no answer back, or one accepted without a reason."""


def holding_codes() -> tuple[str, ...]:
    """The codes that hold an answer back."""
    return tuple(
        code
        for code, kind in sorted(kinds().items())
        if kind.traits.holds or any(traits.holds for traits in kind.case_traits.values())
    )


def reasons_of(codes: Iterable[str], reason: str) -> Mapping[str, str]:
    """By code, from `S36=reason` or from `S36` with the common reason. Raises NotAcceptable."""
    reasons: dict[str, str] = {}
    known = holding_codes()
    for typed in codes:
        code, has_own, own = typed.replace("＝", "=").partition("=")
        code, why = code.strip().upper(), (own if has_own else reason).strip()
        if code not in known:
            raise NotAcceptable("suppliers.accept.code", code=code or typed, codes=known)
        if not why:
            raise NotAcceptable("suppliers.accept.reason", code=code)
        reasons[code] = why
    return reasons


def doubts_of(findings: Iterable[Finding]) -> tuple[Doubt, ...]:
    """The codes among these findings that hold an answer back."""
    holding = (f.code for f in findings if f.traits.holds and f.severity is Severity.WARNING)
    return tuple(Doubt(code) for code in sorted(set(holding)))


def accept(judged: Judged, reasons: Mapping[str, str], today: date, *, has_answer: bool) -> Judged:
    """The answer with the buyer's reasons: taken in where none of its doubts is left."""
    answer = judged.accepted
    if judged.status is not AnswerStatus.HELD or answer is None or not reasons:
        return judged
    doubts = tuple(Doubt(d.code, d.reason or reasons.get(d.code, "")) for d in answer.doubts)
    answer = replace(answer, doubts=doubts)
    findings = tuple(_answered(one, reasons, today) for one in judged.findings)
    if not answer.is_held:
        status = AnswerStatus.REPLACES if has_answer else AnswerStatus.ACCEPTED
        return replace(judged, status=status, accepted=answer, findings=findings)
    return replace(judged, accepted=answer, findings=findings)


def _answered(one: Finding, reasons: Mapping[str, str], today: date) -> Finding:
    reason = reasons.get(one.code)
    if reason is None or not one.traits.holds or one.severity is not Severity.WARNING:
        return one
    where = one.where or WHOLE_FILE
    why = Justification(one.code, where.cell, reason, WHO, today.isoformat(), where, one.seen or "")
    return replace(one, severity=Severity.INFO, justification=why)


def in_words(answer: Accepted) -> str:
    """The codes of its doubts, as a workbook's cell names them: `S36, S51`."""
    return ", ".join(doubt.code for doubt in answer.doubts)


def reasons_in_words(answer: Accepted) -> str:
    """The reasons, each with its code where they differ."""
    given = {doubt.code: doubt.reason for doubt in answer.doubts if doubt.reason}
    if len(set(given.values())) == 1:
        return next(iter(given.values()))
    return "; ".join(f"{code}: {reason}" for code, reason in given.items())
