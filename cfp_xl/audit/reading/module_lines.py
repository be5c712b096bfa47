"""Lines of a declaration's table whose columns are parted by single blanks only: a table.

    Parameter Unit A1-A3 A4 C1 D**
    GWP-total kg CO2 eq. 1.19E+00 4.62E-02 3.14E-03 -5.1E-02

A head that ends with modules says how many figures end each line below it; a line that does not end
with so many is no row, or the first line of a name that was broken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from cfp_xl.audit.modules import MODULE
from cfp_xl.audit.reading.raw import RawCell, RawTable, RawText
from cfp_xl.footprint.wording import plain_text
from cfp_xl.verify.declared.numbers import NUMBER_PATTERN

_FOOTNOTE = r"(?:\*{1,3}|\[\d{1,2}\]|[†‡①-⑨])?"
_HEAD = re.compile(
    rf"(?P<before>.*?)(?P<modules>(?:(?:^|(?<=\s))(?:{MODULE.pattern}){_FOOTNOTE}\s*)+)",
    re.IGNORECASE,
)
_ONE_MODULE = re.compile(rf"(?:{MODULE.pattern}){_FOOTNOTE}(?=\s|$)", re.IGNORECASE)
_FIGURE = rf"(?:{NUMBER_PATTERN}(?:\s?\*{{1,2}})?|MND|MNR|ND|NR|N/?A|INA|[-–—/])"
_PRODUCT_STAGE = re.compile(r"A1\s?[-–~]\s?A?3", re.IGNORECASE)
LONGEST_NAME = 80
LEAST_ROWS = 2


def with_module_lines(blocks: Iterable[RawText | RawTable]) -> Iterator[RawText | RawTable]:
    """The blocks; such a head with the lines that are its rows is a table."""
    head: RawText | None = None
    modules: list[str] = []
    run: list[RawText] = []
    for one in blocks:
        if head is not None and isinstance(one, RawText) and _belongs(one, run, modules):
            run.append(one)
            continue
        if head is not None:
            yield from _of_run(head, modules, run)
            head, run = None, []
        modules = _modules(one)
        if modules and isinstance(one, RawText):
            head = one
        else:
            yield one
    if head is not None:
        yield from _of_run(head, modules, run)


def _modules(block: RawText | RawTable) -> list[str]:
    """The modules that a line ends with, where it is the head of a table."""
    if isinstance(block, RawTable) or block.is_furniture or block.level:
        return []
    words = plain_text(block.text)
    found = _HEAD.fullmatch(words)
    if found is None or len(found["before"]) > LONGEST_NAME:
        return []
    modules = [one.group().rstrip("*†‡") for one in _ONE_MODULE.finditer(found["modules"])]
    is_head = len(modules) > 1 or (found["before"].strip() and _PRODUCT_STAGE.match(modules[0]))
    return modules if is_head else []


def _row(block: RawText, modules: list[str]) -> list[str] | None:
    """The name and the figures of a line that ends with a figure for each module."""
    count = len(modules)
    pattern = rf"(?P<name>\S.*?)(?P<figures>(?:\s+{_FIGURE}){{{count}}})(?:\s+\*{{1,2}})?"
    words = plain_text(block.text)
    found = re.fullmatch(pattern, words, re.IGNORECASE)
    if found is None or len(found["name"]) > LONGEST_NAME:
        return None
    figures = [one.strip(" *") for one in re.findall(rf"\s+({_FIGURE})", found["figures"])]
    return [found["name"], *figures] if len(figures) == count else None


def _belongs(block: RawText, run: list[RawText], modules: list[str]) -> bool:
    """Whether a line is a row, or may be the beginning of a row's name: short, below a row or the
    head."""
    if block.is_furniture or block.level:
        return False
    if _row(block, modules) is not None:
        return True
    words = plain_text(block.text)
    is_second = bool(run) and _row(run[-1], modules) is None
    return not is_second and len(words) <= LONGEST_NAME / 2 and words[-1:] not in ".。:：;；"


def _of_run(head: RawText, modules: list[str], run: list[RawText]) -> Iterator[RawText | RawTable]:
    rest: list[RawText] = []
    while run and _row(run[-1], modules) is None:
        rest.insert(0, run.pop())
    rows: list[tuple[RawText, list[str]]] = []
    name = ""
    for one in run:
        row = _row(one, modules)
        if row is None:
            name = plain_text(one.text)
        else:
            rows.append((one, [f"{name} {row[0]}".strip(), *row[1:]]))
            name = ""
    if len(rows) < LEAST_ROWS and not (rows and len(modules) > 1):
        yield from (head, *run, *rest)
        return
    cells = [["", *modules], *(row for _, row in rows)]
    lines = [head, *(line for line, _ in rows)]
    yield RawTable(
        tuple(
            tuple(RawCell(text, box=line.box) for text in row)
            for line, row in zip(lines, cells, strict=True)
        ),
        head.page,
        head.line,
        tuple(line.line for line in lines) if head.line else (),
        tuple(line.page for line in lines) if head.page else (),
        box=head.box,
    )
    yield from rest
