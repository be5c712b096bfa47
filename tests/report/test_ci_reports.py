"""What CI systems read: JUnit, SARIF, GitHub annotations, whatever a workbook's words contain."""

from __future__ import annotations

import json
import os
import re
import string
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cfp_xl.findings import CellRef, Finding, Justification, Severity, Waiver, finding, kinds
from cfp_xl.messages import LANGS, Lang
from cfp_xl.outputs import NotWritten
from cfp_xl.report.formats import VERIFY
from cfp_xl.report.verification.github import github
from cfp_xl.report.verification.json_report import dumps
from cfp_xl.report.verification.junit import junit
from cfp_xl.report.verification.markdown import markdown
from cfp_xl.report.verification.sarif import sarif
from cfp_xl.report.write import write_report
from cfp_xl.verify.result import Agreement, FileResult, FileStatus, Verification

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_text("utf-8"))
SARIF = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)

NAME = finding("T01", CellRef("报告", "P3"), seen="箱", expected="电能计量箱", place="3.1")
SHARES = finding("N05", CellRef("结果", "M21"), case="rounding", seen="1", expected="2",
                 place="表1", shares="1 + 1")  # fmt: skip
JUSTIFIED = replace(
    NAME,
    severity=Severity.INFO,
    justification=Justification(
        "T01", "报告!P3", "修约", "李", "2026-01-02", CellRef("意见", "A2")
    ),
)
WAIVED = replace(
    NAME,
    severity=Severity.INFO,
    waiver=Waiver("T01", "0" * 64, "报告!P3", "agreed", "2027-03-31"),
)
DAMAGED = finding("W05", seen="x")


def file(path: str, *findings: Finding, **settings: Any) -> FileResult:
    is_open = any(f.is_open and f.severity is Severity.ERROR for f in findings)
    status = FileStatus.FAILED if is_open else FileStatus.PASSED
    usual = {"status": status, "recalculation": Agreement.AGREES, **settings}
    return FileResult(path=path, sha256="0" * 64, findings=findings, **usual)


def verification(*files: FileResult) -> Verification:
    return Verification(files, "0")


SEVERAL = verification(
    file("in/good.xlsx", SHARES),
    file("in/bad.xlsx", NAME, SHARES, JUSTIFIED, WAIVED),
    file("in/broken.xlsx", DAMAGED, status=FileStatus.UNREADABLE),
    file("in/slow.xlsx", finding("V07", seen="60"), status=FileStatus.TIMEOUT),
)

TEMPLATES = [t.en for k in kinds().values() for t in (*k.messages.values(), *k.hints.values())]
ANY_VALUES = {
    name: name for text in TEMPLATES for _, name, _, _ in string.Formatter().parse(text) if name
}

HOSTILE = st.text(
    st.one_of(
        st.characters(),  # surrogates and control characters among them
        st.sampled_from("\x00\x08\x0b\x1b\x85\u2028\ufffe\ud800\r\n%,:&<>\"']"),
    ),
    max_size=30,
) | st.sampled_from(["]]>", "::error::x", "\n::stop-commands::x", "<!ENTITY a 'b'>", "&#0;"])


def with_words(words: str) -> Verification:
    one = finding("T01", CellRef(words, "P3"), seen=words, expected=words, place=words)
    justified = replace(
        one,
        justification=Justification("T01", words, words, words, words, CellRef(words, "A2")),
    )
    waived = replace(one, waiver=Waiver("T01", "0" * 64, words, words, "2027-03-31"))
    name = os.fsdecode(words.replace("\0", "").encode(errors="surrogatepass"))
    return verification(file(f"{name}.xlsx", one, justified, waived, policy=words))


# JUnit


