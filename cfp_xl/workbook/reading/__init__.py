"""Reading an .xlsx: the zip, its parts, cells and formulas; nothing in it is run or written."""
