"""Verification: compare, rules, and the pipeline that joins them."""
