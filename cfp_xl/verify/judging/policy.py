"""A project's policy, `cfp-xl.toml`: which findings matter, which are accepted, and until when.

A policy may make a finding graver. What no justification can answer (the recalculation, the file
as such, a constant typed over a formula) it can neither soften nor waive: that would turn a
workbook green that is not.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from re import fullmatch
from typing import Any

from cfp_xl.findings import Severity, Waiver, editions, kind, kinds
from cfp_xl.inputs import why_not_read
from cfp_xl.messages import Explained, Text, text
from cfp_xl.verify.judging.justify import is_justifiable, place
from cfp_xl.verify.result import MAX_TOLERANCE, FailOn
from cfp_xl.work.text_file import read_text

FILE_NAME = "cfp-xl.toml"
SCHEMAS = ("supplier", "product")
"""What `require_schema` may ask for."""


class PolicyMistake(Explained):
    """A policy file that can't be read, or says what it may not."""


@dataclass(frozen=True)
class Policy:
    """What a policy file says; without one, nothing."""

    path: Path | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)
    tolerance: float | None = None
    fail_on: FailOn | None = None
    require_schema: str | None = None
    baseline: Path | None = None
    waivers: tuple[Waiver, ...] = ()
    rules: str | None = None
    """The edition of the rules that count; those of later ones are info until it is raised."""
    exclude: tuple[str, ...] = ()
    """Patterns of workbooks that are left out, relative to the policy's folder."""
    data_only: bool = False
    """Whether a table of constants without a formula, and none of ours, may pass."""


NO_POLICY = Policy()


def policies_for(files: Iterable[Path]) -> Mapping[Path, Policy]:
    """The policy nearest above each file, in its folder or one that holds that; else NO_POLICY."""
    by_folder: dict[Path, Policy] = {}

    def policy_in(folder: Path) -> Policy:
        if folder not in by_folder:
            found = folder / FILE_NAME
            if found.is_file():
                by_folder[folder] = read_policy(found)
            else:
                is_top = folder == folder.parent
                by_folder[folder] = NO_POLICY if is_top else policy_in(folder.parent)
        return by_folder[folder]

    return {file: policy_in(file.resolve().parent) for file in files}


def read_policy(path: Path) -> Policy:
    """The policy in a file; raises PolicyMistake, naming the key and what it should hold."""
    try:
        table = tomllib.loads(read_text(path, "utf-8-sig"))
    except OSError as error:
        why = why_not_read(error)
        raise PolicyMistake("policy.not_read", file=path, why=why) from error
    except ValueError as error:
        raise PolicyMistake("policy.not_toml", file=path, why=error) from error
    return _Reader(path).policy(table)


@dataclass(frozen=True)
class _Reader:
    path: Path

    def policy(self, table: Mapping[str, Any]) -> Policy:
        known = (
            "fail_on",
            "tolerance",
            "require_schema",
            "baseline",
            "rules",
            "exclude",
            "data_only",
            "severity",
            "waiver",
        )
        self.check_keys(table, known, "")
        read = self.optional(table)
        baseline = read("baseline", _text)
        return Policy(
            path=self.path,
            severities=self.severities(self.table(table.get("severity", {}), "severity")),
            tolerance=read("tolerance", _tolerance),
            fail_on=read("fail_on", FailOn),
            require_schema=read("require_schema", _schema),
            baseline=self.path.parent / baseline if baseline else None,
            rules=read("rules", _edition),
            exclude=read("exclude", _patterns) or (),
            data_only=read("data_only", _flag) or False,
            waivers=tuple(
                self.waiver(self.table(entry, f"waiver[{number}]"), f"waiver[{number}].")
                for number, entry in enumerate(self.list(table.get("waiver", []), "waiver"), 1)
            ),
        )

    def severities(self, table: Mapping[str, Any]) -> Mapping[str, Severity]:
        self.check_keys(table, tuple(kinds()), "severity.")
        chosen = {
            code: self.read(value, f"severity.{code}", "severity", Severity)
            for code, value in table.items()
        }
        for code, severity in chosen.items():
            usual = kind(code).severity
            if not is_justifiable(code) and severity.rank < usual.rank:
                raise PolicyMistake(
                    "policy.softened", file=self.path, code=code, severity=severity, usual=usual
                )
        return chosen

    def waiver(self, table: Mapping[str, Any], prefix: str) -> Waiver:
        required = ("code", "file", "cell", "reason", "expires")
        self.check_keys(table, required, prefix)
        for key in required:
            if key not in table:
                raise PolicyMistake("policy.key_missing", file=self.path, name=prefix + key)
        code = self.read(table["code"], f"{prefix}code", "text", _text).upper()
        if code not in kinds():
            raise self.unknown(code, tuple(kinds()), prefix)
        return Waiver(
            code=code,
            file_sha256=self.read(table["file"], f"{prefix}file", "sha256", _sha256),
            cell=self.read(table["cell"], f"{prefix}cell", "cell", _cell),
            reason=self.read(table["reason"], f"{prefix}reason", "text", _text),
            expires=self.read(table["expires"], f"{prefix}expires", "date", _day),
        )

    def check_keys(self, table: Mapping[str, Any], known: tuple[str, ...], prefix: str) -> None:
        for key in table:
            if key not in known:
                raise self.unknown(key, known, prefix)

    def unknown(self, key: str, known: tuple[str, ...], prefix: str) -> PolicyMistake:
        near = tuple(get_close_matches(key, known, n=1, cutoff=0.4) or known[:6])
        return PolicyMistake("policy.key_unknown", file=self.path, name=prefix + key, near=near)

    def optional(self, table: Mapping[str, Any]) -> Callable[[str, Callable[[Any], Any]], Any]:
        return lambda key, convert: (
            self.read(table[key], key, "text" if key == "baseline" else key, convert)
            if key in table
            else None
        )

    def read(self, value: Any, key: str, expected: str, convert: Callable[[Any], Any]) -> Any:
        try:
            return convert(value)
        except (ValueError, TypeError) as error:
            raise self.bad(value, key, text(f"policy.expected.{expected}")) from error

    def table(self, value: Any, key: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.bad(value, key, text("policy.expected.table"))
        return value

    def list(self, value: Any, key: str) -> list[Any]:
        if not isinstance(value, list):
            raise self.bad(value, key, text("policy.expected.tables"))
        return value

    def bad(self, value: Any, key: str, expected: Text) -> PolicyMistake:
        return PolicyMistake(
            "policy.bad_value", file=self.path, name=key, value=str(value), expected=expected
        )


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def _tolerance(value: Any) -> float:
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 0 <= value <= MAX_TOLERANCE
    ):
        raise ValueError
    return float(value)


def _edition(value: Any) -> str:
    if value not in editions():
        raise ValueError
    return str(value)


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError
    return tuple(_text(one) for one in value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _schema(value: Any) -> str:
    if value not in SCHEMAS:
        raise ValueError
    return str(value)


def _cell(value: Any) -> str:
    if place(cell := _text(value), {}) is None:
        raise ValueError
    return cell


def _sha256(value: Any) -> str:
    digest = _text(value).lower()
    if not fullmatch("[0-9a-f]{64}", digest):
        raise ValueError
    return digest


def _day(value: Any) -> str:
    """A TOML date, or a text of one, as YYYY-MM-DD."""
    day = value if type(value) is date else date.fromisoformat(_text(value))
    return day.isoformat()
