"""The CFP_* functions: their registry, their bodies, and the spellings of their names in files."""
