"""Waivers of a policy: findings of one very file, accepted until a day; they stay, as info."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cfp_xl.findings import CellRef, Finding, Severity, Waiver, finding
from cfp_xl.verify.judging.justify import is_justifiable, place
from cfp_xl.workbook.address import range_address


def waive(
    findings: tuple[Finding, ...], waivers: tuple[Waiver, ...], sha256: str | None, today: date
) -> tuple[Finding, ...]:
    """The findings, waived ones as info, and what is wrong with the waivers of this file.

    A waiver names the file's content by its SHA-256, so it ends with the next change of the file.
    After its last day it waives nothing and is an error.
    """
    ours = [w for w in waivers if w.file_sha256 == sha256]
    valid = [w for w in ours if date.fromisoformat(w.expires) >= today and is_justifiable(w.code)]
    waived = tuple(_waived(one, valid) for one in findings)
    used = {one.waiver for one in waived}
    complaints = (_complaint(w, is_valid=w in valid) for w in ours if w not in used)
    return (*waived, *complaints)


def _waived(one: Finding, waivers: list[Waiver]) -> Finding:
    waiver = next((w for w in waivers if one.is_open and _fits(w, one)), None)
    return one if waiver is None else replace(one, severity=Severity.INFO, waiver=waiver)


def _fits(waiver: Waiver, one: Finding) -> bool:
    named = place(waiver.cell, {})
    return waiver.code == one.code and named is not None and named.holds(one.where)


def _complaint(waiver: Waiver, *, is_valid: bool) -> Finding:
    """Not allowed, expired, or answering nothing."""
    named = place(waiver.cell, {})
    where = CellRef(named.sheet, range_address(named.bounds)) if named else None
    if not is_justifiable(waiver.code):
        return finding("W72", where, seen=waiver.code)
    code = "W71" if is_valid else "W70"
    return finding(code, where, seen=waiver.code, expires=waiver.expires, reason=waiver.reason)
