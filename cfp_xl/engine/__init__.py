"""Recalculation: every formula cell of a workbook computed again, without a spreadsheet program.

parse       formula text → tree, with every reference, table and name resolved
tree        the nodes of that tree
areas       references as values, and reading their cells
operators   + - * / ^ & = < … over scalars and arrays
library     the functions of `formulas` (the one module that imports it)
builtin     functions that need references or laziness, and corrections of the library
evaluate    a tree → a value
schedule    in which order, cycles, what could not be computed
recalculate the door: workbook → Recalculation
"""
