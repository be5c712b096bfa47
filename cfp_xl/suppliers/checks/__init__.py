"""What an answer must be for its figures to enter the product: complete, fitting, plausible."""
