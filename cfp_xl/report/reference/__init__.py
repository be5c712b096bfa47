"""Reference pages of the catalogue, and look-ups of functions, factors and codes."""
