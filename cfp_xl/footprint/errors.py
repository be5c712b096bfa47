"""What a user's mistake in the accounting looks like: words to read, and Excel's error for it."""

from __future__ import annotations

from typing import ClassVar

from cfp_xl.messages import Explained, Text, text

NOT_FOUND = "#N/A"
WRONG_TYPE = "#VALUE!"
BAD_NUMBER = "#NUM!"


class FootprintError(Explained):
    """A mistake of the user's that has a name, an explanation and an Excel error.

    `excel` is what a cell shows for it: #N/A not found, #VALUE! wrong type or unit, #NUM! bad
    number. A subclass names its text of the catalogue as `footprint.<text_key>`.
    """

    excel: str = WRONG_TYPE
    text_key: ClassVar[str]

    def __init__(self, **values: object) -> None:
        super().__init__(f"footprint.{self.text_key}", **values)


class CellError(FootprintError):
    """A cell that the row needs holds an Excel error; it passes through unchanged."""

    text_key = "cell_error"

    def __init__(self, column: Text, error: str) -> None:
        super().__init__(column=column, error=error)
        self.excel = error


class NumberExpected(FootprintError):
    """A text, a logical value or a text that looks like a number stands where a number belongs."""

    text_key = "number_expected"


class NumberMissing(FootprintError):
    """A cell that must hold a number is blank. Missing is never zero."""

    text_key = "number_missing"


class NumberNegative(FootprintError):
    """A quantity below zero: credits and offsets are reported apart, never subtracted."""

    excel = BAD_NUMBER
    text_key = "number_negative"


class NumberNotFinite(FootprintError):
    """Infinity, not-a-number, or a result too large for Excel."""

    excel = BAD_NUMBER
    text_key = "number_not_finite"


def label(name: str) -> Text:
    """What a value is called in messages (`footprint.label.<name>`)."""
    return text(f"footprint.label.{name}")
