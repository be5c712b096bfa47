"""Results of `mutate`: text, JSON, Markdown."""
