"""Files for spreadsheet programs, derived from the registry of functions."""
