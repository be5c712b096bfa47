"""The order in which findings are shown."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cfp_xl.findings import Finding

_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


def by_sheet(findings: Iterable[Finding]) -> list[Finding]:
    """Sheet by sheet in the order they first appear, the file itself first; within a sheet by
    severity, then row, column and code."""
    todo = list(findings)
    sheets = list(dict.fromkeys(f.where.sheet for f in todo if f.where))
    order = {sheet: number for number, sheet in enumerate(sheets)}

    def key(one: Finding) -> tuple[int, int, int, int, str]:
        if one.where is None:
            return -1, -one.severity.rank, 0, 0, one.code
        row, column = position(one.where.cell)
        return order[one.where.sheet], -one.severity.rank, row, column, one.code

    return sorted(todo, key=key)


def position(cell: str) -> tuple[int, int]:
    """Row and column of an A1 reference (of a range, its first cell); 0, 0 for anything else."""
    match = _ADDRESS.match(cell)
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column
