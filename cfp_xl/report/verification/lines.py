"""A finding on one line, and a file's place in a checkout: what CI reports are made of."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cfp_xl.findings import Finding, Severity
from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked
from cfp_xl.verify.result import FileResult, Verification


def finding_line(one: Finding, lang: Lang) -> str:
    """`结果!C9  N02 error  message → hint`, and why it is accepted where it is."""
    place = f"{one.where}  " if one.where else ""
    severity = say(f"report.severity.{one.severity}", lang)
    line = f"{place}{one.code} {severity}  {one.say(lang)}"
    reason = accepted_because(one, lang)
    return f"{line} [{reason}]" if reason else line


def accepted_because(one: Finding, lang: Lang) -> str:
    """The words of the justification or waiver that answers a finding, or that it is known."""
    if why := one.justification:
        reason, who = masked(why.reason), masked(why.who)
        return say("report.findings.reason", lang, reason=reason, who=who, date=why.date)
    if waiver := one.waiver:
        reason, expires = masked(waiver.reason), waiver.expires
        return say("report.findings.waiver_reason", lang, reason=reason, expires=expires)
    if one.since:
        return say("report.findings.new_rule", lang, edition=one.since)
    return say("report.findings.is_known", lang) if one.is_known else ""


def counts(file: FileResult, lang: Lang) -> str:
    """How many findings of what kind, in words."""
    errors, warnings = file.count(Severity.ERROR), file.count(Severity.WARNING)
    key = "counts" if errors or warnings else "none"
    parts = [say(f"report.counts.{key}", lang, errors=errors, warnings=warnings)]
    for kind in ("justified", "waived", "known"):
        if count := len(getattr(file, kind)):
            parts.append(say(f"report.counts.{kind}", lang, count=count))
    return say("report.separator", lang).join(parts)


def summary_of(result: Verification, lang: Lang) -> str:
    """How many files came out how, in words."""
    parts = [say("report.files.summary", lang, **result.summary)]
    if count := result.summary["nothing_to_verify"]:
        parts.append(say("report.files.nothing", lang, count=count))
    return say("report.separator", lang).join(parts)


def tolerance_of(files: Iterable[FileResult], lang: Lang) -> str:
    """By what numbers were compared, in words; empty where none were."""
    used = sorted({file.tolerance for file in files if file.tolerance is not None})
    shown = tuple(f"{one:g}" for one in used)
    return say("report.tolerance", lang, tolerance=shown) if used else ""


def relative_path(path: str) -> str:
    """The path relative to the working directory where it lies in it, with forward slashes."""
    if "://" in path:
        return path
    absolute = Path(os.path.abspath(path))  # as typed: a link stays where the checkout has it
    try:
        return absolute.relative_to(Path.cwd()).as_posix()
    except ValueError:
        return Path(path).as_posix()
