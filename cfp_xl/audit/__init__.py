"""Published reports: a file → `Document` → what it states (`ReadReport`) → findings.

document.py    paragraphs and tables, each with its place and words
record.py      what was read from them: figures, boundary, product, standards, dates, …
reading/       the forms of files
rules/         what is wrong with what a report says, a module a subject
"""
