"""Files as work: where they come from, and processes that do them within bounds."""
