"""What the registry knows of a function: its parameters, units, errors, examples, help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfp_xl.functions.kinds import ParameterKind
from cfp_xl.functions.values import ExcelError
from cfp_xl.messages import Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: `unit` is the unit of its number, empty where it has none of its own.

    Its name is the user's; a body spells Python's own words with `_` behind (`from_`).
    """

    name: str
    kind: ParameterKind
    is_optional: bool
    help: Text

    @property
    def unit(self) -> str:
        return self.kind.unit


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """When a function answers with an Excel error."""

    error: ExcelError
    when: Text


@dataclass(frozen=True, slots=True)
class Example:
    """A formula and what it gives: a number, a text, a boolean, an error's code, or spilled rows.

    `because` says where the expected value comes from: a publication, or arithmetic by hand.
    """

    formula: str
    gives: float | str | bool | tuple[tuple[float | str, ...], ...]
    because: Text
    tables: Mapping[str, tuple[tuple[Any, ...], ...]] = field(default_factory=dict)
    """Named ranges that the formula uses, heading row first."""


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """A function of the registry. `body` takes coerced arguments and may raise FootprintError."""

    name: str
    category: str
    parameters: tuple[Parameter, ...]
    help: Text
    returns: Text
    unit: str
    errors: tuple[ErrorCase, ...]
    examples: tuple[Example, ...]
    body: Callable[..., Any]
    spills: bool = False
    """True where one call gives a table; its arguments are then single values."""
    explains: bool = False
    """True where mistakes and errors in arguments are put into words, not passed on."""
    prepared: Callable[..., Callable[[float], Any] | None] | None = None
    """`body` in two steps, for columns: of all arguments but the first, a function of the first, a
    number from 0. It gives None, as that function does, where something is wrong, or raises
    FootprintError; `body` then says what."""

    @property
    def takes_ranges(self) -> bool:
        return any(p.kind.takes.is_range for p in self.parameters)

    @property
    def required(self) -> int:
        """The number of arguments that may not be left out."""
        return sum(not p.is_optional for p in self.parameters)

    @property
    def signature(self) -> str:
        """As users write it: `CFP_FACTOR(id, [unit], [factors])`."""
        names = (f"[{p.name}]" if p.is_optional else p.name for p in self.parameters)
        return f"{self.name}({', '.join(names)})"
