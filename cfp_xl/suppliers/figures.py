"""The figures of an answer: line by line what it adds to the factor of one declared unit."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.units import conversion
from cfp_xl.suppliers.answer import AnswerRow, ReadAnswer
from cfp_xl.suppliers.outcomes import AnswerLine
from cfp_xl.templates.supplier.fields import Language, words

Figures = tuple[tuple[AnswerLine, ...], tuple[Finding, ...]]


def figures(answer: ReadAnswer, declared_unit: str, lang: Language) -> Figures:
    """The lines of a derived factor, none where one of them can't be computed."""
    if answer.text("data_kind") == "pcf":
        return tuple(_own_footprint(answer, declared_unit)), ()
    return _of_rows(answer, declared_unit, lang)


def _own_footprint(answer: ReadAnswer, declared_unit: str) -> Iterator[AnswerLine]:
    given = answer.given["pcf_kgco2e"]
    if isinstance(given.value, float) and given.where:
        yield AnswerLine(
            item="PCF",
            kind="pcf",
            as_answered=given.typed,
            quantity=given.value,
            unit="kgCO2e",
            factor_id="",
            factor_kgco2e=1.0,
            output=1.0,
            output_unit=declared_unit,
            cell=given.where,
        )


def _of_rows(answer: ReadAnswer, declared_unit: str, lang: Language) -> Figures:
    output = answer.number("output")
    lines: list[AnswerLine] = []
    findings: list[Finding] = []
    for row in answer.rows:
        if row.item is None or row.quantity is None or not row.unit:
            continue
        if not row.fits:
            findings.append(_unfit(row))
        elif output:
            lines.append(_line(row, output, declared_unit, lang))
    is_whole = len(lines) == len(answer.rows)
    return (tuple(lines) if is_whole else ()), tuple(findings)


def _line(row: AnswerRow, output: float, declared_unit: str, lang: Language) -> AnswerLine:
    assert row.item is not None
    assert row.quantity is not None
    factor = row.item.factor
    return AnswerLine(
        item=words(row.item.text, lang),
        kind="activity_data",
        as_answered=row.typed,
        quantity=row.quantity * conversion(row.unit, factor.per_unit),
        unit=factor.per_unit,
        factor_id=factor.id,
        factor_kgco2e=factor.kgco2e_per(),
        output=output,
        output_unit=declared_unit,
        cell=row.cell("quantity"),
    )


def _unfit(row: AnswerRow) -> Finding:
    assert row.item is not None
    return finding(
        "S33",
        row.cell("unit"),
        case="row",
        item=row.item.text,
        seen=row.unit,
        expected=row.item.factor.per_unit,
        options=row.item.units,
    )


def total_kgco2e(lines: tuple[AnswerLine, ...]) -> float:
    """kgCO2e of one declared unit."""
    return math.fsum(line.kgco2e_per_unit for line in lines)
