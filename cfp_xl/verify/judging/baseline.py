"""A baseline: the findings a project had when it began to check, so that only new ones count.

A finding is known by its fingerprint, which survives inserted rows and translated messages. One
about the recalculation must also show the same values as before: a cell that differs in another
way than it did is new. The file is JSON, sorted, a line a finding, to be read in a review.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from cfp_xl.findings import Finding
from cfp_xl.inputs import why_not_read
from cfp_xl.messages import Explained
from cfp_xl.privacy import masked
from cfp_xl.verify.judging.justify import is_justifiable
from cfp_xl.verify.result import FileResult
from cfp_xl.work.text_file import read_text

FORMAT = "cfp-xl/baseline/1"

Key = tuple[str, str | None, str | None]
"""Fingerprint; what was seen and expected, where these must be the same too."""


class BaselineMistake(Explained):
    """A baseline file that is not there, or is none."""


@dataclass(frozen=True)
class Baseline:
    """The known findings of each file, by its path relative to the baseline's folder."""

    folder: Path
    files: Mapping[str, Mapping[Key, int]]

    def marked(self, result: FileResult, *, is_new_only: bool) -> FileResult:
        """The result with its known findings marked; they fail nothing if `is_new_only`."""
        left = Counter(self.files.get(name_from(self.folder, result.path), {}))
        findings = []
        for one in result.findings:
            keys = Counter(_key(result, single) for single in one.each)
            if is_known := one.is_open and keys <= left:
                left -= keys
            findings.append(replace(one, is_known=is_known))
        return replace(result, findings=tuple(findings), has_baseline=True, is_new_only=is_new_only)


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file; raises BaselineMistake."""
    try:
        files = _files(json.loads(read_text(path)))
    except FileNotFoundError as error:
        raise BaselineMistake("policy.no_baseline", file=path) from error
    except OSError as error:
        why = why_not_read(error)
        raise BaselineMistake("policy.not_read", file=path, why=why) from error
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise BaselineMistake("policy.not_a_baseline", file=path) from error
    return Baseline(path.parent, files)


def _files(document: Any) -> Mapping[str, Mapping[Key, int]]:
    if document["schema"] != FORMAT:
        raise ValueError
    return {
        name: Counter(
            (
                (known["fingerprint"], known["seen"], known["expected"])
                if _is_strict(known["code"])
                else (known["fingerprint"], None, None)
            )
            for known in findings
        )
        for name, findings in document["files"].items()
    }


def baseline_text(results: Iterable[FileResult], folder: Path) -> str:
    """The open findings of these files as a baseline file that lies in `folder`.

    A file that could not be verified has no place in it: it is never known.
    """
    files = {
        name_from(folder, result.path): sorted(
            (_entry(result, one) for f in result.findings if f.is_open for one in f.each),
            key=lambda entry: [str(value) for value in entry.values()],
        )
        for result in results
        if result.exit_code() < 2
    }
    blocks = [
        f"{json.dumps(name, ensure_ascii=False)}: [\n      "
        + ",\n      ".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
        + "\n    ]"
        for name, entries in sorted(files.items())
        if entries
    ]
    listed = "{\n    " + ",\n    ".join(blocks) + "\n  }" if blocks else "{}"
    return f'{{\n  "schema": "{FORMAT}",\n  "files": {listed}\n}}\n'


def name_from(folder: Path, path: str) -> str:
    """A file's path relative to a folder, so that a baseline can move with its checkout."""
    if "://" in path:
        return path
    try:
        return PurePosixPath(Path(path).resolve().relative_to(folder.resolve())).as_posix()
    except ValueError:
        return Path(path).resolve().as_posix()


def _entry(result: FileResult, one: Finding) -> dict[str, str | None]:
    return {
        "code": one.code,
        "sheet": one.where.sheet if one.where else None,
        "cell": one.where.cell if one.where else None,
        "seen": _shown(one.seen),
        "expected": _shown(one.expected),
        "fingerprint": result.fingerprint(one),
    }


def _key(result: FileResult, one: Finding) -> Key:
    values = (_shown(one.seen), _shown(one.expected)) if _is_strict(one.code) else (None, None)
    return (result.fingerprint(one), *values)


def _shown(value: str | None) -> str | None:
    """What a baseline keeps of a value: of a bare number all, every digit of a result counts."""
    return value if value is None or value.isdecimal() else masked(value)


def _is_strict(code: str) -> bool:
    return not is_justifiable(code)
