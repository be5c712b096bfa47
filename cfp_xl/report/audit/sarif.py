"""The audit as SARIF 2.1.0: the page and its region in points, the quote as the snippet."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from cfp_xl import __version__
from cfp_xl.audit.audit import AuditResult
from cfp_xl.audit.document import Spot
from cfp_xl.findings import Finding, kinds
from cfp_xl.messages import LANGS, Lang
from cfp_xl.report.audit.lines import place_of, quote_of
from cfp_xl.report.verification.json_report import dumps
from cfp_xl.report.verification.lines import relative_path
from cfp_xl.report.verification.sarif import FINGERPRINT, LANGUAGES, LEVELS, SCHEMA, component


def audit_sarif(result: AuditResult, lang: Lang) -> str:
    """The log as JSON text."""
    codes = sorted({one.code for one in result.findings if one.code in kinds()})
    other = next(each for each in LANGS if each != lang)
    artifact: dict[str, Any] = {"location": _location(result), "roles": ["analysisTarget"]}
    if result.report:
        artifact["hashes"] = {"sha-256": result.report.document.sha256}
    return dumps(
        {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": component(codes, __version__, lang)},
                    "translations": [
                        {
                            **component(codes, __version__, other),
                            "contents": ["localizedData"],
                        }
                    ],
                    "language": LANGUAGES[lang],
                    "columnKind": "unicodeCodePoints",
                    "automationDetails": {"id": "cfp-xl/audit/"},
                    "invocations": [{"executionSuccessful": result.is_read}],
                    "artifacts": [artifact],
                    "results": [_result(result, one, codes, lang) for one in result.findings],
                }
            ],
        }
    )


def _result(result: AuditResult, one: Finding, codes: list[str], lang: Lang) -> dict[str, Any]:
    place = f"{place_of(one)}: " if one.where else ""
    name = "\n".join((one.code, one.case, place, quote_of(one)))
    return {
        "ruleId": one.code,
        "ruleIndex": codes.index(one.code),
        "level": LEVELS[one.severity],
        "message": {"text": f"{place}{one.message(lang)}\n→ {one.hint(lang)}"},
        "locations": [_place(result, one)],
        "partialFingerprints": {FINGERPRINT: sha256(name.encode()).hexdigest()[:16]},
    }


def _place(result: AuditResult, one: Finding) -> dict[str, Any]:
    """The file, and in it the page with its region; a text's line, where it has lines."""
    where = one.where
    region: dict[str, Any] = {"startLine": _line(where)}
    if quote_of(one):
        region["snippet"] = {"text": quote_of(one)}
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {**_location(result), "index": 0},
            "region": region,
        }
    }
    if where is not None:
        names = {"name": where.cell or where.sheet, "fullyQualifiedName": str(where)}
        location["logicalLocations"] = [names]
    if isinstance(where, Spot) and where.page:
        location["properties"] = {"page": where.page}
        if where.box:
            keys = ("left", "top", "right", "bottom")
            box = {key: round(value, 1) for key, value in zip(keys, where.box, strict=True)}
            location["properties"]["region_points"] = box
    return location


def _line(where: object) -> int:
    """Code scanning asks for a line: of a text its own, of a page its number."""
    if not isinstance(where, Spot):
        return 1
    if where.sheet.startswith("l. "):
        return int(where.sheet.removeprefix("l. "))
    return max(where.page or where.block, 1)


def _location(result: AuditResult) -> dict[str, Any]:
    uri = quote(os.fsencode(relative_path(result.path)))
    if result.path.startswith("/"):
        return {"uri": f"file://{uri}"}
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}
