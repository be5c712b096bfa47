"""What a rule is: one function from what it looks at to its findings, with what it declares.

    @rule("B03", reads=("activities", "factors"), schemas=(PRODUCT,))
    def included_processes_have_values(case: Case) -> Iterator[Finding]:

A rule declares its codes, the tables and settings it reads, and the schemas it runs for. Severity,
justifiability and words of a code stand in its one entry of `data/findings/*.toml`, since several
rules, the engine and the reader may find the same code. The rules of a package are those that its
modules define: nothing lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, ParamSpec

from cfp_xl.findings import Finding, kind

P = ParamSpec("P")

PRODUCT, SUPPLIER = "product", "supplier"
"""Schemas of a workbook: a product's life cycle; a supplier's answer, one process of a product."""
SCHEMAS = (PRODUCT, SUPPLIER)
REPORT = "report"
"""Of no workbook: of a published report, as `cfp_xl/audit/rules` look at it."""
EVERYTHING = "*"
"""In `reads`: all tables and settings."""


@dataclass(frozen=True)
class Rule(Generic[P]):
    """A rule function that is called like any other; made by `@rule`."""

    function: Callable[P, Iterator[Finding]]
    codes: tuple[str, ...]
    reads: tuple[str, ...]
    """Tables (`activities`) and settings (`gwp_set`, the name `cfp_gwp_set`), or EVERYTHING."""
    schemas: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def module(self) -> str:
        return self.function.__module__

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[Finding]:
        """The findings; one of a code that the rule does not declare is a bug."""
        for one in self.function(*args, **kwargs):
            if one.code not in self.codes:
                raise UndeclaredCode(f"{self.module}.{self.name} does not declare {one.code}")
            yield one


class UndeclaredCode(LookupError):
    """A rule found something of a code that is not among its own: our bug."""


def rule(
    *codes: str, reads: tuple[str, ...], schemas: tuple[str, ...] = SCHEMAS
) -> Callable[[Callable[P, Iterator[Finding]]], Rule[P]]:
    """Declares a function as a rule. A code without an entry in the catalogue raises KeyError."""
    for code in codes:
        kind(code)
    return lambda function: Rule(function, codes, reads, schemas)


def rules_of(package: str) -> tuple[Rule[Any], ...]:
    """The rules of a package: those of its modules, by name."""
    modules = iter_modules(import_module(package).__path__)
    return tuple(one for found in modules for one in rules_in(f"{package}.{found.name}"))


def rules_in(module: str) -> tuple[Rule[Any], ...]:
    """The rules that a module defines, as they stand there."""
    defined = vars(import_module(module)).values()
    return tuple(one for one in defined if isinstance(one, Rule) and one.module == module)
