"""Tables of the kinds of carbon: fossil, land use change and other biogenic add to the result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from cfp_xl.audit.declaring import declared_table
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.printed import sum_tolerance
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.figures import Figure, figure
from cfp_xl.verify.declared.identity import OF_WHICH
from cfp_xl.verify.declared.sums import plain
from cfp_xl.verify.declared.table import DeclaredEntry, place_name
from cfp_xl.verify.declared.words import is_total

_KINDS: Mapping[str, re.Pattern[str]] = {
    "excluding": re.compile(r"不含|不包括|excluding|without|excl\."),
    "including": re.compile(r"^(?:包?含|包括)|[(](?:包?含|包括)|including|withbiogen|incl\."),
    "uptake": re.compile(r"吸收|清除|移除|固碳|takenup|uptake|removal"),
    "biogenic_other": re.compile(
        r"生物[^,;]*(?:以外|除外|非co2|甲烷|ch4)|biogen.*(?:other|non-?co2|ch4)"
    ),
    "biogenic": re.compile(r"生物|biogen"),
    "land_use": re.compile(r"土地|landuse|luluc|dluc"),
    "aircraft": re.compile(r"航空|aircraft|aviation"),
    "credits": re.compile(r"避免|抵扣|avoided|credit"),
    "fossil": re.compile(r"化石|fossil"),
}
"""Kinds by words of a row's folded name; the first that fits is it."""
_OF_EXCLUDING = ("fossil", "land_use", "biogenic_other")
_MAY_BE_IN = ("aircraft", "credits")
"""Reports differ in whether these are inside the sum or beside it."""

Kinds = Mapping[str, Figure]


@report_rule("N03", needs=("figures", "tables"))
def kinds_of_carbon_add_up(report: ReadReport) -> Iterator[Finding]:
    """N03: the kinds of carbon of a table add to its result with or without biogenic CO2."""
    for entries in declared_table(report).places("stage", "total").values():
        kinds = _kinds(entries)
        if "fossil" not in kinds or not {"land_use", "biogenic", "biogenic_other"} & set(kinds):
            continue
        base = [kinds[kind] for kind in _OF_EXCLUDING if kind in kinds]
        co2 = [kinds[kind] for kind in ("biogenic", "uptake") if kind in kinds]
        beside = [kinds[kind] for kind in _MAY_BE_IN if kind in kinds]
        beside = [one for one in beside if not folded(one.entry.name).startswith(OF_WHICH)]
        if whole := kinds.get("excluding"):
            yield from _check(base, beside, whole)
        if whole := kinds.get("including"):
            yield from _check([*base, *co2], beside, whole)
        if whole := kinds.get("total"):
            yield from _check(base, [*co2, *beside], whole)


def _kinds(entries: Sequence[DeclaredEntry]) -> Kinds:
    """The rows of a table by kind; none where two rows are of one kind, or one is of none."""
    found: dict[str, Figure] = {}
    for entry in entries:
        name, emission = folded(entry.name), figure(entry, "emission")
        if emission is None:
            continue
        kind = next((kind for kind, words in _KINDS.items() if words.search(name)), "")
        kind = kind or ("total" if entry.item == "total" or is_total(name) else "")
        if not kind or kind in found:
            return {}
        found[kind] = emission
    return found


def _check(parts: Sequence[Figure], optional: Sequence[Figure], whole: Figure) -> Iterator[Finding]:
    """What is wrong where no choice of the optional parts closes the sum.

    What is taken up may be printed with or without its minus."""
    value = sum((part.value for part in parts), Decimal(0))
    uptake = [one.value for one in parts if _KINDS["uptake"].search(folded(one.entry.name))]
    tolerance = sum_tolerance((one.printed for one in (*parts, *optional)), whole.printed)
    choices: list[Sequence[Decimal]] = []
    choices += [(Decimal(0), one.value, -one.value) for one in optional]
    choices += [(Decimal(0), -2 * one) for one in uptake]
    if any(
        abs(value + sum(choice, Decimal(0)) - whole.value) <= tolerance
        for choice in product(*choices)
    ):
        return
    yield finding(
        "N03",
        whole.where,
        seen=whole.text,
        expected=plain(value),
        whole=whole.text,
        whole_cell=whole.where,
        whole_name=whole.entry.name,
        place=place_name(whole.entry),
        total=plain(value),
        rows=tuple(str(part.where) for part in parts),
    )
