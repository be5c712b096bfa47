"""Findings: what is wrong in a user's file, where, and what to do about it.

A finding names a code of the catalogue (`data/findings/*.toml`). A code's entry there is its one
declaration: its words in both languages, and its traits (severity, whether a person may justify
it, what heals it). `case` picks one of a code's messages where it has several; a case may have
traits of its own. Rendering into words happens once, in `message` and `hint`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from cfp_xl.a1 import Bounds, range_bounds
from cfp_xl.data_files import data_folder, parsed
from cfp_xl.messages import Lang, Text, fill, fill_masked, text


class Severity(StrEnum):
    """An error keeps a workbook from passing; a warning does where asked for; info never does."""

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

    @property
    def bounds(self) -> Bounds | None:
        """First row and column, last row and column; None where `cell` is no range."""
        return _bounds(self.cell)

    @property
    def row(self) -> int:
        """The (first) row, from 1; 0 where `cell` is no range."""
        return (_bounds(self.cell) or (0,))[0]

    @property
    def column(self) -> int:
        """The (first) column, from 1; 0 where `cell` is no range."""
        return (_bounds(self.cell) or (0, 0))[1]

    def through(self, last: CellRef) -> CellRef:
        """The range from this cell to the last one."""
        return CellRef(self.sheet, f"{self.cell}:{last.cell}")

    def __str__(self) -> str:
        return f"{self.sheet}!{self.cell}"


@lru_cache(maxsize=4096)
def _bounds(cell: str) -> Bounds | None:
    return range_bounds(cell)


@dataclass(frozen=True, slots=True)
class Justification:
    """A row of the justifications sheet: why a finding is accepted, by whom, when."""

    code: str
    cell: str
    reason: str
    who: str
    date: str
    where: CellRef
    value_seen: str = ""
    """What the finding saw when the reason was written; "" in older workbooks."""
    last_date: str = ""
    """When it was written for the period before: it counts once it has a later date."""


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
class Traits:
    """What is declared of a code or, where that differs, of one of its cases; keys of its entry."""

    severity: Severity
    justifiable: bool = False
    """Whether a reason in the justifications sheet may answer it. Of a code: whether a policy may
    lower or waive it too. Not for what concerns the recalculation or the file, and for no case in
    which nothing legible is stated: an answer to what once stood in the cell (AR5) must not pass
    for one to its absence."""
    conformity: bool = True
    """Whether it counts in the verdict on conformity; not where it concerns the recalculation, or
    the file as such."""
    is_cause: bool = True
    """Whether it names what is wrong; false where it shows a result that differs or is missing."""
    follows: bool = False
    """Whether it mostly follows from a cell that another finding names."""
    healed_by: str = ""
    """The command that heals it (`recalc`), if one does."""
    no_worse: str = ""
    """What a reason still answers besides the very value it was written for: `later`, a later year.
    """
    harm: str = ""
    """What in the file could harm its reader: `macros`, `links`."""
    holds: bool = False
    """Whether it holds a supplier's answer back until the buyer accepts it with a reason."""
    since: str = "0.1"
    """The edition of the rules that brought it: a policy that keeps to an earlier one (`rules`)
    is not surprised by it."""
    between: bool = False
    """Whether it is between places that should say the same: the further cells are the others."""
    clause: str = ""
    """What asks for it: a standard's clause, where one is known."""
    one_for: tuple[str, ...] = ()
    """Open findings that are alike in these values (`seen`, `cause`) are one finding with a list
    of cells: a single choice or cause, found at each row that it touches."""


BLANK = '""'
"""A cell with nothing in it, as `seen` and `expected` hold it; people read a word."""
MOST_SHOWN = 6
"""Further cells (or ranges of them) that a message lists."""
TRAITS = frozenset(field.name for field in fields(Traits))
WORDS = frozenset({"title", "rule", "message", "hint", "supplier_message", "supplier_hint"})


