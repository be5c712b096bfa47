"""Recalculation: references, order, evaluation. The only room that imports `formulas`."""
