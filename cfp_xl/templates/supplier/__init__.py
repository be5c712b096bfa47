"""The workbook that goes out to a supplier and comes back with its data."""
