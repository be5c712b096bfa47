"""An intake for CI and for spreadsheets: JUnit, one case an answer; CSV, a row a finding."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePath
from typing import Any
from xml.etree import ElementTree as ET

from cfp_xl.messages import Lang, say
from cfp_xl.privacy import masked_document
from cfp_xl.report.suppliers.intake_json import document
from cfp_xl.report.verification.junit import xml_text
from cfp_xl.report.verification.lines import finding_line, relative_path
from cfp_xl.report.verification.table import harmless
from cfp_xl.suppliers.apply import Applied
from cfp_xl.suppliers.intake import IntakeResult
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged

OF_ANSWER = (
    "path",
    "sha256",
    "supplier_id",
    "part_id",
    "status",
    "kgco2e_per_unit",
    "unit",
    "kind",
)
OF_FINDING = (
    "code",
    "severity",
    "sheet",
    "cell",
    "message",
    "seen",
    "expected",
    "hint",
    "fingerprint",
    "reason",
)
BROKEN = (AnswerStatus.UNREADABLE, AnswerStatus.FAILED)


def intake_junit(
    result: IntakeResult, applied: Applied | None, underway: Collection[str], lang: Lang
) -> str:
    """Refused and held answers are failures, unreadable ones errors; so is what keeps the product
    from taking any in. What was written, and advice on steps, it has no place for."""
    del applied, underway
    suite = ET.Element("testsuite", name="cfp-xl intake")
    tally = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    product = _case(suite, result.product.path.as_posix())
    tally["tests"] += 1
    if result.findings:
        tally["failures"] += 1
        lines = [finding_line(one, lang) for one in result.findings]
        _outcome(product, "failure", "product", lines, say("suppliers.status.refused", lang))
    for answer in result.answers:
        tally["tests"] += 1
        if counted := _answer(_case(suite, answer.path), answer, lang):
            tally[counted] += 1
    for name, count in tally.items():
        suite.set(name, str(count))
    suites = ET.Element("testsuites", {"name": "cfp-xl intake", **suite.attrib})
    suites.append(suite)
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, "unicode")}\n'


def _case(suite: ET.Element, path: str) -> ET.Element:
    shown = relative_path(path)
    folder = PurePath(shown).parent.as_posix()
    return ET.SubElement(
        suite, "testcase", name=xml_text(shown), classname=xml_text(folder), file=xml_text(shown)
    )


def _answer(case: ET.Element, answer: Judged, lang: Lang) -> str:
    """Fills the case; the tally it counts in besides, if any."""
    lines = [finding_line(one, lang) for one in answer.findings]
    status = say(f"suppliers.status.{answer.status}", lang)
    if answer.status in BROKEN:
        _outcome(case, "error", answer.status.value, lines, status)
        return "errors"
    if answer.status in (AnswerStatus.REFUSED, AnswerStatus.HELD):
        _outcome(case, "failure", answer.status.value, lines, status)
        return "failures"
    if lines:
        ET.SubElement(case, "system-out").text = xml_text("\n".join(lines))
    return ""


def _outcome(case: ET.Element, tag: str, kind: str, lines: list[str], words: str) -> None:
    found = ET.SubElement(case, tag, type=kind, message=xml_text(words))
    found.text = xml_text("\n".join(lines))


def intake_csv(
    result: IntakeResult, applied: Applied | None, underway: Collection[str], lang: Lang
) -> str:
    """The JSON's answers as rows: one a finding, with the reason for accepting it where somebody
    gave one, and one for an answer without any."""
    del underway  # advice on steps, which a table has no place for
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, (*OF_ANSWER, *OF_FINDING), extrasaction="ignore")
    writer.writeheader()
    for row in _rows(document(result, applied, lang)):
        shown = {name: masked_document(value, name) for name, value in row.items()}
        writer.writerow({name: harmless(value) for name, value in shown.items()})
    return stream.getvalue()


def _rows(whole: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    product = {"path": whole["product"]["path"], "findings": whole["findings"]}
    for answer in (product, *whole["answers"]):
        reasons = {doubt["code"]: doubt["reason"] for doubt in answer.get("doubts", ())}
        for one in answer["findings"] or ([{}] if answer is not product else []):
            yield {**answer, **one, "reason": reasons.get(one.get("code"))}
