"""The texts of formulas: tokens, references, one spelling for what says the same."""
