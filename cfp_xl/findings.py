"""Findings: what is wrong in a user's file, where, and what to do about it.

A finding names a code of the catalogue (`data/findings/*.toml`), which holds its severity,
title, rule, message and hint in both languages. `case` picks one of a code's messages where it
has several. Rendering into words happens once, in `message` and `hint`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from cfp_xl.messages import Lang, Text, fill_masked


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error."""
        return (Severity.INFO, Severity.WARNING, Severity.ERROR).index(self)


@dataclass(frozen=True, slots=True, order=True)
class CellRef:
    """A cell (or range) of a workbook: sheet name as shown, A1 reference without `$`."""

    sheet: str
    cell: str

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


@dataclass(frozen=True, slots=True)
class Justification:
    """A row of the justifications sheet: why a finding is accepted, by whom, when."""

    code: str
    cell: str
    reason: str
    who: str
    date: str
    where: CellRef


@dataclass(frozen=True, slots=True)
class Waiver:
    """An entry of a policy file: a finding of one very file that is accepted until a day."""

    code: str
    file_sha256: str
    cell: str
    reason: str
    expires: str
    """The last day it holds, as YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the catalogue says of a code (`case` messages under `<case>`)."""

    code: str
    severity: Severity
    title: Text
    rule: Text
    messages: Mapping[str, Text]
    hints: Mapping[str, Text]
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Of the cases that are graver or lighter than the rest."""

    def severity_of(self, case: str) -> Severity:
        return self.severities.get(case, self.severity)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to tell the user. Build it with `finding(...)`."""

    code: str
    severity: Severity
    where: CellRef | None = None
    case: str = ""
    seen: str | None = None
    expected: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    justification: Justification | None = None
    waiver: Waiver | None = None
    is_known: bool = False
    """A baseline holds it: it was there before."""

    @property
    def is_open(self) -> bool:
        """Neither justified in the workbook nor waived by the policy."""
        return self.justification is None and self.waiver is None

    def message(self, lang: Lang) -> str:
        return fill_masked(kind(self.code).messages[self.case], lang, self._all_values())

    def hint(self, lang: Lang) -> str:
        hints = kind(self.code).hints
        return fill_masked(hints.get(self.case, hints[""]), lang, self._all_values())

    def _all_values(self) -> dict[str, object]:
        return {"seen": self.seen, "expected": self.expected, **self.values}


def finding(
    code: str,
    where: CellRef | None = None,
    *,
    case: str = "",
    seen: object = None,
    expected: object = None,
    severity: Severity | None = None,
    **values: object,
) -> Finding:
    """A finding of the catalogue's `code`, with its severity unless another is given."""
    return Finding(
        code,
        severity or kind(code).severity_of(case),
        where,
        case,
        None if seen is None else str(seen),
        None if expected is None else str(expected),
        values,
    )


@cache
def kinds() -> Mapping[str, Kind]:
    """The catalogue of findings by code, in the order of its files."""
    folder = files("cfp_xl").joinpath("data", "findings")
    entries: dict[str, dict[str, Any]] = {}
    for table in sorted(folder.iterdir(), key=lambda f: f.name):
        if table.name.endswith(".toml"):
            for code, entry in tomllib.loads(table.read_text("utf-8")).items():
                _join(entries.setdefault(code, {"case": {}}), entry)
    return {code: _kind(code, entry) for code, entry in entries.items()}


def _join(entry: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Adds one file's words on a code; only its cases may stand in several files."""
    cases, rest = more.get("case", {}), {k: v for k, v in more.items() if k != "case"}
    if twice := (entry.keys() & rest.keys()) | (entry["case"].keys() & cases.keys()):
        raise ValueError(f"stands in two files of the catalogue: {sorted(twice)}")
    entry |= rest
    entry["case"] |= cases


def kind(code: str) -> Kind:
    """The catalogue's entry; an unknown code is a bug and raises KeyError."""
    return kinds()[code]


def _kind(code: str, entry: Mapping[str, Any]) -> Kind:
    cases: Mapping[str, Any] = entry.get("case", {})
    messages = {name: Text(**case["message"]) for name, case in cases.items()}
    hints = {name: Text(**case["hint"]) for name, case in cases.items() if "hint" in case}
    if "message" in entry:
        messages[""] = Text(**entry["message"])
    hints[""] = Text(**entry["hint"])
    return Kind(
        code,
        Severity(entry["severity"]),
        Text(**entry["title"]),
        Text(**entry["rule"]),
        messages,
        hints,
        {name: Severity(case["severity"]) for name, case in cases.items() if "severity" in case},
    )
