"""What the total would change by: what is expected less what is printed, of an emission."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from cfp_xl.findings import Finding
from cfp_xl.verify.declared.figures import to_kgco2e

_LEADING = re.compile(r"\s*(-?[\d,]*\.?\d+(?:[eE][+-]?\d+)?)")


def impact_of(one: Finding, unit: str) -> float | None:
    """In kgCO2e, for a finding on an emission printed in a unit; None where it names no figures."""
    seen, expected = _leading(one.seen), _leading(one.expected)
    if seen is None or expected is None:
        return None
    return float(f"{float(expected - seen) * (to_kgco2e(unit) if unit else 1.0):.6g}")


def _leading(text: str | None) -> Decimal | None:
    found = _LEADING.match(text or "")
    try:
        return Decimal(found[1].replace(",", "")) if found else None
    except InvalidOperation:
        return None
