"""A supplier's PACT or Catena-X file as an answer: judged like a sheet that gives a footprint.

It does not say for which part it is but by its product ids, or by the file's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePath
from typing import Protocol

from cfp_xl.exchange.incoming import SupplierFootprint, is_footprint, read_footprint
from cfp_xl.exchange.json_file import MOST_MIB, JsonNotRead, parse_json
from cfp_xl.exchange.out.terms import digits
from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text
from cfp_xl.suppliers.answer import Given, ReadAnswer, Value
from cfp_xl.suppliers.checks import claims, periods, size
from cfp_xl.suppliers.doubts import doubts_of
from cfp_xl.suppliers.matching import part_of_name
from cfp_xl.suppliers.outcomes import Accepted, AnswerLine, AnswerStatus, Judged, Note, Sender
from cfp_xl.suppliers.product_parts import RequestedPart, SupplierRequests
from cfp_xl.templates.supplier.fields import fields, words

MOST_BREACHES = 20


class _Judging(Protocol):
    """Makes the judgement of the file at hand."""

    def __call__(
        self, status: AnswerStatus, *findings: Finding, accepted: Accepted | None = None
    ) -> Judged: ...


def judge_footprint(path: Path, product: SupplierRequests, name: str) -> Judged:
    """What becomes of a JSON file; whatever is wrong with it is a finding."""
    with path.open("rb") as stream:
        data = stream.read(MOST_MIB * 2**20 + 1)
    digest = sha256(data).hexdigest()
    asked = _part_by_name(name, product)

    def judged(
        status: AnswerStatus, *findings: Finding, accepted: Accepted | None = None
    ) -> Judged:
        part = asked.part if asked else None
        ids = (part.supplier_id, part.part_id) if part else ("", "")
        lang = part.lang if part else ""
        found = Judged(path.as_posix(), digest, *ids, status, accepted, findings, lang)
        return replace(found, sender=accepted.sender) if accepted else found

    try:
        document = parse_json(data, Path(name))
    except JsonNotRead:
        return judged(AnswerStatus.OTHER, finding("S70", case="unknown"))
    if not is_footprint(document):
        return judged(AnswerStatus.OTHER, finding("S70", case="unknown"))
    footprint = read_footprint(document)
    if not isinstance(footprint, SupplierFootprint):
        wrong = (
            finding("S71", _where(one.field), why=Text(one.say("zh"), one.say("en")))
            for one in footprint[:MOST_BREACHES]
        )
        return judged(AnswerStatus.REFUSED, *wrong)
    asked = _part_by_ids(footprint, product) or asked
    if asked is None:
        seen = ", ".join(footprint.product_ids)
        return judged(AnswerStatus.REFUSED, finding("S71", case="part", seen=seen))
    if digest in asked.current | asked.replaced:
        told = () if digest in asked.current else (finding("S08"),)
        return judged(AnswerStatus.UNCHANGED, *told)
    return _of_part(footprint, asked, name, digest, judged)


def _of_part(
    footprint: SupplierFootprint, asked: RequestedPart, name: str, digest: str, judged: _Judging
) -> Judged:
    """The answer for a part that is known."""
    if asked.current_filled_on and footprint.created < asked.current_filled_on:
        seen, expected = footprint.created, asked.current_filled_on
        older = finding("S09", seen=seen, expected=expected, part=asked.part.part_id)
        return judged(AnswerStatus.OLDER, older)
    line = _line(footprint, asked)
    answer = _as_answer(footprint, asked, line)
    findings = tuple(_checked(footprint, answer, asked, line))
    if line is None or any(one.severity is Severity.ERROR for one in findings):
        return judged(AnswerStatus.REFUSED, *findings)
    doubts = doubts_of(findings)
    accepted = replace(_accepted(footprint, asked, line, name, digest), doubts=doubts)
    taken = AnswerStatus.REPLACES if asked.current else AnswerStatus.ACCEPTED
    return judged(AnswerStatus.HELD if doubts else taken, *findings, accepted=accepted)


def _part_by_ids(footprint: SupplierFootprint, product: SupplierRequests) -> RequestedPart | None:
    """The one part whose number ends one of the product ids."""
    endings = {folded(id.rpartition(":")[2]) for id in footprint.product_ids}
    found = [product.by_part[key] for key in sorted(endings & product.by_part.keys())]
    return found[0] if len(found) == 1 else None


def _part_by_name(name: str, product: SupplierRequests) -> RequestedPart | None:
    match = part_of_name(PurePath(name).name, product)
    return product.by_part.get(folded(match.part_id)) if match else None


def _line(footprint: SupplierFootprint, asked: RequestedPart) -> AnswerLine | None:
    """What one unit of the part gives; None where the file counts it in another way."""
    unit = asked.part.unit
    if not footprint.unit or not same_dimension(footprint.unit, unit):
        return None
    amount = footprint.amount * conversion(footprint.unit, unit)
    return AnswerLine(
        item="PCF",
        kind="pcf",
        as_answered=f"{digits(footprint.kgco2e / amount)} kgCO2e/{unit}",
        quantity=footprint.kgco2e / amount,
        unit="kgCO2e",
        factor_id="",
        factor_kgco2e=1.0,
        output=1.0,
        output_unit=unit,
        cell=_where(footprint.field),
    )


def _as_answer(
    footprint: SupplierFootprint, asked: RequestedPart, line: AnswerLine | None
) -> ReadAnswer:
    """The file's statements as answers to the sheet's questions."""
    stated: dict[str, Value] = {
        "data_kind": "pcf",
        "period_start": footprint.period_start,
        "period_end": footprint.period_end,
        "filled_on": footprint.created,
        "pcf_kgco2e": line.quantity if line else None,
        "pcf_boundary": footprint.boundary,
        "pcf_standard": ", ".join(footprint.standards),
        "pcf_year": float(footprint.period_end.year),
        "pcf_verification": footprint.verification,
        "includes_delivery": "not_included",
    }
    where = _where(footprint.field)
    given = {
        field.id: Given(
            field,
            where,
            _shown(asked, field.id, stated.get(field.id)),
            stated.get(field.id),
            field.id not in stated,
        )
        for field in fields(asked.part.kind)
    }
    return ReadAnswer(asked.part.kind, given, ())


def _shown(asked: RequestedPart, id: str, value: Value) -> str:
    """A value as the sheet's reader would see it: a choice by its words."""
    if value is None:
        return ""
    choices = next(one.choices for one in fields(asked.part.kind) if one.id == id)
    named = (words(one.text, asked.part.lang) for one in choices if one.id == value)
    return next(named, str(value))


