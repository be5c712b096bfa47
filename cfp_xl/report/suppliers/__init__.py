"""Intake and status of suppliers' answers, for the buyer."""
