"""A verification in the reader's form: text, JSON, tables, and what CI systems read."""
