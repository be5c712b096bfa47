"""The SARIF 2.1.0 report (OASIS Standard, 27 March 2020), for code scanning and its viewers.

Rules come from the catalogue of findings: in the report's language in the driver, in the other one
as a translation. What a workbook justifies, a policy waives and a baseline knows is said in
SARIF's own terms: suppressions and baseline states.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import PureWindowsPath
from typing import Any
from urllib.parse import quote

from cfp_xl.findings import Finding, FindingKind, Severity, kinds
from cfp_xl.messages import LANGS, Lang, say
from cfp_xl.report.verification.json_report import dumps
from cfp_xl.report.verification.lines import relative_path, tolerance_of
from cfp_xl.report.verification.order import by_sheet, position
from cfp_xl.verify.result import FileResult, FileStatus, Verification

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
LANGUAGES: dict[Lang, str] = {"zh": "zh-CN", "en": "en-US"}
FINGERPRINT = "cfpXl/v1"
"""The name of our fingerprint; another way to compute it gets another number."""
GUID = "6f2d9c0e-5b0a-4c3e-9f37-1d1f6f0a7c52"
"""Names the driver, so that a translation can say what it translates."""


def sarif_text(result: Verification, lang: Lang) -> str:
    """The log of `sarif` as JSON text."""
    return dumps(sarif(result, lang))


def sarif(result: Verification, lang: Lang) -> dict[str, Any]:
    """SARIF 2.1.0 with a rule for each code found and its help in both languages."""
    files = result.files
    codes = sorted({f.code for file in files for f in file.findings})
    index = {code: number for number, code in enumerate(codes)}
    other = next(each for each in LANGS if each != lang)
    has_bug = any(file.status is FileStatus.INTERNAL_ERROR for file in files)
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"guid": GUID, **component(codes, result.version, lang)}},
                "translations": [
                    {
                        **component(codes, result.version, other),
                        "contents": ["localizedData"],
                        "associatedComponent": {"name": "cfp-xl", "guid": GUID, "index": -1},
                        "translationMetadata": {"name": f"cfp-xl ({LANGUAGES[other]})"},
                    }
                ],
                "language": LANGUAGES[lang],
                "columnKind": "unicodeCodePoints",
                "automationDetails": {"id": "cfp-xl/verify/"},
                "invocations": [{"executionSuccessful": not has_bug}],
                "properties": {"tolerance": tolerance_of(files, lang)},
                "artifacts": [_artifact(file) for file in files],
                "results": [
                    _result(file, number, one, index[one.code], lang)
                    for number, file in enumerate(files)
                    for one in by_sheet(file.findings)
                ],
            }
        ],
    }


def component(codes: Sequence[str], version: str, lang: Lang) -> dict[str, Any]:
    """The tool as it introduces itself in one language."""
    return {
        "name": "cfp-xl",
        "informationUri": f"pkg:pypi/cfp-xl@{version}",
        "language": LANGUAGES[lang],
        "version": version,
        "shortDescription": {"text": say("cli.main.short", lang)},
        "rules": [_rule(kinds()[code], lang) for code in codes],
    }


def _rule(kind: FindingKind, lang: Lang) -> dict[str, Any]:
    rule, title = kind.rule.in_lang(lang), kind.title.in_lang(lang)
    hints = list(dict.fromkeys(hint.in_lang(lang) for hint in kind.hints.values()))
    return {
        "id": kind.code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": rule},
        "help": {
            "text": "\n".join((rule, *(f"→ {hint}" for hint in hints))),
            "markdown": "\n".join((rule, "", *(f"- {hint}" for hint in hints))),
        },
        "defaultConfiguration": {"level": LEVELS[kind.severity]},
    }


def _artifact(file: FileResult) -> dict[str, Any]:
    artifact: dict[str, Any] = {"location": _location(file), "roles": ["analysisTarget"]}
    if file.sha256:
        artifact["hashes"] = {"sha-256": file.sha256}
    return artifact


def _location(file: FileResult) -> dict[str, Any]:
    path = relative_path(file.path)
    if "://" in path:
        return {"uri": quote(os.fsencode(path), safe="/:@%")}
    uri = quote(os.fsencode(path))
    if path.startswith("/"):
        return {"uri": f"file://{uri}"}
    if PureWindowsPath(path).drive and os.name == "nt":
        return {"uri": PureWindowsPath(path).as_uri()}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _result(file: FileResult, number: int, one: Finding, rule: int, lang: Lang) -> dict[str, Any]:
    place = f"{one.where}: " if one.where else ""
    found: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": LEVELS[one.severity],
        "message": {"text": f"{place}{one.message(lang)}\n→ {one.hint(lang)}"},
        "locations": [_place(file, number, one)],
        "partialFingerprints": {FINGERPRINT: file.fingerprint(one)},
    }
    if suppressions := list(_suppressions(one)):
        found["suppressions"] = suppressions
    if one.since:
        found["properties"] = {"since": one.since}
    if file.has_baseline:
        found["baselineState"] = "unchanged" if one.is_known else "new"
    return found


def _place(file: FileResult, number: int, one: Finding) -> dict[str, Any]:
    """The workbook, and the cell as a logical location.

    A workbook has no lines, but code scanning asks for one: the row of the cell.
    """
    row = position(one.where.cell)[0] if one.where else 0
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {**_location(file), "index": number},
            "region": {"startLine": max(row, 1)},
        }
    }
    if one.where:
        names = {"name": one.where.cell, "fullyQualifiedName": str(one.where)}
        location["logicalLocations"] = [{**names, "kind": "cell"}]
    return location


def _suppressions(one: Finding) -> Iterator[dict[str, str]]:
    """A justification stands in the workbook itself, a waiver in the policy beside it."""
    if why := one.justification:
        said = f"{why.reason} ({why.who}, {why.date})"
        yield {"kind": "inSource", "status": "accepted", "justification": said}
    if waiver := one.waiver:
        said = f"{waiver.reason} (≤ {waiver.expires})"
        yield {"kind": "external", "status": "accepted", "justification": said}
