"""GitHub annotations: a workflow command a finding, which Actions shows beside the workbook."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Severity
from cfp_xl.messages import Lang
from cfp_xl.report.verification.lines import accepted_because, relative_path, tolerance_of
from cfp_xl.report.verification.order import by_sheet
from cfp_xl.verify.result import FileResult, Verification

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def github(result: Verification, lang: Lang) -> str:
    """One line a finding, of each file the gravest first: Actions shows only so many a step."""
    compared = tolerance_of(result.files, lang)  # a plain line of the log, no annotation
    head = f"{compared}\n" if compared else ""
    return head + "".join(line for file in result.files for line in _annotations(file, lang))


def _annotations(file: FileResult, lang: Lang) -> Iterator[str]:
    path = relative_path(file.path)
    by_weight = sorted(
        by_sheet(file.findings), key=lambda f: (file.is_accepted(f), -f.severity.rank)
    )
    for one in by_weight:
        command = "notice" if file.is_accepted(one) else COMMANDS[one.severity]
        place = f"{one.where} " if one.where else ""
        reason = accepted_because(one, lang)
        words = "\n".join(filter(None, (one.message(lang), f"→ {one.hint(lang)}", reason)))
        title = f"{place}{one.code}"
        yield f"::{command} file={_property(path)},title={_property(title)}::{_data(words)}\n"


def _data(text: str) -> str:
    """A command's message; the workbook's words can't end it and begin another."""
    for char in "%\r\n":
        text = text.replace(char, f"%{ord(char):02X}")
    return "".join(c if c.isprintable() else " " for c in text)


def _property(text: str) -> str:
    """A property's value, in which commas and colons mean something too."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
