"""Product carbon footprints in the spreadsheet: functions, templates, and a verifier."""

__version__ = "0.1.0"
