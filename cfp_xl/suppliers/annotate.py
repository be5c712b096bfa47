"""Each supplier's own file, returned: cells marked, what to do there, a list on the first sheet.

Nothing else in the file changes. A file that could harm whoever opens it is not passed on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cfp_xl.findings import Finding, Severity
from cfp_xl.messages import LANGS, Explained, Lang, say, text
from cfp_xl.outputs import ensure_output_folder, write_output
from cfp_xl.schema.opened import Opened, of_package
from cfp_xl.suppliers.outcomes import AnswerStatus, Judged
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.container import Package, Unreadable, open_package, package_of
from cfp_xl.workbook.writing.annotate import annotate
from cfp_xl.workbook.writing.print_area import printed_down_to
from cfp_xl.workbook.writing.values import write_values

UNSAFE_PARTS: Mapping[str, tuple[str, ...]] = {
    "macros": ("xl/vbaproject.bin", "xl/macrosheets/"),
    "links": ("xl/externallinks/", "xl/connections.xml", "xl/querytables/"),
    "objects": ("xl/embeddings/", "xl/activex/", "xl/ctrlprops/", "customui/"),
}
"""What runs or reaches out when a file is opened, by the beginnings of its parts' names."""

MOST_CELLS = 6
"""Cells that are named for one thing to do."""

Comments = dict[str, dict[tuple[int, int], str]]


class NotReturned(Explained):
    """A file that can't or should not go back."""


@dataclass(frozen=True, slots=True)
class Returned:
    """An answer on its way back: the annotated copy, or why there is none."""

    answer: Judged
    target: Path | None
    reason: NotReturned | None = None


def to_tell(answer: Judged) -> tuple[Finding, ...]:
    """What the supplier should hear, the gravest first; notes are the buyer's business.

    Of an answer that is no sheet, or not the newest, there is nothing to mark.
    """
    if answer.status in (AnswerStatus.OLDER, AnswerStatus.IGNORED, AnswerStatus.OPENED):
        return ()
    told = [finding for finding in answer.findings if finding.severity is not Severity.INFO]
    return tuple(sorted(told, key=lambda finding: -finding.severity.rank))


def return_answers(answers: Iterable[Judged], folder: Path) -> Iterator[Returned]:
    """Write an annotated copy of each answer that there is something to say about.

    Two files of one name get different ones. Raises NotWritten, and WouldOverwrite
    where the folder is the one the answers lie in.
    """
    given = tuple(answers)
    ensure_output_folder(folder, [Path(answer.path) for answer in given])
    taken: set[str] = set()
    for answer in given:
        if not to_tell(answer):
            continue
        try:
            data = annotated(answer)
        except (NotReturned, Unreadable) as why:
            yield Returned(answer, None, _reason(answer, why))
            continue
        name = _returned_name(answer)
        if name.casefold() in taken:
            digest = sha256(answer.path.encode()).hexdigest()[:8]
            name = f"{Path(name).stem}-{digest}{Path(name).suffix}"
        taken.add(name.casefold())
        write_output(folder / name, data)
        yield Returned(answer, folder / name)


def _returned_name(answer: Judged) -> str:
    """The name that the supplier gave; a sheet that was converted goes back as a workbook."""
    name, copy = Path(answer.path), Path(answer.copy or answer.path)
    return f"{name.stem}{copy.suffix}" if copy.suffix.lower() == ".xlsx" else name.name


def _reason(answer: Judged, why: NotReturned | Unreadable) -> NotReturned:
    if isinstance(why, NotReturned):
        return why
    return NotReturned("supplier_status.not_returned.unreadable", file=Path(answer.path).name)


def annotated(answer: Judged) -> bytes:
    """The supplier's file with its findings written into it. Raises NotReturned, Unreadable."""
    name = Path(answer.path).name
    if answer.status in (AnswerStatus.UNREADABLE, AnswerStatus.OTHER):
        raise NotReturned(f"supplier_status.not_returned.{answer.status}", file=name)
    package = open_package(Path(answer.copy or answer.path))
    if what := unsafe(answer.findings) or _unsafe_part(package):
        words = text(f"supplier_status.not_returned.{what}")
        raise NotReturned("supplier_status.not_returned.unsafe", file=name, what=words)
    file = of_package(package)
    findings = to_tell(answer)
    data = annotate(package, _comments(file.workbook, findings, answer.lang))
    for sheet, cells in _feedback(file, findings, answer.lang).items():
        data = write_values(package_of(data, package.path), {sheet: cells})
        last = max((row for (row, _), words in cells.items() if words), default=0)
        if last:
            data = printed_down_to(package_of(data, package.path), {sheet: last})
    return data


