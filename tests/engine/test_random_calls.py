"""Every function with random arguments: none fails inside the engine, none runs away.

Which call was drawn stands in the failure. A call may be refused for the number of its arguments,
for its size, or because it cannot be computed at all; it never fails by a fault of the engine.
"""

from __future__ import annotations

from random import Random

import pytest

from cfp_xl.engine.builtin import BUILTINS
from cfp_xl.engine.recalculate import recalculate
from tests.engine.conftest import workbook_of
from tests.engine.test_fault_injection import LIBRARY

NAMES = sorted({*BUILTINS, *LIBRARY})
EACH = 6
"""Calls of each function in a run."""

CELLS = {
    "A1": "steel", "A2": None, "A3": 12.5, "A4": True, "A5": "=1/0", "A6": "3+4i",
    "B1": 1, "B2": -2, "B3": 1e-300, "B4": 1e300, "B5": 45351.75, "B6": 0,
}  # fmt: skip
ARGUMENTS = (
    "0", "1", "2", "3", "-1", "0.5", "1E-300", "1E15", "-1E300", "2958466", "TRUE", "FALSE", '""',
    '"a"', '"12:30"', '"2024-02-29"', '"3+4i"', '"("', '"*"', '"中文"', "#N/A", "#DIV/0!", "",
    "A1", "A2", "B5", "A1:A6", "B1:B6", "A1:B6", "(A1:A2,B3)", "C:C", "9:9", "{1,2;3,4}",
    '{1;"x";TRUE}', "{1,2,3}", "_xlfn.SEQUENCE(3,2)", "_xlfn.SEQUENCE(300)",
    "_xlfn.LAMBDA(_xlpm.x,_xlpm.x)", "_xleta.SUM",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_no_call_fails_inside_the_engine(seed: int) -> None:
    random = Random(seed)
    calls = [
        f"={name}({','.join(random.choices(ARGUMENTS, k=random.choice((1, 1, 2, 2, 3, 3, 4, 5))))})"
        for name in NAMES
        for _ in range(EACH)
    ]
    content = {**CELLS, **{f"Z{at}": call for at, call in enumerate(calls, 1)}}
    result = recalculate(workbook_of(content), deadline_s=120.0)
    faults = [
        f"{finding.message('en')}"
        for finding in result.findings
        if finding.code == "E04" and not finding.case
    ]
    assert not faults, "\n".join(faults)
    assert len(result.cells) == len(calls) + 1
