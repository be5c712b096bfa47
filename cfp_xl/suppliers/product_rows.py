"""An accepted answer as rows of the product workbook: supplier data, and the part's factor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from cfp_xl.findings import CellRef
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import library
from cfp_xl.messages import Lang, say
from cfp_xl.suppliers.outcomes import Accepted, AnswerLine, Note
from cfp_xl.workbook.writing.values import Constant

HASH_SHOWN = 8


def value_of(one: Accepted) -> float:
    """An answer's factor, kgCO2e per declared unit: the sum of its lines."""
    return math.fsum(line.kgco2e_per_unit for line in one.lines)


def answer_row(
    one: Accepted, line: AnswerLine, lang: Lang, notes: Mapping[CellRef, str]
) -> dict[str, Constant]:
    """A line of the supplier data."""
    return {
        "part_id": one.part_id,
        "supplier_id": one.supplier_id,
        "item": line.item,
        "kind": say(f"supplier_product.kind.{line.kind}", lang),
        "as_answered": line.as_answered,
        "quantity": line.quantity,
        "unit": line.unit,
        "factor_id": line.factor_id,
        "factor_kgco2e": line.factor_kgco2e,
        "output": line.output,
        "output_unit": line.output_unit,
        "file": one.file,
        "sha256": one.sha256,
        "cell": str(line.cell),
        "period": one.period,
        "boundary": one.boundary,
        "standard": one.standard,
        "year": _number(one.pcf_year or one.year),
        "verification": one.verification,
        "includes_delivery": _yes_or_no(one.includes_delivery, lang),
        "note": notes.get(line.cell),
    }


def notes_by_line(one: Accepted) -> Mapping[CellRef, str]:
    """What was said beside each line, by the line's cell: in the same row of the sheet."""
    return {
        line.cell: "; ".join(note.text for note in one.notes if _is_of(note, line))
        for line in one.lines
        if any(_is_of(note, line) for note in one.notes)
    }


def _is_of(note: Note, line: AnswerLine) -> bool:
    where = note.where
    return where is not None and (where.sheet, where.row) == (line.cell.sheet, line.cell.row)


def all_notes(one: Accepted) -> str:
    """All that was said beside the figures, remarks on the whole first."""
    return "; ".join(
        f"{note.about}: {note.text}" if note.about else note.text for note in one.notes
    )


def factor_row(one: Accepted, part: str, day: date, lang: Lang) -> dict[str, Constant]:
    """The row of the factors sheet for an answer: kgCO2e per declared unit, with its source."""
    return {
        "id": one.factor_id,
        "name": f"{part} · {one.supplier}",
        "category": say("supplier_product.factor.category", lang),
        "value": value_of(one),
        "unit": "kgCO2e",
        "per_unit": one.unit,
        "region": say("supplier_product.factor.region", lang),
        "year": _number(one.pcf_year or one.year),
        "gwp_set": _gwp_set(one),
        "source": say(f"supplier_product.factor.source_{one.kind}", lang, file=one.file),
        "publisher": one.supplier,
        "date": day.isoformat(),
        "table": one.sha256[:HASH_SHOWN],
        "licence": None,
        "confidence": say("supplier_product.factor.confidence", lang),
        **dict.fromkeys(("ncv", "ncv_unit", "carbon_content", "oxidation", "emission_factor")),
    }


def _yes_or_no(said: bool | None, lang: Lang) -> str | None:
    return None if said is None else say(f"supplier_product.{'yes' if said else 'no'}", lang)


def _gwp_set(one: Accepted) -> str | None:
    """The GWP set of the factors that the lines use, where those that name one agree."""
    sets: set[str] = {one.gwp_set} - {""}
    for line in one.lines:
        with suppress(FootprintError):  # a PCF of a sheet, whose set nobody states
            if named := library().get(line.factor_id).gwp_set:
                sets.add(named)
    return sets.pop() if len(sets) == 1 else None


def _number(year: int | None) -> float | None:
    return None if year is None else float(year)
