"""Blocks computed whole: one formula over columns of values instead of cell by cell.

columns   what a formula yields for all cells of a block, and the operators over it
block     the tree of a block → its column; alike: what looks at few different values, once for each
filled    all of a block's cells
logic, sums, lookups   the functions that can be computed so
running   ranges that grow from cell to cell; chain: blocks that refer to cells before them
index     where each value stands in a range: a look-up in one step

Every value is the one that `evaluate` and `builtin` give for the cell by itself: where numbers are
no plain floats the same scalar functions are called, and what cannot be done so (NotWhole), or in
some rows only (`apart`), is left to them.
"""

from cfp_xl.engine.whole import logic, lookups, sums
from cfp_xl.engine.whole.chain import whole_chain
from cfp_xl.engine.whole.filled import whole_block

__all__ = ["whole_block", "whole_chain"]

_REGISTERED = (logic, lookups, sums)
