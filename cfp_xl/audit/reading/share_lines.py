"""Lines of a name and a percentage or an emission each, as charts and vendors' sheets print them: a
table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from cfp_xl.audit.reading.raw import RawCell, RawTable, RawText
from cfp_xl.footprint.wording import plain_text
from cfp_xl.verify.declared.numbers import CO2E_PATTERN, NUMBER_PATTERN

_SHARE = r"[<>≤]?\s?\d{1,3}(?:[.,]\d{1,2})?\s?%"
_NAME = r"[A-Za-z\u4e00-\u9fff][^\d%:：。;；]{1,40}?"
_VARIANT = r"[A-Za-z\u4e00-\u9fff\d][^%:：。;；]{0,30}?"
_LINE = re.compile(
    rf"(?P<name>{_NAME})[:：]?\s+(?P<share>{_SHARE})|(?P<first>{_SHARE})\s+(?P<last>{_NAME})"
    rf"|(?P<of>{_VARIANT})[:：]?\s+(?P<amount>{NUMBER_PATTERN}\s?{CO2E_PATTERN})",
    re.IGNORECASE,
)
LEAST_LINES = 3


def with_share_lists(blocks: Iterable[RawText | RawTable]) -> Iterator[RawText | RawTable]:
    """The blocks; three and more such lines one below the other are a table of two columns, also
    where each name and each percentage has a line of its own."""
    run: list[tuple[RawText, RawCell, RawCell]] = []
    for one in _paired(blocks):
        cells = _cells(one)
        if run and cells is not None and _is_share(cells[1]) != _is_share(run[-1][2]):
            yield from _of_run(run)
            run = []
        if cells is not None and isinstance(one, RawText):
            run.append((one, *cells))
            continue
        yield from _of_run(run)
        run = []
        yield one
    yield from _of_run(run)


def _is_share(cell: RawCell) -> bool:
    return cell.text.endswith("%")


def _paired(blocks: Iterable[RawText | RawTable]) -> Iterator[RawText | RawTable]:
    """The blocks; a short name whose percentage is all of the next line is one line with it."""
    name: RawText | None = None
    for one in blocks:
        words = plain_text(one.text) if isinstance(one, RawText) and not one.level else ""
        if name is not None and isinstance(one, RawText) and re.fullmatch(_SHARE, words):
            yield replace(name, text=f"{plain_text(name.text)} {words}")
            name = None
            continue
        if name is not None:
            yield name
            name = None
        if isinstance(one, RawText) and one.is_line and re.fullmatch(_NAME, words):
            name = one
        else:
            yield one
    if name is not None:
        yield name


def _cells(block: RawText | RawTable) -> tuple[RawCell, RawCell] | None:
    if isinstance(block, RawTable) or block.is_furniture or block.level:
        return None
    found = _LINE.fullmatch(plain_text(block.text))
    if found is None:
        return None
    name = found["name"] or found["last"] or found["of"]
    share = found["share"] or found["first"] or found["amount"]
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
