"""What a report says besides figures, a module a subject: each from a `Document` to its records."""
