"""Suppliers: sheets out, answers back, nothing lost and nothing slipped in."""
