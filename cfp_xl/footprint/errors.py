"""What a user's mistake in the accounting looks like: words to read, and Excel's error for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

from cfp_xl.messages import Explained, Lang, Text, fill_masked, text

NOT_FOUND = "#N/A"
WRONG_TYPE = "#VALUE!"
BAD_NUMBER = "#NUM!"
_WORD_BEGINS = re.compile("(?<=[a-z0-9])(?=[A-Z])")


class FootprintError(Explained):
    """A mistake of the user's that has a name, an explanation and an Excel error.

    `excel` is what a cell shows for it: #N/A not found, #VALUE! wrong type or unit, #NUM! bad
    number. Its text in the catalogue is `footprint.<text_key>`, which is the name of the class in
    small letters (`ZeroDivisor`: zero_divisor) unless the class gives another.
    """

    excel: str = WRONG_TYPE
    text_key: ClassVar[str]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "text_key" not in vars(cls):
            cls.text_key = _WORD_BEGINS.sub("_", cls.__name__).lower()

    def __init__(self, **values: object) -> None:
        super().__init__(f"footprint.{self.text_key}", **values)

    def __reduce__(self) -> tuple[Any, ...]:
        """Results travel between processes, and subclasses take other arguments than `args`."""
        return _restored, (type(self), self.args, self.__dict__)


def _restored(
    kind: type[FootprintError], args: tuple[object, ...], state: dict[str, Any]
) -> FootprintError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class NotKnown(FootprintError):
    """A name that means nothing; `nearest` are the known ones that come closest, best first.

    They are sought when someone reads them: a sheet may hold thousands of wrong names. The text
    without any is `<text_key>_far`.
    """

    def __init__(self, find_nearest: Callable[[], tuple[str, ...]], **values: object) -> None:
        super().__init__(**values)
        self._find_nearest = find_nearest

    @cached_property
    def nearest(self) -> tuple[str, ...]:
        return self._find_nearest()

    def say(self, lang: Lang) -> str:
        key = self.key if self.nearest else f"{self.key}_far"
        return fill_masked(text(key), lang, {**self.values, "nearest": self.nearest})

    def __reduce__(self) -> tuple[Any, ...]:
        state = {**self.__dict__, "nearest": self.nearest}
        del state["_find_nearest"]
        return _restored, (type(self), self.args, state)


class CellError(FootprintError):
    """A cell that the row needs holds an Excel error; it passes through unchanged."""

    def __init__(self, column: Text, error: str) -> None:
        super().__init__(column=column, error=error)
        self.excel = error


class NumberExpected(FootprintError):
    """A text, a logical value or a text that looks like a number stands where a number belongs."""


class NumberMissing(FootprintError):
    """A cell that must hold a number is blank. Missing is never zero."""


class NumberNegative(FootprintError):
    """A quantity below zero: credits and offsets are reported apart, never subtracted."""

    excel = BAD_NUMBER


class NumberNotFinite(FootprintError):
    """Infinity, not-a-number, or a result too large for Excel."""

    excel = BAD_NUMBER


def label(name: str) -> Text:
    """What a value is called in messages (`footprint.label.<name>`)."""
    return text(f"footprint.label.{name}")
