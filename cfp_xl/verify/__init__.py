"""Verification: is what a workbook says what its formulas give, and does it follow the rules?

pipeline    one workbook on one screen: read, recalculate, compare, calculate, rules, justify
compare     recomputed values against those the file holds
independent our own calculation of the footprint against the workbook's result cells
rules/      what a third-party verifier looks at in the model, a module a subject
declared/   the same for the figures that a published report prints
justify     findings that the sheet of justifications answers
result      what comes out
anchors     what a finding's cell is, in words that survive inserted rows
judge       a result under a policy and a baseline: policy, waive, baseline
"""
