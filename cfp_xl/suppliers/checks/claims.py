"""S41 S42 S60: what a supplier's own footprint covers, who verified it, what counts twice."""

from __future__ import annotations

from collections.abc import Iterator

from cfp_xl.findings import Finding, finding
from cfp_xl.suppliers.answer import ReadAnswer
from cfp_xl.suppliers.product_parts import RequestedPart

CRADLE_TO_GATE = "cradle_to_gate"


def footprint_fits(answer: ReadAnswer, asked: RequestedPart) -> Iterator[Finding]:
    """S41: cradle-to-gate; S42: verified; S60: its delivery not counted in the product again."""
    if answer.text("data_kind") != "pcf":
        return
    boundary = answer.given["pcf_boundary"]
    if boundary.value is not None and boundary.value != CRADLE_TO_GATE:
        yield finding("S41", boundary.where, seen=boundary.typed)
    verification = answer.given["pcf_verification"]
    if verification.value in ("self", "none"):
        yield finding("S42", verification.where, seen=verification.typed)
    if answer.text("includes_delivery") == "included" and asked.deliveries:
        rows = tuple(str(cell) for cell in asked.deliveries)
        yield finding("S60", answer.where("includes_delivery"), rows=rows)
