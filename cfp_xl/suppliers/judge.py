"""One returned file, judged: what it says, what is wrong with it, and the figures if it may enter.

Nothing is looked at but the file, the template and the product's parts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.schema.opened import Opened, open_file
from cfp_xl.suppliers.added_content import acts_as_formula, foreign
from cfp_xl.suppliers.answer import ReadAnswer, read_answer
from cfp_xl.suppliers.answer_cells import find_places
from cfp_xl.suppliers.checks import balance, claims, completeness, periods, size
from cfp_xl.suppliers.doubts import doubts_of
from cfp_xl.suppliers.figures import figures, total_kgco2e
from cfp_xl.suppliers.file_kinds import FOOTPRINT
from cfp_xl.suppliers.footprint_file import judge_footprint
from cfp_xl.suppliers.identity import Identity, belongs_to, identify
from cfp_xl.suppliers.notes import notes_of, sender_of
from cfp_xl.suppliers.outcomes import Accepted, AnswerLine, AnswerStatus, Judged, Note, Sender
from cfp_xl.suppliers.product_parts import RequestedPart, SupplierRequests
from cfp_xl.suppliers.tampering import copied_out, tampering
from cfp_xl.templates.supplier.fields import words
from cfp_xl.workbook.reading.container import Unreadable


@dataclass(frozen=True, slots=True)
class ReceivedAs:
    """What a converted file was received as."""

    name: str
    sha256: str


def judge(path: Path, product: SupplierRequests, origin: ReceivedAs | None = None) -> Judged:
    """What becomes of the file at `path`; whatever is wrong with it is a finding."""
    if path.suffix.lower() == FOOTPRINT:
        return judge_footprint(path, product, origin.name if origin else path.name)
    try:
        returned = open_file(path)
        identity, findings = identify(returned.workbook)
        if identity is None:
            sha256 = origin.sha256 if origin else returned.package.sha256
            return Judged(path.as_posix(), sha256, "", "", AnswerStatus.UNREADABLE, None, findings)
        return _judged(path, returned, identity, product, origin)
    except Unreadable as refusal:
        return Judged(
            path.as_posix(), "", "", "", AnswerStatus.UNREADABLE, None, (refusal.finding,)
        )


def _judged(
    path: Path,
    returned: Opened,
    identity: Identity,
    product: SupplierRequests,
    origin: ReceivedAs | None,
) -> Judged:
    sha256 = origin.sha256 if origin else returned.package.sha256

    found = find_places(returned, identity)
    sender = Sender()
    notes: tuple[Note, ...] = ()

    def judged(
        status: AnswerStatus, findings: tuple[Finding, ...], accepted: Accepted | None = None
    ) -> Judged:
        return Judged(
            path.as_posix(),
            sha256,
            identity.supplier_id,
            identity.part_id,
            status,
            accepted,
            findings,
            identity.lang,
            sender,
            notes,
        )

    asked, findings = belongs_to(
        identity, found.personal.get("unit", ""), found.personal_places, product
    )
    if asked is not None and sha256 in asked.current:
        return judged(AnswerStatus.UNCHANGED, ())
    if asked is not None and sha256 in asked.replaced:
        return judged(AnswerStatus.UNCHANGED, (finding("S08"),))
    if partial := copied_out(found.beside):
        return judged(AnswerStatus.REFUSED, (partial,))
    findings += (*tampering(found.beside), *found.findings, *foreign(found.beside, found.table))
    unit = asked.part.unit if asked else found.personal.get("unit", "")
    answer, told = read_answer(returned.workbook, identity.kind, found.questions, found.table, unit)
    findings += told
    sender, notes = sender_of(answer), notes_of(answer)
    if asked is not None and (older := _older(asked, sender)):
        return judged(AnswerStatus.OLDER, (older,))
    lines, told = figures(answer, unit, identity.lang)
    findings += told
    findings += tuple(_checked(answer, lines, asked)) if asked else ()
    if any(one.severity is Severity.ERROR for one in findings) or asked is None or not lines:
        return judged(AnswerStatus.REFUSED, findings)
    doubts = doubts_of(findings)
    accepted = replace(
        _accepted(Path(origin.name) if origin else path, sha256, identity, answer, lines, asked),
        sender=sender,
        notes=notes,
        doubts=doubts,
    )
    taken = AnswerStatus.REPLACES if asked.current else AnswerStatus.ACCEPTED
    return judged(AnswerStatus.HELD if doubts else taken, findings, accepted)


def _older(asked: RequestedPart, sender: Sender) -> Finding | None:
    """S09: the sheet was filled in before the one whose answer the product holds."""
    held, own = asked.current_filled_on, sender.filled_on
    if held is None or own is None or own >= held:
        return None
    return finding("S09", seen=own, expected=held, part=asked.part.part_id)


def _checked(
    answer: ReadAnswer, lines: tuple[AnswerLine, ...], asked: RequestedPart
) -> Iterator[Finding]:
    unit = asked.part.unit
    yield from completeness.questions_are_answered(answer, unit)
    yield from completeness.rows_are_whole(answer)
    yield from completeness.rows_fit_yes_and_no(answer)
    yield from completeness.one_kind_of_data(answer)
    yield from periods.period_is_sound(answer)
    yield from periods.footprint_is_recent(answer)
    yield from claims.footprint_fits(answer, asked)
    if answer.text("data_kind") == "activity_data":
        masses = balance.masses_balance(answer, unit)
        yield from masses.findings
        if masses.is_of_one_unit:
            return  # all that follows says the same in other words
        if masses.is_sound:
            yield from size.amounts_are_usual(answer, unit)
    if lines:
        where = answer.where("pcf_kgco2e" if lines[0].kind == "pcf" else "output")
        yield from size.size_is_plausible(total_kgco2e(lines), lines, where, asked, answer)


def _file_name(path: Path) -> str:
    """The file's name as it may stand in a workbook: printable, and no formula when exported."""
    name = "".join(c if c.isprintable() else "_" for c in path.name)
    return f"_{name}" if acts_as_formula(name) else name


def _accepted(
    path: Path,
    sha256: str,
    identity: Identity,
    answer: ReadAnswer,
    lines: tuple[AnswerLine, ...],
    asked: RequestedPart,
) -> Accepted:
    start, end = answer.day("period_start"), answer.day("period_end")
    pcf_year = answer.number("pcf_year")
    is_pcf = lines[0].kind == "pcf"
    delivery = answer.text("includes_delivery")

    def chosen(id: str) -> str:
        value = answer.value(id)
        options = (c for c in answer.given[id].field.choices if c.id == value)
        return next((words(one.text, identity.lang) for one in options), "")

    return Accepted(
        part_id=asked.part.part_id,
        supplier_id=asked.part.supplier_id,
        supplier=asked.part.supplier,
        kind=lines[0].kind,
        kgco2e_per_unit=total_kgco2e(lines),
        unit=asked.part.unit,
        lines=lines,
        file=_file_name(path),
        sha256=sha256,
        period=f"{start}/{end}",
        year=end.year if end else None,
        lang=identity.lang,
        boundary=chosen("pcf_boundary") if is_pcf else "",
        standard=answer.text("pcf_standard") if is_pcf else "",
        pcf_year=int(pcf_year) if is_pcf and pcf_year else None,
        verification=chosen("pcf_verification") if is_pcf else "",
        includes_delivery=delivery == "included" if is_pcf and delivery else None,
    )
