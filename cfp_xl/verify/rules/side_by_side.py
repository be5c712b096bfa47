"""The rows of a published report and the results of the model, named alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from cfp_xl.findings import CellRef
from cfp_xl.footprint.calculate import ProcessResult, RowResult, StageResult
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Text
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.declared import Declared
from cfp_xl.verify.declared.figures import Figure, figure, per_what
from cfp_xl.verify.declared.identity import TOTAL, ResultKey, RowName, result_keys
from cfp_xl.verify.declared.table import DeclaredEntry
from cfp_xl.verify.limits import limits
from cfp_xl.verify.result_formulas import ResultScope, results_of

MODEL = "\0model"
"""The model as one more place beside those of the report."""


def side_by_side(case: Case, declared: Declared) -> SideBySide | None:
    """Report and model; None where one of them is lacking. A year's inventory is no result."""
    entries = declared.of("activity", "stage", "total")
    entries = tuple(entry for entry in entries if not entry.is_annual)
    return SideBySide(case, entries) if entries and case.footprint.rows else None


@dataclass(frozen=True)
class SideBySide:
    """The report's rows and the model's."""

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

    def is_per_functional_unit(self, shown: Figure) -> bool:
        """Whether a figure is per what results are per, as far as its unit says what it is per."""
        per = self.functional_unit[0]
        if not shown.per or not per or shown.per == per:
            return True
        words = {folded(word) for word in limits("words")["functional_unit"]}
        return not words.isdisjoint((shown.per, per))

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
