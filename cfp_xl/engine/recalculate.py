"""The door of the engine: a workbook in, every formula cell's result out."""

from __future__ import annotations

from datetime import datetime

from cfp_xl.engine.result import Recalculation
from cfp_xl.workbook.model import Workbook

CLOCK = datetime(2026, 1, 1, 12)
"""What NOW() says unless told otherwise: a result must not depend on the day it was computed."""


def recalculate(
    workbook: Workbook, *, clock: datetime = CLOCK, deadline_s: float = 60.0
) -> Recalculation:
    """Computes every formula cell of `workbook` from its constants, cached results unread.

    Mistakes of the workbook end as findings and as errors in cells, never as exceptions.
    Raises RecalculationTimeout after `deadline_s` seconds.
    """
    raise NotImplementedError(workbook, clock, deadline_s)
