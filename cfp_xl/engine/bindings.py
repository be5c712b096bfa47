"""The CFP_* functions of the registry: as the engine calls them, and bound into `formulas`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial

import numpy as np

from cfp_xl.engine import library
from cfp_xl.engine.lexer import KEPT_MARK
from cfp_xl.engine.operators import Value
from cfp_xl.engine.watch import LARGE, unwatched
from cfp_xl.functions import draws, registry, spelling
from cfp_xl.functions.draws import DrawnCells
from cfp_xl.functions.values import Argument, Scalar


class Registry:
    """Called anew for every cell: nothing is computed from factor data before it is asked for."""

    def knows(self, name: str) -> bool:
        return name in registry.all_functions()

    def call(self, name: str, arguments: Sequence[Argument]) -> Value:
        """An array that a formula makes may have more cells than any file."""
        is_long = any(isinstance(a, np.ndarray) and a.size > LARGE for a in arguments)
        with nullcontext() if is_long else unwatched():
            return registry.call(name, arguments)

    def over_draws(
        self, name: str, arguments: Sequence[DrawnCells], count: int
    ) -> list[Scalar] | None:
        return draws.over_draws(name, arguments, count)

    def takes_column(self, name: str, position: int) -> bool:
        spec = registry.all_functions()[name]
        is_given = position < len(spec.parameters)
        return is_given and not spec.spills and not spec.parameters[position].kind.takes.is_range


def plain_formula(formula: str) -> str:
    """`formula` with our functions in their plain spelling; most formulas have none of them."""
    folded = formula.upper()
    if "CFP" not in folded and "_XL" not in folded:
        return formula
    return spelling.plain_formula(_PARAMETER.sub(_kept_mark, formula))


_PARAMETER = re.compile(r"\"(?:[^\"]|\"\")*\"|_xlpm\.", re.IGNORECASE)


def _kept_mark(found: re.Match[str]) -> str:
    """The mark of a LET's name outlives the plain spelling: `sum` there is not SUM."""
    return found[0] if found[0].startswith('"') else KEPT_MARK


def bind_into_formulas() -> None:
    """Makes the CFP_* functions known to `formulas` itself, for models computed with it alone.

    Its table of functions is global to the process. The engine does not need this.
    """
    for name in registry.all_functions():
        library.bind(name, partial(registry.call, name))
