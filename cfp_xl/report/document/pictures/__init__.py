"""Drawings of a report, as SVG of our own making: rectangles, arcs, lines and text."""
