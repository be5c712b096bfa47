"""N11: what a published report prints is what the model gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.footprint.calculate import ProcessResult, RowResult, StageResult
from cfp_xl.footprint.factors import Factor
from cfp_xl.footprint.printed import Printed, agrees
from cfp_xl.footprint.units import conversion
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained, Text
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.declared import Declared, declared_of
from cfp_xl.verify.declared.figures import Figure, figure, halves, per_what, to_kgco2e
from cfp_xl.verify.declared.identity import TOTAL, ResultKey, RowName, result_keys
from cfp_xl.verify.declared.table import DeclaredEntry, place_name
from cfp_xl.verify.limits import limits
from cfp_xl.verify.result_formulas import ResultScope, results_of
from cfp_xl.verify.rule import PRODUCT, rule

MODEL = "\0model"
"""The model as one more place beside those of the report."""


@rule(
    "N11",
    reads=("declared", "activities", "factors", "functional_unit", "product_name"),
    schemas=(PRODUCT,),
)
def report_prints_the_models_figures(case: Case) -> Iterator[Finding]:
    """N11: total, stages, processes, quantities, units and factors of the report are the model's,
    each within the rounding of its printed digits."""
    yield from _differences(case, declared_of(case.product))


def differences_from_the_model(case: Case, declared: Declared) -> tuple[Finding, ...]:
    """N11 for each figure of a report, wherever it was read, that is not the model's."""
    return tuple(_differences(case, declared))


def _differences(case: Case, declared: Declared) -> Iterator[Finding]:
    both = _both(case, declared)
    if both is None or both.names_nothing_of_the_model:
        return
    entries = both.entries
    for entry, key in zip(entries, both.keys, strict=True):
        if entry.item == "activity":
            row = both.row_of(entry)
            if row is not None:
                yield from _row_differences(case, both, entry, row)
        elif (shown := figure(entry, "emission")) and not (key.stage == TOTAL and key.process):
            yield from _result_difference(both, key, shown)


def names_nothing_of_the_model(case: Case) -> bool:
    """Whether a report divides the footprint otherwise than the model, from its processes on: it
    can be checked by itself alone."""
    both = _both(case, declared_of(case.product))
    return both is not None and both.names_nothing_of_the_model


def _both(case: Case, declared: Declared) -> _Both | None:
    """Report and model; None where one of them is lacking. A year's inventory is no result."""
    entries = declared.of("activity", "stage", "total")
    entries = tuple(entry for entry in entries if not entry.is_annual)
    return _Both(case, entries) if entries and case.footprint.rows else None


