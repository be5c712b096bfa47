"""Results of `audit`, in the order of the report's pages; each finding quotes its words."""
