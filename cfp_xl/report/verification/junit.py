"""The JUnit report: one case a workbook, as Jenkins, GitLab and others read it.

There is no standard; this keeps to what all readers share (`testsuites`, `testsuite`, `testcase`
with `failure`, `error`, `system-out`). No times and no host: the same files give the same report.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

from cfp_xl.messages import Lang, say
from cfp_xl.report.verification.lines import counts, finding_line, relative_path, tolerance_of
from cfp_xl.report.verification.order import by_sheet
from cfp_xl.verify.result import FileResult, FileStatus, Verification

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write: most control characters, half a surrogate pair."""


def junit(result: Verification, lang: Lang) -> str:
    """A test case for each file; findings at or above `--fail-on` are its failure."""
    suite = ET.Element("testsuite", name="cfp-xl")
    if compared := tolerance_of(result.files, lang):
        properties = ET.SubElement(suite, "properties")
        ET.SubElement(properties, "property", name="tolerance", value=compared)
    tally = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for file in result.files:
        case, outcome = _case(file, lang)
        suite.append(case)
        tally["tests"] += 1
        if outcome:
            tally[outcome] += 1
    for name, count in tally.items():
        suite.set(name, str(count))
    suites = ET.Element("testsuites", {"name": "cfp-xl", **suite.attrib})
    suites.append(suite)
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, "unicode")}\n'


def _case(file: FileResult, lang: Lang) -> tuple[ET.Element, str]:
    """The case of a workbook, and which tally it counts in."""
    path = relative_path(file.path)
    folder = PurePosixPath(path).parent.as_posix()
    case = ET.Element(
        "testcase", name=xml_text(path), classname=xml_text(folder), file=xml_text(path)
    )
    status = say(f"report.status.{file.status}", lang)
    counting = [f for f in by_sheet(file.findings) if file.makes_fail(f)]
    others = [f for f in by_sheet(file.findings) if not file.makes_fail(f)]
    outcome = ""
    if file.status is FileStatus.FAILED and not file.is_excused:
        outcome = "failures"
        found = ET.SubElement(
            case, "failure", type="findings", message=xml_text(counts(file, lang))
        )
    elif file.status is FileStatus.NOTHING_TO_VERIFY:
        outcome = "skipped"
        found = ET.SubElement(case, "skipped", message=xml_text(status))
    elif file.status not in (FileStatus.PASSED, FileStatus.FAILED):
        outcome = "errors"
        found = ET.SubElement(case, "error", type=file.status.value, message=xml_text(status))
    if outcome:
        found.text = xml_text("\n".join(finding_line(f, lang) for f in counting))
    if others:
        lines = "\n".join(finding_line(f, lang) for f in others)
        ET.SubElement(case, "system-out").text = xml_text(lines)
    return case, outcome


def xml_text(text: str) -> str:
    """The text with what XML can't hold replaced by U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)
