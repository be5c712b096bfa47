"""What a formula sees of the world, and what happened while it was computed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cfp_xl.engine.areas import Area
from cfp_xl.engine.result import Failure


@dataclass(frozen=True, slots=True)
class Moment:
    """What volatile functions see: the time, and random numbers drawn from `low` to `high`."""

    now: datetime
    low: float = 0.0
    high: float = 1.0
    folder: str = "C:\\"
    book: str = "Book1.xlsx"
    """Where the file seems to lie, and its name."""
    stream: str = ""
    """Which random numbers: those of two streams are in no order to each other."""


@dataclass(slots=True)
class Trace:
    """What happened while a formula was computed."""

    failures: list[Failure] = field(default_factory=list)
    hidden: list[Failure] = field(default_factory=list)
    """Failures of arguments that a function's value no longer shows."""
    asked: list[Failure] = field(default_factory=list)
    """Failures that a function only asked about, such as ISERROR."""
    is_volatile: bool = False
    read: dict[Area, None] = field(default_factory=dict)
    guards: int = 0
    """How many IFERROR-like functions are around the node being computed."""

    @property
    def noted(self) -> tuple[int, int, int]:
        """How much has failed so far, in each way."""
        return len(self.failures), len(self.hidden), len(self.asked)


class Guarded:
    """One guard more inside; left as it is when a failure escapes: so it is known to be guarded."""

    __slots__ = ("_trace",)

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def __enter__(self) -> None:
        self._trace.guards += 1

    def __exit__(self, kind: object, _error: object, _where: object) -> None:
        if kind is None:
            self._trace.guards -= 1