def unsafe(findings: Iterable[Finding]) -> str:
    """What in a file could harm its reader: `macros`, `links`; empty where nothing was found."""
    return next((harm for finding in findings if (harm := finding.traits.harm)), "")


def _unsafe_part(package: Package) -> str:
    for what, beginnings in UNSAFE_PARTS.items():
        if any(part.startswith(beginnings) for part in package.parts):
            return what
    return ""


def said(finding: Finding, lang: str) -> str:
    """What to do about a finding, in the supplier's language, or in both."""
    key = "must" if finding.severity is Severity.ERROR else "check"
    return "\n".join(
        say(
            f"supplier_status.{key}",
            one,
            message=finding.supplier_message(one),
            hint=finding.supplier_hint(one),
        )
        for one in langs(lang)
    )


def langs(lang: str) -> tuple[Lang, ...]:
    """The languages of a sheet: `zh`, `en`, or both where it has both or is not known."""
    return tuple(one for one in LANGS if lang == one) or LANGS


def grouped(findings: Iterable[Finding], lang: str) -> Iterator[tuple[str, str]]:
    """Cells, and what to do there: what is the same in many cells is said once."""
    cells: dict[str, list[str]] = {}
    for finding in findings:
        cells.setdefault(said(finding, lang), []).append(place(finding, lang))
    for todo, places in cells.items():
        shown, more = places[:MOST_CELLS], len(places) - MOST_CELLS
        yield ", ".join(shown) + (f" (+{more})" if more > 0 else ""), todo


def place(finding: Finding, lang: str) -> str:
    """The cell, or that the whole file is meant."""
    return str(finding.where) if finding.where else _both("whole_file", lang)


def _both(key: str, lang: str, **values: object) -> str:
    said = (say(f"supplier_status.{key}", one, **values) for one in langs(lang))
    return " / ".join(dict.fromkeys(said))


def _comments(workbook: Workbook, findings: Iterable[Finding], lang: str) -> Comments:
    """One comment for each cell, whatever is to be said there; a range has it at its corner."""
    comments: Comments = {}
    for finding in findings:
        where = finding.where
        sheet = workbook.sheet(where.sheet) if where else None
        bounds = where.bounds if where else None
        if sheet is None or bounds is None:
            continue
        of_sheet = comments.setdefault(sheet.name, {})
        earlier = of_sheet.get(bounds[:2])
        told = said(finding, lang)
        of_sheet[bounds[:2]] = f"{earlier}\n\n{told}" if earlier else told
    return comments


def _feedback(
    file: Opened, findings: tuple[Finding, ...], lang: str
) -> dict[str, dict[tuple[int, int], str]]:
    """What to write into the rows kept for it on the first sheet; what stood there goes."""
    schema = file.cached.schema
    setting = schema.setting("feedback") if schema else None
    bounds = setting.where.bounds if setting and setting.where else None
    if setting is None or setting.where is None or bounds is None:
        return {}
    top, left, bottom, _ = bounds
    lines = list(grouped(findings, lang))
    if len(lines) > (rows := bottom - top + 1):
        rest = len(lines) - rows + 1
        lines = [*lines[: rows - 1], (_both("more", lang), _both("more_todo", lang, count=rest))]
    values = {(row, column): "" for row in range(top, bottom + 1) for column in (left, left + 1)}
    for row, line in enumerate(lines, top):
        values |= {(row, left): line[0], (row, left + 1): line[1]}
    cells = file.workbook.by_name[setting.where.sheet.casefold()].cells
    in_the_way = {at for at in values if at in cells and cells[at].formula is not None}
    return {setting.where.sheet: {at: values[at] for at in values if at not in in_the_way}}
