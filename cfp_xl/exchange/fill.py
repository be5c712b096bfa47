"""A list into a product's table: what would enter, and which factor is proposed for each line.

The plan changes nothing. A line that stands in the table already is left out, so that filling twice
is filling once; a factor is proposed with its likeness and the runner-up, and written only where
the list names it or the user accepts proposals from a likeness on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from cfp_xl.exchange.list_lines import AMOUNTS, NAMES, ListLine, named_twice
from cfp_xl.exchange.listing import text
from cfp_xl.footprint.factor import is_supplier_factor
from cfp_xl.footprint.factor_choice import chosen_id
from cfp_xl.footprint.factors import Factor, Library, library
from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.footprint.inventory import status as known_status
from cfp_xl.footprint.nearest_ids import nearest_ids
from cfp_xl.footprint.search import Context, Hit
from cfp_xl.footprint.stages import stage as known_stage
from cfp_xl.footprint.units import same_dimension
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Explained, Lang, Text
from cfp_xl.schema.region import Region
from cfp_xl.schema.schema import Schema
from cfp_xl.workbook.address import column_letters

LOOKED_AT = 8
"""Hits among which one is looked for whose unit fits the line's."""

PIECE: Mapping[Lang, str] = {"zh": "件", "en": "piece"}
"""What EA and PCE are called in the workbook."""


class CannotFill(Explained):
    """A workbook or a list that can't be used so."""


class TableFull(CannotFill):
    """A line for which the table has no row."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The factor that fits a line's words best, and the next; `missing` where none is open."""

    best: Hit | None = None
    runner_up: Hit | None = None
    missing: Text | None = None
    fits_unit: bool = True


@dataclass(frozen=True, slots=True)
class ListRow:
    """A line and where it goes; row None where it doesn't."""

    line: ListLine
    row: int | None
    values: Mapping[str, Scalar]
    propose: Callable[[], Proposal] | None = None
    """None where no factor is looked for."""
    why: Explained | None = None

    @property
    def proposal(self) -> Proposal | None:
        """Looked for when it is asked for: of 20,000 lines forty are shown."""
        return self.propose() if self.propose else None


