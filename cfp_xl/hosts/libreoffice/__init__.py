"""LibreOffice Calc: an extension with its own copy of the functions, and its installation."""
