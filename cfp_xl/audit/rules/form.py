"""The form of a report: nothing left to fill in, contents, numbers of tables and figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cfp_xl.audit.document import Paragraph, PrintedCell, PrintedTable
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.rules import report_rule
from cfp_xl.findings import Finding, finding
from cfp_xl.footprint.wording import folded, plain_text
from cfp_xl.verify.declared.numbers import MARK, read_cell
from cfp_xl.verify.declared.words import key_of

_PLACEHOLDER = re.compile(
    r"(?<![A-Za-z0-9])(?:TBD|TBC|TODO|N\.N\.)(?![A-Za-z0-9])|待定|待补充|待填写|待完善|待确认"
    r"|(?<![A-Za-z0-9\-])(?:[Xx×]{2,}|[Xx]{2,}年)(?![A-Za-z0-9\-])|20[Xx×]{2}|_{3,}|＿{2,}"
    r"|\[(?:请?填写|插入|insert|company|product|name|date|xx)[^\]]{0,30}\]|lorem ipsum"
    r"|\?{2,}|此处(?:填写|插入)|错误!\s?未(?:找到引用源|定义书签)"
    r"|Error! (?:Reference source|Bookmark) not",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"</?(?:p|div|span|td|tr|table|font|strong|li|ul)\b[^>]{0,80}>|&nbsp;", re.I)
_OPEN_END = re.compile(r"[:：]\s*$")
_SIGNATURE = ("签名", "签字", "signature")
_PAGE = re.compile(r"[\s.．·…\t]*(?P<page>\d{1,3})?\s*$")
_NUMBER = re.compile(
    r"^(?:第\s*)?(?P<number>\d{1,2}(?:\.\d{1,2})*|[一二三四五六七八九十]+)[章节.、\s]*"
)
LONGEST_TITLE = 60
_CAPTION = re.compile(r"^(?P<kind>表|图|table|figure|fig\.?)\s?(?P<number>\d+(?:[.\-]\d+)*)", re.I)
_GOES_ON = re.compile(r"[(（]\s*(?:续|續|接上页|continued|cont\.?)", re.IGNORECASE)
"""Of a caption: the table goes on from the page before."""
_REFERENCE = re.compile(
    r"(?<![A-Za-z表图附])(?P<kind>表|图|table|figure|fig\.)\s?(?P<number>\d+(?:[.\-]\d+)*)"
    r"(?![\d%年月])",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"附录|标准|GB/?T?|ISO|IPCC|EN\s?\d|annex|》|报告中|guideline", re.IGNORECASE
)


_ANNOUNCED = re.compile(
    r"(?P<what>[^，。；;,、]{2,12}(?:和|及|、)?[^，。；;,、]{0,12}?)(?:将|会)?在(?:下文|本报告)?第\s?(?P<zh>[\d.]+)\s?[章节]"
    r"[^。；;]{0,16}?(?:说明|介绍|描述|给出|列出)"
    r"|(?P<subject>[A-Za-z][A-Za-z \-]{2,40}?) (?:is|are|will be) "
    r"(?:described|explained|given|listed|documented) in (?:section|chapter) (?P<en>\d[\d.]*\d|\d)",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile("第|section|chapter", re.IGNORECASE)
"""Without one of these nothing is announced; the search itself is slow on long lines."""
_TWICE = re.compile(
    r"(?P<zh>[\u4e00-\u9fff])(?P=zh)"
    r"|\b(?P<en>the|of|and|to|is|in|a|an|for|with|are|by|from|this) (?P=en)\b",
    re.IGNORECASE,
)
_AS_SHOWN = re.compile(
    r"(?P<before>[^，。；;,:：!！]{0,60}?)(?P<what>(?<!附)[图表]\s?\d+(?:[.\-]\d+)*\s?(?:中)?所示)"
)
_LEADS_TO = re.compile(r"[如见由据按照依参于同像即]")
_BESIDE = re.compile(
    r"^(?:各个?|每个?|具体的?|详细的?|相关的?|the |all )+|(?:的|将|会)$", re.IGNORECASE
)
"""Around the name of what is announced."""
_PARTICLES = frozenset("的了和是在为与对从由将被")
_REDUPLICATED = frozenset("一常仅往人天多渐刚个种层步处大整件条项逐频略各")
"""Characters that are doubled as words of their own: 常常, 种种."""


@report_rule("R02", needs=("paragraphs",))
def nothing_left_to_fill_in(report: ReadReport) -> Iterator[Finding]:
    """R02: no placeholder, no markup, no field without its value is left in the text."""
    for one in report.document.texts:
        found = _PLACEHOLDER.search(one.plain)
        if found:
            at = one.at(*found.span()) if isinstance(one, Paragraph) else one.spot
            case = "" if isinstance(one, Paragraph) else "table"
            yield finding("R02", at, case=case, seen=found.group())
        if found := _MARKUP.search(one.text):
            yield finding("R02", one.spot, case="markup", seen=found.group())


@report_rule("R02", needs=("paragraphs",))
def fields_have_values(report: ReadReport) -> Iterator[Finding]:
    """R02: a field of a form, and a sentence that announces something, is not left empty."""
    blocks = report.document.blocks
    for block, after in zip(blocks, (*blocks[1:], None), strict=True):
        if isinstance(block, PrintedTable):
            yield from _empty_fields(block)
        elif block.kind == "text" and _OPEN_END.search(block.plain):
            name = block.plain.rstrip(":： ")
            is_end = after is None or (isinstance(after, Paragraph) and after.kind == "heading")
            is_field = bool(key_of(name)) and isinstance(after, Paragraph)
            if is_field or is_end:
                yield finding("R02", block.spot, case="field", seen=name[-24:])


def _empty_fields(table: PrintedTable) -> Iterator[Finding]:
    for row in table.rows:
        cells = [cell for cell in row if not cell.copy]
        filled = [cell for cell in cells if cell.plain]
        if len(filled) == 1 and key_of(filled[0].plain) and row is not table.rows[0]:
            yield finding("R02", filled[0].spot, case="field", seen=filled[0].plain)
        if filled and len(filled) > 1 and folded(filled[-1].plain).rstrip(":") in _SIGNATURE:
            yield finding("R02", filled[-1].spot, case="signature", seen=filled[0].plain)
        for name, value in pairwise(cells):
            if not key_of(name.plain) or key_of(value.plain) == key_of(name.plain):
                continue
            if read_cell(value.text).kind == MARK and row is not table.rows[0]:
                yield finding("R02", value.spot, case="field", seen=name.plain)
        for cell in cells:
            if len(cell.plain) > 30 and _OPEN_END.search(cell.plain):
                yield finding("R02", cell.spot, case="field", seen=_last_words(cell))


def _last_words(cell: PrintedCell) -> str:
    return re.split(r"[。；;>\s]", cell.plain.rstrip(":： "))[-1][-30:]


@report_rule("T05", needs=("paragraphs",))
def contents_match_headings(report: ReadReport) -> Iterator[Finding]:
    """T05: each line of the contents is a section, with the number and in the order of pages."""
    headings: dict[str, set[str]] = {}
    for one in report.document.headings:
        of_title = headings.setdefault(_title(f"{one.number} {one.title}"), set())
        of_title.add(_number(one.number) or one.number)
    for paragraph in report.document.paragraphs:  # a title without a number, where no style tells
        if paragraph.kind == "text" and len(paragraph.plain) <= LONGEST_TITLE:
            headings.setdefault(_title(paragraph.plain), set())
    captions = {folded(c.plain) for c in report.document.captions}
    if not headings:
        return
    page = 0
    for line in report.document.contents:
        words = line.plain
        found = _PAGE.search(words)
        of_page = int(found["page"]) if found and found["page"] else 0
        text = words[: found.start()] if found else words
        title, number = _title(text), _number(text)
        if not title and of_page:
            yield finding("T05", line.spot, case="no_title", seen=str(of_page))
        if not title or folded(text) in captions or _CAPTION.match(text):
            continue
        if title not in headings:
            yield finding("T05", line.spot, case="no_section", seen=text.strip())
        elif number and any(headings[title]) and number not in headings[title]:
            expected = ", ".join(sorted(headings[title]))
            yield finding(
                "T05", line.spot, case="section_number", seen=text.strip(), expected=expected
            )
        if of_page and of_page < page:
            yield finding(
                "T05", line.spot, case="page_order", seen=str(of_page), expected=str(page)
            )
        page = max(page, of_page)


def _title(text: str) -> str:
    return re.sub(r"[\s:：.．·…、]", "", folded(_NUMBER.sub("", plain_text(text))))


def _number(text: str) -> str:
    found = _NUMBER.match(plain_text(text))
    return found["number"] if found else ""


@report_rule("T05", needs=("paragraphs",))
def sections_are_numbered_in_order(report: ReadReport) -> Iterator[Finding]:
    """T05: no section's number comes twice, none is left out (3.2.1, 3.2.3)."""
    seen: set[str] = set()
    for one in report.document.headings:
        number = one.number.rstrip(".、 ")
        if not re.fullmatch(r"\d{1,2}(?:\.\d{1,2})+", number):
            continue
        if number in seen:
            yield finding("T05", one.spot, case="section_twice", seen=number)
        head, _, last = number.rpartition(".")
        before = f"{head}.{int(last) - 1}"
        if seen and int(last) > 1 and before not in seen and number not in seen:
            yield finding("T05", one.spot, case="section_gap", seen=number, expected=before)
        seen.add(number)


