"""The tutorials of docs/tutorial, followed from the first command to the last.

Their commands are run and their cells entered as printed, formulas too; the result is held against
hand calculation from the published factors.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from math import fsum
from pathlib import Path

import pytest

from cfp_xl.schema.opened import open_file
from cfp_xl.verify.pipeline import verify_file
from tests.cli.conftest import Cli
from tests.cli.tutorials import BULB, KETTLE, PAGES, enter, steps


@pytest.mark.parametrize(
    ("page", "book", "by_hand"),
    [("kettle.zh", "电热水壶.xlsx", KETTLE), ("led-bulb.en", "bulb.xlsx", BULB)],
)
def test_a_tutorial_gives_what_it_says(
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    page: str,
    book: str,
    by_hand: Mapping[str, float],
) -> None:
    folder = tmp_path / "own"
    shutil.copytree(PAGES / page.partition(".")[0], folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path / "home"))
    last = Path(book)
    text = (PAGES / f"{page}.md").read_text("utf-8")
    for step in steps(text):
        if isinstance(step, dict):
            enter(folder / book, step)
        else:
            answer = cli(*step[1:])
            assert answer.exit_code == 0, (step, answer.out, answer.err)
            last = Path(step[step.index("-o") + 1]) if "-o" in step else last
    study = verify_file(folder / last)
    footprint = open_file(folder / last).recomputed.footprint
    assert footprint is not None
    assert [str(f.where) for f in study.findings if f.severity in ("error", "warning")] == []
    stages = {id: stage.kgco2e for id, stage in footprint.stages.items()}
    assert stages == pytest.approx(by_hand, rel=1e-9)
    assert footprint.total_kgco2e == pytest.approx(fsum(by_hand.values()), rel=1e-9)
    assert f"{fsum(by_hand.values()):.4f}" in text
