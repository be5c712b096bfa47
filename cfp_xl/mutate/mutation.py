"""What a mutation is: one change that nobody should make unnoticed; and who makes which."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING

from cfp_xl.engine.areas import CellKey
from cfp_xl.functions.values import Scalar
from cfp_xl.messages import Text, text
from cfp_xl.workbook.model import Workbook

if TYPE_CHECKING:
    from cfp_xl.mutate.subject import Subject


class Group(StrEnum):
    """What an operator changes."""

    FORMULA = "formula"
    STRUCTURE = "structure"
    DATA = "data"
    """Another plausible quantity can't be known: no target is set for these."""

    @property
    def text(self) -> Text:
        return text(f"mutate.group.{self.value}")


@dataclass(frozen=True)
class Operator:
    """One way to spoil a workbook; made by `@operator`."""

    code: str
    group: Group
    is_latent: bool
    """Whether it may change no value today and be a fault all the same."""
    find: Callable[[Subject], Iterator[Mutation]] = field(repr=False)

    @property
    def text(self) -> Text:
        """What it changes."""
        return text(f"mutate.operator.{self.code}")

    @property
    def cure(self) -> Text:
        """The check that would notice it."""
        return text(f"mutate.cure.{self.code}")


@dataclass(frozen=True)
class Mutation:
    """One change of one workbook."""

    where: CellKey | None
    """The cell that is changed, or the first of several; None where it is no cell."""
    before: str
    after: str
    formulas: Mapping[CellKey, str] = field(default_factory=dict)
    values: Mapping[CellKey, Scalar] = field(default_factory=dict)
    """Constants, in the place of formulas too."""
    saved: Mapping[CellKey, Scalar] = field(default_factory=dict)
    """Saved values that the formulas don't give."""
    book: Callable[[Workbook], Workbook] | None = None
    """What is changed that is no cell: names, hidden rows, settings."""
    needs_whole: bool = False
    """Whether `book` changes what formulas give."""
    pattern: int = 0
    """Tells mutations of one column apart that are not of one kind: the place in its formula."""
    probe: Mapping[CellKey, Scalar] = field(default_factory=dict)
    """Inputs that must move the total, where it is given; else the mutation harms nothing."""


Find = Callable[["Subject"], Iterator[Mutation]]


def operator(code: str, group: Group, *, latent: bool = False) -> Callable[[Find], Operator]:
    """Declares a function that yields all mutations of its kind in a workbook."""
    return lambda find: Operator(code, group, latent, find)


_MODULES = ("of_formulas", "of_references", "of_structure", "of_data")


def operators() -> tuple[Operator, ...]:
    """All of them, in the order of their modules."""
    modules = (import_module(f"cfp_xl.mutate.{name}") for name in _MODULES)
    return tuple(one for of in modules for one in vars(of).values() if isinstance(one, Operator))