def test_a_workbook_is_a_case_and_its_failure_lists_the_cells() -> None:
    suite = ET.fromstring(junit(SEVERAL, "en")).find("testsuite")
    assert suite is not None
    assert suite.attrib == {
        "name": "cfp-xl",
        "tests": "4",
        "failures": "1",
        "errors": "2",
        "skipped": "0",
    }
    cases = {case.get("name"): case for case in suite}
    assert list(cases) == [f.path for f in SEVERAL.files]
    assert {name: [e.tag for e in case] for name, case in cases.items()} == {
        "in/good.xlsx": ["system-out"],
        "in/bad.xlsx": ["failure", "system-out"],
        "in/broken.xlsx": ["error"],
        "in/slow.xlsx": ["error"],
    }
    failure = cases["in/bad.xlsx"].find("failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.text.startswith("报告!P3  T01 error")
    assert failure.get("message") == "errors: 1, warnings: 1, justified: 1, waived: 1"
    assert cases["in/broken.xlsx"].find("error[@type='unreadable']") is not None


@settings(max_examples=50)
@given(HOSTILE)
def test_junit_is_well_formed_whatever_the_words(words: str) -> None:
    text = junit(with_words(words), "zh")
    case = ET.fromstring(text.encode()).find("testsuite/testcase")
    assert case is not None
    assert case.find("failure") is not None


def test_known_findings_fail_no_case_where_only_new_ones_count() -> None:
    known = replace(NAME, is_known=True)
    old = file("a.xlsx", known, has_baseline=True, is_new_only=True)
    new = file("b.xlsx", known, NAME, has_baseline=True, is_new_only=True)
    suite = ET.fromstring(junit(verification(old, new), "en")).find("testsuite")
    assert suite is not None
    assert [case.find("failure") is None for case in suite] == [True, False]
    failure = suite[1].find("failure")
    assert failure is not None
    assert (failure.text or "").count("T01") == 1
    assert "in the baseline" in (suite[1].findtext("system-out") or "")


# SARIF

EVERY_CODE = [
    Finding(kind.code, kind.severity, values=ANY_VALUES, case=case)
    for kind in kinds().values()
    for case in kind.messages
]


def results(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["runs"][0]["results"]
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_sarif_follows_the_standards_schema(lang: Lang) -> None:
    for given_result in (SEVERAL, verification(file("all.xlsx", *EVERY_CODE)), verification()):
        SARIF.validate(json.loads(dumps(sarif(given_result, lang))))


def test_results_name_rule_cell_and_file() -> None:
    run = sarif(SEVERAL, "en")["runs"][0]
    one = next(r for r in run["results"] if r["level"] == "error" and r["ruleId"] == "T01")
    rules = run["tool"]["driver"]["rules"]
    assert rules[one["ruleIndex"]]["id"] == "T01"
    (location,) = one["locations"]
    artifact = location["physicalLocation"]["artifactLocation"]
    assert (artifact["uri"], artifact["uriBaseId"]) == ("in/bad.xlsx", "%SRCROOT%")
    assert run["artifacts"][artifact["index"]]["location"]["uri"] == "in/bad.xlsx"
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "报告!P3"
    assert location["physicalLocation"]["region"] == {"startLine": 3}
    assert one["partialFingerprints"] == {"cfpXl/v1": SEVERAL.files[1].fingerprint(NAME)}


def test_help_stands_in_both_languages() -> None:
    run = sarif(SEVERAL, "zh")["runs"][0]
    (translation,) = run["translations"]
    driver = run["tool"]["driver"]
    assert (driver["language"], translation["language"]) == ("zh-CN", "en-US")
    assert translation["associatedComponent"]["guid"] == driver["guid"]
    for ours, theirs in zip(driver["rules"], translation["rules"], strict=True):
        kind = kinds()[ours["id"]]
        assert ours["fullDescription"]["text"] == kind.rule.zh
        assert theirs["fullDescription"]["text"] == kind.rule.en
        assert kind.hints[""].zh in ours["help"]["text"]


def test_justified_and_waived_findings_are_suppressed_with_their_reason() -> None:
    found = [r.get("suppressions") for r in results(sarif(SEVERAL, "en")) if r["ruleId"] == "T01"]
    assert [s and (s[0]["kind"], s[0]["justification"]) for s in found] == [
        None,
        ("inSource", "修约 (李, 2026-01-02)"),
        ("external", "agreed (≤ 2027-03-31)"),
    ]


def test_baseline_states() -> None:
    held = file("a.xlsx", replace(NAME, is_known=True), SHARES, has_baseline=True)
    assert [r["baselineState"] for r in results(sarif(verification(held), "en"))] == [
        "unchanged",
        "new",
    ]
    assert all("baselineState" not in r for r in results(sarif(SEVERAL, "en")))


def test_our_own_bug_is_no_successful_execution() -> None:
    bug = file("a.xlsx", finding("W99", seen="x"), status=FileStatus.INTERNAL_ERROR)
    run = sarif(verification(bug), "en")["runs"][0]
    assert run["invocations"] == [{"executionSuccessful": False}]


@settings(max_examples=50)
@given(HOSTILE)
def test_sarif_is_valid_whatever_the_words(tmp_path_factory: Any, words: str) -> None:
    target = tmp_path_factory.mktemp("sarif") / "a.sarif"
    write_report(VERIFY, "sarif", target, "en", with_words(words))
    document = json.loads(target.read_text("utf-8"))
    SARIF.validate(document)
    uri = document["runs"][0]["artifacts"][0]["location"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9/._~:%-]+", uri)


def test_paths_below_the_working_directory_are_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inside, outside = tmp_path / "供应商" / "a b.xlsx", tmp_path.parent / "c.xlsx"
    remote = "s3://bucket/d e.xlsx"
    files = verification(*(file(str(p), NAME) for p in (inside, outside, remote)))
    uris = [a["location"] for a in sarif(files, "en")["runs"][0]["artifacts"]]
    assert uris[0] == {
        "uri": "%E4%BE%9B%E5%BA%94%E5%95%86/a%20b.xlsx",
        "uriBaseId": "%SRCROOT%",
    }
    assert unquote(uris[1]["uri"]) == f"file://{outside.as_posix()}"
    assert uris[2] == {"uri": "s3://bucket/d%20e.xlsx"}
    assert github(files, "en").startswith("::error file=供应商/a b.xlsx,")


# GitHub


def test_annotations_name_file_cell_and_code() -> None:
    lines = github(SEVERAL, "en").splitlines()
    assert lines[0].startswith("::warning file=in/good.xlsx,title=结果!M21 N05::")
    assert [line.split(" ")[0] for line in lines[1:5]] == [
        "::error", "::warning", "::notice", "::notice",
    ]  # fmt: skip
    assert "%0A→ " in lines[1]


def test_what_means_something_in_a_command_is_escaped() -> None:
    words = "100%\r\n::error::x,y:z"
    one = finding("T01", CellRef("S", "A1:B2"), seen=words, expected="x", place="y")
    (line,) = github(verification(file("a,b:c%.xlsx", one)), "en").splitlines()
    assert line.startswith("::error file=a%2Cb%3Ac%25.xlsx,title=S!A1%3AB2 T01::")
    assert "100%25%0D%0A::error::x,y:z" in line


@settings(max_examples=50)
@given(HOSTILE)
def test_words_never_become_commands(words: str) -> None:
    lines = github(with_words(words), "en").splitlines()
    assert len(lines) == 3
    assert all(re.match(r"::(error|warning|notice) file=[^:,]*,title=[^:,]*::", x) for x in lines)


# Markdown


def test_a_summary_of_many_files_lists_the_unsound_first_and_stays_small() -> None:
    """GitHub takes a megabyte as a job's summary."""
    many = [finding("T01", CellRef("S", f"A{row}"), seen="x", expected="y", place="z")
            for row in range(1, 400)]  # fmt: skip
    files = [file(f"good/{n:05}.xlsx", *[SHARES] * 9) for n in range(5000)]
    files += [file(f"bad/{n}.xlsx", *many) for n in range(60)]
    shown = markdown(verification(*files), "en")
    assert len(shown.encode()) < 1_000_000
    assert shown.index("bad/59.xlsx") < shown.index("good/00000.xlsx")
    assert "and 4060 more files" in shown
    assert "and 379 more of T01" in shown


def test_accepted_findings_are_folded_away_with_their_reasons() -> None:
    shown = markdown(SEVERAL, "en")
    assert "<details><summary>Justified, waived or in the baseline: 2</summary>\n\n|" in shown
    assert "Waived: agreed (until 2027-03-31)" in shown


# Where reports go


def test_a_report_never_replaces_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(NotWritten, match="standard output"):
        write_report(VERIFY, "junit", pipe, "en", SEVERAL)
    assert pipe.is_fifo()
