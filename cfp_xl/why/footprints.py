"""Footprints as things to explain: total, stages, processes, rows of activities, their factors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from cfp_xl.engine.areas import CellKey
from cfp_xl.findings import CellRef
from cfp_xl.footprint.assembled import AssemblyResult, WithAssemblies
from cfp_xl.footprint.calculate import Footprint, ProcessResult, RowResult, StageResult
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factor import FACTOR_PREFIX, Factor, Factors
from cfp_xl.footprint.inventory import Activity
from cfp_xl.footprint.row_kinds import Direction
from cfp_xl.footprint.wording import folded, is_blank
from cfp_xl.functions.apply import excel_error
from cfp_xl.functions.values import Scalar, shown
from cfp_xl.messages import Text, say, text
from cfp_xl.schema.schema import Record
from cfp_xl.why.context import CellSource
from cfp_xl.why.tree import (
    Joins,
    Opening,
    Operand,
    Role,
    WhyItem,
    WhyKind,
    closes,
    leaf,
    plain,
    product,
)

_NOTED = ("data_type", "evidence", "reason", "site")
"""Columns of an activity that say where its quantity comes from."""


@dataclass(frozen=True)
class FootprintItems:
    """The footprint of one table of activities."""

    footprint: Footprint
    factors: Factors
    place: Callable[[Activity, str], CellKey | None]
    """The cell of a column in an activity's row."""
    cells: CellSource
    unit: str = "kgCO2e"
    lines: Mapping[str, Sequence[Record]] | None = None
    """Lines of suppliers' answers by the folded id of the part."""

    def total(self) -> WhyItem:
        """The whole footprint."""
        value = self._result(self.footprint.total_kgco2e, self.footprint.problems)
        label = text("why.kind.total")
        return WhyItem("total", WhyKind.TOTAL, label, value, self.unit, open=self.open_total)

    def open_total(self) -> Opening:
        stages = [one for one in self.footprint.stages.values() if self._rows(one.stage.id)]
        return self._sum(
            [(s.kgco2e, s.problems, partial(self.stage, s)) for s in stages],
            self.footprint.problems,
        )

    def stage(self, result: StageResult) -> WhyItem:
        """A life cycle stage."""
        value = self._result(result.kgco2e, result.problems)
        opening = partial(self.open_stage, result)
        key = f"stage:{result.stage.id}"
        return WhyItem(key, WhyKind.STAGE, result.stage.name, value, self.unit, open=opening)

    def open_stage(self, result: StageResult | ProcessResult) -> Opening:
        """Its rows; those of one process together where there are several."""
        process = result.process if isinstance(result, ProcessResult) else None
        rows = self._rows(result.stage.id, process)
        groups: dict[str, list[RowResult]] = {}
        for row in rows:
            groups.setdefault(folded(row.process), []).append(row)
        if process is not None or len(groups) == len(rows) or len(groups) < 2:
            return self.open_rows(rows, result.problems)
        found = {folded(one.process): one for one in self._processes(result.stage.id)}
        parts: list[_Part] = []
        for name, members in groups.items():
            one = found[name]
            if len(members) == 1:
                parts.append((members[0].counted_kgco2e, one.problems, self._row(members[0])))
            else:
                parts.append((one.kgco2e, one.problems, partial(self.process, one)))
        return self._sum(parts, result.problems)

    def process(self, result: ProcessResult) -> WhyItem:
        """A process within its stage."""
        value = self._result(result.kgco2e, result.problems)
        key = f"stage:{result.stage.id}/{result.process}"
        opening = partial(self.open_stage, result)
        return WhyItem(key, WhyKind.STAGE, plain(result.process), value, self.unit, open=opening)

    def open_rows(self, rows: Sequence[RowResult], problems: Sequence[FootprintError]) -> Opening:
        parts: list[_Part] = []
        for row in rows:
            mistakes = (row.problem,) if row.problem else ()
            value = None if row.problem else row.counted_kgco2e
            parts.append((value, mistakes, self._row(row)))
        return self._sum(parts, problems)

    def _row(self, row: RowResult) -> Callable[[], WhyItem]:
        return partial(self.row, row)

    def row(self, row: RowResult) -> WhyItem:
        """One activity: a quantity times a factor."""
        activity = row.activity
        problems = (row.problem,) if row.problem else ()
        value = self._result(None if row.problem else row.counted_kgco2e, problems)
        opening = partial(self._open_row, row)
        key, notes = f"activities:{activity.identity}", tuple(self._row_notes(row))
        label = plain(_row_label(activity))
        return WhyItem(
            key, WhyKind.ROW, label, value, self.unit, activity.origin, notes=notes, open=opening
        )

    def _open_row(self, row: RowResult) -> Opening:
        counted = row.counted_kgco2e
        if row.problem is not None:
            return Opening(Joins.ERROR, self._causes(row), (_said(row.problem),))
        quantity = row.activity.quantity
        if not counted or not isinstance(quantity, float) or not quantity:
            return Opening()
        factor = self.lookup.get(str(row.activity.factor_id))
        per_unit = factor.kgco2e_per()
        if not per_unit:
            return Opening()
        sign = -1.0 if row.direction is Direction.OUTPUT else 1.0
        parts = [
            (quantity, False, partial(self._quantity, row.activity, quantity)),
            (per_unit, False, partial(self.factor, factor)),
        ]
        rest = counted / (quantity * per_unit * sign)
        if not math.isclose(rest, 1.0, rel_tol=1e-14):
            parts.append((rest, False, partial(self._conversion, row.activity, factor, rest)))
        if sign < 0:
            item = partial(leaf, WhyKind.SIGN, "sign", text("why.output"), sign)
            parts.append((sign, False, item))
        return product(parts)

    def _causes(self, row: RowResult) -> tuple[Operand, ...]:
        """The cells of a row that are errors themselves."""
        found = []
        for field in ("quantity", "factor_id", "unit", "bridge", "status"):
            key = self.place(row.activity, field)
            value = None if key is None else self.cells.value(key)
            if key is not None and value is not None and shown(value).startswith("#"):
                found.append(Operand(value, partial(self.cells.item, key), Role.CAUSE))
        return tuple(found)

    def _quantity(self, activity: Activity, value: float) -> WhyItem:
        key = self.place(activity, "quantity")
        if key is not None:
            return self.cells.item(key)
        label = column("activities", "quantity").heading
        return leaf(WhyKind.QUANTITY, "quantity", label, value, str(activity.unit or ""))

    def _conversion(self, activity: Activity, factor: Factor, value: float) -> WhyItem:
        key = self.place(activity, "bridge") if not is_blank(activity.bridge) else None
        label = text("why.conversion")
        if key is not None:
            given = f"{shown(activity.bridge)} {activity.bridge_unit or ''}".strip()
            label = Text(f"{label.zh} {given}", f"{label.en} {given}")
        unit = f"{factor.per_unit}/{activity.unit}"
        where = key.ref if key is not None else None
        return WhyItem("conversion", WhyKind.CONVERSION, label, value, unit, where)

    # Factors

    @property
    def lookup(self) -> Factors:
        made = {folded(id): result for id, result in self.footprint.assemblies.items()}
        return WithAssemblies(self.factors, made)

    def factor(self, factor: Factor) -> WhyItem:
        """A factor with who published it, and where."""
        made = self._assembly(factor.id)
        if made is not None:
            return self.assembly(made, factor)
        unit = f"kgCO2e/{factor.per_unit}"
        label = Text(f"{factor.id} {factor.label('zh')}", f"{factor.id} {factor.label('en')}")
        return WhyItem(
            f"factors:{factor.id}",
            WhyKind.FACTOR,
            label,
            factor.kgco2e_per(),
            unit,
            factor.origin,
            notes=tuple(_factor_notes(factor)),
            open=partial(self._open_factor, factor),
        )

    def assembly(self, result: AssemblyResult, factor: Factor) -> WhyItem:
        """What one unit of an assembly comes to."""
        name = factor.name.en
        return WhyItem(
            f"factors:{factor.id}",
            WhyKind.ASSEMBLY,
            plain(f"{factor.id} {name}".strip()),
            factor.kgco2e_per(),
            f"kgCO2e/{factor.per_unit}",
            factor.origin,
            open=partial(self.open_assembly, result),
        )

    def open_assembly(self, result: AssemblyResult) -> Opening:
        output, _ = result.assembly.output_and_unit()
        key = folded(result.assembly.id)
        rows = [row for row in self.footprint.rows if folded(row.assembly) == key]
        operands = tuple(
            Operand(row.counted_kgco2e, self._row(row), Role.SUMMAND, 1.0 / output) for row in rows
        )
        return Opening(Joins.SUM, operands)

    def _assembly(self, factor_id: str) -> AssemblyResult | None:
        made = {f"a-{folded(id)}": one for id, one in self.footprint.assemblies.items()}
        return made.get(folded(factor_id))

    def _open_factor(self, factor: Factor) -> Opening:
        """The formula of its value in the sheet, or a supplier's lines."""
        key = self._value_cell(factor)
        if key is not None and key in self.cells.run.grid.formulas:
            return self.cells.opening(key)
        part = folded(factor.id).removeprefix(folded(FACTOR_PREFIX))
        records = (self.lines or {}).get(part, ())
        if not records or part == folded(factor.id):
            return Opening()
        operands = [self._line(record) for record in records]
        value = factor.kgco2e_per()
        if not closes(operands, value):
            known = [one.value for one in operands if isinstance(one.value, float)]
            rest = value - math.fsum(known)
            label = text("why.unlike_lines")
            item = partial(leaf, WhyKind.REMAINDER, "remainder", label, rest)
            operands.append(Operand(rest, item, Role.SUMMAND, 1.0))
        return Opening(Joins.SUM, operands)

    def _line(self, record: Record) -> Operand:
        sheet = record.region.sheet.name
        key = CellKey(sheet, record.row, record.region.columns["kgco2e_per_unit"])
        item = partial(self._line_item, key, record)
        return Operand(self.cells.value(key), item, Role.SUMMAND, 1.0)

    def _line_item(self, key: CellKey, record: Record) -> WhyItem:
        item = self.cells.item(key)
        label = plain(record.text("item") or item.label.en)
        return WhyItem(
            item.key,
            item.kind,
            label,
            item.value,
            item.unit,
            item.where,
            item.formula,
            item.notes,
            item.open,
        )

    def _value_cell(self, factor: Factor) -> CellKey | None:
        found = factor.origin and self.cells.names.in_table(_key(factor.origin))
        if not found:
            return None
        region = found[0].region
        return CellKey(region.sheet.name, found[0].row, region.columns["value"])

    # Parts

    def _rows(self, stage_id: str, process: str | None = None) -> list[RowResult]:
        return [
            row
            for row in self.footprint.rows
            if not row.assembly
            and row.stage_id == stage_id
            and (process is None or folded(row.process) == folded(process))
        ]

    def _processes(self, stage_id: str) -> Iterator[ProcessResult]:
        return (one for one in self.footprint.processes if one.stage.id == stage_id)

    @staticmethod
    def _result(kgco2e: float | None, problems: Sequence[FootprintError]) -> Scalar:
        return kgco2e if kgco2e is not None else excel_error(problems[0]) if problems else None

    def _sum(self, parts: Sequence[_Part], problems: Sequence[FootprintError]) -> Opening:
        """What adds up; where something failed, only what failed."""
        if not problems:
            operands = [Operand(value, item, Role.SUMMAND, 1.0) for value, _, item in parts]
            return Opening(Joins.SUM, operands)
        causes = [
            Operand(excel_error(mistakes[0]), item, Role.CAUSE)
            for _, mistakes, item in parts
            if mistakes
        ]
        notes = () if causes else tuple(_said(problem) for problem in problems[:1])
        return Opening(Joins.ERROR, causes, notes)

    def _row_notes(self, row: RowResult) -> Iterator[Text]:
        activity = row.activity
        if row.direction in (Direction.CREDIT, Direction.UPTAKE):
            yield text(f"why.beside_{row.direction.value}")
        for field in _NOTED:
            typed = activity.more.get(field) if field != "reason" else activity.reason
            if not is_blank(typed):
                heading = column("activities", field).heading
                yield Text(f"{heading.zh}：{shown(typed)}", f"{heading.en}: {shown(typed)}")


