"""Rules on one figure in several places: N04 same value everywhere, N06 share and its own row."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.verify.declared.figures import Figure, figure, odd_ones, results
from cfp_xl.verify.declared.table import Declared, Entry, place_name


def same_value_everywhere(declared: Declared) -> Iterator[Finding]:
    """N04: a named result has one value in all places; fewer digits are no difference."""
    for column in ("emission", "share"):
        for figures in results(declared, column).values():
            right, odd = odd_ones(figures)
            for one in odd:
                others = [right] if right else [f for f in figures if not f.agrees_with(one)]
                yield finding(
                    "N04",
                    one.where,
                    case="" if right else "undecided",
                    seen=one.text,
                    expected=others[0].text,
                    row=one.entry.name,
                    place=place_name(one.entry),
                    others=tuple(
                        str(f.where) for f in figures if any(f.agrees_with(o) for o in others)
                    ),
                )


def shares_match_their_rows(declared: Declared) -> Iterator[Finding]:
    """N06: each printed share is its own row's part of the total, within rounding."""
    printings = results(declared, "emission")
    for place, entries in declared.places("stage").items():
        total = total_for(declared, place)
        if total is None or not total.value:
            continue
        for entry in entries:
            emission, share = figure(entry, "emission"), figure(entry, "share")
            if emission is None or share is None or is_share_of(share, emission, total):
                continue
            fits = [f for f in printings[entry.key] if is_share_of(share, f, total)]
            # A share that fits the value printed elsewhere bears that value out.
            wrong = emission if fits else share
            yield finding(
                "N06",
                wrong.where,
                case="belongs_to_another" if fits else "",
                seen=share.text.rstrip("%％").strip(),
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


def total_for(declared: Declared, place: str) -> Figure | None:
    """The total printed at a place (folded name); else the one most other places print."""
    by_place = declared.places("total")
    here = _totals(by_place.get(place, []))
    return here[0] if here else odd_ones(_totals(list(declared.of("total"))))[0]


def _totals(entries: list[Entry]) -> tuple[Figure, ...]:
    return tuple(shown for e in entries if (shown := figure(e, "emission")))
