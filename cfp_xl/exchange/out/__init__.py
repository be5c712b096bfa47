"""What goes out: a product study as files of the formats in `formats.py`."""
