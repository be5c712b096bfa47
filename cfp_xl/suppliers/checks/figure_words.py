"""Figures as findings show them: few digits, and no power of ten where it can be helped."""

from __future__ import annotations


def short(value: float) -> str:
    """Four significant digits; thousands separated, no decimals from 1,000 on."""
    if 1000 <= abs(value) < 1e12:
        return f"{value:,.0f}"
    return f"{value:.4g}" if abs(value) >= 1e-4 or value == 0 else f"{value:.2e}"


def times(ratio: float) -> str:
    """A ratio with three significant digits."""
    return f"{ratio:.3g}" if ratio < 1e5 else f"{ratio:.1e}"