def _checked(
    footprint: SupplierFootprint,
    answer: ReadAnswer,
    asked: RequestedPart,
    line: AnswerLine | None,
) -> Iterator[Finding]:
    part, where = asked.part, _where(footprint.field)
    if line is None:
        seen = footprint.unit or "–"
        yield finding("S71", where, case="unit", seen=seen, expected=part.unit)
    if footprint.is_deprecated:
        yield finding("S71", _where("status"), case="deprecated")
    company, known = folded(footprint.company), folded(part.supplier)
    if company not in known and known not in company:
        yield finding("S72", _where("companyName"), seen=footprint.company, expected=part.supplier)
    if footprint.uptake_kgco2e:
        yield finding("S73", where, case="uptake", seen=footprint.per(footprint.uptake_kgco2e))
    if footprint.primary_percent is not None:
        yield finding("S73", where, case="primary", seen=footprint.primary_percent)
    if footprint.outbound_kgco2e:
        yield finding("S73", where, case="outbound", seen=footprint.per(footprint.outbound_kgco2e))
    yield from periods.period_is_sound(answer)
    yield from periods.footprint_is_recent(answer)
    yield from claims.footprint_fits(answer, asked)
    if line is not None:
        yield from size.size_is_plausible(line.quantity, (line,), where, asked, answer)


def _accepted(
    footprint: SupplierFootprint, asked: RequestedPart, line: AnswerLine, name: str, digest: str
) -> Accepted:
    part = asked.part
    return Accepted(
        part_id=part.part_id,
        supplier_id=part.supplier_id,
        supplier=part.supplier,
        kind="pcf",
        kgco2e_per_unit=line.quantity,
        unit=part.unit,
        lines=(line,),
        file=_file_name(name),
        sha256=digest,
        period=f"{footprint.period_start}/{footprint.period_end}",
        year=footprint.period_end.year,
        lang=part.lang,
        boundary=_shown(asked, "pcf_boundary", footprint.boundary),
        standard=", ".join(footprint.standards),
        pcf_year=footprint.period_end.year,
        verification=_shown(asked, "pcf_verification", footprint.verification),
        includes_delivery=False,
        gwp_set=footprint.gwp_sets[0] if len(footprint.gwp_sets) == 1 else "",
        sender=Sender(name=footprint.company, filled_on=footprint.created),
        notes=(Note(line.cell, "", _as_stated(footprint)),),
    )


def _as_stated(footprint: SupplierFootprint) -> str:
    """The number as it stands in the file, of the amount that it is for."""
    amount = f"{footprint.amount:.10g} {footprint.unit}"
    return f"{footprint.format}: {footprint.typed} kgCO2e / {amount} {footprint.product}"


def _file_name(name: str) -> str:
    """The file's name as it may stand in a workbook."""
    last = "".join(c if c.isprintable() else "_" for c in PurePath(name).name)
    return f"_{last}" if last[:1] in "=+-@" else last


def _where(field: str) -> CellRef:
    """A field of the file, where a sheet has a cell."""
    return CellRef("JSON", field)
