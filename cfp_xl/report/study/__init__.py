"""The study of a footprint as text, Markdown, HTML and JSON: one model, a writer each."""
