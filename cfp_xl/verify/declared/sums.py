"""Rules on sums of printed figures: N03 stages and totals, N05 shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.footprint.printed import sum_agrees, sum_tolerance
from cfp_xl.verify.declared.agreement import total_for
from cfp_xl.verify.declared.figures import Figure, figure, figures_by_stage, results, rows_of
from cfp_xl.verify.declared.names import ResultKey
from cfp_xl.verify.declared.table import Declared, Entry, place_name

HUNDRED_PERCENT = Decimal(100)


def sums_add_up(declared: Declared) -> Iterator[Finding]:
    """N03: rows add to their stage and stages to the total, within half a digit for each."""
    known = results(declared, "emission")
    for place, entries in declared.places("stage").items():
        if total := total_for(declared, place):
            yield from _check_sum(_figures(_outermost(entries)), total, known)
        of_processes = figures_by_stage(e for e in entries if e.key.process)
        for stage in _figures([e for e in entries if not e.key.process]):
            yield from _check_sum(of_processes.get(stage.entry.key.stage, ()), stage, known)
    for place, entries in declared.places("activity").items():
        if total := total_for(declared, place):
            yield from _check_sum(_figures(entries), total, known)
        by_stage = figures_by_stage(entries)
        for key, printings in known.items():
            if key != ResultKey("total") and len(rows := rows_of(by_stage, key)) > 1:
                yield from _check_sum(rows, printings[0], known)


def _outermost(entries: Sequence[Entry]) -> list[Entry]:
    """The rows that add to the total: processes only where their stage has no row of its own."""
    whole = {e.key.stage for e in entries if not e.key.process and figure(e, "emission")}
    return [e for e in entries if not e.key.process or e.key.stage not in whole]


def _figures(entries: Sequence[Entry], column: str = "emission") -> list[Figure]:
    return [shown for e in entries if (shown := figure(e, column))]


def _check_sum(
    parts: Sequence[Figure], whole: Figure, known: Mapping[ResultKey, tuple[Figure, ...]]
) -> Iterator[Finding]:
    printed = [part.printed for part in parts]
    if not parts or sum_agrees(printed, whole.printed):
        return
    value = sum((p.value for p in printed), Decimal(0))
    tolerance = sum_tolerance(printed, whole.printed)
    closing = [
        (part, other)
        for part in parts
        for other in known.get(part.entry.key, ())
        if not other.agrees_with(part)
        and abs(value - part.value + other.value - whole.value) <= tolerance
    ]
    common: dict[str, Any] = {
        "whole": whole.text,
        "whole_cell": whole.where,
        "whole_name": whole.entry.name,
        "place": place_name(parts[0].entry),
        "total": plain(value),
    }
    if len({part.where for part, _ in closing}) == 1:
        part, other = closing[0]
        yield finding(
            "N03",
            part.where,
            case="one_row",
            seen=part.text,
            expected=other.text,
            row=part.entry.name,
            other_cell=other.where,
            **common,
        )
    else:
        yield finding(
            "N03",
            whole.where,
            seen=whole.text,
            expected=plain(value),
            rows=tuple(str(p.where) for p in parts),
            **common,
        )


def shares_add_to_100(declared: Declared) -> Iterator[Finding]:
    """N05: the shares of a place add to 100 %; a rounding difference is only a warning."""
    for place, entries in declared.places("stage").items():
        shares = [s for e in _outermost(entries) if (s := figure(e, "share"))]
        if len(shares) < 2:
            continue
        value = sum((s.value for s in shares), Decimal(0))
        if value == HUNDRED_PERCENT:
            continue
        is_rounding = abs(value - HUNDRED_PERCENT) <= sum_tolerance(s.printed for s in shares)
        total = next(
            (s for e in declared.places("total").get(place, ()) if (s := figure(e, "share"))), None
        )
        yield finding(
            "N05",
            total.where if total else _range(shares),
            case="rounding" if is_rounding else "",
            severity=None if is_rounding else Severity.ERROR,
            seen=plain(value),
            expected="100",
            shares=" + ".join(s.text.rstrip("%％ ") for s in shares),
            place=place_name(entries[0]),
        )


def plain(value: Decimal) -> str:
    """A sum without the zeros and exponents that decimal arithmetic leaves."""
    return f"{value.normalize():f}"


def _range(figures: Sequence[Figure]) -> CellRef:
    """The cells of a column of figures, as one range."""
    first, last = figures[0].where, figures[-1].where
    return CellRef(first.sheet, f"{first.cell}:{last.cell}")
