"""Sheets of one workbook put into another, with their looks and what hangs on them."""
