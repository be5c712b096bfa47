"""Functions for many draws of some of their cells: ranges are recognised once, and only what draws
change, rows of activities, quantities, values of factors, is computed for each draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, repeat
from typing import Any, TypeAlias

from cfp_xl.footprint.columns import match_header
from cfp_xl.footprint.emission import scaled_quantity
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import Factors
from cfp_xl.footprint.inventory import CALCULATED, FIELDS, Activity
from cfp_xl.footprint.row_emission import (
    FootprintState,
    RowResult,
    calculate_row,
    scaled_by_quantity,
)
from cfp_xl.footprint.stages import stage as stage_of
from cfp_xl.footprint.wording import folded
from cfp_xl.functions.apply import Refused, read_argument
from cfp_xl.functions.identity_cache import IdentityCache
from cfp_xl.functions.ranges import (
    activities_range,
    assemblies_range,
    factors_range,
    footprint,
    lookup,
)
from cfp_xl.functions.registry import all_functions, answer
from cfp_xl.functions.spec import FunctionSpec
from cfp_xl.functions.values import OMITTED, Cells, ExcelError, Scalar, Table


@dataclass(frozen=True, slots=True, eq=False)
class DrawnTable:
    """A range of which draws change some cells."""

    table: Table
    """As the workbook holds it."""
    cells: Mapping[tuple[int, int], Sequence[Scalar]]
    """By row and column, from 0: a value for each draw."""

    def at(self, draw: int) -> Table:
        rows = [list(row) for row in self.table.rows]
        for (row, column), values in self.cells.items():
            rows[row][column] = values[draw]
        return Table(rows, self.table.origin)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnValues:
    """A single value that draws change."""

    values: Sequence[Scalar]
    """One for each draw."""

    def at(self, draw: int) -> Scalar:
        return self.values[draw]


DrawnCells: TypeAlias = "Cells | DrawnTable | DrawnValues"

EMISSION = "CFP_EMISSION"
NAMES = frozenset({EMISSION, "CFP_SHARE", "CFP_STAGE", "CFP_TOTAL"})
OF_KIND = frozenset({"direction", "carbon", "aircraft", "assembly", "scheme"})
"""Columns that say how a row counts; where draws change one, each draw is a call."""


class _CannotSay(Exception):
    """The function must be called draw by draw."""


@dataclass(frozen=True)
class _Rows:
    """The results of activities over draws."""

    results: Sequence[RowResult]
    """As the workbook holds them; of rows that draws change, where they belong."""
    drawn: Mapping[int, Sequence[float]]
    """By position: kgCO2e in each draw."""
    odd: frozenset[int]
    """Draws in which some row has no value, or belongs elsewhere."""

    def sums(self, belongs: Callable[[RowResult], bool], count: int) -> list[float]:
        """kgCO2e of the rows that belong, rounded once. Raises _CannotSay where one has none."""
        fixed: list[float] = []
        drawn: list[Sequence[float]] = []
        for at, result in enumerate(self.results):
            if not belongs(result):
                continue
            if at in self.drawn:
                drawn.append(self.drawn[at])
            elif result.state in (FootprintState.FAILED, FootprintState.MISSING):
                raise _CannotSay
            else:
                fixed.append(result.kgco2e or 0.0)
        if not fixed and not drawn:
            raise _CannotSay
        try:
            if not drawn:
                return [math.fsum(fixed)] * count
            return [math.fsum([*fixed, *draw]) for draw in zip(*drawn, strict=True)]
        except OverflowError as error:
            raise _CannotSay from error


def over_draws(name: str, args: Sequence[DrawnCells], count: int) -> list[Scalar] | None:
    """What `answer` gives for each draw; None where it must be asked for each.

    What draws change is a DrawnTable or DrawnValues, all other arguments the same in every draw.
    """
    if name not in NAMES:
        return None
    spec = all_functions()[name]
    if not spec.required <= len(args) <= len(spec.parameters):
        return None
    names = [parameter.name for parameter in spec.parameters]
    given = dict(zip(names, [*args, *[OMITTED] * len(names)], strict=False))
    try:
        if name == EMISSION:
            found, odd = _emissions_of_one(spec, given, count)
        else:
            rows = _rows_in(given)
            found, odd = _values(name, rows, given, count), {*rows.odd}
    except (_CannotSay, FootprintError):
        return None
    for draw in odd:
        now = [a.at(draw) if isinstance(a, DrawnTable | DrawnValues) else a for a in args]
        found[draw] = answer(name, now)  # type: ignore[assignment]
    return found


def _emissions_of_one(
    spec: FunctionSpec, given: Mapping[str, DrawnCells], count: int
) -> tuple[list[Scalar], set[int]]:
    """A quantity by a factor, and the draws in which that may be no number."""
    quantity, factors = given["quantity"], given["factors"]
    if not _has_no_assemblies(given["assemblies"]):
        raise _CannotSay
    own = None if factors is OMITTED else factors_range(_held(factors))
    unit, id, bridge, bridge_unit = (
        _fixed(spec, name, given[name]) for name in ("unit", "factor_id", "bridge", "bridge_unit")
    )
    factor = lookup(own).get(id)
    amount = scaled_quantity(unit, factor, bridge, bridge_unit)
    drawn = _factor_values(factors).get(folded(id)) if isinstance(factors, DrawnTable) else None
    quantities = quantity.values if isinstance(quantity, DrawnValues) else repeat(quantity)
    pairs = islice(zip(quantities, drawn or repeat(factor.value), strict=False), count)
    odd: set[int] = set()
    return [_number(one) for one in _products(amount, pairs, odd)], odd


def _has_no_assemblies(value: DrawnCells) -> bool:
    """Whether the argument is left out, or a table of assemblies without any, as in templates."""
    if value is OMITTED:
        return True
    return isinstance(value, Table) and not assemblies_range(value).assemblies


def _fixed(spec: FunctionSpec, name: str, value: DrawnCells) -> Any:
    """An argument that draws do not change, as the body takes it."""
    if isinstance(value, DrawnTable | DrawnValues | Table):
        raise _CannotSay
    parameter = next(one for one in spec.parameters if one.name == name)
    try:
        return read_argument(parameter, value)
    except Refused as refused:
        raise _CannotSay from refused


def _rows_in(given: Mapping[str, DrawnCells]) -> _Rows:
    activities, factors = given["activities"], given["factors"]
    if any(isinstance(value, DrawnValues) for value in given.values()):
        raise _CannotSay
    if not isinstance(activities, DrawnTable | Table):
        raise _CannotSay
    if not _has_no_assemblies(given["assemblies"]):
        raise _CannotSay
    if not (factors is OMITTED or isinstance(factors, DrawnTable | Table)):
        raise _CannotSay
    return _rows_of(activities)(factors)


def _values(name: str, rows: _Rows, given: Mapping[str, DrawnCells], count: int) -> list[Scalar]:
    totals = [] if name == "CFP_STAGE" else rows.sums(lambda _: True, count)
    if name == "CFP_TOTAL":
        return [_number(total) for total in totals]
    stage, process = given["stage"], given["process"]
    is_named = isinstance(process, str) and process.strip() != ""
    if not isinstance(stage, str) or not (is_named or process in (OMITTED, None)):
        raise _CannotSay
    of, wanted = stage_of(stage.strip()), folded(process) if isinstance(process, str) else ""
    parts = rows.sums(
        lambda r: r.stage is of and (not wanted or folded(r.process) == wanted), count
    )
    if name == "CFP_STAGE":
        return [_number(part) for part in parts]
    if not all(totals):
        raise _CannotSay
    return [_number(part / total) for part, total in zip(parts, totals, strict=True)]


def _number(value: float) -> Scalar:
    return value + 0.0 if math.isfinite(value) else ExcelError.NUM


Range: TypeAlias = "Cells | DrawnTable"


def _recognised(activities: Range) -> Callable[[Range], _Rows]:
    """The rows of a range over draws by their factors; each kept as long as the range is."""
    made: dict[int, tuple[Range, _Rows]] = {}

    def rows(factors: Range) -> _Rows:
        if id(factors) not in made:
            made[id(factors)] = factors, _rows(activities, factors)
        return made[id(factors)][1]

    return rows


_rows_of: IdentityCache[Range, Callable[[Range], _Rows]] = IdentityCache(_recognised)


def _rows(activities: Range, factors: Range) -> _Rows:
    own = None if factors is OMITTED else factors_range(_held(factors))
    results = footprint(activities_range(_held(activities)), own).rows
    if not all(result.parts is None and not result.assembly for result in results):
        raise _CannotSay  # rows that count otherwise than by their emission, or through others
    fields = _fields(activities) if isinstance(activities, DrawnTable) else {}
    values = _factor_values(factors) if isinstance(factors, DrawnTable) else {}
    if fields.keys() - {result.activity.number for result in results}:
        raise _CannotSay  # a row that is empty in the workbook
    kgco2e: dict[int, Sequence[float]] = {}
    odd: set[int] = set()
    for at, result in enumerate(results):
        drawn = fields.get(result.activity.number, {})
        value = values.get(_factor_key(result.activity))
        if drawn or value is not None:
            emissions = _emissions(result, drawn, value, lookup(own), odd)
            if emissions is not None:
                kgco2e[at] = emissions
    return _Rows(results, kgco2e, frozenset(odd))


def _held(range: DrawnCells) -> Table:
    if isinstance(range, DrawnTable):
        return range.table
    if not isinstance(range, Table):
        raise _CannotSay
    return range


def _fields(drawn: DrawnTable) -> Mapping[int, Mapping[str, Sequence[Scalar]]]:
    """By rows below the heading, counted from 1: the fields of ours that draws change."""
    places = match_header("activities", drawn.table.rows[0])
    names = {places[name]: name for name in FIELDS if name in places}
    found: dict[int, dict[str, Sequence[Scalar]]] = {}
    for (row, column), values in drawn.cells.items():
        if row == 0:
            raise _CannotSay
        if column in names:
            if names[column] not in CALCULATED - OF_KIND:
                raise _CannotSay
            found.setdefault(row, {})[names[column]] = values
    return found


def _factor_values(drawn: DrawnTable) -> Mapping[str, Sequence[Scalar]]:
    """By folded ids: the values of factors that draws change. Nothing else of them may."""
    header, *rows = drawn.table.rows
    places = match_header("factors", header)
    typed = [row[places["id"]] for row in rows]
    ids = [folded(one) if isinstance(one, str) else "" for one in typed]
    found: dict[str, Sequence[Scalar]] = {}
    for (row, column), values in drawn.cells.items():
        if column in places.values():
            id = ids[row - 1] if row else ""
            if column != places["value"] or not id or ids.count(id) > 1:
                raise _CannotSay
            found[id] = values
    return found


def _factor_key(activity: Activity) -> str:
    return folded(activity.factor_id) if isinstance(activity.factor_id, str) else ""


def _emissions(
    result: RowResult,
    fields: Mapping[str, Sequence[Scalar]],
    values: Sequence[Scalar] | None,
    factors: Factors,
    odd: set[int],
) -> Sequence[float] | None:
    """kgCO2e of a row in each draw; None where it does not depend on them."""
    scaled = scaled_by_quantity(result.activity, factors)
    if scaled is not None and result.stage is not None and fields.keys() <= {"quantity"}:
        amount, value = scaled
        quantities = fields.get("quantity", repeat(result.activity.quantity))
        return _products(amount, zip(quantities, values or repeat(value), strict=False), odd)
    if not fields:
        return None
    if values is not None:
        raise _CannotSay
    emissions: list[float] = []
    for draw, drawn in enumerate(zip(*fields.values(), strict=True)):
        activity: Activity = replace(result.activity, **dict(zip(fields, drawn, strict=True)))
        now = calculate_row(activity, factors)
        if now.state is not FootprintState.VALUE or (now.stage, now.process) != (
            result.stage,
            result.process,
        ):
            odd.add(draw)
        emissions.append(now.kgco2e or 0.0)
    return emissions


def _products(
    amount: Callable[[float], float], draws: Iterable[tuple[object, object]], odd: set[int]
) -> Sequence[float]:
    """A quantity and a factor's value in each draw; whatever may be no number of theirs is odd."""
    emissions: list[float] = []
    for draw, (quantity, value) in enumerate(draws):
        emission = math.nan
        if type(quantity) is float and type(value) is float and quantity >= 0 and value >= 0:
            emission = amount(quantity) * value
        if not math.isfinite(emission):
            odd.add(draw)
            emission = 0.0
        emissions.append(emission)
    return emissions
