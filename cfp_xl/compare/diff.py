"""The door: two workbooks in, what changed between them out, the largest effect first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from cfp_xl.compare.around import changes_around
from cfp_xl.compare.changes import DiffChange, DiffKind, changes
from cfp_xl.compare.pairing import paired
from cfp_xl.engine.areas import CellKey
from cfp_xl.findings import CellRef
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.wording import folded
from cfp_xl.schema.opened import Opened, Tables
from cfp_xl.study.bridge import Bridge, Cause, Step
from cfp_xl.whatif.study import bridge_of, study_of
from cfp_xl.why.names import CellNames


@dataclass(frozen=True)
class WorkbookDiff:
    """What changed between two workbooks."""

    old: str
    new: str
    changes: tuple[DiffChange, ...]
    bridge: Bridge | None
    """From one total to the other; None where either has none."""

    @property
    def by_kind(self) -> Mapping[DiffKind, int]:
        counts = {kind: sum(one.kind is kind for one in self.changes) for kind in DiffKind}
        return {kind: count for kind, count in counts.items() if count}

    def beyond(self, allowed: frozenset[str]) -> tuple[DiffChange, ...]:
        """The changes of a kind that is not allowed."""
        return tuple(one for one in self.changes if one.kind.value not in allowed)


def diff(old: Opened, new: Opened) -> WorkbookDiff:
    """What was changed; what was only moved, or computed anew from it, is not listed."""
    pairing = paired(old.workbook, new.workbook)
    tables = old.recomputed, new.recomputed
    names = tuple(CellNames(one.workbook, one.schema) for one in tables)
    found = changes(
        pairing, (names[0], names[1]), (tables[0].schema, tables[1].schema), new.recalculation
    )
    around = changes_around(pairing, (old.package, new.package))
    bridge = _bridge(old, new)
    effects = RowEffects.of(bridge, tables[1], names[1])
    known = [replace(one, effect_kgco2e=effects.effect(one)) for one in found]
    known += [replace(one, effect_kgco2e=0.0) for one in around]
    known.sort(key=lambda one: -abs(one.effect_kgco2e or 0.0))
    return WorkbookDiff(old.workbook.path.name, new.workbook.path.name, tuple(known), bridge)


def _bridge(old: Opened, new: Opened) -> Bridge | None:
    try:
        before, after = study_of(old), study_of(new)
        return bridge_of(before, after) if before and after else None
    except FootprintError:
        return None


_CAUSES: Mapping[DiffKind, frozenset[Cause]] = {
    DiffKind.INPUT: frozenset({Cause.ACTIVITY, Cause.METHOD}),
    DiffKind.UNIT: frozenset({Cause.ACTIVITY, Cause.METHOD}),
    DiffKind.FORMULA: frozenset({Cause.ACTIVITY}),
    DiffKind.FACTOR: frozenset({Cause.FACTOR, Cause.REPLACED}),
    DiffKind.STRUCTURE: frozenset({Cause.ADDED, Cause.REMOVED}),
}
"""Which steps of the bridge a kind of change explains."""


@dataclass(frozen=True)
class RowEffects:
    """The steps of a bridge by the rows of activities that they are of."""

    steps: tuple[Step, ...]
    factor_of: Mapping[tuple[str, int], str]
    """By the row of activities in the new workbook: its factor's id, folded."""
    names: CellNames

    @classmethod
    def of(cls, bridge: Bridge | None, tables: Tables, names: CellNames) -> RowEffects:
        """The effects of a bridge to the workbook of these tables."""
        footprint = tables.footprint
        factors = {
            (origin.sheet, origin.row or 0): folded(str(row.activity.factor_id))
            for row in (footprint.rows if footprint is not None else ())
            if (origin := row.activity.origin) is not None
        }
        return cls(bridge.steps if bridge else (), factors, names)

    def effect(self, change: DiffChange) -> float | None:
        """What the change does to the total; None where no row of activities says it."""
        where, causes = change.where, _CAUSES.get(change.kind)
        bounds = where.bounds if where is not None else None
        if where is None or bounds is None or causes is None:
            return None
        factor = self._factor(where)
        found = [
            step.kgco2e
            for step in self.steps
            if step.cause in causes
            and (place := step.before if change.is_gone else step.after) is not None
            and (
                (place.sheet == where.sheet and bounds[0] <= (place.row or 0) <= bounds[2])
                or (factor and self.factor_of.get((place.sheet, place.row or 0)) == factor)
            )
        ]
        return math.fsum(found) if found else None

    def _factor(self, where: CellRef) -> str:
        """The id of the factor whose value stands in a cell."""
        found = self.names.in_table(CellKey(where.sheet, where.row or 0, where.column or 0))
        is_value = found is not None and found[0].region.name == "cfp_factors"
        return folded(found[0].text("id")) if found is not None and is_value else ""
