"""The products of a folder beside each other, and which of them may be compared.

Two products are comparable where functional unit and boundary agree; nothing else is put beside
each other without a word. A file that can't be read, or has no total, is an entry like the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from cfp_xl.findings import Severity
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained, Text
from cfp_xl.schema.opened import Opened, of_package
from cfp_xl.verify.many import record
from cfp_xl.verify.many.each import NoAnswer, each
from cfp_xl.verify.pipeline import verify_workbook
from cfp_xl.verify.result import FileResult, FileStatus, Options
from cfp_xl.whatif.study import study_of
from cfp_xl.work.sources import Source
from cfp_xl.workbook.reading.container import Unreadable, open_package

Words = Callable[..., Text]


@dataclass(frozen=True, slots=True)
class PortfolioEntry:
    """One file: what its product is, what it comes to, and what `verify` says of it."""

    path: str
    status: FileStatus
    recalculation: str = ""
    conformity: str = ""
    errors: int = 0
    warnings: int = 0
    product: str = ""
    functional_unit: str = ""
    boundary: Text | None = None
    """None where it is not stated, or can't be understood."""
    period: str = ""
    gwp_set: str = ""
    total_kgco2e: float | None = None
    stages: Mapping[str, float | None] | None = None
    primary_share: float | None = None
    low: float | None = None
    high: float | None = None
    """The 95 % range by the uncertainties stated; None where none is."""
    why: Text | None = None
    """Why there is no total, or no verdict."""
    group: str = ""
    """Products of one group are comparable; "" for what is comparable with none."""
    apart: str = ""
    """Why it is in no group: `boundary`, `functional_unit`, `total`, `alone`."""
    differs: str = ""
    """In which further respect members of its group differ: `period`, `gwp_set`, or both."""

    @property
    def exit_code(self) -> int:
        if self.status is FileStatus.INTERNAL_ERROR:
            return 3
        if self.status in (FileStatus.UNREADABLE, FileStatus.TIMEOUT):
            return 2
        return int(self.total_kgco2e is None)


def entry_of(path: Path, options: Options) -> PortfolioEntry:
    """One file. Whatever is wrong with it stands in the entry."""
    try:
        opened = of_package(open_package(path), deadline_s=options.deadline_s)
    except Unreadable as refusal:
        return PortfolioEntry(path.as_posix(), FileStatus.UNREADABLE, why=_text(refusal.finding))
    result = verify_workbook(opened, path, options)
    entry = _judged(path, result)
    if result.status not in (FileStatus.PASSED, FileStatus.FAILED):
        return replace(entry, why=_text(result.findings[0]) if result.findings else None)
    return _with_figures(_with_facts(entry, opened), opened, result)


def _judged(path: Path, result: FileResult) -> PortfolioEntry:
    return PortfolioEntry(
        path.as_posix(),
        result.status,
        result.recalculation.value,
        result.conformity.value,
        result.count(Severity.ERROR),
        result.count(Severity.WARNING),
    )


def _with_facts(entry: PortfolioEntry, opened: Opened) -> PortfolioEntry:
    product = opened.recomputed.product
    if product is None:
        return entry
    unit, boundary = product.functional_unit, product.boundary
    period = product.period.value if product.period else None
    return replace(
        entry,
        product=product.product_name.text if product.product_name else "",
        functional_unit=unit.text if unit else "",
        boundary=boundary.value.name if boundary and boundary.value else None,
        period=f"{period.start} – {period.end}" if period else "",
        gwp_set=(product.gwp_set.value or "") if product.gwp_set else "",
    )


def _with_figures(entry: PortfolioEntry, opened: Opened, result: FileResult) -> PortfolioEntry:
    footprint = opened.recomputed.footprint
    if footprint is None:
        return entry
    stages = {id: stage.kgco2e for id, stage in footprint.stages.items()}
    entry = replace(entry, total_kgco2e=footprint.total_kgco2e, stages=stages)
    if footprint.total_kgco2e is None or result.footprint is None:
        problem = next(iter(footprint.problems), None)
        return replace(entry, total_kgco2e=None, why=_words(problem) if problem else None)
    try:
        study = study_of(opened)
        analytic = study.analytic if study else None
        return replace(
            entry,
            primary_share=study.primary_share if study else None,
            low=analytic.low if analytic else None,
            high=analytic.high if analytic else None,
        )
    except Explained as refusal:  # an uncertainty that can't be understood: Q02 names its cell
        return replace(entry, why=_words(refusal))


def _text(found: object) -> Text:
    message = found.message  # type: ignore[attr-defined]
    return Text(message("zh"), message("en"))


def _words(said: Explained) -> Text:
    return Text(said.say("zh"), said.say("en"))


def entries_of(
    files: Iterable[Source], options: Options, memory_mib: int
) -> tuple[PortfolioEntry, ...]:
    """Each file in a process within bounds, then grouped: a file that kills it stops no other."""
    answers = each(files, _as_json, options, memory_mib, options.deadline_s)
    return grouped(_entry(path, answer) for path, answer in answers)


def _as_json(file: Path, options: Options) -> Any:
    return record.as_json(entry_of(file, options))


def _entry(path: str, answer: Any) -> PortfolioEntry:
    if isinstance(answer, NoAnswer):
        return PortfolioEntry(path, answer.status, why=_text(answer.why))
    return replace(record.of_json(PortfolioEntry, answer), path=path)


def grouped(entries: Iterable[PortfolioEntry]) -> tuple[PortfolioEntry, ...]:
    """The entries with their groups, the largest first; within one by their totals, then those
    that are comparable with none, each with the reason."""
    by_key: dict[tuple[str, str], list[PortfolioEntry]] = {}
    apart: list[PortfolioEntry] = []
    for one in entries:
        reason = _reason(one)
        if reason:
            apart.append(replace(one, apart=reason))
        else:
            assert one.boundary is not None
            key = (folded(one.functional_unit), one.boundary.en)
            by_key.setdefault(key, []).append(one)
    found: list[PortfolioEntry] = []
    many = sorted(by_key.values(), key=lambda members: (-len(members), members[0].path))
    for number, members in enumerate((one for one in many if len(one) > 1), start=1):
        differs = ", ".join(
            name for name in ("period", "gwp_set") if len({getattr(m, name) for m in members}) > 1
        )
        ordered = sorted(members, key=partial(_by_total))
        found += [replace(m, group=str(number), differs=differs) for m in ordered]
    alone = [replace(one[0], apart="alone") for one in many if len(one) == 1]
    return (*found, *sorted((*alone, *apart), key=lambda one: one.path))


def _reason(one: PortfolioEntry) -> str:
    if one.status not in (FileStatus.PASSED, FileStatus.FAILED):
        return "unread"
    if one.total_kgco2e is None:
        return "total"
    if not one.functional_unit:
        return "functional_unit"
    return "" if one.boundary else "boundary"


def _by_total(one: PortfolioEntry) -> tuple[float, str]:
    return one.total_kgco2e or 0.0, one.path
