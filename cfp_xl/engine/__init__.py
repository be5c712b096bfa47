"""Recalculation: every formula cell of a workbook computed again, without a spreadsheet program.

recalculate  the door: workbook → Recalculation (result)
lexer, parse, tables, tree  formula text → tree, every reference, table and name resolved
areas, grid  references as values; the cells while they are being computed
operators, convert  + - * / ^ & = < … over scalars and arrays; text and numbers
evaluate     a tree → a value
builtin      functions that need references or laziness, and corrections of the library
library      the functions of `formulas` (the one module that imports it)
bindings     the CFP_* functions of the registry
schedule     in which order, cycles, what could not be computed
magnitude    how large the operands of a sum are
"""
