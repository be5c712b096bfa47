"""An amount with its unit, as printed at one place, held against the same at others."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from cfp_xl.audit.document import Spot
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.printed import NotPrintedNumber, Printed, printed


@dataclass(frozen=True)
class PrintedAmount:
    """A factor, a mass, a billed total: what it is called, and what is printed there."""

    name: str
    number: Printed
    unit: str
    spot: Spot

    @property
    def text(self) -> str:
        return f"{self.number.text} {self.unit}".strip()

    def agrees_with(self, other: PrintedAmount, scale: Decimal) -> bool:
        """The same value, or the same with fewer digits; `scale` brings the other's unit to this
        one's."""
        half = max(self.number.half_ulp, other.number.half_ulp * scale)
        return abs(self.number.value - other.number.value * scale) <= half


def amount(name: str, number: str, unit: str, spot: Spot) -> PrintedAmount | None:
    """None where the text is no number."""
    with suppress(NotPrintedNumber):
        return PrintedAmount(name, printed(number), unit, spot)
    return None


def differs(
    one: PrintedAmount, others: Sequence[PrintedAmount], place: str, case: str = "undecided"
) -> Finding:
    """N04: an amount is another elsewhere; both places are named."""
    return finding(
        "N04",
        one.spot,
        case=case,
        seen=one.text,
        expected=others[0].text,
        row=one.name,
        place=place,
        others=tuple(str(other.spot) for other in others),
    )
