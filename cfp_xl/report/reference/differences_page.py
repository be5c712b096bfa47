"""`docs/differences.md` from `docs/differences.toml`, whose rows tests hold."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_SOURCES = {
    "D": "documentation",
    "H": "by hand",
    "C": "cached in a public workbook",
    "P": "another program's tests",
}


def differences_page(source: Path) -> str:
    """The Markdown text."""
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    parts = [
        f"# {data['title']}",
        data["intro"].strip(),
        "## From Excel",
        _table(("Formula", "Excel", "Here", "Why"), map(_from_excel, data["excel"])),
        data["rules"].strip(),
        "## From `formulas` 1.3.4",
        data["outro"].strip(),
        _table(("Formula", "`formulas`", "Here", "Why"), map(_from_formulas, data["formulas"])),
    ]
    return "\n\n".join(parts) + "\n"


def _from_excel(row: Mapping[str, Any]) -> Sequence[str]:
    excel = f"{_shown(row['excel'])} ({_SOURCES[row['source']]})"
    if str(row["excel"]).startswith("("):
        excel = row["excel"].strip("()")
    return _formula(row), excel, _shown(row["here"]), row["why"]


def _from_formulas(row: Mapping[str, Any]) -> Sequence[str]:
    there = row["formulas"]
    is_in_words = isinstance(there, str) and (there == "refused" or there[0] == "(")
    shown = there.strip("()") if is_in_words else _shown(there)
    return _formula(row), shown, _shown(row["here"]), row["why"]


def _formula(row: Mapping[str, Any]) -> str:
    around = ", ".join(f"{cell} = {_shown(value)}" for cell, value in row.get("cells", {}).items())
    notes = [around, "iterative calculation"[: None if row.get("iterates") else 0]]
    noted = "; ".join(filter(None, notes))
    return f"`{row['formula']}`" + (f" where {noted}" if noted else "")


def _shown(value: object) -> str:
    match value:
        case bool():
            return str(value).upper()
        case str() if value.startswith("'"):
            return f"`{value[1:]}`"
        case str():
            return value
        case float() | int():
            return f"{value:.15g}"
    raise TypeError(value)


def _table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", r"\|") for cell in line) + " |" for line in lines
    )
