"""Two workbooks laid side by side: which row, column and sheet is which."""
