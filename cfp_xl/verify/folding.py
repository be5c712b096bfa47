"""Findings of one choice or one cause, told once with the list of their cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cfp_xl.findings import CellRef, Finding


def fold(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings in their order; open ones that are alike in what their code declares
    (`one_for`) are one at the first of their cells. What a reason answers stays by itself."""
    kept: list[Finding] = []
    first: dict[tuple[object, ...], int] = {}
    further: dict[int, list[CellRef]] = {}
    for one in findings:
        key = _alike(one)
        if key is None or one.where is None or key not in first:
            if key is not None:
                first[key] = len(kept)
            kept.append(one)
        elif one.where != kept[first[key]].where:
            further.setdefault(first[key], []).append(one.where)
    for index, places in further.items():
        kept[index] = replace(kept[index], also=tuple(dict.fromkeys(places)))
    return tuple(kept)


def _alike(one: Finding) -> tuple[object, ...] | None:
    """What findings must share to be one; None for those that stay apart."""
    names = one.traits.one_for
    if not names or not one.is_open or one.where is None:
        return None
    values = {"seen": one.seen, "expected": one.expected, **one.values}
    return one.code, one.case, one.severity, *(str(values.get(name)) for name in names)
