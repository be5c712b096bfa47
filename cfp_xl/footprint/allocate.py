"""Allocation: the share of a bill that belongs to one product."""

from __future__ import annotations

from cfp_xl.footprint.cells import number_not_negative
from cfp_xl.footprint.errors import BAD_NUMBER, FootprintError, label


class BasisNotPositive(FootprintError):
    """A total basis of zero: nothing to share by."""

    excel = BAD_NUMBER


class BasisAboveTotal(FootprintError):
    """A product that takes more than all."""

    excel = BAD_NUMBER


def allocation_share(product_basis: float, total_basis: float) -> float:
    """The product's share, 0 to 1: its basis (pieces, kg, machine hours, value) over the total.

    Both in the same unit. Raises BasisNotPositive, BasisAboveTotal, NumberNegative.
    """
    of_product = number_not_negative(product_basis, label("product_basis"))
    total = number_not_negative(total_basis, label("total_basis"))
    if total == 0:
        raise BasisNotPositive(seen=total)
    if of_product > total:
        raise BasisAboveTotal(product_basis=of_product, total_basis=total)
    return of_product / total


def allocate(quantity: float, product_basis: float, total_basis: float) -> float:
    """The part of a quantity that belongs to the product, in the quantity's own unit."""
    amount = number_not_negative(quantity, label("quantity"))
    return amount * allocation_share(product_basis, total_basis)
