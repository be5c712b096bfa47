"""The CFP_* functions of the registry, as the engine calls them."""

from __future__ import annotations

from collections.abc import Sequence

from cfp_xl.engine.operators import Value
from cfp_xl.functions.registry import all_functions, call
from cfp_xl.functions.spelling import plain_formula
from cfp_xl.functions.values import Argument

__all__ = ["Registry", "plain_formula"]


class Registry:
    """Called anew for every cell: nothing is computed from factor data before it is asked for."""

    def knows(self, name: str) -> bool:
        return name in all_functions()

    def call(self, name: str, arguments: Sequence[Argument]) -> Value:
        return call(name, arguments)
