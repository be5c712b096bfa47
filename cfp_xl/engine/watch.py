"""The deadline inside functions that know nothing of it.

A formula that has met a large array is watched to its end: every so many calls that Python makes
on its behalf, in the function library too, the time is looked at.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from cfp_xl.engine.result import RecalculationTimeout

LARGE = 1 << 16
"""An array of more cells may take its time; of fewer, what costs too much has a bound of its own
(`library.LARGEST_ARGUMENT`)."""

_CALLS = 1024
"""After so many the time is looked at."""

_COMPUTING = ("cfp_xl", "formulas", "numpy", "schedula")
"""Packages that compute: what is raised elsewhere, say while objects are collected, is lost."""


class _Late(BaseException):
    """Passes through what catches every Exception, as functions of the library do."""

    def __init__(self, why: RecalculationTimeout) -> None:
        super().__init__(why)
        self.why = why


class Watch:
    """Looks at the time while one formula is computed; `tick` raises when it is over.

    Within it a watch may begin, and it ends there; it begins at once for what is known to be long.
    """

    __slots__ = ("_calls", "_is_long", "_tick", "is_on")

    def __init__(self, tick: Callable[[], None], *, is_long: bool = False) -> None:
        self._tick = tick
        self._calls = 0
        self._is_long = is_long
        self.is_on = False

    def __enter__(self) -> Watch:
        if self._is_long:
            self.begin()
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _where: object) -> None:
        if self.is_on:
            self.end()
        if isinstance(error, _Late):
            raise error.why from None

    def begin(self) -> None:
        """From here on, unless something else looks at calls already."""
        if sys.getprofile() is None:
            sys.setprofile(self._look)
            self.is_on = True

    def end(self) -> None:
        if self.is_on:
            sys.setprofile(None)
            self.is_on = False

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Inside, `tick` is called anyway."""
        sys.setprofile(None)
        yield
        sys.setprofile(self._look)

    def _look(self, frame: FrameType, _event: str, _argument: object) -> None:
        self._calls += 1
        if self._calls < _CALLS:
            return
        if not str(frame.f_globals.get("__name__")).startswith(_COMPUTING):
            return
        self._calls = 0
        try:
            self._tick()
        except RecalculationTimeout as late:
            raise _Late(late) from late


@contextmanager
def unwatched() -> Iterator[None]:
    """Inside, no calls are looked at: for CFP_* functions, whose time grows with their rows."""
    looking = sys.getprofile()
    if not isinstance(getattr(looking, "__self__", None), Watch):
        yield
        return
    sys.setprofile(None)
    try:
        yield
    finally:
        sys.setprofile(looking)


_DEEP = 10_000
"""Excel calls LAMBDAs some 500 deep; each level takes about 15 calls here."""


@contextmanager
def deep() -> Iterator[None]:
    """Inside, LAMBDAs may call themselves as deep as in Excel."""
    before = sys.getrecursionlimit()
    if before >= _DEEP:
        yield
        return
    sys.setrecursionlimit(_DEEP)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
