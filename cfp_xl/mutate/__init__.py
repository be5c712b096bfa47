"""How good a workbook's checks are: one change at a time, and who notices it."""
