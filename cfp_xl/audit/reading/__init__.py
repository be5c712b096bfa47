"""Files of reports → `Document`, a module a form of file; `assemble.py` is what they share."""
