"""The cells of a workbook as levers: scenarios, targets, and draws over its own formulas."""
