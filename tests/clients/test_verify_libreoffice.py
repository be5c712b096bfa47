"""The worked example after a real spreadsheet program without our functions saved it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.verify.pipeline import verify_file

WORKBOOKS = Path(__file__).parent.parent.parent / "workbooks"


@pytest.mark.client
def test_a_saved_again_workbook_still_passes(convert: Callable[..., Path]) -> None:
    """No finding more, none less: seal, saved values and justifications survive."""
    before = verify_file(WORKBOOKS / "bxd2.xlsx")
    after = verify_file(convert(WORKBOOKS / "bxd2.xlsx", "xlsx"))
    assert after.status == before.status == "passed"
    assert after.cells == before.cells
    assert [(f.code, f.where) for f in after.findings] == [
        (f.code, f.where) for f in before.findings
    ]


@pytest.mark.client
def test_recalculated_without_our_functions_it_does_not_pass(
    convert: Callable[..., Path],
) -> None:
    """Then every CFP_* cell holds #NAME?, which is no agreement with anything."""
    result = verify_file(convert(WORKBOOKS / "bxd2.xlsx", "xlsx", recalculate=True))
    assert result.status == "failed"
    assert result.recalculation == "incomplete"
    assert "V06" in {f.code for f in result.findings}
