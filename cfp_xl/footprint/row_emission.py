"""One activity row: what it emits, which way it goes, or what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from operator import attrgetter

from cfp_xl.footprint.cells import is_error, number, words
from cfp_xl.footprint.columns import column
from cfp_xl.footprint.emission import emission_kgco2e, scaled_quantity
from cfp_xl.footprint.errors import (
    NOT_FOUND,
    CellError,
    FootprintError,
    NumberMissing,
    label,
)
from cfp_xl.footprint.factor import Factor, Factors, is_supplier_factor
from cfp_xl.footprint.inventory import Activity, ActivityStatus, status
from cfp_xl.footprint.parts import Parts, of_kind
from cfp_xl.footprint.row_kinds import (
    CarbonKind,
    Direction,
    carbon_of,
    direction_of,
    ensure_fit,
    is_by_aircraft,
)
from cfp_xl.footprint.stages import Stage, stage
from cfp_xl.footprint.wording import is_blank


class FootprintState(StrEnum):
    """How a row, a process, a stage or the total came out."""

    VALUE = "value"
    NOT_APPLICABLE = "not_applicable"
    MISSING = "missing"
    FAILED = "failed"


class StageMissing(FootprintError):
    """A row that names no stage."""


class RowMissing(FootprintError):
    """A row whose data are missing."""

    excel = NOT_FOUND


class ReasonMissing(FootprintError):
    """A row that does not apply and does not say why."""


class ZeroWithQuantity(FootprintError):
    """A row that says zero and gives a quantity."""

    text_key = "status_zero_with_quantity"


class NotApplicableWithQuantity(FootprintError):
    """A row that says not applicable and gives a quantity."""

    text_key = "status_not_applicable_with_quantity"


class FactorWithParts(FootprintError):
    """A row that says what its factor already says by its parts."""


class SchemeUnfit(FootprintError):
    """A scheme in a row that is no credit of the product's."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """One activity row. `kgco2e` is what its quantity and factor give, 0.0 for a zero or a row that
    does not apply, None where the row is missing or failed; `problem` then says why. `stage` is
    None where it is not known, and in a row of an assembly, which has that of the row taking it."""

    activity: Activity
    stage: Stage | None
    process: str
    state: FootprintState
    kgco2e: float | None
    problem: FootprintError | None = None
    parts: Parts | None = None
    """None of a plain row: all of it counts, and is fossil."""
    direction: Direction = Direction.INPUT
    carbon: CarbonKind = CarbonKind.FOSSIL
    assembly: str = ""
    """The assembly it belongs to, as typed; "" for the product itself."""
    scheme: str = ""
    """Of a credit: the scheme that deducts it."""

    @property
    def stage_id(self) -> str | None:
        return self.stage.id if self.stage else None

    @property
    def counted_kgco2e(self) -> float | None:
        """What it adds to its stage and the total, or its assembly: below zero for an output."""
        return self.parts.excluding if self.parts else self.kgco2e

    @property
    def all_parts(self) -> Parts:
        """Its parts, of a plain row too."""
        if self.parts:
            return self.parts
        kgco2e = self.kgco2e or 0.0
        of_supplier = kgco2e if is_supplier_factor(self.activity.factor_id) else 0.0
        return Parts(excluding=kgco2e, fossil=kgco2e, by_suppliers=of_supplier)

    @property
    def addend(self) -> Parts | float:
        """Its parts, as `total_parts` takes them."""
        is_fossil = self.parts is None and not is_supplier_factor(self.activity.factor_id)
        return self.kgco2e or 0.0 if is_fossil else self.all_parts

    def failed(self, problem: FootprintError) -> RowResult:
        """The row, failed for a reason that only other rows show."""
        return replace(self, state=FootprintState.FAILED, kgco2e=None, problem=problem, parts=None)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """What a row says of itself."""

    direction: Direction
    carbon: CarbonKind | None
    by_aircraft: bool

    @property
    def is_plain(self) -> bool:
        is_fossil = self.carbon in (None, CarbonKind.FOSSIL)
        return self.direction is Direction.INPUT and is_fossil and not self.by_aircraft


_PLAIN = _Kinds(Direction.INPUT, None, False)


def calculate_row(activity: Activity, factors: Factors) -> RowResult:
    """One row's emission, or what is wrong with it."""
    found_stage: Stage | None = None
    process = assembly = scheme = ""
    kinds, parts = _PLAIN, None
    try:
        assembly = _words(activity, "assembly")
        found_stage = None if assembly else _stage_of(activity)
        process = _words(activity, "process")
        kinds = _kinds_of(activity)
        scheme = _scheme_of(activity, kinds, assembly)
        state, kgco2e = _emission(activity, factors)
        if kgco2e:
            parts = _parts(activity, factors, kinds, kgco2e)
    except FootprintError as problem:
        has_place = found_stage is not None or bool(assembly)
        is_missing = isinstance(problem, RowMissing | NumberMissing) and has_place
        failed = FootprintState.MISSING if is_missing else FootprintState.FAILED
        return RowResult(activity, found_stage, process, failed, None, problem, assembly=assembly)
    return RowResult(
        activity,
        found_stage,
        process,
        state,
        kgco2e,
        None,
        parts,
        kinds.direction,
        kinds.carbon or CarbonKind.FOSSIL,
        assembly,
        scheme,
    )


