"""The table in docs/hosts.md is what `host rebind` does: saved by, in the file, for whom."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from cfp_xl.functions.spelling import SPELLINGS, plain_formula, respelled_formula

PAGE = (Path(__file__).parents[2] / "docs" / "hosts.md").read_text("utf-8")
HEADING = next(line for line in PAGE.splitlines() if line.startswith("| saved by |"))
HOSTS = re.findall(r"`--to (\w+)`", HEADING)
ROWS = [
    (cells[0].strip("| "), re.findall(r"`([^`]+)`", line))
    for line in PAGE.partition(HEADING)[2].partition("\n\n")[0].splitlines()[2:]
    if (cells := line.split(" | "))
]


def test_the_page_has_every_host_and_a_row_for_every_origin() -> None:
    assert list(SPELLINGS) == HOSTS
    assert len(ROWS) >= 12
    assert all(len(formulas) == 1 + len(HOSTS) for _, formulas in ROWS)


@pytest.mark.parametrize(("origin", "formulas"), ROWS, ids=[origin for origin, _ in ROWS])
def test_a_workbook_of_any_origin_for_any_host(origin: str, formulas: list[str]) -> None:
    saved, *wanted = formulas
    for host, formula in zip(HOSTS, wanted, strict=True):
        spell = partial(SPELLINGS[host].format, index=1)
        assert respelled_formula(saved, spell) == formula, f"{origin} → {host}"
        assert plain_formula(formula) == plain_formula(saved)
