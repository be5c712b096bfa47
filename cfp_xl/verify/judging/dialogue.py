"""The dialogue over findings, round by round: what people wrote beside them stays with them.

A table written earlier is read back: a finding that is still there keeps its number, class, reply
and closing; a new one gets the next number; one that is gone, and a row that somebody added, stay.
Another form's headings are known by their usual words (`data/dialogue.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import shown
from cfp_xl.messages import Lang, say, text
from cfp_xl.verify.judging.findings_table import COLUMNS, day_of, heading
from cfp_xl.workbook.model import Sheet, Workbook

KEPT = (
    "number",
    "class",
    "reason",
    "who",
    "date",
    "evidence",
    "round",
    "closed_by",
    "closed_on",
)
"""What a finding keeps of its row in the earlier table."""
MAPPED = ("place", "quote", "finding", "impact", "question", "clause", *KEPT)
"""Columns that a heading of another form may be."""
CLASSES = ("major", "minor", "clarification", "observation")
IGNORED = "-"
"""What a heading is mapped to that is none of ours."""
NEW, GONE, ADDED = "new", "gone", "added"
LEAST_HEADINGS = 3
MATERIALITY = 0.05
"""Open impacts above this part of the result matter; a cell of the table that may be changed."""

TableRow = Mapping[str, str]


@cache
def _known_headings() -> Mapping[str, str]:
    ours = {folded(word): c for c in COLUMNS for word in (heading(c).zh, heading(c).en)}
    others = {
        folded(word): column
        for column, words in read_toml("dialogue.toml")["headings"].items()
        for word in words
    }
    return {**others, **ours}


def read_dialogue(
    workbook: Workbook, said: Mapping[str, str] | None = None
) -> tuple[TableRow, ...] | None:
    """The rows of an earlier table, or of another form; None where no row of headings is found.

    `said` tells what folded headings of another form are: a column, or IGNORED.
    """
    known = {**_known_headings(), **(said or {})}
    for sheet in workbook.sheets:
        found: dict[int, dict[str, int]] = {}
        for (row, column), cell in sorted(sheet.cells.items()):
            words = shown(cell.value) if isinstance(cell.value, str) else ""
            name = known.get(folded(words), IGNORED) if words else IGNORED
            if name != IGNORED:
                found.setdefault(row, {}).setdefault(name, column)
        for row, columns in sorted(found.items()):
            if len(columns) >= LEAST_HEADINGS and "finding" in columns:
                return tuple(_rows(sheet, row, columns, date_1904=workbook.date_1904))
    return None


def _rows(
    sheet: Sheet, header: int, columns: Mapping[str, int], *, date_1904: bool
) -> list[TableRow]:
    last = max((row for row, _ in sheet.cells), default=header)
    foot = text("justify.foot.signed")
    rows: list[TableRow] = []
    for row in range(header + 1, last + 1):
        cells = {name: sheet.cells.get((row, column)) for name, column in columns.items()}
        values = {name: cell.value if cell else None for name, cell in cells.items()}
        texts = {name: shown(value).strip() for name, value in values.items()}
        for name in ("date", "closed_on"):
            if name in texts:
                texts[name] = day_of(values[name], date_1904=date_1904) or texts[name]
        if texts["finding"] in (foot.zh, foot.en):
            break
        if texts["finding"]:
            rows.append(texts)
    return rows


def joined(rows: Sequence[TableRow], earlier: Sequence[TableRow], lang: Lang) -> list[TableRow]:
    """The rows of now with what the earlier table says of them, and the rest of that table."""
    if not earlier:
        return [{**row, "number": str(n)} for n, row in enumerate(rows, start=1)]
    numbers = [int(n) for row in earlier if (n := row.get("number", "")).isdigit()]
    following = max(numbers, default=0)
    before, waiting = _paired(rows, earlier)
    found: list[TableRow] = []
    for index, row in enumerate(rows):
        if (same := before.get(index)) is not None:
            kept = {name: same[name] for name in KEPT if same.get(name)}
            found.append({**row, **kept, "state": ""})
        else:
            following += 1
            state = say(f"justify.state.{NEW}", lang)
            found.append({**row, "number": str(following), "state": state})
    for one in waiting:
        following += not one.get("number")
        number = one.get("number") or str(following)
        state = say(f"justify.state.{GONE if one.get('code') else ADDED}", lang)
        found.append({**one, "number": number, "state": state})
    return sorted(found, key=_order)


def _paired(
    rows: Sequence[TableRow], earlier: Sequence[TableRow]
) -> tuple[Mapping[int, TableRow], Sequence[TableRow]]:
    """The earlier row of each row of now by its index, and the earlier rows that are left.

    A row whose figures were corrected has another fingerprint: what is said of it in the very same
    words is still the same finding. The next version of one file may have another name.
    """
    files = [{one.get("file", "") for one in table if one.get("code")} for table in (rows, earlier)]
    names = ["code", "place", "finding", *(["file"] if any(len(one) > 1 for one in files) else [])]

    def says_the_same(before: TableRow, row: TableRow) -> bool:
        return all(before.get(n, "") == row.get(n, "") != "" for n in names)

    waiting = list(earlier)
    found: dict[int, TableRow] = {}
    for is_same in (_is_same, says_the_same):
        for number, row in enumerate(rows):
            if number in found:
                continue
            one = next((each for each in waiting if is_same(each, row)), None)
            if one is not None:
                found[number] = one
                waiting.remove(one)
    return found, waiting


def _is_same(before: TableRow, row: TableRow) -> bool:
    """Whether a row of the earlier table is of this finding: by its fingerprint, else by code and
    place of the same file."""
    if before.get("fingerprint"):
        return before["fingerprint"] == row["fingerprint"]
    return bool(before.get("code")) and (before["code"], before.get("place", "")) == (
        row["code"],
        row["place"],
    )


def _order(row: TableRow) -> tuple[int, str]:
    found = re.match(r"\d+", row.get("number", ""))
    return (int(found.group()) if found else 0, row.get("number", ""))