@dataclass(frozen=True, slots=True)
class FindingKind:
    """What the catalogue says of a code (`case` messages under `<case>`)."""

    code: str
    title: Text
    rule: Text
    messages: Mapping[str, Text]
    hints: Mapping[str, Text]
    traits: Traits
    case_traits: Mapping[str, Traits] = field(default_factory=dict)
    supplier_messages: Mapping[str, Text] = field(default_factory=dict)
    """What a supplier reads instead: without the buyer's figures, and without formulas."""
    supplier_hints: Mapping[str, Text] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return self.traits.severity

    @property
    def group(self) -> str:
        """The subject that the codes of one letter share, for lists of them."""
        return self.code.rstrip("0123456789")

    def of(self, case: str) -> Traits:
        """The traits of a case: its own, else those of the code."""
        return self.case_traits.get(case, self.traits)


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
    since: str = ""
    """The edition of its rule, where the policy keeps to an earlier one: it is info until then."""
    also: tuple[CellRef, ...] = ()
    """The further cells where the same is found, or that state the other value."""

    @property
    def is_open(self) -> bool:
        """Neither justified in the workbook nor waived by the policy."""
        return self.justification is None and self.waiver is None

    @property
    def traits(self) -> Traits:
        """What the catalogue declares of this code and case."""
        return kind(self.code).of(self.case)

    @property
    def each(self) -> tuple[Finding, ...]:
        """The finding at each of its cells by itself."""
        single = replace(self, also=())
        return (single, *(replace(single, where=where) for where in self.also))

    @property
    def apart(self) -> tuple[Finding, ...]:
        """What was folded by itself again; what a rule found at several cells together is one."""
        return self.each if self.traits.one_for else (self,)

    def message(self, lang: Lang) -> str:
        said = self._said(kind(self.code).messages[self.case], lang)
        return said + self._elsewhere(lang) if self.also else said

    def _elsewhere(self, lang: Lang) -> str:
        """The further cells, by range where they lie below each other; at most some of them."""
        cells = ranges_of(self.also)
        shown, more = cells[:MOST_SHOWN], len(cells) - MOST_SHOWN
        key = "report.also" if more <= 0 else "report.also_more"
        if self.traits.between:
            key = "report.against"
        return fill(text(key), lang, {"cells": tuple(shown), "more": more, "count": len(self.also)})

    def hint(self, lang: Lang) -> str:
        hints = kind(self.code).hints
        return self._said(hints.get(self.case, hints[""]), lang)

    def supplier_message(self, lang: Lang) -> str:
        """The message as the supplier reads it: the same, unless the catalogue has one for it."""
        own = kind(self.code).supplier_messages.get(self.case)
        if own is None:
            return self.message(lang)
        return self._said(own, lang) + (self._elsewhere(lang) if self.also else "")

    def supplier_hint(self, lang: Lang) -> str:
        """What the supplier is asked to do."""
        words = kind(self.code).supplier_hints
        own = words.get(self.case, words.get(""))
        return self.hint(lang) if own is None else self._said(own, lang)

    def say(self, lang: Lang) -> str:
        """What is wrong and what to do, on one line."""
        return f"{self.message(lang)} → {self.hint(lang)}"

    def _said(self, words: Text, lang: Lang) -> str:
        """Words with the values; a blank input is called so, without quotes around it. What a
        formula gives stays as it is: its empty text is a value."""
        values = {"seen": self.seen, "expected": self.expected, **self.values}
        for name in ("seen", "expected") if self.traits.conformity else ():
            if values[name] == BLANK:
                values[name] = text("report.blank")
                quoted, plain = f"“{{{name}}}”", f"{{{name}}}"
                words = Text(words.zh.replace(quoted, plain), words.en.replace(quoted, plain))
        return fill_masked(words, lang, values)


