"""The table in which people answer findings: written by `verify`, filled in, read by `justify`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from cfp_xl.findings import CellRef, Finding, Severity
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.serial_dates import moment_of
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Lang, Text, say, text
from cfp_xl.privacy import masked
from cfp_xl.verify.judging.impact import impact_of
from cfp_xl.verify.result import FileResult
from cfp_xl.workbook.model import Sheet, Workbook

COLUMNS = (
    "number",
    "file",
    "code",
    "severity",
    "class",
    "place",
    "row",
    "quote",
    "finding",
    "value_seen",
    "impact",
    "question",
    "clause",
    "reason",
    "who",
    "date",
    "evidence",
    "round",
    "closed_by",
    "closed_on",
    "state",
    "may_answer",
    "fingerprint",
)
ANSWER = ("reason", "who", "date")
"""The columns of an answer, which `justify` takes into a workbook."""
FILLED_IN = ("class", *ANSWER, "evidence", "round", "closed_by", "closed_on")
"""The columns that people fill in."""
ON_EMISSIONS = ("N02", "N03", "N04", "N11")
"""Codes that see one emission and expect another."""
NEEDED = ("code", "place", *ANSWER)
"""A row with these headings is that of a findings table."""
_ROW = re.compile(r"(?P<table>\w+) (?P<identity>.*) #\d+ \w+", re.DOTALL)


@dataclass(frozen=True, slots=True)
class FilledRow:
    """A finding of the table with somebody's answer."""

    where: CellRef
    """Its row in the table, by the cell of its code."""
    texts: Mapping[str, str]
    """What stands in its columns; the date as YYYY-MM-DD, "" where it is none."""

    def __getattr__(self, column: str) -> str:
        if column in COLUMNS:
            return self.texts.get(column, "")
        raise AttributeError(column)

    @property
    def missing(self) -> tuple[Text, ...]:
        """The headings of what is not filled in."""
        return tuple(heading(column) for column in ANSWER if not self.texts.get(column))


def heading(column: str) -> Text:
    """The heading of a column, in both languages."""
    return text(f"justify.heading.{column}")


def rows_of(file: FileResult, lang: Lang) -> Iterator[Mapping[str, str]]:
    """A row for each finding at each of its cells: what is open, and what was answered before;
    numbers of persons masked."""
    for found in file.findings:
        if found.severity is Severity.INFO and found.justification is None:
            continue
        for one in found.apart:
            answer = one.justification
            yield {
                "file": file.path,
                "severity": say(f"report.severity.{one.severity.value}", lang),
                "code": one.code,
                "place": str(one.where or ""),
                "row": masked(row_name(file, one)),
                "finding": one.message(lang),
                "value_seen": masked(one.seen or ""),
                "reason": masked(answer.reason) if answer else "",
                "who": masked(answer.who) if answer else "",
                "date": answer.date if answer else "",
                "quote": masked(file.quotes.get(one.where, "")) if one.where else "",
                "impact": _impact(file, one),
                "question": one.hint(lang),
                "clause": one.traits.clause,
                "class": say(f"justify.class.{proposed_class(one.severity)}", lang),
                "may_answer": say(f"justify.{'yes' if one.traits.justifiable else 'no'}", lang),
                "fingerprint": file.fingerprint(one),
            }


def _impact(file: FileResult, one: Finding) -> str:
    """In kgCO2e, of a finding on a declared emission."""
    unit = file.emission_units.get(one.where) if one.where else None
    value = impact_of(one, unit) if unit is not None and one.code in ON_EMISSIONS else None
    return "" if value is None else repr(value)


def proposed_class(severity: Severity, is_large: bool = False) -> str:
    """The class that is proposed for a finding; a person decides."""
    if severity is Severity.ERROR:
        return "major" if is_large else "minor"
    return "clarification" if severity is Severity.WARNING else "observation"


def row_name(file: FileResult, one: Finding) -> str:
    """The finding's row as justifications name it: `activities:A12`, `cfp_gwp_set`."""
    anchor = file.anchors.get(one.where, "") if one.where else ""
    match = _ROW.fullmatch(anchor)
    if match:
        return f"{match['table']}:{match['identity']}"
    return anchor if anchor.startswith("cfp_") else ""


def read_findings(workbook: Workbook) -> tuple[FilledRow, ...] | None:
    """The rows that somebody has answered; None where the workbook holds no such table."""
    for sheet in workbook.sheets:
        for row, columns in _headings(sheet):
            return tuple(_filled(sheet, row, columns, date_1904=workbook.date_1904))
    return None


def of_file(rows: Iterable[FilledRow], name: str) -> tuple[FilledRow, ...]:
    """The rows about the file of this name; a table may be about many."""
    return tuple(row for row in rows if _file_name(row.file) in ("", name))


def _file_name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).name


def _headings(sheet: Sheet) -> Iterator[tuple[int, Mapping[str, int]]]:
    known = {folded(word): c for c in COLUMNS for word in (heading(c).zh, heading(c).en)}
    found: dict[int, dict[str, int]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        name = known.get(folded(cell.value)) if isinstance(cell.value, str) else None
        if name:
            found.setdefault(row, {}).setdefault(name, column)
    for row, columns in sorted(found.items()):
        if columns.keys() >= set(NEEDED):
            yield row, columns


def _filled(
    sheet: Sheet, header: int, columns: Mapping[str, int], *, date_1904: bool
) -> Iterator[FilledRow]:
    last = max((row for row, _ in sheet.cells), default=header)
    for row in range(header + 1, last + 1):
        values = {name: _value(sheet, row, column) for name, column in columns.items()}
        texts = {name: shown(value).strip() for name, value in values.items()}
        if not texts["code"] or not any(texts[column] for column in ANSWER):
            continue
        day = day_of(values["date"], date_1904=date_1904)
        yield FilledRow(sheet.ref(row, columns["code"]), {**texts, "date": day})


def _value(sheet: Sheet, row: int, column: int) -> Scalar:
    cell = sheet.cells.get((row, column))
    return cell.value if cell else None


def day_of(value: Scalar, *, date_1904: bool) -> str:
    """A date cell or a date as text; "" where it is none."""
    if isinstance(value, float) and 1 <= value < 2_900_000:
        return moment_of(int(value), date_1904=date_1904).date().isoformat()
    try:
        return date.fromisoformat(shown(value).strip().replace("/", "-")).isoformat()
    except ValueError:
        return ""
