"""The study of a footprint, pure: how sure it is, what matters, what if, why it changed."""