@dataclass(frozen=True)
class FillPlan:
    """What a list would change in a table."""

    table: str
    region: Region
    rows: tuple[ListRow, ...]
    there: int = 0
    """Lines that stand in the table already."""
    assemblies: tuple[ListLine, ...] = ()
    twice: tuple[tuple[ListLine, ...], ...] = ()
    free: int = 0
    unused: tuple[str, ...] = field(default=())
    """Columns of the list that the table has no place for."""
    factors: Library = field(default_factory=library)
    """Where factors were looked for."""
    not_found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Factors that the list names and nothing has, each with the ids nearest to it."""

    @property
    def without_factor(self) -> tuple[ListRow, ...]:
        """Rows that enter with such a factor."""
        return tuple(
            one for one in self.entering if text(one.values.get("factor_id")) in self.not_found
        )

    @property
    def folded(self) -> tuple[str, ...]:
        """The letters of columns that rows enter and that nobody sees: they are folded away."""
        fields = {field for one in self.entering for field in one.values}
        used = {self.region.columns[one] for one in fields if one in self.region.columns}
        return tuple(map(column_letters, sorted(used & self.region.sheet.hidden_columns)))

    @property
    def entering(self) -> tuple[ListRow, ...]:
        return tuple(one for one in self.rows if one.row is not None)

    @property
    def left_out(self) -> tuple[ListRow, ...]:
        return tuple(one for one in self.rows if one.row is None)


def plan_fill(
    schema: Schema,
    table: str,
    lines: Sequence[ListLine],
    *,
    lang: Lang,
    stage: str | None = None,
    accept: float | None = None,
    context: Context | None = None,
    known_factors: Library | None = None,
    proposals: dict[tuple[str, ...], Proposal] | None = None,
) -> FillPlan:
    """Where each line goes; `accept` takes proposals that are at least so like, out of the shipped
    factors or `known_factors`. `proposals` keeps what was found, for lines alike and a second plan.

    Raises CannotFill.
    """
    kept = {} if proposals is None else proposals
    region = schema.region(table)
    if region is None:
        raise CannotFill("exchange.no_table", table=table)
    free, known_in = free_rows(schema, table), known_factors or library()
    there = Counter(_key(record.values, table) for record in schema.records(table))
    rows: list[ListRow] = []
    known = 0
    slots = iter(free)
    for line in _below_the_product([one for one in lines if not one.is_assembly]):
        values = _values(line, table, lang, stage)
        if table == "activities" and (named := _named_factor(line, schema, known_in)):
            values.setdefault("factor_id", named)
        if line.why is not None:
            rows.append(ListRow(line, None, values, why=line.why))
            continue
        if there[_key(values, table)] > 0:
            there[_key(values, table)] -= 1
            known += 1
            continue
        is_looked_for = table == "activities" and not _is_left_out(values)
        propose = partial(_kept_proposal, kept, line, known_in, context) if is_looked_for else None
        values = _with_factor(values, propose, accept)
        row = next(slots, None)
        why = None if row is not None else TableFull("exchange.table_full", free=len(free))
        rows.append(ListRow(line, row, values, propose, why))
    unused = {name for one in lines for name in one.values} - set(region.columns)
    return FillPlan(
        table,
        region,
        tuple(rows),
        known,
        tuple(one for one in lines if one.is_assembly),
        tuple(named_twice([one for one in lines if not one.is_assembly])),
        len(free),
        tuple(sorted(unused)),
        known_in,
        _not_found(rows, schema, known_in) if table == "activities" else {},
    )


def _not_found(
    rows: Sequence[ListRow], schema: Schema, known: Library
) -> Mapping[str, tuple[str, ...]]:
    """A supplier's factor may still come with the answer."""
    named = dict.fromkeys(text(one.values.get("factor_id")) for one in rows)
    sets = (schema.sheet_factors, *known.sets)
    lacking = [
        id
        for id in named
        if id and not is_supplier_factor(chosen_id(id))
        if not any(one.holds(id) for one in sets)
    ]
    ids = (*schema.sheet_factors.ids(), *known.ids()) if lacking else ()
    return {id: nearest_ids(chosen_id(id), ids) for id in lacking}


def free_rows(schema: Schema, table: str) -> list[int]:
    """The rows of a table that hold no input and do not close it."""
    region = schema.regions[table]
    taken = {record.row for record in schema.records(table)} | region.closing_rows
    return [row for row in range(region.bounds[0] + 1, region.bounds[2] + 1) if row not in taken]


def rows_wanted(plan: FillPlan, schema: Schema) -> int:
    """How many rows the table needs for all lines; 0 where it has them."""
    over = sum(isinstance(one.why, TableFull) for one in plan.rows)
    return len(schema.records(plan.table)) + len(plan.entering) + over if over else 0


def factors_to_add(plan: FillPlan, schema: Schema) -> tuple[Factor, ...]:
    """Known factors of rows that enter and that the workbook's own table lacks."""
    ids = dict.fromkeys(text(one.values.get("factor_id")) for one in plan.entering)
    known = {folded(id) for id in plan.factors.ids()}
    lacking = (id for id in ids if id and folded(id) in known)
    return tuple(plan.factors.get(id) for id in lacking if not schema.sheet_factors.holds(id))


def _below_the_product(lines: Sequence[ListLine]) -> list[ListLine]:
    """Without the first assembly where all lines are in it: that is the product itself."""
    if len({one.parents[:1] for one in lines}) != 1:
        return list(lines)
    return [replace(one, parents=one.parents[1:] or one.parents) for one in lines]


