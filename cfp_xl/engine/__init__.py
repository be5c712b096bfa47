"""Recalculation: every formula cell of a workbook computed again, without a spreadsheet program.

recalculate  the door: workbook → Recalculation (result, outcome)
lexer, parse, tables, tree  formula text → tree, every reference, table and name resolved
blocks       runs of cells with one formula, filled down or across: one tree for all of them
plan         the blocks of a workbook, where each cell is in them, and their order
areas, grid  references as values; the cells while they are being computed
operators, convert  + - * / ^ & = < … over scalars and arrays; text and numbers
evaluate     a tree → a value, for one cell (trace: what it saw)
watch        the deadline inside functions that know nothing of it
whole        a tree → a column of values, for a block
builtin      functions that need references or laziness, and corrections of the library
library      the functions of `formulas` (the one module that imports it)
bindings     the CFP_* functions of the registry
whatif       other inputs for a computed workbook: what depends on them (dependents, overlay)
draws        many draws of the inputs at once: cells over draws (drawn, drawn_ranges)
schedule     in which order, cycles, what could not be computed
magnitude    how large the operands of a sum are

Blocks are an economy, not a second meaning: each of their values is what `evaluate` gives for the
cell by itself (`recalculate(…, way=Way.CELL)`), and tests hold the two against each other.
"""
