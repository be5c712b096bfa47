"""What changed between two workbooks, beside what merely moved or was computed anew."""
