"""What a parameter takes: the annotated types that the functions' signatures are written in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeAlias

from cfp_xl.functions.ranges import (
    ActivitiesRange,
    AssembliesRange,
    CellsRange,
    FactorsRange,
    MistakenRange,
)
from cfp_xl.functions.values import Scalar


class Takes(StrEnum):
    """How an argument is read."""

    NUMBER = "number"
    """A number; never a text that looks like one, never TRUE, never a blank."""
    TEXT = "text"
    """A text that is not empty."""
    ID = "id"
    """A text, or a number as Excel shows it: ids such as 1001 are often typed as numbers."""
    PRINTED = "printed"
    """A number as printed: text keeps its digits, a numeric cell has only its shortest ones."""
    ANYTHING = "anything"
    """Whatever is in the cell, errors included: for functions that put mistakes into words."""
    ACTIVITIES = "activities"
    """A range of activity rows with their headings."""
    FACTORS = "factors"
    """A range of factors with their headings."""
    ASSEMBLIES = "assemblies"
    """A range of assemblies with their headings."""
    CELLS = "cells"
    """A range of cells, taken whole."""

    is_range: bool

    def __init__(self, _value: str) -> None:
        self.is_range = _value in ("activities", "factors", "assemblies", "cells")


@dataclass(frozen=True, slots=True)
class ParameterKind:
    """What a parameter takes, the unit of its numbers, and the bounds beyond which it is #NUM!."""

    takes: Takes
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    is_whole: bool = False
    may_be_mistaken: bool = False
    """A range that cannot be read is given to the body all the same, to put into words."""


@dataclass(frozen=True, slots=True)
class Gives:
    """What a function returns, and the unit of its numbers."""

    unit: str = ""


Number: TypeAlias = Annotated[float, ParameterKind(Takes.NUMBER)]
NonNegative: TypeAlias = Annotated[float, ParameterKind(Takes.NUMBER, minimum=0)]
Count: TypeAlias = Annotated[float, ParameterKind(Takes.NUMBER, minimum=1, is_whole=True)]
Ratio: TypeAlias = Annotated[float, ParameterKind(Takes.NUMBER, unit="0–1", minimum=0, maximum=1)]
GJPerT: TypeAlias = Annotated[float, ParameterKind(Takes.NUMBER, unit="GJ/t", minimum=0)]
TCPerTJ: TypeAlias = Annotated[float, ParameterKind(Takes.NUMBER, unit="tC/TJ", minimum=0)]
Words: TypeAlias = Annotated[str, ParameterKind(Takes.TEXT)]
Id: TypeAlias = Annotated[str, ParameterKind(Takes.ID)]
PrintedNumber: TypeAlias = Annotated[str | float, ParameterKind(Takes.PRINTED)]
Anything: TypeAlias = Annotated[Scalar, ParameterKind(Takes.ANYTHING)]
Activities: TypeAlias = Annotated[ActivitiesRange, ParameterKind(Takes.ACTIVITIES)]
Factors: TypeAlias = Annotated[FactorsRange, ParameterKind(Takes.FACTORS)]
Assemblies: TypeAlias = Annotated[AssembliesRange, ParameterKind(Takes.ASSEMBLIES)]
WholeCells: TypeAlias = Annotated[CellsRange, ParameterKind(Takes.CELLS)]
# For functions that put mistakes into words: a range, or what is wrong with it.
ActivitiesOrMistake: TypeAlias = Annotated[
    ActivitiesRange | MistakenRange, ParameterKind(Takes.ACTIVITIES, may_be_mistaken=True)
]
FactorsOrMistake: TypeAlias = Annotated[
    FactorsRange | MistakenRange, ParameterKind(Takes.FACTORS, may_be_mistaken=True)
]

KgCO2ePerUnit: TypeAlias = Annotated[float, Gives("kgCO2e")]
KgCO2e: TypeAlias = Annotated[float, Gives("kgCO2e")]
KgCO2PerKg: TypeAlias = Annotated[float, Gives("kgCO2/kg")]
Share: TypeAlias = Annotated[float, Gives("0–1")]
