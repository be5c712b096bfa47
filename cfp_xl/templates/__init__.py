"""Builds our workbooks from small text sources: templates and worked examples."""
