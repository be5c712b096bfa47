"""Reports of our own, whose figures were worked out by hand, as text comes out of files."""

from __future__ import annotations

from pathlib import Path

from cfp_xl.audit.document import Document
from cfp_xl.audit.read import report_of
from cfp_xl.audit.reading.assemble import assemble
from cfp_xl.audit.reading.text import read_text
from cfp_xl.audit.record import ReadReport

HERE = Path(__file__).parent
KETTLE = (HERE / "kettle.txt").read_text("utf-8")
"""1.2 kg × 2.0 = 2.4; 3.0 kWh × 0.5 = 1.5; 0.8 t·km × 0.125 = 0.1; together 4.0."""
LAMP = (HERE / "lamp.txt").read_text("utf-8")
"""0.5 kg × 3.0 = 1.5; 2.0 kWh × 0.25 = 0.5; together 2.0."""


def document(text: str) -> Document:
    return assemble(read_text(text), "report.txt", "", "txt")


def report(text: str) -> ReadReport:
    return report_of(document(text))
