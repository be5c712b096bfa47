"""Lines of a name and a percentage each, as charts and vendors' sheets print them: a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cfp_xl.audit.reading.raw import RawCell, RawTable, RawText
from cfp_xl.footprint.wording import plain_text

_SHARE = r"[<>≤]?\s?\d{1,3}(?:[.,]\d{1,2})?\s?%"
_NAME = r"[A-Za-z\u4e00-\u9fff][^\d%:：。;；]{1,40}?"
_LINE = re.compile(
    rf"(?P<name>{_NAME})[:：]?\s+(?P<share>{_SHARE})|(?P<first>{_SHARE})\s+(?P<last>{_NAME})"
)
LEAST_LINES = 3


def with_share_lists(blocks: Iterable[RawText | RawTable]) -> Iterator[RawText | RawTable]:
    """The blocks; three and more such lines one below the other are a table of two columns."""
    run: list[tuple[RawText, RawCell, RawCell]] = []
    for one in blocks:
        cells = _cells(one)
        if cells is not None and isinstance(one, RawText):
            run.append((one, *cells))
            continue
        yield from _of_run(run)
        run = []
        yield one
    yield from _of_run(run)


def _cells(block: RawText | RawTable) -> tuple[RawCell, RawCell] | None:
    if isinstance(block, RawTable) or block.is_furniture or block.level:
        return None
    found = _LINE.fullmatch(plain_text(block.text))
    if found is None:
        return None
    name, share = found["name"] or found["last"], found["share"] or found["first"]
    return RawCell(name.strip(), box=block.box), RawCell(share, box=block.box)


def _of_run(run: list[tuple[RawText, RawCell, RawCell]]) -> Iterator[RawText | RawTable]:
    if len(run) < LEAST_LINES:
        yield from (line for line, _, _ in run)
        return
    first = run[0][0]
    rows = tuple((name, share) for _, name, share in run)
    lines = tuple(line.line for line, _, _ in run) if first.line else ()
    pages = tuple(line.page for line, _, _ in run) if first.page else ()
    yield RawTable(rows, first.page, first.line, lines, pages, box=first.box)
