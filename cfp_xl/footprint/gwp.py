"""Global warming potentials over 100 years, by gas and by IPCC report."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.errors import NOT_FOUND, FootprintError, NotKnown
from cfp_xl.footprint.units import convert
from cfp_xl.footprint.wording import folded, nearest
from cfp_xl.messages import Text

GWP_SETS: tuple[str, ...] = ("SAR", "TAR", "AR4", "AR5", "AR6")
"""IPCC assessment reports, oldest first."""

LATEST = "AR6"


class GasNotKnown(NotKnown):
    """No such gas in any report; `nearest` are the gases that come closest."""

    excel = NOT_FOUND

    def __init__(self, gas: str) -> None:
        super().__init__(lambda: nearest(gas, gases()) or nearest(gas, _by_spelling()), gas=gas)


class GwpSetNotKnown(FootprintError):
    """No such IPCC report."""

    excel = NOT_FOUND

    def __init__(self, typed: str) -> None:
        super().__init__(set=typed, known=GWP_SETS)


class GwpNotGiven(FootprintError):
    """A report that gives no value for a gas that others do give."""

    excel = NOT_FOUND


@dataclass(frozen=True, slots=True)
class Gas:
    """A gas with its GWP100 by report, and where the values come from.

    A blend has the mean of its components by mass (`is_blend`), which others print rounded.
    """

    id: str
    gwp_by_set: Mapping[str, float]
    source: str
    is_blend: bool = False


@dataclass(frozen=True, slots=True)
class CirculatingGwp:
    """A value that goes about for a report beside the one of its table."""

    value: float
    why: Text


def gwp(gas: str, set: str = LATEST) -> float:
    """GWP100 of `gas` in an IPCC report, kgCO2e per kg: 27.9 for CH4 in AR6."""
    found, report = find_gas(gas), gwp_set(set)
    if report not in found.gwp_by_set:
        raise GwpNotGiven(set=report, gas=found.id, known=tuple(found.gwp_by_set))
    return found.gwp_by_set[report]


def co2e_kg(mass: float, unit: str, gas: str, set: str = LATEST) -> float:
    """kgCO2e of a mass of a gas."""
    return convert(mass, unit, "kg") * gwp(gas, set)


def gwp_set(typed: str) -> str:
    """The report's short name: `ar6`, `IPCC AR6 GWP100`, 第六次评估报告 are AR6."""
    key = re.sub(r"ipcc|gwp-?(?:100)?|100-?(?:years?|yr|a|年)|[-_,;()]", "", folded(typed))
    if report := _REPORTS.get(key):
        return report
    raise GwpSetNotKnown(typed)


_REPORTS = {
    spelling: report
    for report, number, ordinal in zip(GWP_SETS, "23456", "二三四五六", strict=True)
    for spelling in (report.casefold(), f"ar{number}", f"第{ordinal}次评估报告")
}


def find_gas(typed: str) -> Gas:
    """The gas that a formula, a name or a refrigerant number names."""
    key = _key(typed)
    refrigerant = re.fullmatch(r"r(\d.*)", key)
    candidates = [key]
    if refrigerant:
        candidates += [
            f"{family}{refrigerant[1]}" for family in ("hfc", "hcfc", "cfc", "hfo", "hcfo")
        ]
    elif blend := re.fullmatch(r"h?c?f[co]([45]\d\d[a-z]?)", key):  # HFC-410A
        candidates.append(f"r{blend[1]}")
    for candidate in candidates:
        if gas_id := _by_spelling().get(candidate):
            return gases()[gas_id]
    raise GasNotKnown(typed)


@cache
def gases() -> Mapping[str, Gas]:
    """All gases by id, as in `data/gwp.csv`, and the blends of `data/blends.toml`."""
    table = files("cfp_xl").joinpath("data", "gwp.csv").read_text("utf-8")
    pure = {
        row["gas"]: Gas(
            row["gas"], {name: float(row[name]) for name in GWP_SETS if row[name]}, row["source"]
        )
        for row in csv.DictReader(table.splitlines())
    }
    blends = read_toml("blends.toml").items()
    return pure | {id: _blend(id, parts, pure) for id, parts in blends}


def _blend(id: str, percent_by_gas: Mapping[str, float], pure: Mapping[str, Gas]) -> Gas:
    """The GWPs of a blend in the reports that give those of all its components."""
    parts = [(pure[gas], percent) for gas, percent in percent_by_gas.items()]
    by_set = {
        report: sum(gas.gwp_by_set[report] * percent for gas, percent in parts) / 100
        for report in GWP_SETS
        if all(report in gas.gwp_by_set for gas, _ in parts)
    }
    composition = " / ".join(f"{gas.id} {percent:g} %" for gas, percent in parts)
    return Gas(id, by_set, f"ANSI/ASHRAE Standard 34: {composition}, by mass", is_blend=True)


def circulating_gwp(gas: str, set: str) -> CirculatingGwp | None:
    """The value beside that of the table which goes about for a gas of a report, by their ids."""
    entry = read_toml("gwp_circulating.toml").get(gas, {}).get(set)
    return CirculatingGwp(entry["value"], Text(**entry["why"])) if entry else None


@cache
def _by_spelling() -> Mapping[str, str]:
    spellings = {_key(gas): gas for gas in gases()}
    for gas, aliases in read_toml("gases.toml").items():
        spellings |= {_key(alias): gas for alias in aliases}
    return spellings


def _key(typed: str) -> str:
    return re.sub(r"[-‐–_,()]", "", folded(typed))