def _values(line: ListLine, table: str, lang: Lang, stage: str | None) -> dict[str, Scalar]:
    values = dict(line.values)
    if values.get("unit") == PIECE["zh"]:
        values["unit"] = PIECE[lang]
    if table == "activities":
        values.setdefault(
            "stage", stage or known_stage("raw_material_acquisition").name.in_lang(lang)
        )
        if line.parents:
            values.setdefault("process", " / ".join(line.parents))
        values.setdefault("status", _status(values.get("quantity")).text.in_lang(lang))
    return values


def _status(quantity: Scalar) -> ActivityStatus:
    if quantity is None:
        return ActivityStatus.MISSING
    return ActivityStatus.ZERO if quantity == 0 else ActivityStatus.DATA


def _is_left_out(values: Mapping[str, Scalar]) -> bool:
    """Whether the line says that nothing of the kind happens: it takes no factor."""
    try:
        return known_status(text(values.get("status"))) is ActivityStatus.NOT_APPLICABLE
    except Explained:
        return False


def _key(values: Mapping[str, Scalar], table: str) -> tuple[object, ...]:
    """What makes a line the same as a row of the table."""
    names = {
        "activities": ("process", "activity", "unit", "part_id"),
        "parts": ("part_id", "part", "supplier_id", "unit"),
        "allocation": ("month", "voucher", "medium", "unit"),
        "factors": ("id", "unit", "per_unit"),
    }[table]
    amount = values.get(AMOUNTS[table])
    exact = round(amount, 12) if isinstance(amount, float) else None
    return (exact, *(folded(text(values.get(name))) for name in names))


def _named_factor(line: ListLine, schema: Schema, known: Library) -> str:
    """What a list calls the factor, where that is an id; else it is words to look for."""
    is_id = schema.sheet_factors.holds(line.factor) or any(
        one.holds(line.factor) for one in known.sets
    )
    return line.factor if line.factor and is_id else ""


def _kept_proposal(
    kept: dict[tuple[str, ...], Proposal], line: ListLine, known: Library, context: Context | None
) -> Proposal:
    """Lines of the same name, specification and unit get the same proposal: looked for once."""
    said = tuple(text(line.values.get(name)) for name in (NAMES["activities"], "unit"))
    key = (*said, line.specification, line.factor)
    if key not in kept:
        kept[key] = _proposal(line, known, context)
    return kept[key]


def _proposal(line: ListLine, known: Library, context: Context | None) -> Proposal:
    """By the factor's name where the list has one, else by the line's name and specification; of
    hits equally like, one whose unit fits."""
    name = line.factor or text(line.values.get(NAMES["activities"]))
    found = known.find(name, LOOKED_AT, context)
    if line.specification and not line.factor and found.missing is None:
        wider = known.find(f"{line.specification} {name}", LOOKED_AT, context)
        if wider.hits and (not found.hits or wider.hits[0].likeness >= found.hits[0].likeness):
            found = wider
    if not found.hits:
        return Proposal(missing=found.missing)
    unit = text(line.values.get("unit"))
    fitting = [hit for hit in found.hits if _fits(hit.factor, unit)]
    ordered = [*fitting, *(hit for hit in found.hits if hit not in fitting)]
    runner_up = ordered[1] if len(ordered) > 1 else None
    return Proposal(ordered[0], runner_up, fits_unit=bool(fitting))


def _fits(factor: Factor, unit: str) -> bool:
    try:
        return not unit or same_dimension(unit, factor.per_unit)
    except Explained:
        return False


def _with_factor(
    values: dict[str, Scalar], propose: Callable[[], Proposal] | None, accept: float | None
) -> dict[str, Scalar]:
    if accept is None or values.get("factor_id") or propose is None:
        return values
    proposal = propose()
    if proposal.best is None:
        return values
    if proposal.best.likeness >= accept and proposal.fits_unit:
        return {**values, "factor_id": proposal.best.factor.id}
    return values
