"""Changing an .xlsx in place: only the parts concerned, everything else byte for byte."""
