"""Verification: is what a workbook says what its formulas give, and does it follow the rules?

pipeline    one workbook on one screen: read, recalculate, compare, calculate, rules, justify
compare     recomputed values against those the file holds
independent our own calculation of the footprint against the workbook's result cells
rules/      what a third-party verifier looks at in the model, a module a subject
declared/   the same for the figures that a published report prints
result      what comes out
many/       many files: side by side, in order, each as if it were alone (in `work/`'s processes,
            on a cluster, from a ledger); record and spool hold results as bytes
judging/    a result under a policy, waivers, justifications and a baseline
"""
