"""The registry: each CFP_* function once, with its parameters, units, errors and help.

A function's signature is its declaration (kinds.py), its body is only mathematics, its words
live in `data/functions.toml`. `call` does for all of them what Excel does around a function:
reading arguments, passing errors on, columns in and columns out. The xlwings module, the
add-ins, the engine's binding and the reference are made from here.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Annotated, Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from cfp_xl.data_files import read_toml
from cfp_xl.functions.apply import applied
from cfp_xl.functions.kinds import Gives, ParameterKind
from cfp_xl.functions.spec import ErrorCase, Example, FunctionSpec, Parameter
from cfp_xl.functions.values import Argument, Array, Cells, ExcelError, Scalar, Table
from cfp_xl.messages import Text

Body = TypeVar("Body", bound=Callable[..., Any])

Prepared: TypeAlias = Callable[..., Callable[[float], Any] | None]

MODULES = ("factors", "emissions", "footprints", "studies", "checks")
"""The modules of this room that hold functions, in the order of the reference."""


_registered: dict[str, FunctionSpec] = {}


def function(
    name: str,
    *,
    category: str,
    spills: bool = False,
    explains: bool = False,
    prepared: Prepared | None = None,
) -> Callable[[Body], Body]:
    """Declare the decorated body as the function `name`; its help is in `data/functions.toml`."""

    def register(body: Body) -> Body:
        spec = _spec(name, category, body, spills=spills, explains=explains)
        _registered[name] = replace(spec, prepared=prepared)
        return body

    return register


@cache
def all_functions() -> Mapping[str, FunctionSpec]:
    """Every CFP_* function by its name, in the order of the reference."""
    for module in MODULES:
        import_module(f"cfp_xl.functions.{module}")
    return types.MappingProxyType(dict(_registered))


@cache
def categories() -> Mapping[str, Text]:
    """The groups that functions are listed under."""
    return {key: Text(**names) for key, names in read_toml("functions.toml")["category"].items()}


def call(name: str, args: Sequence[Argument]) -> Scalar | Array:
    """The value of `name(*args)`, as a cell would hold it.

    A user's mistake comes back as an ExcelError; a bug of ours propagates; an unknown name
    raises KeyError. Arrays are 2-D; one of 1 x 1 counts as its only value.
    """
    from cfp_xl.functions.arrays import as_array, as_cells

    given = answer(name, [as_cells(arg) for arg in args])
    return as_array(given) if isinstance(given, Table) else given


def answer(name: str, args: Sequence[Cells]) -> Scalar | Table:
    """As `call`, with ranges as tables of plain Python: it needs no numpy."""
    spec = all_functions()[name]
    if not spec.required <= len(args) <= len(spec.parameters):
        return ExcelError.VALUE
    return applied(spec, args)


@cache
def _help() -> Mapping[str, Any]:
    return read_toml("functions.toml")


def _spec(
    name: str, category: str, body: Callable[..., Any], *, spills: bool, explains: bool
) -> FunctionSpec:
    words = _help()[name]
    hints = get_type_hints(body, include_extras=True)
    return FunctionSpec(
        name,
        category,
        tuple(
            Parameter(
                p.name.rstrip("_"),
                _kind(hints[p.name]),
                p.default is not inspect.Parameter.empty,
                Text(**words["parameters"][p.name.rstrip("_")]),
            )
            for p in inspect.signature(body).parameters.values()
        ),
        Text(**words["help"]),
        Text(**words["returns"]),
        _unit(hints["return"]),
        tuple(ErrorCase(ExcelError(code), Text(**w)) for code, w in words["errors"].items()),
        tuple(_example(entry) for entry in words["examples"]),
        body,
        spills,
        explains,
    )


def _kind(hint: Any) -> ParameterKind:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(h for h in get_args(hint) if get_origin(h) is Annotated)
    return next(m for m in get_args(hint) if isinstance(m, ParameterKind))


def _unit(hint: Any) -> str:
    if get_origin(hint) is Annotated:
        return next(m.unit for m in get_args(hint) if isinstance(m, Gives))
    return ""


def _example(entry: Mapping[str, Any]) -> Example:
    gives = entry["gives"]
    return Example(
        entry["formula"],
        tuple(map(tuple, gives)) if isinstance(gives, list) else gives,
        Text(**entry["because"]),
        {k: tuple(map(tuple, rows)) for k, rows in entry.get("tables", {}).items()},
    )