def finding(
    code: str,
    where: CellRef | None = None,
    *,
    case: str = "",
    seen: object = None,
    expected: object = None,
    severity: Severity | None = None,
    also: Iterable[CellRef] = (),
    **values: object,
) -> Finding:
    """A finding of the catalogue's `code`, with its severity unless another is given."""
    return Finding(
        code,
        severity or kind(code).of(case).severity,
        where,
        case,
        None if seen is None else str(seen),
        None if expected is None else str(expected),
        values,
        also=tuple(also),
    )


def ranges_of(places: Iterable[CellRef]) -> list[str]:
    """Cells as few ranges: those that lie below each other in a column as one, in their order."""
    runs: list[list[CellRef]] = []
    for place in places:
        last = runs[-1][-1] if runs else None
        if last and (last.sheet, last.column, last.row + 1) == (
            place.sheet,
            place.column,
            place.row,
        ):
            runs[-1].append(place)
        else:
            runs.append([place])
    return [str(run[0]) + (f":{run[-1].cell}" if len(run) > 1 else "") for run in runs]


@cache
def kinds() -> Mapping[str, FindingKind]:
    """The catalogue of findings by code, in the order of its files."""
    entries: dict[str, dict[str, Any]] = {}
    for table in sorted(data_folder("findings").iterdir(), key=lambda f: f.name):
        if table.name.endswith(".toml"):
            for code, entry in parsed(table).items():
                _join(entries.setdefault(code, {"case": {}}), entry)
    return {code: _kind(code, entry) for code, entry in entries.items()}


def _join(entry: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Adds one file's words on a code; only its cases may stand in several files."""
    cases, rest = more.get("case", {}), {k: v for k, v in more.items() if k != "case"}
    if twice := (entry.keys() & rest.keys()) | (entry["case"].keys() & cases.keys()):
        raise ValueError(f"stands in two files of the catalogue: {sorted(twice)}")
    entry |= rest
    entry["case"] |= cases


@cache
def editions() -> tuple[str, ...]:
    """The editions of the rules, the earliest first."""
    traits = (t for k in kinds().values() for t in (k.traits, *k.case_traits.values()))
    return tuple(sorted({one.since for one in traits}, key=edition_key))


def edition_key(edition: str) -> tuple[int, ...]:
    """What editions are ordered by: 0.10 comes after 0.9."""
    return tuple(int(number) for number in edition.split("."))


def kind(code: str) -> FindingKind:
    """The catalogue's entry; an unknown code is a bug and raises KeyError."""
    return kinds()[code]


def _kind(code: str, entry: Mapping[str, Any]) -> FindingKind:
    cases: Mapping[str, Any] = entry["case"]
    messages = {name: Text(**case["message"]) for name, case in cases.items()}
    hints = {name: Text(**case["hint"]) for name, case in cases.items() if "hint" in case}
    if "message" in entry:
        messages[""] = Text(**entry["message"])
    hints[""] = Text(**entry["hint"])
    declared = traits_of(code, entry)
    return FindingKind(
        code,
        Text(**entry["title"]),
        Text(**entry["rule"]),
        messages,
        hints,
        Traits(**declared),
        {
            name: Traits(**declared | own)
            for name, case in cases.items()
            if (own := traits_of(f"{code}.case.{name}", case))
        },
        _of_key("supplier_message", entry, cases),
        _of_key("supplier_hint", entry, cases),
    )


def _of_key(
    key: str, entry: Mapping[str, Any], cases: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Text]:
    """A kind of words by case, "" for those of the code."""
    return {name: Text(**one[key]) for name, one in {"": entry, **cases}.items() if key in one}


def traits_of(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """The traits among an entry's keys; a key that is no trait and no words is a slip."""
    if unknown := entry.keys() - TRAITS - WORDS - {"case"}:
        raise ValueError(f"unknown keys in the catalogue at {name}: {sorted(unknown)}")
    traits: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in entry.items()
        if key in TRAITS
    }
    return traits | {"severity": Severity(traits["severity"])} if "severity" in traits else traits
