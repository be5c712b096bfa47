"""The report of a product study: one model of a document, written as html, docx and pdf."""
