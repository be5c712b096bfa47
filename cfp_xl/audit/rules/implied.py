"""Which known factor the rows of an inventory were really worked out with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from cfp_xl.audit.record import PrintedFigures, ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.factors import Factor, builtin
from cfp_xl.footprint.printed import printed, product_agrees
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.figures import to_kgco2e

CHINESE = "cn-2026"
"""The set whose fuels and electricity Chinese reports use without naming them."""


@report_rule("N08", needs=("figures",))
def rows_use_one_known_factor(report: ReadReport) -> Iterator[Finding]:
    """N08: where the printed factor gives no row, but a known one of that name gives one of them,
    it gives the others too."""
    groups: dict[tuple[str, str, str], list[PrintedFigures]] = {}
    for one in report.figures:
        numbers = [one.text(c) for c in ("quantity", "emission", "factor")]
        if (
            one.item == "activity"
            and not one.is_uncertain
            and all(n not in ("", "/") for n in numbers)
        ):
            key = (folded(one.text("activity")), one.text("unit"), one.text("factor"))
            groups.setdefault(key, []).append(one)
    for (name, _, _), rows in groups.items():
        if len(rows) < 2 or any(_gives(row, row.text("factor"), 1.0) for row in rows):
            continue
        for factor in _called(name):
            fitting = [row for row in rows if _fits(row, factor)]
            if fitting and len(fitting) < len(rows):
                for row in rows:
                    if row not in fitting:
                        yield _unlike(row, fitting[0], factor)
                break


def _called(name: str) -> Iterator[Factor]:
    """The factors of a name, whatever stands behind it in brackets."""
    for one in builtin(CHINESE).factors.values():
        if folded(one.name.zh).split("(")[0] == name:
            yield one


def _fits(row: PrintedFigures, factor: Factor) -> bool:
    with suppress(Explained):
        return _gives(
            row, factor.kgco2e_per(row.text("unit")), to_kgco2e(row.text("emission_unit"))
        )
    return False


def _gives(row: PrintedFigures, factor: str | float, unit: float) -> bool:
    """Whether a factor times the quantity is the emission, within the rounding of both."""
    with suppress(Explained):
        exact = printed(factor) if isinstance(factor, str) else factor
        return product_agrees(
            printed(row.text("emission")), printed(row.text("quantity")), exact, 1 / unit
        )
    return False


def _unlike(row: PrintedFigures, other: PrintedFigures, factor: Factor) -> Finding:
    value = factor.kgco2e_per(row.text("unit"))
    product = float(printed(row.text("quantity")).value) * value
    return finding(
        "N08",
        row.spots["emission"],
        case="known",
        seen=row.text("emission"),
        expected=f"{product / to_kgco2e(row.text('emission_unit')):.4f}",
        quantity=f"{row.text('quantity')} {row.text('unit')}",
        factor=f"{value:.6g}",
        id=factor.id,
        name=factor.name,
        other=str(other.spot),
    )
