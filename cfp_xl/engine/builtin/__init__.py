"""Functions that `formulas` cannot have (they need references, or must not compute all their
arguments), lacks, or gets wrong; what is not here comes from the library."""

from cfp_xl.engine.builtin import (
    aggregate,
    arrays,
    clock,
    criteria,
    database,
    dates,
    finance,
    logic,
    lookup,
    number_format,
    numbers,
    references,
    statistics,
    text_parts,
    texts,
    trigonometry,
)
from cfp_xl.engine.builtin.define import BUILTINS

__all__ = ["BUILTINS"]

_REGISTERED = (
    aggregate,
    arrays,
    clock,
    criteria,
    database,
    dates,
    finance,
    logic,
    lookup,
    number_format,
    numbers,
    references,
    statistics,
    text_parts,
    texts,
    trigonometry,
)