@report_rule("T05", needs=("paragraphs",))
def captions_are_numbered(report: ReadReport) -> Iterator[Finding]:
    """T05: tables and figures are numbered without gap and once; what the text refers to exists."""
    seen: dict[str, set[str]] = {}
    for one in report.document.captions:
        found = _CAPTION.match(one.plain)
        if found is None or _GOES_ON.search(one.plain):
            continue
        kind, number = _kind(found["kind"]), found["number"]
        mine = seen.setdefault(kind, set())
        head, mark, last = re.fullmatch(r"(?:(.*)([.\-]))?(\d+)", number).groups("")  # type: ignore[union-attr]
        before = f"{head}{mark}{int(last) - 1}"
        if number in mine:
            yield finding("T05", one.spot, case="caption_twice", seen=found.group())
        elif int(last) > 1 and mine and not any(before in ns for ns in seen.values()):
            yield finding("T05", one.spot, case="caption_gap", seen=found.group(), expected=before)
        mine.add(number)
    for paragraph in report.document.paragraphs:
        if paragraph.kind != "text":
            continue
        for found in _REFERENCE.finditer(paragraph.plain):
            numbers = seen.get(_kind(found["kind"]))
            before = paragraph.plain[max(0, found.start() - 24) : found.start()]
            if numbers and found["number"] not in numbers and not _ELSEWHERE.search(before):
                at = paragraph.at(*found.span())
                yield finding("T05", at, case="no_caption", seen=found.group())


