"""Runs of text and tables → a `Document`: lines joined, headings, captions, contents told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cfp_xl.audit.document import (
    CAPTION,
    CONTENTS,
    FURNITURE,
    HEADING,
    TEXT,
    Document,
    DocumentSection,
    Paragraph,
    PrintedCell,
    PrintedTable,
    Spot,
    UnreadPage,
    plain_text,
    quoted,
)
from cfp_xl.audit.reading.raw import RawDocument, RawTable, RawText

_CONTENTS_TITLE = re.compile(r"目\s*[录錄次]|(?:table of )?contents|index", re.IGNORECASE)
_CONTENTS = re.compile(r"(?P<words>.*?)\s*(?:[.．·…⋯]\s?){3,}\s*(?P<page>\d{1,3}|[ivx]{1,5})?")
_CONTENTS_TAB = re.compile(r"(?P<words>\S.*?)(?:\t| {3,})\s*(?P<page>\d{1,3})")
_NUMBER = r"\d{1,2}(?:[.．]\d{1,2}){0,4}"
_NUMBERED = re.compile(rf"(?P<number>{_NUMBER})[.．、]?(?P<gap>\s*)(?P<title>[^\s\d.,%‰].*)")
_CHINESE = re.compile(
    r"(?P<number>第[一二三四五六七八九十\d]{1,3}[章节部分篇]|[一二三四五六七八九十]{1,3}、"
    r"|附[件录錄表]\s*[A-Z\d一二三四五六七八九十]{0,2}|(?:Annex|Appendix)\s+[A-Z\d]{1,2})"
    r"[ :：.、]*(?P<title>.*)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"摘\s*要|引\s*言|前\s*言|概述|结\s*论|致\s*谢|参考文献|参考资料|声\s*明|executive summary"
    r"|abstract|summary|introduction|conclusions?|references|bibliography|disclaimer",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?P<number>(?:[续續]?表|图|圖|Table|Figure|Fig\.?)\s*[A-Z]?[.\-]?\d{1,3}(?:[.\-–—．]\d{1,3}){0,3})"
    r"(?P<colon>\s*[:：.]?\s*)(?P<title>.*)",
    re.IGNORECASE,
)
_BARE_CAPTION = re.compile(r"(?:表|Table)[\s:：]\s*\S.{1,40}", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[。；;！!？?，,：:]$")
_ENDED = re.compile(r"[。；;！!？?：:.”\"）)】]$")
_LIST_ITEM = re.compile(
    r"(?:[（(]\s*[\da-z一二三四五六七八九十]{1,3}\s*[)）]|\d{1,2}\s*[)）、]|[a-z][)）]|[-•●·▪◆■○–—*]\s"
    r"|[①-⑳])",
    re.IGNORECASE,
)
_KEY = re.compile(r"[^，。；,;.]{2,16}[：:]")
_UNIT_FIRST = re.compile(r"(?:年|月|日|台|件|个|吨|kg|kwh|t\b|g\b|%|元|天|次)", re.IGNORECASE)
LONGEST_HEADING = 60
LONGEST_CAPTION = 100
SHORTEST_LINE = 18
"""Characters of a line that may go on in the next one."""


def assemble(raw: RawDocument, path: str, sha256: str, form: str) -> Document:
    """The document of a file that was read."""
    pieces = list(_joined(raw.blocks))
    blocks = list(_blocks(pieces))
    blocks = _captioned(blocks)
    sections, blocks = _sectioned(blocks)
    unread = tuple(UnreadPage(page, why) for page, why in raw.unread)
    return Document(path, sha256, form, tuple(blocks), sections, raw.pages, unread)


def _joined(blocks: Iterable[RawText | RawTable]) -> Iterator[RawText | RawTable]:
    """Paragraphs from lines: one that has not ended goes on in the next, over a page break too.

    Furniture between two lines of a paragraph is put behind it.
    """
    open_line: RawText | None = None
    between: list[RawText] = []
    for one in blocks:
        if isinstance(one, RawText) and one.is_furniture and open_line is not None:
            between.append(one)
            continue
        if open_line is not None:
            if isinstance(one, RawText) and one.is_line and _goes_on(open_line, one):
                open_line = replace(open_line, text=_glued(open_line.text, one.text))
                continue
            yield open_line
            yield from between
            open_line, between = None, []
        if isinstance(one, RawText) and one.is_line:
            open_line = one
        else:
            yield one
    if open_line is not None:
        yield open_line
    yield from between


def _goes_on(line: RawText, following: RawText) -> bool:
    first, second = plain_text(line.text), plain_text(following.text)
    if not second or line.level or following.level or len(first) < SHORTEST_LINE:
        return False
    if _ENDED.search(first) or {_kind(line.text).kind, _kind(following.text).kind} != {TEXT}:
        return False
    return not (_LIST_ITEM.match(second) or _KEY.match(second))


def _glued(first: str, second: str) -> str:
    """Two lines as one: a blank between Latin words, none between Chinese characters."""
    first, second = first.rstrip(), second.lstrip()
    if first.endswith("-") and second[:1].islower():
        return first[:-1] + second
    is_latin = first[-1:].isascii() and second[:1].isascii()
    return f"{first} {second}" if is_latin else first + second


@dataclass(frozen=True)
class _Told:
    kind: str
    level: int = 0
    number: str = ""


def _kind(text: str) -> _Told:
    """What a paragraph is, by its own words."""
    words = plain_text(text)
    if _contents_line(text):
        return _Told(CONTENTS)
    if caption := _CAPTION.fullmatch(words):
        is_short = len(words) <= LONGEST_CAPTION and not _SENTENCE_END.search(words)
        says_itself = re.match(r"(?:所示|给出|列出|为|是|shows|gives|lists)", caption["title"])
        if is_short and not says_itself:
            return _Told(CAPTION, number=caption["number"].strip())
    return _heading(words)


def _heading(words: str) -> _Told:
    if len(words) > LONGEST_HEADING or _SENTENCE_END.search(words):
        return _Told(TEXT)
    if marked := re.match(r"(#{1,6})\s+(.*)", words):
        inner = _heading(marked[2])
        return _Told(HEADING, len(marked[1]), inner.number)
    if _ALONE.fullmatch(words) or _CONTENTS_TITLE.fullmatch(words):
        return _Told(HEADING, 1)
    if found := _NUMBERED.fullmatch(words):
        title, number = found["title"], found["number"]
        is_amount = _UNIT_FIRST.match(title) or (number.startswith("0") and not found["gap"])
        has_verbs = title.count("，") + title.count(",") > 1
        if not is_amount and not has_verbs and not title.startswith((")", "）")):
            return _Told(HEADING, number.count(".") + number.count("．") + 1, number)
    if (found := _CHINESE.fullmatch(words)) and len(found["title"]) <= LONGEST_HEADING:
        return _Told(HEADING, 1, found["number"].strip(" 、"))
    return _Told(TEXT)


def _contents_line(text: str) -> bool:
    found = _CONTENTS.fullmatch(text.strip())
    return bool(found and (found["page"] or found["words"]) and len(text) < 160)


def _blocks(pieces: Sequence[RawText | RawTable]) -> Iterator[Paragraph | PrintedTable]:
    in_contents = False
    for index, piece in enumerate(pieces, start=1):
        if isinstance(piece, RawTable):
            in_contents = False
            yield _table(piece, index)
            continue
        told = _Told(HEADING, piece.level) if piece.level else _kind(piece.text)
        if piece.is_furniture:
            told = _Told(FURNITURE)
        elif piece.level:
            told = replace(told, number=_kind(piece.text).number)
        elif in_contents and _CONTENTS_TAB.fullmatch(piece.text.strip()):
            told = _Told(CONTENTS)
        if told.kind != FURNITURE:
            is_title = _CONTENTS_TITLE.fullmatch(plain_text(piece.text)) is not None
            in_contents = is_title or told.kind == CONTENTS
        text = re.sub(r"^#{1,6}\s+", "", piece.text.strip())
        spot = Spot(_where(piece), "", quoted(text), piece.page, index, box=piece.box)
        yield Paragraph(text, spot, told.kind, told.level, told.number)


def _where(piece: RawText | RawTable, line: int = 0, block: int = 0) -> str:
    if piece.page:
        return f"p. {piece.page}"
    if line or piece.line:
        return f"l. {line or piece.line}"
    return f"¶ {block}"


def _table(piece: RawTable, index: int) -> PrintedTable:
    rows = []
    for number, row in enumerate(piece.rows, start=1):
        words = " | ".join(cell.text for cell in row if cell.text and not cell.copy)
        line = piece.lines[number - 1] if piece.lines else 0
        spot = Spot(_where(piece, line), "", quoted(words), piece.page, index, number)
        rows.append(
            tuple(
                PrintedCell(cell.text, replace(spot, table_column=n, box=cell.box), cell.copy)
                for n, cell in enumerate(row, start=1)
            )
        )
    spot = Spot(_where(piece), "", "", piece.page, index, box=piece.box)
    return PrintedTable(tuple(rows), spot, is_uncertain=piece.is_uncertain)


def _captioned(blocks: Sequence[Paragraph | PrintedTable]) -> list[Paragraph | PrintedTable]:
    """Tables with their captions: the nearest on either side; what is usual decides between two."""
    near = {
        index: (_caption_beside(blocks, index, -1), _caption_beside(blocks, index, 1))
        for index, block in enumerate(blocks)
        if isinstance(block, PrintedTable)
    }
    above = sum(bool(before is not None and after is None) for before, after in near.values())
    below = sum(bool(after is not None and before is None) for before, after in near.values())
    found = list(blocks)
    used: set[int] = set()
    for index, (before, after) in near.items():
        order = (before, after) if above >= below else (after, before)
        chosen = next((c for c in order if c is not None and c not in used), None)
        table = found[index]
        if chosen is None or not isinstance(table, PrintedTable):
            continue
        used.add(chosen)
        caption = blocks[chosen]
        if isinstance(caption, Paragraph):
            if caption.kind != CAPTION:
                caption = replace(caption, kind=CAPTION, level=0)
                found[chosen] = caption
            found[index] = replace(table, caption=caption)
    return found


def _caption_beside(
    blocks: Sequence[Paragraph | PrintedTable], index: int, step: int
) -> int | None:
    at = index + step
    while 0 <= at < len(blocks):
        block = blocks[at]
        if isinstance(block, PrintedTable):
            return None
        if block.kind == CAPTION:
            return at if re.match(r"[续續]?表|Table", block.number, re.IGNORECASE) else None
        if block.kind == TEXT and _BARE_CAPTION.fullmatch(block.plain):
            return at
        if block.kind != FURNITURE and block.plain:
            return None
        at += step
    return None


def _sectioned(
    blocks: Sequence[Paragraph | PrintedTable],
) -> tuple[tuple[DocumentSection, ...], list[Paragraph | PrintedTable]]:
    """Sections, and the blocks that know theirs; places name the table or the section."""
    starts = [i for i, b in enumerate(blocks) if isinstance(b, Paragraph) and b.kind == HEADING]
    ends = [*starts[1:], len(blocks)][: len(starts)]
    found: list[Paragraph | PrintedTable] = []
    current, number = -1, ""
    for index, block in enumerate(blocks):
        if index in set(starts):
            current += 1
            heading = blocks[index]
            number = heading.number if isinstance(heading, Paragraph) else ""
        if isinstance(block, Paragraph):
            spot = replace(block.spot, cell=number)
            found.append(replace(block, spot=spot, section=current))
        else:
            found.append(_named(replace(block, section=current), number))
    sections = []
    for start, end in zip(starts, ends, strict=True):
        heading = found[start]
        if isinstance(heading, Paragraph):
            sections.append(DocumentSection(heading, start, end))
    return tuple(sections), found


def _named(table: PrintedTable, section: str) -> PrintedTable:
    """A table whose cells say in which table and row they are."""
    name = table.number or section
    rows = tuple(
        tuple(
            replace(cell, spot=replace(cell.spot, cell=f"{name} ({cell.spot.table_row})".strip()))
            for cell in row
        )
        for row in table.rows
    )
    return replace(table, rows=rows, spot=replace(table.spot, cell=name))
