"""Results in the reader's form: text, JSON, and what CI systems read."""