@report_rule("T05", needs=("paragraphs",))
def captions_have_one_form(report: ReadReport) -> Iterator[Finding]:
    """T05: tables are numbered one way, and so are figures: 3.1 or 3.1.2, not both."""
    first: dict[str, tuple[int, str, Paragraph]] = {}
    told = set[str]()
    for one in report.document.captions:
        found = _CAPTION.match(one.plain)
        if found is None:
            continue
        kind, depth = _kind(found["kind"]), len(re.split(r"[.\-]", found["number"]))
        usual, text, where = first.setdefault(kind, (depth, found.group(), one))
        if depth != usual and kind not in told:
            told.add(kind)
            yield finding(
                "T05",
                one.spot,
                case="caption_form",
                seen=found.group(),
                expected=text,
                other=str(where.spot),
            )


def _kind(word: str) -> str:
    return "table" if folded(word) in ("表", "table") else "figure"


@report_rule("T05", needs=("paragraphs",))
def sections_hold_what_is_announced(report: ReadReport) -> Iterator[Finding]:
    """T05: what the text leaves to another section is in that section."""
    words = _words_of_sections(report)
    for one in report.document.paragraphs:
        for found in _ANNOUNCED.finditer(one.plain) if _ANNOUNCES.search(one.plain) else ():
            number = found["zh"] or found["en"]
            what = found["what"] or found["subject"] or ""
            inside = [text for n, text in words if n == number or n.startswith(f"{number}.")]
            at = one.at(*found.span())
            if not inside:
                numbered = any(n == "1" for n, _ in words)
                if numbered:
                    yield finding("T05", at, case="no_such_section", seen=number)
                continue
            missing = [w for w in _subjects(what) if not any(folded(w) in text for text in inside)]
            if missing:
                yield finding("T05", at, case="not_there", seen=", ".join(missing), expected=number)


