"""A real Excel, asked through xlwings: an instance of its own, closed again whatever happens.

Files that it opens are strangers': their macros are off, their links are not followed, and they
are opened read-only. Excel that is started by a program opens no add-ins by itself, so ours is
opened here. Tested with a stand-in of xlwings' App; `cfp-xl host prove excel` shows it in a real
one.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.hosts.edge import incoming
from cfp_xl.messages import Explained
from cfp_xl.workbook.address import Bounds

LONGEST_S = 240.0
"""An instance that works longer is ended: it waits for somebody, or for ever."""
MOST_CELLS = 200_000
"""Read at once; appscript on a Mac fails at some two million."""
MACROS_RUN, MACROS_OFF = 1, 3
"""MsoAutomationSecurity: low, and force-disable."""


class ExcelMissing(Explained):
    """No Excel that answers on this machine."""


class ExcelFailed(Explained):
    """Excel was there, and a file could not be opened, computed or read."""


@dataclass(frozen=True)
class ExcelSession:
    """A running Excel."""

    app: Any
    has_functions: bool
    """Whether our add-in was opened in it."""

    @contextmanager
    def opened(self, path: Path) -> Iterator[Any]:
        """A file opened read-only, and closed without saving."""
        with _asking():
            book = self.app.books.open(
                str(path),
                update_links=False,
                read_only=True,
                ignore_read_only_recommended=True,
                add_to_mru=False,
            )
        try:
            yield book
        finally:
            with suppress(Exception):
                book.close()

    def calculate(self) -> None:
        """Every formula of the open files entered and computed anew (Ctrl+Alt+Shift+F9)."""
        with _asking():
            if sys.platform == "darwin":
                self.app.api.calculate_full_rebuild()
            else:
                self.app.api.CalculateFullRebuild()

    def values(self, book: Any, sheet: str, bounds: Bounds) -> Iterator[Sequence[Scalar]]:
        """The rows of a block of cells, errors as errors and numbers with all their digits."""
        top, left, bottom, right = bounds
        step = max(1, MOST_CELLS // (right - left + 1))
        for first in range(top, bottom + 1, step):
            last = min(first + step - 1, bottom)
            with _asking():
                raw = _raw(book.sheets[sheet].range((first, left), (last, right)))
            yield from _table(raw, last - first + 1)


@contextmanager
def excel(
    addin: Path | None, *, is_visible: bool = False, longest_s: float = LONGEST_S
) -> Iterator[ExcelSession]:
    """An Excel of its own, with the add-in where one is named. Raises ExcelMissing, ExcelFailed."""
    app = _started(is_visible)
    watch = threading.Timer(longest_s, _end, [app.pid])
    watch.daemon = True
    watch.start()
    try:
        with _asking():
            app.display_alerts = is_visible
            session = ExcelSession(app, _with_addin(app, addin))
        yield session
    finally:
        watch.cancel()
        _close(app)


@contextmanager
def _asking() -> Iterator[None]:
    """Excel's errors in words; pywin32's and appscript's have no class in common."""
    try:
        yield
    except Exception as why:
        raise ExcelFailed("excel.session.failed", why=f"{type(why).__name__}: {why}") from why


def _started(is_visible: bool) -> Any:
    try:
        import xlwings

        return xlwings.App(visible=is_visible, add_book=False)
    except Exception as why:
        raise ExcelMissing("excel.session.missing", why=f"{type(why).__name__}: {why}") from why


def _with_addin(app: Any, addin: Path | None) -> bool:
    """Opens the add-in with its macros; from then on no file's macros run."""
    if sys.platform == "darwin":  # no add-in of ours runs there, and no such switch exists
        return False
    if addin is not None:
        app.api.AutomationSecurity = MACROS_RUN
        app.books.open(str(addin), read_only=True, add_to_mru=False)
    app.api.AutomationSecurity = MACROS_OFF
    return addin is not None


def _close(app: Any) -> None:
    pid = app.pid
    with suppress(Exception):
        for book in list(app.books):
            book.close()
    try:
        app.quit()
    except Exception:
        _end(pid)
        return
    with suppress(Exception):  # quit leaves a process behind on Windows; xlwings ends it so too
        app.kill()


def _end(pid: int) -> None:
    with suppress(OSError):
        os.kill(pid, signal.SIGTERM)


def _raw(area: Any) -> Any:
    """Value2 on Windows: `Value` would give money with four decimals, and dates."""
    if sys.platform == "darwin":
        return area.options("raw", err_to_str=True).value
    return area.api.Value2


def _table(value: Any, rows: int) -> list[Sequence[Scalar]]:
    """What a range gives, as rows: one cell comes alone, one row on a Mac without its own."""
    if not isinstance(value, list | tuple):
        value = [[value]]
    elif rows == 1 and not isinstance(value[0], list | tuple):
        value = [value]
    return [[_cell(one) for one in row] for row in value]


def _cell(value: Any) -> Scalar:
    found = incoming(value)
    return found if isinstance(found, float | bool | str | ExcelError) else None


def versions(session: ExcelSession) -> Mapping[str, str]:
    """Which Excel it is, on what."""
    import platform
    from importlib.metadata import version

    build = ""
    with suppress(Exception):
        build = str(session.app.api.Build)
    return {
        "excel": str(session.app.version),
        "excel_build": build,
        "system": platform.platform(),
        "python": platform.python_version(),
        "xlwings": version("xlwings"),
        "cfp_xl": version("cfp_xl"),
    }


__all__ = ["ExcelFailed", "ExcelMissing", "ExcelSession", "excel", "versions"]
