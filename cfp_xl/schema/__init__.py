"""Our tables inside a workbook: names, headings, regions, settings, the seal of its formulas."""
