"""The formats of reports: what is declared is what the options offer and what is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cfp_xl.cli.options import UsageMistake, parse_reports
from cfp_xl.report.formats import FACTORS, FORMATS, INTAKE, SHOW, VERIFY, formats_of
from cfp_xl.report.write import write_report
from cfp_xl.verify.result import Verification

DOCS = Path(__file__).parents[2] / "docs"
DECLARED = [(one.name, command) for one in FORMATS for command in one.writers]


@pytest.mark.parametrize(("format", "command"), DECLARED)
def test_a_writer_that_is_declared_exists(format: str, command: str) -> None:
    assert callable(formats_of(command)[format].writers[command].load())


@pytest.mark.parametrize("command", [VERIFY, INTAKE, SHOW, FACTORS])
def test_an_unknown_format_is_named_with_those_there_are(command: str) -> None:
    with pytest.raises(UsageMistake) as mistake:
        parse_reports(["yaml"], command)
    said = mistake.value.say("en")
    assert said.startswith("Unknown report format “yaml”. Available: text, json")
    assert all(name in said for name in formats_of(command))


def test_an_unknown_format_is_never_written_as_text(tmp_path: Path) -> None:
    target = tmp_path / "report"
    with pytest.raises(KeyError, match="yaml"):
        write_report(VERIFY, "yaml", target, "en", Verification((), "1"))
    with pytest.raises(KeyError, match="tsv"):  # of factors only
        write_report(VERIFY, "tsv", target, "en", Verification((), "1"))
    with pytest.raises(ValueError, match="csv of verify is written as results come"):
        write_report(VERIFY, "csv", target, "en", Verification((), "1"))
    assert not target.exists()


def test_what_goes_to_files_only_says_how() -> None:
    with pytest.raises(UsageMistake) as mistake:
        parse_reports(["parquet"], VERIFY)
    assert "--report parquet=FILE.parquet" in mistake.value.say("en")


@pytest.mark.parametrize("format", formats_of(VERIFY))
def test_the_page_for_ci_says_what_each_format_is_for(format: str) -> None:
    text = (DOCS / "ci.md").read_text("utf-8")
    table = text[text.index("| `--report` | for |") :].split("\n\n")[0]
    assert format in re.findall(r"`(\w+)[`=]", table)
