"""Rules on sums of printed figures: N03 stages and totals, N05 shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from cfp_xl.findings import CellRef, Finding, Severity, finding
from cfp_xl.footprint.printed import sum_agrees, sum_tolerance
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.agreement import is_share_of, total_for
from cfp_xl.verify.declared.figures import (
    Figure,
    figure,
    figures_by_stage,
    results,
    rows_of,
    shown_stages,
)
from cfp_xl.verify.declared.identity import OF_WHICH, TOTAL, ResultKey, shows_a_part
from cfp_xl.verify.declared.table import Declared, DeclaredEntry, place_name
from cfp_xl.verify.rule import rule

HUNDRED_PERCENT = Decimal(100)

Printings = Mapping[ResultKey, tuple[Figure, ...]]


@rule("N03", reads=("declared",))
def sums_add_up(declared: Declared) -> Iterator[Finding]:
    """N03: rows add to their stage and stages to the total, within half a digit for each."""
    known = results(declared, "emission")
    for entries in declared.places("stage", "total").values():
        stages = [e for e in entries if e.item == "stage"]
        if not stages:
            continue
        yield from _totals_add_up(declared, entries, known)
        of_processes = figures_by_stage(e for e in stages if e.key.process and not _of_which(e))
        whole = _figures([e for e in stages if not e.key.process])
        for stage in whole:
            yield from _check_sum(of_processes.get(stage.entry.key.stage, ()), [stage], known)
        if len(stages) < len(entries):
            for id in set(of_processes).difference(one.entry.key.stage for one in whole):
                if len(of_processes[id]) > 1:  # one alone may be that of a variant
                    yield from _check_sum(of_processes[id], known.get(ResultKey(id), ()), known)
    for entries in declared.places("activity").values():
        yield from _inventory_adds_up(declared, entries, known)


def _inventory_adds_up(
    declared: Declared, entries: Sequence[DeclaredEntry], known: Printings
) -> Iterator[Finding]:
    """Rows of an inventory against the total and against every printed stage and process."""
    place = folded(entries[0].place)
    beside = declared.places("stage", "total").get(place, [])
    has_stages = any(e.item == "stage" for e in beside)
    yield from _totals_add_up(declared, [*entries, *([] if has_stages else beside)], known)
    by_stage = figures_by_stage(entries)
    for key, printings in known.items():
        rows = rows_of(by_stage, key)
        if key.stage == TOTAL or len(rows) < 2:
            continue
        # A stage's rows may be spread over several tables.
        more = _rows_elsewhere(declared, key, rows)
        if not more or not _adds_up([*rows, *more], printings):
            yield from _check_sum(rows, printings, known)


def _rows_elsewhere(declared: Declared, key: ResultKey, rows: Sequence[Figure]) -> list[Figure]:
    """The rows of a result that other inventories show and this one does not."""
    found = {_row_name(row.entry): row for row in rows}
    here = len(found)
    for entries in declared.places("activity").values():
        for other in rows_of(figures_by_stage(entries), key):
            found.setdefault(_row_name(other.entry), other)
    return list(found.values())[here:]


def _row_name(entry: DeclaredEntry) -> tuple[str, ...]:
    return tuple(folded(entry.text(column)) for column in ("stage", "process", "activity"))


def _totals_add_up(
    declared: Declared, entries: Sequence[DeclaredEntry], known: Printings
) -> Iterator[Finding]:
    """The rows of a table against each of its totals, or against the total printed elsewhere.

    A total may be that of all rows, of those above it, or of those since the total before; one of
    several, also that of the first rows, wherever it is printed. A table
    without a total that does not show every stage is an extract, and adds to nothing.
    """
    parts = _figures(_outermost([e for e in entries if e.item != TOTAL]))
    order = {id(entry): index for index, entry in enumerate(entries)}
    totals = _figures([e for e in entries if e.item == TOTAL and not shows_a_part(e.name)])
    missing = shown_stages(declared).difference(part.entry.key.stage for part in parts)
    previous = -1
    for total in totals:
        at = order[id(total.entry)]
        above = [part for part in parts if order[id(part.entry)] < at]
        since = [part for part in above if order[id(part.entry)] > previous]
        first = [parts[:n] for n in range(2, len(parts))] if len(totals) > 1 else []
        if not any(_adds_up(some, [total]) for some in (above, since, *first)):
            more = [f for id in missing for f in _elsewhere(known, id)]
            if not more or not _adds_up([*parts, *more], [total]):
                yield from _check_sum(parts, [total], known)
            elif len(missing) < len({part.entry.key.stage for part in parts}):
                yield _extract(parts, more, total)
        previous = at
    if parts and not totals and not missing:
        elsewhere = total_for(declared, parts[0])
        yield from _check_sum(parts, [elsewhere] if elsewhere else [], known)


def _elsewhere(known: Printings, stage: str) -> list[Figure]:
    """What other places print for a stage: its own figure, or else those of its processes."""
    if whole := known.get(ResultKey(stage)):
        return [whole[0]]
    return [figures[0] for key, figures in known.items() if key.stage == stage]


def _extract(parts: Sequence[Figure], more: Sequence[Figure], total: Figure) -> Finding:
    return finding(
        "N03",
        total.where,
        case="extract",
        seen=total.text,
        expected=total.text,
        place=place_name(total.entry),
        total=plain(sum((part.value for part in parts), Decimal(0))),
        whole=total.text,
        missing=tuple(one.entry.name for one in more),
    )


def _outermost(entries: Sequence[DeclaredEntry]) -> list[DeclaredEntry]:
    """The rows that add to the total: processes only where their stage has no row of its own."""
    rows = [e for e in entries if not _of_which(e)]
    whole = {e.key.stage for e in rows if not e.key.process and figure(e, "emission")}
    return [
        e for e in rows if e.item == "activity" or not e.key.process or e.key.stage not in whole
    ]


def _of_which(entry: DeclaredEntry) -> bool:
    return folded(entry.name).startswith(OF_WHICH) or folded(entry.text("process")).startswith(
        OF_WHICH
    )


def _figures(entries: Sequence[DeclaredEntry], column: str = "emission") -> list[Figure]:
    return [shown for e in entries if (shown := figure(e, column))]


def _adds_up(parts: Sequence[Figure], wholes: Sequence[Figure]) -> bool:
    printed = [part.printed for part in parts]
    return bool(parts) and any(sum_agrees(printed, whole.printed) for whole in wholes)


def _check_sum(
    parts: Sequence[Figure], wholes: Sequence[Figure], known: Printings
) -> Iterator[Finding]:
    """What is wrong with a sum, where it agrees with none of the printings of the whole."""
    wholes = [one for one in wholes if parts and one.entry.is_annual == parts[0].entry.is_annual]
    parts = [part for part in parts if wholes and part.is_comparable(wholes[0])]
    if not parts or _adds_up(parts, wholes):
        return
    whole = wholes[0]
    printed = [part.printed for part in parts]
    value = sum((p.value for p in printed), Decimal(0))
    tolerance = sum_tolerance(printed, whole.printed)
    is_unclear = _adds_up([part.at_best for part in parts], [one.at_best for one in wholes])
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
    if is_unclear:
        yield finding(
            "N03",
            whole.where,
            case="ambiguous",
            seen=whole.text,
            expected=plain(value),
            **common,
        )
    elif len({part.where for part, _ in closing}) == 1:
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


@rule("N05", reads=("declared",))
def shares_add_to_100(declared: Declared) -> Iterator[Finding]:
    """N05: the shares of a place add to 100 %; a rounding difference is only a warning."""
    known = results(declared, "share")
    for place, entries in declared.places("stage").items():
        shares = [s for e in _outermost(entries) if (s := figure(e, "share"))]
        missing = shown_stages(declared).difference(s.entry.key.stage for s in shares)
        more = [f for id in missing for f in _elsewhere(known, id)]
        if len(shares) < 2 or (more and _is_hundred([*shares, *more])):
            continue
        value = sum((s.value for s in shares), Decimal(0))
        if value == HUNDRED_PERCENT:
            continue
        if place not in declared.places("total") and all(
            _is_borne_out(declared, s) for s in shares
        ):
            continue  # an extract, such as the largest rows
        is_rounding = _is_hundred(shares)
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
            shares=" + ".join(s.text for s in shares),
            place=place_name(entries[0]),
        )


def _is_borne_out(declared: Declared, share: Figure) -> bool:
    """Whether a share's own row shows the emission that it is the share of."""
    emission = figure(share.entry, "emission")
    total = total_for(declared, emission) if emission else None
    return bool(emission and total and total.value and is_share_of(share, emission, total))


def _is_hundred(shares: Sequence[Figure]) -> bool:
    value = sum((share.value for share in shares), Decimal(0))
    return abs(value - HUNDRED_PERCENT) <= sum_tolerance(share.printed for share in shares)


def plain(value: Decimal) -> str:
    """A sum without the zeros and exponents that decimal arithmetic leaves."""
    return f"{value.normalize():f}"


def _range(figures: Sequence[Figure]) -> CellRef:
    """The cells of a column of figures, as one range."""
    return figures[0].where.through(figures[-1].where)
