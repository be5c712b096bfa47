"""A list from another program, csv in any usual encoding or an .xlsx, and its heading row."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cfp_xl.footprint.wording import is_blank
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.inputs import WESTERN, decoded, why_not_read
from cfp_xl.messages import Explained
from cfp_xl.schema.opened import open_file
from cfp_xl.workbook.model import Sheet

MOST_COLUMNS = 1000
LARGEST_BYTES = 64 * 2**20
HEADING_WITHIN = 30
"""Rows in which a heading row is looked for: exports begin with titles and dates."""
_NUMBER = re.compile(r"[+-]?(\d{1,3}([,，]\d{3})+|\d+)(\.\d+)?([eE][+-]?\d+)?|[+-]?\.\d+")


class ListNotRead(Explained):
    """A file that is no list we can read."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """A row of a list, by the number that the user sees."""

    number: int
    cells: tuple[Scalar, ...]
    sheet: str = ""
    """Where a list goes over several."""

    @property
    def where(self) -> str:
        """`12`, or `Jan!12` of a list on several sheets."""
        return f"{self.sheet}!{self.number}" if self.sheet else str(self.number)

    def at(self, column: int | None) -> Scalar:
        return self.cells[column] if column is not None and column < len(self.cells) else None


@dataclass(frozen=True)
class Listing:
    """A list: its headings and the lines below them."""

    path: Path
    headings: tuple[str, ...]
    lines: tuple[RawLine, ...]
    sheets: tuple[str, ...] = ()
    """Of a workbook, the sheets whose lines these are: those with the same headings."""
    other_sheets: tuple[str, ...] = ()
    """Sheets that hold something else."""
    is_western: bool = False
    """Whether it was taken for Windows-1252, which says nothing of itself."""


def read_listing(path: Path) -> Listing:
    """The list in a .csv, .txt, .tsv or .xlsx file; raises ListNotRead, Unreadable."""
    if path.suffix.casefold() in (".xlsx", ".xlsm"):
        return _of_sheets(path)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise ListNotRead("exchange.list_too_large", file=path, mib=LARGEST_BYTES // 2**20)
        data = path.read_bytes()
    except OSError as error:
        raise ListNotRead("exchange.list_not_read", file=path, why=why_not_read(error)) from error
    if (found := decoded(data)) is None:
        raise ListNotRead("exchange.list_encoding", file=path)
    content, encoding = found
    listing = _with_heading(path, _csv_rows(content, path))
    return replace(listing, is_western=encoding == WESTERN)


def number(value: Scalar) -> float | None:
    """A number, also one that is written as a text: 1,234.5, １２; none where it has no end."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float | int):
        return float(value)
    text = str(value).strip().translate(_FULL_WIDTH)
    if _NUMBER.fullmatch(text):
        found = float(text.replace(",", "").replace("，", ""))
        return found if math.isfinite(found) else None
    return None


def is_number_like(value: Scalar) -> bool:
    """Whether a text is written as a number, however large: 1e400 is not 1 of some unit e400."""
    return bool(_NUMBER.fullmatch(str(value).strip().translate(_FULL_WIDTH)))


def text(value: Scalar) -> str:
    """A cell as a text; a whole number without its .0."""
    if value is None or isinstance(value, ExcelError):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()


_FULL_WIDTH = str.maketrans("０１２３４５６７８９．－", "0123456789.-")


def _csv_rows(content: str, path: Path) -> list[tuple[Scalar, ...]]:
    sample = content[:8192]
    delimiter = max(",;\t", key=lambda one: sum(line.count(one) for line in sample.splitlines()))
    csv.field_size_limit(2**20)
    try:
        return [
            tuple(row)
            for row in csv.reader(io.StringIO(content, newline=None), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise ListNotRead("exchange.list_quotes", file=path) from error


def _of_sheets(path: Path) -> Listing:
    """The fullest sheet of a workbook, and all others with the same headings (a sheet a month)."""
    sheets = [one for one in open_file(path).workbook.sheets if one.cells]
    if not sheets:
        raise ListNotRead("exchange.list_no_heading", file=path)
    fullest = max(sheets, key=lambda sheet: len(sheet.cells))
    main = _with_heading(path, _sheet_rows(fullest))
    lines: list[RawLine] = []
    taken, others = [], []
    for sheet in sheets:
        try:
            found = main if sheet is fullest else _with_heading(path, _sheet_rows(sheet))
        except ListNotRead:
            found = None
        if found is None or found.headings != main.headings:
            others.append(sheet.name)
            continue
        taken.append(sheet.name)
        lines += [replace(line, sheet=sheet.name) for line in found.lines]
    if len(taken) == 1:
        lines = list(main.lines)
    return replace(main, lines=tuple(lines), sheets=tuple(taken), other_sheets=tuple(others))


def _sheet_rows(sheet: Sheet) -> list[tuple[Scalar, ...]]:
    columns = sheet.columns
    width = max(column for _, column in sheet.cells)
    last = max(row for row, _ in sheet.cells)
    return [
        tuple(columns.value((row, column)) for column in range(1, width + 1))
        for row in range(1, last + 1)
    ]


def _with_heading(path: Path, rows: Sequence[tuple[Scalar, ...]]) -> Listing:
    """The first row with the most different texts is the heading."""
    best, most = 0, 0
    for number_of_row, row in enumerate(rows[:HEADING_WITHIN]):
        texts = {text(value) for value in row if isinstance(value, str) and number(value) is None}
        if len(texts - {""}) > most:
            best, most = number_of_row, len(texts - {""})
    if most < 2:
        raise ListNotRead("exchange.list_no_heading", file=path)
    headings, first = _headings(rows, best)
    if len(headings) > MOST_COLUMNS:
        raise ListNotRead(
            "exchange.list_too_wide", file=path, count=len(headings), most=MOST_COLUMNS
        )
    lines = tuple(
        RawLine(at + 1, row)
        for at, row in enumerate(rows)
        if at >= first and not all(is_blank(value) for value in row)
    )
    return Listing(path, headings, lines)


def _headings(rows: Sequence[tuple[Scalar, ...]], best: int) -> tuple[tuple[str, ...], int]:
    """The headings, of two rows where cells of the upper one are merged, and the first line's row.

    A merged cell has its text in its first row and column. Below one that is as high as both rows
    stands nothing, below one that is wider than a column the headings of its columns.
    """
    for upper in (best, best - 1):
        if not 0 <= upper < len(rows) - 1:
            continue
        top, below = ([text(v) for v in rows[at]] for at in (upper, upper + 1))
        width = max(len(top), len(below))
        top, below = (one + [""] * (width - len(one)) for one in (top, below))
        is_wide = [bool(t) and at + 1 < width and not top[at + 1] for at, t in enumerate(top)]
        starts = [bool(t) for t in top]
        filled = [at for at, t in enumerate(below) if t]
        fits = filled and all(is_wide[at] or not starts[at] for at in filled)
        is_text = all(isinstance(v, str) and number(v) is None for v in rows[upper + 1] if text(v))
        if fits and is_text and any(starts[at] for at in filled) and any(starts):
            return tuple(b or t for t, b in zip(top, below, strict=True)), upper + 2
    return tuple(text(value) for value in rows[best]), best + 1