_Part = tuple[float | None, Sequence[FootprintError], Callable[[], WhyItem]]


def of_schema(cells: CellSource) -> FootprintItems | None:
    """The footprint of the workbook's own tables."""
    schema, footprint = cells.tables.schema, cells.tables.footprint
    if schema is None or footprint is None:
        return None
    region = schema.regions["activities"]

    def place(activity: Activity, field: str) -> CellKey | None:
        at = region.columns.get(field)
        row = region.header_row + activity.number
        return None if at is None else CellKey(region.sheet.name, row, at)

    lines: dict[str, list[Record]] = {}
    answers = schema.region("answers")
    if answers is not None and answers.has("kgco2e_per_unit"):
        for record in schema.records("answers"):
            lines.setdefault(folded(record.text("part_id")), []).append(record)
    product_record = cells.tables.product
    fact = product_record.functional_unit if product_record else None
    unit = fact.text.strip() if fact else ""
    unit = unit.removeprefix("1 ") if unit.startswith("1 ") else unit
    return FootprintItems(
        footprint, schema.factors, place, cells, f"kgCO2e/{unit}" if unit else "kgCO2e", lines
    )


def _key(where: CellRef) -> CellKey:
    return CellKey(where.sheet, where.row or 0, where.column or 0)


def _row_label(activity: Activity) -> str:
    names = (activity.process, activity.activity)
    words = [name.strip() for name in names if isinstance(name, str) and name.strip()]
    return " / ".join(dict.fromkeys(words)) or activity.label


def _factor_notes(factor: Factor) -> Iterator[Text]:
    source = factor.source
    cited = [source.publisher, source.title, source.table, source.date]
    if any(cited):
        yield plain(", ".join(part for part in cited if part))
    if factor.set_id and factor.origin is None:
        yield Text(
            say("why.from_set", "zh", id=factor.set_id), say("why.from_set", "en", id=factor.set_id)
        )
    beside = [factor.region, str(factor.year or ""), shown(factor.more.get("boundary") or "")]
    if any(beside):
        yield plain(", ".join(part for part in beside if part))


def _said(problem: FootprintError) -> Text:
    return Text(problem.say("zh"), problem.say("en"))
