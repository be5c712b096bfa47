"""The usual form of a critical review statement, filled from the table of findings."""
