"""The checks that a workbook makes of itself: formulas that say OK, TRUE, or no difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from cfp_xl.engine.areas import CellKey
from cfp_xl.functions.values import ExcelError, Scalar
from cfp_xl.mutate.of_formulas import is_number
from cfp_xl.mutate.subject import Subject
from cfp_xl.schema.anchors import SheetWords

_GOOD = re.compile(
    r"(?<![a-z])(?:ok|pass(?:ed)?|true|correct|balanced)(?![a-z])|通过|合格|正确|一致|无误|相符|[✓✔√]",
    re.IGNORECASE,
)
_IS_CHECK = re.compile(
    r"(?<![a-z])(?:check|difference|deviation|control)|检查|校验|核对|差额|差异|勾稽", re.IGNORECASE
)
NOISE = 1e-6
"""A difference that a check of two results takes for none, beside 1."""


@dataclass(frozen=True)
class OwnChecks:
    """The check cells of a workbook, all of which say that nothing is wrong with it as it is."""

    subject: Subject

    @cached_property
    def cells(self) -> Mapping[CellKey, str]:
        """By cell, what kind: text, truth, difference."""
        return dict(self._found())

    def _found(self) -> Iterator[tuple[CellKey, str]]:
        words = {sheet.name: SheetWords(sheet) for sheet in self.subject.workbook.sheets}
        for site in self.subject.sites:
            value = site.value
            if isinstance(value, str) and _GOOD.search(value):
                yield site.key, "text"
            elif value is True and not self.subject.book.is_referred_to(site.key):
                yield site.key, "truth"
            elif is_number(value) and abs(float(value)) <= NOISE:  # type: ignore[arg-type]
                label = words[site.key.sheet].label(site.key.row, site.key.column)
                heading = words[site.key.sheet].heading(site.key.row, site.key.column)
                if _IS_CHECK.search(f"{label or ''} {heading or ''}"):
                    yield site.key, "difference"

    def failing(self, result: Callable[[CellKey], Scalar]) -> Iterator[CellKey]:
        """The checks that say by these results that something is wrong. One that falls silent
        says nothing."""
        for key, kind in self.cells.items():
            if _fails(kind, result(key)):
                yield key


def _fails(kind: str, value: Scalar) -> bool:
    if isinstance(value, ExcelError):
        return True
    if kind == "text":
        return value is False or (
            isinstance(value, str) and value != "" and not _GOOD.search(value)
        )
    if kind == "truth":
        return value is False
    return is_number(value) and abs(float(value)) > NOISE  # type: ignore[arg-type]