@dataclass(frozen=True)
class _Both:
    """The report's rows and the model's, named alike."""

    case: Case
    entries: Sequence[DeclaredEntry]

    @cached_property
    def _names(self) -> tuple[list[ResultKey], list[ResultKey], list[ResultKey]]:
        footprint = self.case.footprint
        report = [
            RowName(folded(e.place), e.item or "", e.text("stage"), e.text("process"))
            for e in self.entries
        ]
        results = [
            RowName(MODEL, "stage", one.stage.name.en, getattr(one, "process", ""))
            for one in self._results
        ]
        rows = [
            RowName(MODEL, "activity", row.stage.name.en if row.stage else "", row.process)
            for row in footprint.rows
        ]
        keys = result_keys([*report, *results, *rows])
        of_report, of_results = len(report), len(report) + len(results)
        return keys[:of_report], keys[of_report:of_results], keys[of_results:]

    @property
    def keys(self) -> list[ResultKey]:
        """The named result of each row of the report."""
        return self._names[0]

    @cached_property
    def values(self) -> Mapping[ResultKey, float | None]:
        """kgCO2e per functional unit of each result of the model; None where it has failed."""
        found = {key: one.kgco2e for key, one in zip(self._names[1], self._results, strict=True)}
        return {**found, ResultKey(TOTAL): self.case.footprint.total_kgco2e}

    @cached_property
    def _results(self) -> Sequence[StageResult | ProcessResult]:
        """The stages that have rows, and their processes."""
        footprint = self.case.footprint
        with_rows = {row.stage_id for row in footprint.rows}
        stages = [one for id, one in footprint.stages.items() if id in with_rows]
        return [*stages, *(p for p in footprint.processes if p.process)]

    @cached_property
    def names_nothing_of_the_model(self) -> bool:
        """Whether the report has processes, all others than the model's, and neither a stage nor
        an activity of it."""
        named = [one for one in zip(self.entries, self.keys, strict=True) if one[1].stage != TOTAL]
        return bool(named) and not any(
            entry.item == "activity" or not key.process or key in self.values
            for entry, key in named
        )

    def stages_left_out(self, beside: DeclaredEntry) -> tuple[Text, ...]:
        """The model's stages that a place of the report does not name, though it names another."""
        place = folded(beside.place)
        there = {
            k.stage
            for e, k in zip(self.entries, self.keys, strict=True)
            if folded(e.place) == place
        }
        of_model = {key.stage for key in self.values if not key.process} - {TOTAL}
        left = of_model - there if of_model & there else ()
        return tuple(one.stage.name for id, one in self.case.footprint.stages.items() if id in left)

    def cells(self, key: ResultKey) -> tuple[CellRef, ...]:
        """Where the workbook shows a result: the cell to look at when the report is right."""
        asked = self._asked.get(key, ResultScope() if key == ResultKey(TOTAL) else None)
        return tuple(cell.ref for cell, of in results_of(self.case).items() if of == asked)[:1]

    @cached_property
    def _asked(self) -> Mapping[ResultKey, ResultScope]:
        return {
            key: ResultScope(one.stage.id, getattr(one, "process", ""))
            for key, one in zip(self._names[1], self._results, strict=True)
        }

    @cached_property
    def rows(self) -> Mapping[int, RowResult]:
        """The model's row that a row of the report's inventory is, where only one can be meant."""
        theirs: dict[tuple[str, ResultKey], list[int]] = {}
        for index, (entry, key) in enumerate(zip(self.entries, self.keys, strict=True)):
            if entry.item == "activity":
                theirs.setdefault((folded(entry.place), key), []).append(index)
        ours: dict[ResultKey, list[RowResult]] = {}
        for row, key in zip(self.case.footprint.rows, self._names[2], strict=True):
            ours.setdefault(key, []).append(row)
        found: dict[int, RowResult] = {}
        for (_, key), indexes in theirs.items():
            candidates = ours.get(key, [])
            for index in indexes:
                entry = self.entries[index]
                matching = _same_name(entry, candidates) or (
                    candidates if len(indexes) == len(candidates) == 1 else []
                )
                if len(matching) == 1:
                    found[id(entry)] = matching[0]
        return found

    def row_of(self, entry: DeclaredEntry) -> RowResult | None:
        return self.rows.get(id(entry))

    @cached_property
    def functional_unit(self) -> tuple[str, Decimal]:
        """What results are per (件数, mass, …), and how much of it, in its base unit."""
        fact = self.case.product.functional_unit
        text = folded(fact.text) if fact else ""
        return per_what(f"kgCO2e/{text}") if text else ("", Decimal(1))

    def tolerance(self, key: ResultKey, shown: Figure) -> Decimal:
        """Half a digit of the figure, and what the digits of the rows behind it leave open."""
        behind: dict[str, Decimal] = {}
        for entry, of in zip(self.entries, self.keys, strict=True):
            if entry is not shown.entry and _is_part(of, key):
                place = f"{folded(entry.place)} {entry.item}"
                behind[place] = behind.get(place, Decimal(0)) + self.rounding(entry)
        return shown.half_ulp + max(behind.values(), default=Decimal(0))

    def rounding(self, entry: DeclaredEntry) -> Decimal:
        """What rounding leaves open in a printed row: ½ulp(E) + |F|·½ulp(A)."""
        emission, quantity = figure(entry, "emission"), entry.figure("quantity")
        left = emission.half_ulp if emission else Decimal(0)
        row = self.row_of(entry)
        if quantity is not None and row is not None and row.kgco2e:
            amount = row.activity.quantity
            if isinstance(amount, float) and amount:
                left += quantity.half_ulp * Decimal(abs(row.kgco2e / amount))
        return left


def _same_name(entry: DeclaredEntry, rows: Iterable[RowResult]) -> list[RowResult]:
    """The rows that bear the name of a row of the report, or else its factor."""
    rows = list(rows)
    name, factor_id = folded(entry.text("activity")), folded(entry.text("factor_id"))
    named = [row for row in rows if name and folded(text_of(row.activity.activity)) == name]
    return named or [
        row for row in rows if factor_id and folded(text_of(row.activity.factor_id)) == factor_id
    ]


def _is_part(of: ResultKey, whole: ResultKey) -> bool:
    """Whether a result is a part of another, or the same."""
    if whole.stage == TOTAL:
        return of.stage != TOTAL
    return of.stage == whole.stage and whole.process in ("", of.process)


def _result_difference(both: _Both, key: ResultKey, shown: Figure) -> Iterator[Finding]:
    """A printed total, stage or process against the model's."""
    per, amount = both.functional_unit
    if shown.per and per and not _is_same_unit(shown.per, per):
        yield finding(
            "N11",
            shown.entry.where("emission_unit"),
            case="per",
            seen=shown.entry.text("emission_unit"),
            expected=_unit(both),
            also=_functional_unit(both.case),
            **_names(shown.entry),
        )
        return
    if key not in both.values:
        yield from _result_without_model(both, key, shown)
        return
    kgco2e = both.values[key]
    if kgco2e is None:
        yield finding("N11", shown.where, case="failed", seen=shown.text, **_names(shown.entry))
        return
    value = Decimal(kgco2e) / amount
    if abs(value - shown.value) > both.tolerance(key, shown):
        also = both.cells(key)
        if amount != 1 and abs(Decimal(kgco2e) - shown.value) <= both.tolerance(key, shown):
            also = _functional_unit(both.case)  # the figure fits, for another amount
        yield _difference(shown, f"{kgco2e:.8g} {_unit(both)}", value, also)


