"""What a mutant is: one change that no honest editor makes, and the cells it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from cfp_xl.findings import CellRef
from tests.mutants.edits import Base, Book

Change = Callable[[Book], Sequence[CellRef]]
"""Makes the change; returns the cells of which one (or a dependent) must be named. None of them
means the file as such: then any warning or error will do."""


@dataclass(frozen=True)
class Kind:
    """An operator at a class of places."""

    operator: str
    place: str
    reason: str
    """Why it must be named."""
    change: Change
    bases: frozenset[str]
    """Where it can be made."""
    heals: bool = False
    """Whether a recalculation undoes it: then only the stale file is a mutant."""

    @property
    def name(self) -> str:
        return f"{self.operator} @ {self.place}"


@dataclass(frozen=True)
class Mutant:
    kind: Kind
    base: Base

    @property
    def name(self) -> str:
        return f"{self.kind.name} [{self.base.name}]"


def without_seal(kind: Kind) -> Kind:
    """The same in a workbook whose seal and template id were taken off."""

    def change(book: Book) -> Sequence[CellRef]:
        cells = kind.change(book)
        book.properties("cfp_")
        return cells

    return replace(kind, operator=f"{kind.operator}, no seal", change=change)


def spread(kinds: Iterable[Kind], bases: Sequence[Base]) -> Iterator[Mutant]:
    """Every kind in one of the bases that it can be made in, by its name: others don't move it."""
    for kind in kinds:
        fitting = [base for base in bases if base.name in kind.bases]
        yield Mutant(kind, fitting[crc32(kind.name.encode()) % len(fitting)])
