"""What the command `study` reports: a product's study and what was asked besides, or of cells."""

from __future__ import annotations

from dataclasses import dataclass

from cfp_xl.study.bridge import Bridge
from cfp_xl.whatif.any_workbook import CellStudy
from cfp_xl.whatif.seek import Sought
from cfp_xl.whatif.study import ProductStudy


@dataclass(frozen=True)
class Reported:
    """One report; `product` is None where only cells of a workbook were studied."""

    file: str
    product: ProductStudy | None = None
    bridge: Bridge | None = None
    sought: Sought | None = None
    cells: tuple[CellStudy, ...] = ()
