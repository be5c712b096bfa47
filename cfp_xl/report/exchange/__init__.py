"""What came in by lists, in words."""
