"""The accounting method, pure: units, factors, stages, inventory, calculation, printed numbers."""
