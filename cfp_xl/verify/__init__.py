"""Verification: is what a workbook says what its formulas give, and does it follow the rules?

pipeline    one workbook on one screen: read, recalculate, compare, calculate, rules, justify
compare     recomputed values against those the file holds
independent our own calculation of the footprint against the workbook's result cells
rules/      what a third-party verifier looks at in the model, a module a subject
declared/   the same for the figures that a published report prints
justify     findings that the sheet of justifications answers
result      what comes out
anchors     what a finding's cell is, in words that survive inserted rows
batch       many files: side by side, in order, each as if it were alone
            sources (which files a path or address means), workers (a process a file),
            lanes (who leads them), cluster (Dask), ledger (what was done before),
            record and spool (a result as a line, and many of them)
judge       a result under a policy and a baseline: policy, waive, baseline
"""