def calculate_rows(activities: Iterable[Activity], factors: Factors) -> Iterator[RowResult]:
    """`calculate_row` of each: what quantity and process have no part in is found once for all rows
    that say the same. `factors` give the same for one id throughout."""
    known: dict[tuple[object, ...], _Alike] = {}
    seen: dict[tuple[object, ...], RowResult] = {}
    for activity in activities:
        said = _DECIDING(activity)
        key = (said, tuple(map(type, said)))  # 1, 1.0 and TRUE are equal
        alike = known.get(key)
        if alike is None and key in seen and (alike := _Alike.of(seen[key], factors)) is not None:
            known[key] = alike
        row = None if alike is None else alike.calculated(activity, factors)
        if row is None:
            row = calculate_row(activity, factors)
            if alike is None:
                seen[key] = row
        yield row


_DECIDING = attrgetter(
    "stage",
    "status",
    "unit",
    "factor_id",
    "bridge",
    "bridge_unit",
    "direction",
    "carbon",
    "aircraft",
    "assembly",
    "scheme",
)


@dataclass(frozen=True, slots=True)
class _Alike:
    """Rows with data in which nothing is wrong, and that differ in quantity and process only."""

    first: RowResult
    amount: Callable[[float], float]
    factor_value: float
    kinds: _Kinds

    @classmethod
    def of(cls, row: RowResult, factors: Factors) -> _Alike | None:
        """None where the row is of another sort."""
        if row.state is not FootprintState.VALUE or not row.kgco2e:
            return None
        scaled = scaled_by_quantity(row.activity, factors)
        return None if scaled is None else cls(row, *scaled, _kinds_of(row.activity))

    def calculated(self, activity: Activity, factors: Factors) -> RowResult | None:
        """None where something is wrong with quantity or process."""
        quantity = activity.quantity
        if type(quantity) is not float or not 0.0 <= quantity < math.inf:
            return None
        kgco2e = self.amount(quantity) * self.factor_value
        if not math.isfinite(kgco2e) or is_error(activity.process):
            return None
        first, parts = self.first, None
        if kgco2e and first.parts is not None:
            parts = _parts(activity, factors, self.kinds, kgco2e)
        return RowResult(
            activity,
            first.stage,
            _words(activity, "process"),
            first.state,
            kgco2e,
            None,
            parts,
            first.direction,
            first.carbon,
            first.assembly,
            first.scheme,
        )


def _kinds_of(activity: Activity) -> _Kinds:
    if activity.direction is activity.carbon is activity.aircraft is None:
        return _PLAIN
    kinds = _Kinds(direction_of(activity), carbon_of(activity), is_by_aircraft(activity))
    ensure_fit(kinds.direction, kinds.carbon, by_aircraft=kinds.by_aircraft)
    return kinds


def _scheme_of(activity: Activity, kinds: _Kinds, assembly: str) -> str:
    scheme = _words(activity, "scheme")
    if scheme and (assembly or kinds.direction is not Direction.CREDIT):
        raise SchemeUnfit(scheme=scheme)
    return scheme


