"""Figures as findings show them: few digits, and no power of ten where it can be helped."""

from __future__ import annotations

from decimal import Decimal


def short(value: float) -> str:
    """Four significant digits; thousands separated, no decimals from 1,000 on."""
    if 1000 <= abs(value) < 1e12:
        return f"{value:,.0f}"
    shown = f"{value:.3g}" if abs(value) < 1e-4 else f"{value:.4g}"
    return f"{Decimal(shown):f}" if 1e-12 < abs(value) < 1e-4 else shown


def times(ratio: float) -> str:
    """A ratio with three significant digits."""
    return f"{ratio:.3g}" if ratio < 1e5 else f"{ratio:.1e}"