def _words_of_sections(report: ReadReport) -> list[tuple[str, str]]:
    """The number of each section, with its own words folded."""
    document = report.document
    found = []
    for section in document.sections:
        blocks = document.blocks[section.first : section.end]
        text = "".join(
            b.plain if isinstance(b, Paragraph) else "".join(c.plain for c in b.cells)
            for b in blocks
            if isinstance(b, PrintedTable) or b.kind != "contents"
        )
        number = _number(section.heading.number) or section.heading.number
        found.append((number, re.sub(r"\s", "", text.casefold())))
    return found


def _subjects(words: str) -> list[str]:
    """What is announced, one by one: 各个数据集和数据质量 is two things."""
    pieces = re.split(r"和|及|、|以及|\band\b|,", words)
    named = [
        re.sub(
            r"^(?:各个?|每个?|具体的?|详细的?|相关的?|the|all)+|(?:的|将|会)$",
            "",
            p.strip(),
            flags=re.I,
        )
        for p in pieces
    ]
    return [name.strip() for name in named if len(name.strip()) > 1]


@report_rule("T03", needs=("paragraphs",))
def nothing_is_typed_twice(report: ReadReport) -> Iterator[Finding]:
    """T03: no word or character is typed twice in a row."""
    text = "\n".join(one.plain for one in report.document.paragraphs)
    for one in report.document.paragraphs:
        for found in _TWICE.finditer(one.plain):
            if found["zh"] is None or _is_slip(found, one.plain, text):
                start, end = max(0, found.start() - 4), found.end() + 4
                yield finding("T03", one.at(start, end), case="twice", seen=found.group())


def _is_slip(found: re.Match[str], words: str, text: str) -> bool:
    """Whether a doubled character is a slip: 工工作组 is, 生产产品 is two words.

    The word that ends with the first of the two comes nowhere else, the one that begins with the
    second does.
    """
    at, one = found.start(), found["zh"]
    if one in _PARTICLES:
        return True
    left, right = words[at - 1 : at + 1], words[at + 1 : at + 3]
    if one in _REDUPLICATED or len(left) < 2 or len(right) < 2:
        return False
    elsewhere = text.replace(words[at - 1 : at + 3], "")
    return left not in elsewhere and right in elsewhere


@report_rule("T03", needs=("paragraphs",))
def references_are_sentences(report: ReadReport) -> Iterator[Finding]:
    """T03: what is 所示 is so 如图 or 见表: no word of the sentence is left out."""
    for one in report.document.paragraphs:
        for found in _AS_SHOWN.finditer(one.plain) if one.kind == "text" else ():
            if not _LEADS_TO.search(found["before"]):
                yield finding("T03", one.at(*found.span()), case="as_shown", seen=found["what"])


@report_rule("T03", needs=("paragraphs",))
def marks_are_in_pairs(report: ReadReport) -> Iterator[Finding]:
    """T03: quotation marks and brackets are in pairs, no mark is doubled or stray."""
    for one in report.document.paragraphs:
        text = one.text
        for left, right in ("“”", "《》", "（）", "「」"):
            if text.count(left) != text.count(right) and (left + right) != "（）":
                yield finding("T03", one.spot, case="pair", seen=f"{left}{right}")
        if found := re.search(r"[，。；、]{2}|(?<=[\u4e00-\u9fff])\\(?=[\u4e00-\u9fff])", text):
            yield finding("T03", one.spot, seen=found.group())