def _parts(activity: Activity, factors: Factors, kinds: _Kinds, kgco2e: float) -> Parts | None:
    """What a row with an emission adds to each part; None where the row is plain."""
    factor = factors.get(_words(activity, "factor_id"))
    if factor.parts is None and kinds.is_plain:
        return None
    if factor.parts is not None:
        if kinds.carbon is not None or kinds.direction in (Direction.OUTPUT, Direction.UPTAKE):
            raise FactorWithParts(id=factor.id)
        one = factor.parts.times(_amount(activity, factors))
        parts = replace(one, excluding=kgco2e)
    elif kinds.direction is Direction.UPTAKE:
        return Parts(uptake=kgco2e)
    else:
        parts = of_kind(kinds.carbon or CarbonKind.FOSSIL, kgco2e)
    if kinds.direction is Direction.OUTPUT:
        return parts.times(-1.0)
    if kinds.direction is Direction.CREDIT:
        return Parts(credits=kgco2e)
    if kinds.by_aircraft:
        parts = replace(parts, aircraft=parts.excluding)
    if is_supplier_factor(activity.factor_id):
        parts = replace(parts, by_suppliers=parts.excluding)
    return parts


def _amount(activity: Activity, factors: Factors) -> float:
    """What a row with data multiplies the value of its factor by."""
    quantity = number(activity.quantity, label("quantity"))
    return scaled_quantity(*_apart_from_quantity(activity, factors))(quantity)


def _stage_of(activity: Activity) -> Stage:
    written = _words(activity, "stage")
    if not written:
        raise StageMissing()
    return stage(written)


def _emission(activity: Activity, factors: Factors) -> tuple[FootprintState, float]:
    row_status = _status_of(activity)
    match row_status:
        case ActivityStatus.MISSING:
            raise RowMissing()
        case ActivityStatus.ZERO:
            if not is_blank(activity.quantity):
                quantity = number(activity.quantity, label("quantity"))
                if quantity != 0:
                    raise ZeroWithQuantity(seen=quantity)
            return FootprintState.VALUE, 0.0
        case ActivityStatus.NOT_APPLICABLE:
            if not _is_placeholder(activity.quantity):
                raise NotApplicableWithQuantity(seen=activity.quantity)
            if not _words(activity, "reason"):
                raise ReasonMissing()
            return FootprintState.NOT_APPLICABLE, 0.0
        case ActivityStatus.DATA:
            return FootprintState.VALUE, _product(activity, factors)


def _status_of(activity: Activity) -> ActivityStatus:
    """A blank status means data where there is a quantity, and missing where there is none."""
    if written := _words(activity, "status"):
        return status(written)
    return ActivityStatus.MISSING if is_blank(activity.quantity) else ActivityStatus.DATA


def _is_placeholder(quantity: object) -> bool:
    """Blank, or a mark that people put where nothing belongs; an error passes through."""
    if is_error(quantity):
        raise CellError(label("quantity"), str(quantity))
    return is_blank(quantity) or (isinstance(quantity, str) and quantity.strip() in "/-—–无")


def _product(activity: Activity, factors: Factors) -> float:
    quantity = number(activity.quantity, label("quantity"))
    return emission_kgco2e(quantity, *_apart_from_quantity(activity, factors))


def _apart_from_quantity(
    activity: Activity, factors: Factors
) -> tuple[str, Factor, float | None, str]:
    """Unit, factor, bridge and the bridge's unit."""
    unit = _words(activity, "unit")
    factor = factors.get(_words(activity, "factor_id"))
    bridge = None if is_blank(activity.bridge) else number(activity.bridge, label("bridge"))
    return unit, factor, bridge, _words(activity, "bridge_unit")


def scaled_by_quantity(
    activity: Activity, factors: Factors
) -> tuple[Callable[[float], float], float] | None:
    """A row with data as a function of its quantity, to be multiplied by the value of its factor,
    and that value; its own quantity is not looked at. None where it is no such row."""
    try:
        if status(_words(activity, "status") or ActivityStatus.DATA) is not ActivityStatus.DATA:
            return None
        unit, factor, bridge, bridge_unit = _apart_from_quantity(activity, factors)
        return scaled_quantity(unit, factor, bridge, bridge_unit), factor.value
    except FootprintError:
        return None


def _words(activity: Activity, name: str) -> str:
    value = getattr(activity, name)
    if type(value) is str:
        return value.strip()
    return words(value, column("activities", name).heading)
