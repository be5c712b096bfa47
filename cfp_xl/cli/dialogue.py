"""`--dialogue FINDINGS.xlsx`: an earlier table of findings, whose replies stay.

The headings of another form are told once by `--map HEADING=COLUMN` and remembered for the user.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from cfp_xl.cli.options import UsageMistake
from cfp_xl.messages import Lang, say

TABLE = "dialogue"
"""As what the headings are remembered."""


def dialogue_options(lang: Lang) -> list[click.Parameter]:
    """`--dialogue`, and `--map` for the headings of a form that is not ours."""
    file = click.Path(path_type=Path)
    said = say("cli.option.dialogue", lang), say("cli.option.map_dialogue", lang)
    return [
        click.Option(["--dialogue"], help=said[0], type=file, metavar="FINDINGS.xlsx"),
        click.Option(["--map", "maps"], help=said[1], multiple=True, metavar="HEADING=COLUMN"),
    ]


def read_earlier(file: Path | None, maps: Sequence[str] = ()) -> tuple[Mapping[str, str], ...]:
    """Its rows; none without a file. Raises UsageMistake where it holds no such table."""
    if file is None:
        if maps:
            raise UsageMistake("justify.map_without_dialogue")
        return ()
    from cfp_xl.exchange.list_columns import remember, remembered
    from cfp_xl.schema.opened import open_file
    from cfp_xl.verify.judging.dialogue import IGNORED, MAPPED, read_dialogue

    said = _parsed(maps)
    known = remembered(TABLE, (*MAPPED, IGNORED))
    rows = read_dialogue(open_file(file).workbook, {**known, **said})
    if rows is None:
        raise UsageMistake("justify.not_a_dialogue", file=file)
    remember(TABLE, said)
    return rows


def _parsed(maps: Sequence[str]) -> dict[str, str]:
    """`--map 审核意见=finding`: a column by its name, or by its heading in either language."""
    from cfp_xl.footprint.wording import folded
    from cfp_xl.verify.judging.dialogue import IGNORED, MAPPED
    from cfp_xl.verify.judging.findings_table import heading

    columns = {folded(word): c for c in MAPPED for word in (c, heading(c).zh, heading(c).en)}
    found = {}
    for one in maps:
        name, _, column = (part.strip() for part in one.rpartition("="))
        if not name or (column != IGNORED and folded(column) not in columns):
            raise UsageMistake("exchange.map_field", map=one, fields=MAPPED)
        found[folded(name)] = columns.get(folded(column), IGNORED)
    return found
