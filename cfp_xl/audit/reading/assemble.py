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
    glued,
    quoted,
)
from cfp_xl.audit.reading.broken_numbers import with_whole_numbers
from cfp_xl.audit.reading.module_lines import with_module_lines
from cfp_xl.audit.reading.raw import Box, RawCell, RawDocument, RawTable, RawText
from cfp_xl.audit.reading.share_lines import with_share_lists
from cfp_xl.footprint.wording import plain_text
from cfp_xl.verify.declared.numbers import ALONE
from cfp_xl.verify.declared.words import field_of

_CONTENTS_TITLE = re.compile(r"目\s*[录錄次]|(?:table of )?contents|index", re.IGNORECASE)
_CONTENTS = re.compile(r"(?P<words>.*?)\s*(?:[.．·…⋯]\s?){3,}\s*(?P<page>\d{1,3}|[ivx]{1,5})?")
_CONTENTS_TAB = re.compile(r"(?P<words>\S.*?)(?:\t| {3,})\s*(?P<page>\d{1,3})")
_NUMBER = r"\d{1,2}(?:[.．]\d{1,2}){0,4}"
_NUMBERED = re.compile(
    rf"(?P<number>{_NUMBER})[.．、]?(?P<gap>\s*(?:[-–]\s)?)(?P<title>[^\s\d.,%‰\-–].*)"
)
_CHINESE = re.compile(
    r"(?P<number>第[一二三四五六七八九十\d]{1,3}[章节部分篇]|[一二三四五六七八九十]{1,3}、"
    r"|附[件录錄表]\s*[A-Z\d一二三四五六七八九十]{0,2}|(?:Annex|Appendix)\s+[A-Z\d]{1,2})"
    r"[ :：.、]*(?P<title>.*)",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"摘\s*要|引\s*言|前\s*言|概述|结\s*论|致\s*谢|参考文献|参考资料|声\s*明|executive summary"
    r"|abstract|summary|introduction|conclusions?|references|bibliography|disclaimer"
    r"|(?:计算|核算|评价)?结果|系统边界|功能单位|方法|目标和?与?范围(?:定义)?|假设和局限性?"
    r"|(?:goal and )?scope|results?|(?:key )?assumptions|methodology|methods?|inventory"
    r"|system boundar(?:y|ies)|functional unit|interpretation|product(?: description)?|notes",
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
_STOPPED = re.compile(r"[。！!？?]$")
_LIST_ITEM = re.compile(
    r"(?:[（(]\s*[\da-z一二三四五六七八九十]{1,3}\s*[)）]|\d{1,2}\s*[)）、]|[a-z][)）]|[-•●·▪◆■○–—*]\s"
    r"|[①-⑳])",
    re.IGNORECASE,
)
_KEY = re.compile(r"[^，。；,;.]{2,16}[：:]|[A-Z][A-Za-z \-/()&]{1,34}:(?=\s)")
_UNIT_FIRST = re.compile(r"(?:年|月|日|台|件|个|吨|kg|kwh|t\b|g\b|%|元|天|次)", re.IGNORECASE)
LONGEST_HEADING = 60
LONGEST_CAPTION = 100
SHORTEST_LINE = 18
"""Characters of a line that may go on in the next one."""


def assemble(raw: RawDocument, path: str, sha256: str, form: str) -> Document:
    """The document of a file that was read."""
    tables = with_share_lists(with_module_lines(raw.blocks))
    pieces = list(_joined(_rejoined(with_whole_numbers(tables))))
    blocks = list(_blocks(pieces))
    blocks = _captioned(blocks)
    sections, blocks = _sectioned(blocks)
    unread = tuple(UnreadPage(page, why) for page, why in raw.unread)
    return Document(
        path, sha256, form, tuple(blocks), sections, raw.pages, unread, raw.is_uncertain
    )


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
                text = glued(open_line.text, one.text)
                box = _around(open_line, one)
                open_line = replace(open_line, text=text, is_full=one.is_full, box=box)
                continue
            yield open_line
            yield from between
            open_line, between = None, []
        if isinstance(one, RawText) and one.is_line and not one.is_furniture:
            open_line = one
        else:
            yield one
    if open_line is not None:
        yield open_line
    yield from between


def _goes_on(line: RawText, following: RawText) -> bool:
    first, second = plain_text(line.text), plain_text(following.text)
    if not second or line.level or following.level or _LIST_ITEM.match(second):
        return False
    if _kind(line.text).kind != TEXT or _KEY.fullmatch(second) or _is_amount(first, second):
        return False
    kind = _kind(following.text).kind
    if line.is_full is not None:
        if not line.is_full or _STOPPED.search(first) or _is_below_a_gap(line, following):
            return False
        return kind == TEXT or (kind == HEADING and len(second) > LONGEST_HEADING / 2)
    if _KEY.match(first) and len(first) <= LONGEST_HEADING and following.line > line.line + 1:
        return False
    if field_of(second):
        return False
    is_open = len(first) >= SHORTEST_LINE and not _ENDED.search(first)
    return is_open and kind == TEXT and _KEY.match(second) is None


def _is_amount(*lines: str) -> bool:
    """Whether one of some lines is nothing but an amount of emissions."""
    return any((found := ALONE.fullmatch(one)) is not None and found["unit"] for one in lines)


def _around(first: RawText, last: RawText) -> Box | None:
    """The box of two lines, where both are on one page."""
    if first.box is None or last.box is None or first.page != last.page:
        return first.box
    one, other = first.box, last.box
    return (
        min(one[0], other[0]),
        min(one[1], other[1]),
        max(one[2], other[2]),
        max(one[3], other[3]),
    )


def _is_below_a_gap(line: RawText, following: RawText) -> bool:
    """Whether a line is further below another than the lines of a paragraph are."""
    if line.box is None or following.box is None or line.page != following.page:
        return False
    return following.box[1] - line.box[3] > following.box[3] - following.box[1]  # its height


def _rejoined(blocks: Iterable[RawText | RawTable]) -> Iterator[RawText | RawTable]:
    """Tables that go on over a page break as one; a head that is repeated is left out."""
    last: RawTable | None = None
    furniture: list[RawText] = []
    for one in blocks:
        if last is not None and isinstance(one, RawText) and one.is_furniture:
            furniture.append(one)
            continue
        if last is not None and isinstance(one, RawTable) and _continues(last, one):
            last = _with_rows_of(last, one)
            continue
        if last is not None:
            yield last
            yield from furniture
            last, furniture = None, []
        if isinstance(one, RawTable) and one.page:
            last = one
        else:
            yield one
    if last is not None:
        yield last
        yield from furniture


def _continues(table: RawTable, following: RawTable) -> bool:
    pages = table.row_pages or (table.page,)
    width = max(map(len, table.rows))
    return following.page == pages[-1] + 1 and width == max(map(len, following.rows))


def _with_rows_of(table: RawTable, following: RawTable) -> RawTable:
    def words(row: Sequence[RawCell]) -> list[str]:
        return [plain_text(cell.text) for cell in row]

    rows = following.rows
    if words(rows[0]) == words(table.rows[0]):
        rows = rows[1:]
    pages = table.row_pages or (table.page,) * len(table.rows)
    return replace(
        table,
        rows=(*table.rows, *rows),
        lines=(*table.lines, *following.lines[-len(rows) :]) if table.lines and rows else (),
        row_pages=(*pages, *(following.page,) * len(rows)),
        is_uncertain=table.is_uncertain or following.is_uncertain,
    )


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
    return bool(found and (found["page"] or found["words"]) and len(found["words"]) < 160)


def _is_next_of_contents(text: str, page: int) -> bool:
    """Whether a line goes on with the contents: a tab before its page, or, where tabs were lost, a
    page that is not before that of the line above."""
    if _CONTENTS_TAB.fullmatch(text):
        return True
    found = re.fullmatch(r".*\S\s(\d{1,3})", text)
    return bool(found and page and page <= int(found[1]) < page + 60)


def _page_of(text: str) -> int:
    found = re.search(r"(\d{1,3})\s*$", text)
    return int(found[1]) if found else 0


def _blocks(pieces: Sequence[RawText | RawTable]) -> Iterator[Paragraph | PrintedTable]:
    in_contents, page = False, 0
    for index, piece in enumerate(pieces, start=1):
        if isinstance(piece, RawTable):
            in_contents = False
            yield _table(piece, index)
            continue
        told = _Told(HEADING, piece.level) if piece.level else _kind(piece.text)
        if piece.is_furniture:
            told = _Told(FURNITURE)
        elif piece.is_contents:
            told = _Told(CONTENTS)
        elif piece.level:
            told = replace(told, number=_kind(piece.text).number)
        elif in_contents and _is_next_of_contents(piece.text.strip(), page):
            told = _Told(CONTENTS)
        if told.kind != FURNITURE:
            is_title = _CONTENTS_TITLE.fullmatch(plain_text(piece.text)) is not None
            in_contents = is_title or told.kind == CONTENTS
            page = _page_of(piece.text) if told.kind == CONTENTS else 0
        text = re.sub(r"^#{1,6}\s+", "", piece.text.strip())
        spot = Spot(_where(piece, block=index), "", quoted(text), piece.page, index, box=piece.box)
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
        page = piece.row_pages[number - 1] if piece.row_pages else piece.page
        where = f"p. {page}" if page else _where(piece, line, index)
        spot = Spot(where, "", quoted(words), page, index, number)
        rows.append(
            tuple(
                PrintedCell(cell.text, replace(spot, table_column=n, box=cell.box), cell.copy)
                for n, cell in enumerate(row, start=1)
            )
        )
    spot = Spot(_where(piece, block=index), "", "", piece.page, index, box=piece.box)
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
            spot = replace(block.spot, cell=f"§ {number}" if number[:1].isdigit() else number)
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
