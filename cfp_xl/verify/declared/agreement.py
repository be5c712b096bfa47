"""Rules on one figure in several places: N04 same value everywhere, N06 share and its own row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from cfp_xl.findings import Finding, Severity, finding
from cfp_xl.footprint.printed import Printed
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.figures import Figure, comparable, figure, odd_ones, results
from cfp_xl.verify.declared.identity import TOTAL, ResultKey, shows_a_part
from cfp_xl.verify.declared.table import Declared, DeclaredEntry, place_name
from cfp_xl.verify.rule import rule


@rule("N04", reads=("declared",))
def same_value_everywhere(declared: Declared) -> Iterator[Finding]:
    """N04: a named result has one value in all places; fewer digits are no difference."""
    printings = results(declared, "emission")
    for column in ("emission", "share"):
        found = results(declared, column)
        for key, all_figures in found.items():
            figures = tuple(f for f in all_figures if not _is_share_of_stage(f, printings))
            for group in comparable(figures):
                yield from _differences(group)
            if key.stage == TOTAL and not key.process:
                yield from _of_no_total(declared, figures, found)


def _differences(figures: Sequence[Figure]) -> Iterator[Finding]:
    right, odd = odd_ones(figures)
    for one in odd:
        others = [right] if right else [f for f in figures if not f.agrees_with(one)]
        if all(one.may_agree_with(other) for other in others):
            if one.coarse:
                yield _difference(one, others, figures, "ambiguous")
        else:
            yield _difference(one, others, figures, "" if right else "undecided")


def _difference(
    one: Figure, others: Sequence[Figure], figures: Sequence[Figure], case: str
) -> Finding:
    return finding(
        "N04",
        one.where,
        case=case,
        seen=one.text,
        expected=others[0].text,
        row=one.entry.name,
        place=place_name(one.entry),
        others=tuple(str(f.where) for f in figures if any(f.agrees_with(o) for o in others)),
    )


def _of_no_total(
    declared: Declared, totals: Sequence[Figure], found: Mapping[ResultKey, tuple[Figure, ...]]
) -> Iterator[Finding]:
    """A total without a name of its own, where a table shows several: it is one of them.

    Below rows of its own it is their sum, which N03 looks at.
    """
    with_rows = declared.places("activity", "stage")
    named = [f for key, figures in found.items() for f in figures if _is_named_total(key)]
    for one in totals:
        if folded(one.entry.place) in with_rows:
            continue
        of_unit = [f for f in named if f.is_comparable(one)]
        if of_unit and not any(f.may_agree_with(one) for f in [*of_unit, *_in_tables(totals, one)]):
            yield _difference(one, of_unit, of_unit, "undecided")


def _is_named_total(key: ResultKey) -> bool:
    return key.stage == TOTAL and bool(key.process) and not shows_a_part(key.process)


def _in_tables(totals: Sequence[Figure], one: Figure) -> list[Figure]:
    return [f for f in totals if f is not one]


@rule("N06", reads=("declared",))
def shares_match_their_rows(declared: Declared) -> Iterator[Finding]:
    """N06: each printed share is its own row's part of the total, within rounding."""
    printings = results(declared, "emission")
    for entries in declared.places("stage", "activity", "total").values():
        for entry in entries:
            emission, share = figure(entry, "emission"), figure(entry, "share")
            total = total_for(declared, emission) if emission else None
            if emission is None or share is None or total is None or not total.value:
                continue
            if any(
                is_share_of(share, emission, one) for one in (total, *totals_at(declared, emission))
            ):
                continue
            if _is_share_of_stage(share, printings) or _is_share_of_rows(share, emission, entries):
                continue
            if _is_sum_of_shares(share, entries):
                continue
            fits = [f for f in printings.get(entry.key, ()) if is_share_of(share, f, total)]
            # A share that fits the value printed elsewhere bears that value out.
            wrong = emission if fits else share
            is_unclear = is_share_of(share, emission.at_best, total.at_best)
            yield finding(
                "N06",
                wrong.where,
                case="belongs_to_another" if fits else "",
                severity=Severity.WARNING if is_unclear else None,
                seen=share.text,
                expected=f"{100 * emission.value / total.value:.4f}",
                emission=emission.text,
                total=total.text,
                row=entry.name,
                emission_cell=emission.where,
                share_cell=share.where,
                fits=fits[0].text if fits else "",
                fits_cell=fits[0].where if fits else "",
            )


def is_share_of(share: Figure, emission: Figure, total: Figure) -> bool:
    """Whether a percentage is emission / total, with the rounding of all three."""
    exact = 100 * emission.value / total.value
    tolerance = (
        share.half_ulp
        + 100 * emission.half_ulp / abs(total.value)
        + abs(exact) * total.half_ulp / abs(total.value)
    )
    return abs(share.value - exact) <= tolerance


def _is_share_of_stage(share: Figure, printings: Mapping[ResultKey, Sequence[Figure]]) -> bool:
    """Whether a process's share is its part of the stage, not of the total."""
    key = share.entry.key
    if share.column != "share" or not key.process or key.stage == TOTAL:
        return False
    return any(
        is_share_of(share, emission, whole)
        for emission in printings.get(key, ())
        for whole in printings.get(ResultKey(key.stage), ())
        if whole.value
    )


def _is_share_of_rows(share: Figure, emission: Figure, beside: Sequence[DeclaredEntry]) -> bool:
    """Whether an activity's share is its part of the rows of its stage, not of the total."""
    if share.entry.item != "activity":
        return False
    of_stage = [
        found
        for one in beside
        if one.item == "activity" and one.key.stage == share.entry.key.stage
        if (found := figure(one, "emission")) is not None
    ]
    whole = sum((one.value for one in of_stage), Decimal(0))
    half_ulp = sum((one.half_ulp for one in of_stage), Decimal(0))
    if not whole:
        return False
    return is_share_of(share, emission, replace(emission, printed=Printed("", whole, half_ulp)))


def _is_sum_of_shares(share: Figure, beside: Sequence[DeclaredEntry]) -> bool:
    """Whether a total's share is the sum of those printed for its stages: 99.9 by rounding, which
    N05 judges."""
    if share.entry.item != "total":
        return False
    parts = [found for one in beside if one.item == "stage" and (found := figure(one, "share"))]
    summed = sum((one.value for one in parts), Decimal(0))
    return bool(parts) and abs(summed - share.value) <= share.half_ulp


def total_for(declared: Declared, part: Figure) -> Figure | None:
    """The last total printed where a figure is; else the one that most other places print."""
    here = totals_at(declared, part)
    whole = [e for e in declared.of("total") if e.key.stage == TOTAL]
    return here[-1] if here else odd_ones(_totals(whole, part))[0]


def totals_at(declared: Declared, part: Figure) -> tuple[Figure, ...]:
    """The totals other than 0 that are printed where a figure is."""
    here = declared.places("total").get(folded(part.entry.place), [])
    return tuple(total for total in _totals(here, part) if total.value)


def _totals(entries: Sequence[DeclaredEntry], part: Figure) -> tuple[Figure, ...]:
    shown = (figure(e, "emission") for e in entries)
    return tuple(total for total in shown if total and total.is_comparable(part))
