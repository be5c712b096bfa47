"""The figures of the status page as people read them; HTML and the workbook share them."""

from __future__ import annotations

from dataclasses import dataclass

from cfp_xl.messages import Lang, say
from cfp_xl.suppliers.status import CollectionStatus, Coverage

ROOM = "supplier_status"


@dataclass(frozen=True, slots=True)
class Card:
    """A figure above the table: what it is, how much, of what. `share` is 0–1."""

    title: str
    share: float | None
    value: str
    below: str


def cards(status: CollectionStatus, lang: Lang) -> tuple[Card, ...]:
    """How many answered, what mass and footprint that covers, the share of primary data."""
    answered, parts = status.answered_count, len(status.parts)
    mass, footprint = status.mass, status.footprint
    below_mass = _of("mass_of", mass, "kg", lang)
    if status.without_mass_count:
        unknown = say(f"{ROOM}.page.mass_unknown", lang, count=status.without_mass_count)
        below_mass = f"{below_mass} · {unknown}"
    total = status.total_kgco2e
    below_primary = (
        say(f"{ROOM}.page.no_total", lang)
        if total is None
        else say(f"{ROOM}.page.primary_of", lang, total_kgco2e=figure(total, lang))
    )
    below_answered = say(f"{ROOM}.page.answered_of", lang, answered=answered, parts=parts)
    return (
        _card("answered", answered / parts if parts else None, below_answered, lang),
        _card("mass", mass.share, below_mass, lang),
        _card("footprint", footprint.share, _of("footprint_of", footprint, "kgco2e", lang), lang),
        _card("primary", status.primary_share, below_primary, lang),
    )


def figure(value: float | None, lang: Lang) -> str:
    """Four significant digits, or a dash."""
    if value is None:
        return say(f"{ROOM}.page.unknown", lang)
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def percent(share: float | None, lang: Lang) -> str:
    """A share of the footprint with one decimal; the word for unknown where there is none."""
    return say(f"{ROOM}.page.unknown", lang) if share is None else f"{share:.1%}"


def days(left: int | None, lang: Lang) -> str:
    """How long until an answer is due."""
    if left is None:
        return ""
    if left == 0:
        return say(f"{ROOM}.page.today", lang)
    return say(f"{ROOM}.page.{'late' if left < 0 else 'left'}", lang, days=abs(left))


def _card(key: str, share: float | None, below: str, lang: Lang) -> Card:
    return Card(say(f"{ROOM}.page.{key}", lang), share, percent(share, lang), below)


def _of(key: str, covered: Coverage, unit: str, lang: Lang) -> str:
    amounts = {
        f"answered_{unit}": figure(covered.answered, lang),
        f"all_{unit}": figure(covered.whole, lang),
    }
    return say(f"{ROOM}.page.{key}", lang, **amounts)