def _result_without_model(both: _Both, key: ResultKey, shown: Figure) -> Iterator[Finding]:
    """A stage with a figure that the model lacks, or under a name that stands for none of its
    stages while one of these is not in the same place of the report."""
    if key.process or not shown.value or any(one.stage == key.stage for one in both.values):
        return
    values = {"seen": shown.text, **_names(shown.entry)}
    if key.stage in both.case.footprint.stages:
        yield finding("N11", shown.where, case="absent", **values)
    elif left := both.stages_left_out(shown.entry):
        yield finding("N11", shown.entry.where("stage"), case="no_stage", stages=left, **values)


def _functional_unit(case: Case) -> tuple[CellRef, ...]:
    fact = case.product.functional_unit
    return (fact.where,) if fact and fact.where else ()


def _is_same_unit(one: str, other: str) -> bool:
    """Whether two denominators measure the same; words for the functional unit mean it."""
    words = limits("words")["functional_unit"]
    return one == other or any(folded(word) in (one, other) for word in words)


def _unit(both: _Both) -> str:
    fact = both.case.product.functional_unit
    return f"kgCO2e/{fact.text}" if fact else "kgCO2e"


def _difference(shown: Figure, expected: str, value: Decimal, also: Iterable[CellRef]) -> Finding:
    """An error; a warning where it agrees if trailing zeros are rounding."""
    coarse = shown.coarse
    is_unclear = coarse is not None and abs(value - coarse.value) <= coarse.half_ulp
    return finding(
        "N11",
        shown.where,
        seen=shown.text,
        expected=expected,
        severity=Severity.WARNING if is_unclear else None,
        also=also,
        **_names(shown.entry),
    )


def _names(entry: DeclaredEntry) -> dict[str, Any]:
    return {"row": entry.name, "place": place_name(entry)}


def _row_differences(
    case: Case, both: _Both, entry: DeclaredEntry, row: RowResult
) -> Iterator[Finding]:
    """A row of the report's inventory against its row in the model."""
    yield from _quantity_difference(case, entry, row)
    factor = case.factor(row)
    named = entry.text("factor_id").strip()
    if named and factor is not None and folded(named) != folded(factor.id):
        yield finding(
            "N11",
            entry.where("factor_id"),
            case="factor_id",
            seen=named,
            expected=factor.id,
            also=[case.at(row.activity, "factor_id")],
            **_names(entry),
        )
    elif not named and factor is not None:
        yield from _factor_difference(entry, factor, case.at(row.activity, "factor_id"))
    shown = figure(entry, "emission")
    if shown is None or row.kgco2e is None:
        return
    value = Decimal(row.kgco2e) / both.functional_unit[1]
    if abs(value - shown.value) > both.rounding(entry):
        where = case.at(row.activity, "quantity")
        yield _difference(shown, f"{row.kgco2e:.8g} kgCO2e", value, [where])


def _quantity_difference(case: Case, entry: DeclaredEntry, row: RowResult) -> Iterator[Finding]:
    """A printed quantity against the model's; one that prints none against a row that counts."""
    shown, amount = entry.figure("quantity"), row.activity.quantity
    if shown is None or not isinstance(amount, float):
        if shown is not None and shown.value and row.kgco2e == 0:
            yield _quantity(case, entry, row)
        return
    theirs, ours = entry.text("unit"), text_of(row.activity.unit)
    try:
        scale = Decimal(conversion(theirs or ours, ours))
    except Explained:
        yield finding(
            "N11",
            entry.where("unit"),
            case="unit",
            seen=theirs,
            expected=ours,
            also=[case.at(row.activity, "unit")],
            **_names(entry),
        )
        return
    if abs(Decimal(amount) - shown.value * scale) > _half_ulp(shown) * scale:
        yield _quantity(case, entry, row)


def _half_ulp(shown: Printed) -> Decimal:
    """Half a digit, and what a float loses of a decimal."""
    return shown.half_ulp + abs(shown.value) * Decimal(2) ** -50


def _quantity(case: Case, entry: DeclaredEntry, row: RowResult) -> Finding:
    amount = text_of(row.activity.quantity) or "—"
    return finding(
        "N11",
        entry.where("quantity"),
        case="quantity",
        seen=f"{entry.text('quantity')} {entry.text('unit')}".strip(),
        expected=f"{amount} {text_of(row.activity.unit)}".strip(),
        also=[case.at(row.activity, "quantity")],
        **_names(entry),
    )


def _factor_difference(entry: DeclaredEntry, factor: Factor, where: CellRef) -> Iterator[Finding]:
    """A printed factor with its unit against the factor of the model's row, by its digits."""
    shown, unit = entry.figure("factor"), entry.text("factor_unit")
    numerator, denominator = halves(unit)
    if shown is None or not denominator:
        return
    try:
        value = factor.kgco2e_per(denominator) / to_kgco2e(numerator)
    except Explained:
        return
    if not agrees(value, shown):
        yield finding(
            "N11",
            entry.where("factor"),
            case="factor",
            seen=f"{entry.text('factor')} {unit}",
            expected=f"{value:.6g} {unit} ({factor.id})",
            also=[where],
            **_names(entry),
        )
