"""M12: a row's direction, kind of carbon and aircraft flag fit what its factor is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.factor_boundary import FactorBoundaryNotKnown, boundary_of_factor
from cfp_xl.footprint.row_emission import RowResult
from cfp_xl.footprint.row_kinds import CarbonKind, Direction, is_by_aircraft
from cfp_xl.footprint.wording import plain
from cfp_xl.schema.case import Case, text_of
from cfp_xl.verify.limits import limits
from cfp_xl.verify.rule import PRODUCT, rule
from cfp_xl.verify.rules.offsets import is_offset
from cfp_xl.verify.rules.rows import row_name

WORDS = {
    CarbonKind.BIOGENIC_CO2: "biogenic",
    CarbonKind.BIOGENIC_OTHER: "biogenic",
    CarbonKind.LAND_USE_CHANGE: "land_use_change",
}
"""By kind of carbon, the list of words of `data/limits.toml` of which such a row uses one."""
OUTPUT_STAGES = frozenset({"raw_material_acquisition", "production", None})
"""None: in an assembly, which has the stage of the row that takes it."""


@rule("M12", reads=("activities", "factors"), schemas=(PRODUCT,))
def kinds_fit_their_rows(case: Case) -> Iterator[Finding]:
    """M12: a row leaves the total, or its fossil part, only where factor, words or a reason say
    why; carbon leaves in products where they are made, and was not burnt."""
    for row in case.footprint.rows:
        if (
            row.direction is Direction.INPUT
            and row.carbon not in WORDS
            and not row.activity.aircraft
        ):
            continue  # nothing but an input of fossil carbon, as most rows
        factor = case.factor(row)
        if factor is None or not row.kgco2e:
            continue
        where = {column: case.at(row.activity, column) for column in ("direction", "carbon")}
        name, seen = row_name(row), f"{row.kgco2e:.6g}"
        if row.direction is Direction.CREDIT and not _is_said_to_be_credit(row):
            yield finding("M12", where["direction"], case="credit", row=name, seen=seen)
        elif row.direction is Direction.OUTPUT:
            if row.stage_id not in OUTPUT_STAGES or _boundary(factor) == "combustion":
                yield finding("M12", where["direction"], case="output", row=name, seen=seen)
        elif row.carbon in WORDS and not _is_of(case, row, factor):
            is_out = row.carbon is CarbonKind.BIOGENIC_CO2 and row.direction is Direction.INPUT
            yield finding(
                "M12",
                where["carbon"],
                case="" if is_out else "part",
                row=name,
                seen=seen,
                factor=factor.name,
                kind=row.carbon.value,
            )
        if is_by_aircraft(row.activity) and not _says("aircraft", row, factor):
            cell = case.at(row.activity, "aircraft")
            yield finding("M12", cell, case="aircraft", row=name, factor=factor.name)


def _is_said_to_be_credit(row: RowResult) -> bool:
    activity = row.activity
    named = (text_of(activity.process), text_of(activity.activity))
    return bool(row.scheme or text_of(activity.reason).strip()) or any(map(is_offset, named))


def _is_of(case: Case, row: RowResult, factor: Factor) -> bool:
    """Whether the row's carbon is what it says. A shipped factor's biogenic CO2 is apart by its
    boundary: any other leaves it out, so that no word of the row makes it so."""
    if row.carbon is CarbonKind.BIOGENIC_CO2:
        if _boundary(factor) == "biogenic_co2":
            return True
        if case.shipped(factor.id) is not None:
            return False
    return _says(WORDS[row.carbon], row, factor)


def _boundary(factor: Factor) -> str:
    try:
        return boundary_of_factor(factor).id
    except FactorBoundaryNotKnown:
        return ""  # F06 names it


def _says(words: str, row: RowResult, factor: Factor) -> bool:
    """Whether factor or row use one of the words."""
    activity = row.activity
    named = [factor.id, factor.category, factor.name.zh, factor.name.en]
    named += [text_of(activity.process), text_of(activity.activity)]
    return _pattern(words).search(plain(" ".join(named))) is not None


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """Latin words as whole words or, where they end in a hyphen, as the start of one."""
    parts = [
        re.escape(plain(word)) if not word.isascii() else _latin(word)
        for word in limits("row_kinds")[words]
    ]
    return re.compile("|".join(parts))


def _latin(word: str) -> str:
    start = rf"(?<![a-z]){re.escape(word.rstrip('-').lower())}"
    return start if word.endswith("-") else rf"{start}s?(?![a-z])"
