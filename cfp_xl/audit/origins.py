"""Tables without figures that say of each row of an inventory its process and its factor's name.

An inventory often prints numbers alone; a table beside it says which process a row belongs to and
which factor, by name, it takes. They are joined by stage and activity.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cfp_xl.audit.document import Document, PrintedTable
from cfp_xl.audit.table_heads import TableHead, head_of
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.numbers import NAME, read_cell
from cfp_xl.verify.declared.words import column_role

_OF_FACTORS = re.compile(r"因子|系数|数据集|factor|dataset", re.IGNORECASE)
_NO_NAME = re.compile(r"来源|出处|单位|编号|年份|source|unit|year|\bid\b", re.IGNORECASE)

RowOfInventory = tuple[str, str]
"""The folded stage and activity of a row."""


@dataclass(frozen=True)
class Origins:
    """What tables of origins say of the rows of an inventory; names are folded, in their order."""

    processes: Mapping[RowOfInventory, Sequence[str]]
    factors: Mapping[RowOfInventory, Sequence[str]]


def origins_of(document: Document) -> Origins:
    """What all tables of origins of a document say."""
    processes: dict[RowOfInventory, list[str]] = {}
    factors: dict[RowOfInventory, list[str]] = {}
    for table in document.tables:
        head = head_of(table)
        if head is None or head.is_of_figures or table.is_uncertain:
            continue
        for stage, activity, process, factor in _rows(table, head):
            if process:
                processes.setdefault((stage, activity), []).append(process)
            if factor:
                factors.setdefault((stage, activity), []).append(factor)
    return Origins(processes, factors)


def name_of_row(names: Sequence[str], index: int, rows: int) -> str:
    """The name of one of several rows that are called alike; "" where it is not clear which.

    Two rows of diesel of one stage are of two processes: the tables show both in one order.
    """
    if len(names) == rows:
        return names[index] if names else ""
    return names[0] if len(set(names)) == 1 else ""


def _rows(table: PrintedTable, head: TableHead) -> Iterator[tuple[str, str, str, str]]:
    """Stage, activity, process and factor of each row; the last two may be blank."""
    headings = headings_of(table, head)
    roles = [_role(words) for words in headings]
    of_factor = [
        i for i, words in enumerate(headings) if _OF_FACTORS.search(words) and is_name(words)
    ]
    activity = next((i for i, r in enumerate(roles) if r == "activity" and i not in of_factor), -1)
    stage, process = (roles.index(r) if r in roles else -1 for r in ("stage", "process"))
    if stage < 0 or activity < 0 or (process < 0 and not of_factor):
        return
    for row in table.rows[head.height :]:
        if len(row) == len(headings):
            texts = [folded(cell.plain) for cell in row]
            factor = texts[of_factor[0]] if of_factor else ""
            yield texts[stage], texts[activity], texts[process] if process >= 0 else "", factor


def _role(heading: str) -> str:
    """What a column holds; 过程 alone, which elsewhere may be anything, is a process here."""
    return column_role(heading) or ("process" if folded(heading) == "过程" else "")


def headings_of(table: PrintedTable, head: TableHead) -> Sequence[str]:
    """The words above each column, rows of the head joined."""
    rows = table.rows[: head.height]
    return [
        " ".join(dict.fromkeys(row[i].plain for row in rows if i < len(row)))
        for i in range(len(head.columns))
    ]


def is_name(heading: str) -> bool:
    """Whether a column may name things, as its heading says."""
    return not _NO_NAME.search(heading)


def is_words(text: str) -> bool:
    """Whether a cell holds words: no number, unit or mark."""
    return read_cell(text).kind == NAME
