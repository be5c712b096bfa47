"""PHONETIC: how a text of a cell is read aloud, as the file says."""

from __future__ import annotations

from cfp_xl.engine.builtin.define import Nodes, given, lazy
from cfp_xl.engine.builtin.numbers import first_of_range
from cfp_xl.engine.evaluate import Evaluator, Result
from cfp_xl.engine.problems import Uncomputable


@lazy("PHONETIC", least=1, most=1)
def _phonetic(evaluator: Evaluator, nodes: Nodes) -> Result:
    """Of a range its first cell; a text without phonetic guides as it is."""
    value = first_of_range(evaluator, given(nodes, 0))
    if not isinstance(value, str):
        return value if value is not None else ""
    readings = evaluator.grid.workbook.readings
    reading = (readings or {}).get(value, value)
    if reading is None:
        raise Uncomputable("E02", "PHONETIC", case="environment", name="PHONETIC")
    return reading
