"""`--dialogue FINDINGS.xlsx`: an earlier table of findings, whose replies stay."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cfp_xl.cli.options import UsageMistake


def read_earlier(file: Path | None) -> tuple[Mapping[str, str], ...]:
    """Its rows; none without a file. Raises UsageMistake where it holds no such table."""
    if file is None:
        return ()
    from cfp_xl.schema.opened import open_file
    from cfp_xl.verify.judging.dialogue import read_dialogue

    rows = read_dialogue(open_file(file).workbook)
    if rows is None:
        raise UsageMistake("justify.not_a_dialogue", file=file)
    return rows
