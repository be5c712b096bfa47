"""What comes in and goes out: lists of parts and energy, tables of factors."""
