"""Results as a table: a row a finding with its file and verdicts; a sound file has one row too.

Sums over files (emissions, counts of cells) must take each `path` once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from cfp_xl.messages import Lang
from cfp_xl.privacy import masked_document
from cfp_xl.report.verification import json_report

if TYPE_CHECKING:
    import pandas as pd

    from cfp_xl.verify.result import FileResult

COLUMNS: Mapping[str, str] = {
    "path": "string",
    "sha256": "string",
    "schema": "string",
    "status": "string",
    "recalculation": "string",
    "conformity": "string",
    "tolerance": "float64",
    "formulas": "int64",
    "matched": "int64",
    "mismatched": "int64",
    "not_computed": "int64",
    "not_cached": "int64",
    "volatile": "int64",
    "total_kgco2e": "float64",
    "functional_unit": "string",
    "factor_set": "string",
    "code": "string",
    "severity": "string",
    "since": "string",
    "justified": "bool",
    "waived": "bool",
    "known": "bool",
    "sheet": "string",
    "cell": "string",
    "message": "string",
    "seen": "string",
    "expected": "string",
    "hint": "string",
    "fingerprint": "string",
}
"""Columns and what they hold; those from `code` on are of a finding, empty where there is none."""

_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")
_RISKY = tuple("=+-@\t\r\n＝＋－＠")


def rows(file: FileResult, lang: Lang) -> Iterator[dict[str, Any]]:
    """The rows of one file, every column in each, None where there is no value."""
    record = json_report.file_record(file, lang)
    head = {**record, **record["cells"], **(record["footprint"] or {})}
    for finding in record["findings"] or [{}]:
        row = {**head, **finding}
        if finding:
            row |= {"waived": "waiver" in finding, "known": finding.get("known", False)}
        yield {name: _text(masked_document(row.get(name), name)) for name in COLUMNS}


def table(files: Iterable[FileResult], lang: Lang) -> pd.DataFrame:
    """All rows as a pandas table; numbers are numbers, missing values NA."""
    import pandas as pd

    found = [row for file in files for row in rows(file, lang)]
    kinds = {n: {"bool": "boolean", "int64": "Int64"}.get(k, k) for n, k in COLUMNS.items()}
    return pd.DataFrame(found, columns=list(COLUMNS)).astype(kinds)


def harmless(value: object) -> object:
    """A value for a cell of a CSV file: text that a spreadsheet would run as a formula is quoted.

    An apostrophe goes before what begins with = + - @ (their full-width forms, a tab or a line
    break; blanks before them don't count); a plain number stays one.
    """
    if not isinstance(value, str) or not value.lstrip(" ").startswith(_RISKY):
        return value
    return value if _NUMBER.fullmatch(value) else f"'{value}"


def _text(value: object) -> object:
    """Text that every encoder takes: a file name that is no UTF-8 comes with lone surrogates."""
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    return value
