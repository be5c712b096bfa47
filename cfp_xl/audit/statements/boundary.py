"""The system boundary, wherever a report states it: lists, tables, the formula and its legend."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from cfp_xl.audit.document import TEXT, Document, Paragraph, PrintedTable
from cfp_xl.audit.record import Said, SaidBoundary
from cfp_xl.audit.statements.sentences import key_values
from cfp_xl.footprint.boundary import boundary_of
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.identity import stage_id
from cfp_xl.verify.declared.names import named_parts, terms

_NAMES_IT = re.compile(
    r"系统边界|核算边界|评价边界|生命周期边界"
    r"|system boundar(?:y|ies)|boundary of the (?:study|system)",
    re.IGNORECASE,
)
_TYPE = re.compile(
    r"(?:从?[“\"'‘]?摇篮[”\"'’]?到[“\"'‘]?(?:坟墓|大门)[”\"'’]?|搖籃到(?:大門|墳墓)|大门到大门|全生命周期"
    r"|cradle[- ]to[- ](?:grave|gate)|gate[- ]to[- ]gate)",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"(?:包括了?|包含了?|涵盖了?|定义为|界定为|范围为|边界为|边界[“\"].{0,12}[”\"][:：]|includes?|covers?"
    r"|comprises?|consists? of|defined as|are:|is:)\s*(?:了|以下|the following|:|：|包括"
    r"|[两二三四五六七八2-8]个?(?:主要)?(?:生命周期)?(?:阶段|环节)"
    r"|(?:the )?(?:two|three|four|five|six|[2-8]) (?:main )?(?:life[ -]cycle )?"
    r"(?:stages|phases))*\s*",
    re.IGNORECASE,
)
_LIST_END = re.compile(
    r"[。；;!！\n]|(?<=[a-z])\.(?:\s|$)|等?[两二三四五六七八2-8]个?(?:主要)?(?:生命周期)?(?:阶段|环节)|等阶段|等过程|的碳排放|排放"
)
_EXCLUDED = re.compile(
    r"(?:不包括|不包含|未包括|未包含|不涉及|排除了?|不考虑|未考虑|忽略了?|舍去了?"
    r"|\bexcludes?\b|\bdoes not include\b|\bexcluded(?: from [\w ]{3,24})? (?:are|is|were):?)"
    r"\s*(?::|：)?\s*(?!的)(?P<list>[^。；;\n]{2,120})",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"(?:舍去|排除|忽略)的?(?:物料|部分|材料|过程|内容|物质|投入)?(?:为|是|有|包括|:)\s*(?P<zh>[^。；;,\n]{2,60})"
    r"|(?:^|[.;]\s)(?P<en>[A-Z][\w ,\-/]{2,60}?) (?:are|is|were|was|have been) "
    r"(?:excluded|omitted|left out|not included|neglected)",
)
"""Says what was left out in words of its own: 舍去的物料为…, screws were omitted."""
_SYMBOL = re.compile(
    r"(?P<symbol>[A-Z]{1,4}[_ ]?[\u4e00-\u9fffA-Za-z0-9]{0,12})\s*"
    r"(?:[:：]|——|—|-{1,2}|为|表示|is|=)\s*(?P<says>[^=]{4,200})"
)
_FORMULA = re.compile(r"[A-Z]\w{0,12}\s*=\s*(?P<sum>.{0,40}\+.{3,200})")
_GENERAL = re.compile(
    r"通常|一般(?:包括|而言|来说)|是指|例如|generally|typically|in general|for example"
)
_SEPARATORS = re.compile(r"[、，,;；|→+]+|\band\b|及其?|和|以及|与")
LEAST_PARTS = 2
_BASED_ON = re.compile(r"依据|按照|根据|符合|采用|according|based on", re.IGNORECASE)


def boundaries(document: Document) -> Iterator[SaidBoundary]:
    """Every statement of the boundary, in the order of reading."""
    for block in document.blocks:
        if isinstance(block, PrintedTable):
            yield from _of_table(block)
        elif block.kind == TEXT:
            yield from _of_paragraph(document, block)
    for one in key_values(document):
        if one.key == "boundary" and one.spot.table_row and (type := _TYPE.search(one.value)):
            of_type = boundary_of(re.sub(r"[“”\"'‘’]", "", type.group()))
            listed = one.value if len(_parts(one.value)) >= LEAST_PARTS else ""
            yield SaidBoundary(
                listed,
                one.spot,
                meaning=of_type.id if of_type else "",
                form="cover",
                type=of_type.id if of_type else "",
                parts=_parts(listed),
            )


def _of_paragraph(document: Document, paragraph: Paragraph) -> Iterator[SaidBoundary]:
    text = paragraph.plain
    if _GENERAL.search(text):
        return
    if (formula := _FORMULA.search(text)) and len(_parts(formula["sum"])) >= LEAST_PARTS:
        names = [re.sub(r"^\s*[A-Z]{1,4}\s*[_ ]\s*", "", one) for one in formula["sum"].split("+")]
        yield _said(paragraph, "、".join(n.strip() for n in names), "formula")
        return
    if (legend := _SYMBOL.fullmatch(text)) and _is_legend(legend["symbol"], legend["says"]):
        parts = _parts(legend["says"])
        yield SaidBoundary(
            "",
            paragraph.spot,
            form="legend",
            parts=parts,
            symbol=" ".join(legend["symbol"].split()),
        )
        return
    names_it, of_type = _NAMES_IT.search(text), _TYPE.search(text)
    found = False
    for sentence in re.split(r"(?<=[。；;\n])", text):
        if not (_NAMES_IT.search(sentence) or (names_it and found is False)):
            continue
        listed = _listed(sentence)
        if listed and len(_parts(listed)) >= LEAST_PARTS:
            found = True
            yield _said(paragraph, listed, _form(document, paragraph))
    if not found and of_type and names_it:
        yield _said(paragraph, "", _form(document, paragraph))


def _is_legend(symbol: str, says: str) -> bool:
    """Whether a line explains the symbol of a part of the product system."""
    named = folded(re.sub(r"^[A-Z]{1,4}[_ ]?", "", symbol))
    return bool(named) and bool(_parts(named)) and bool(_parts(says))


def _listed(sentence: str) -> str:
    """The list of stages that a sentence introduces; "" where it introduces none."""
    best = ""
    for opening in _INTRODUCED.finditer(sentence):
        rest = sentence[opening.end() :]
        end = _LIST_END.search(rest)
        words = rest[: end.start()] if end else rest
        words = re.split(r"(?:不包括|不包含|但不|excluding|but not|except)", words)[0]
        words = _while_it_lists(words)
        if len(_parts(words)) >= max(len(_parts(best)), 1):
            best = words  # of several openings the last: 边界定义为全生命周期，包括 …
    return best.strip(" :：,，、。“”\"'")


def _while_it_lists(words: str) -> str:
    """The words up to the comma behind which none of the parts is named any more."""
    pieces = re.split(r"([，,])", words)
    kept = pieces[0]
    for comma, piece in zip(pieces[1::2], pieces[2::2], strict=True):
        if not _parts(piece) and _BASED_ON.search(piece):
            break
        kept += comma + piece
    return kept


def _parts(words: str) -> frozenset[str]:
    """The known parts that a text names."""
    return frozenset(id for id in named_parts(_SEPARATORS.sub("、", words)) if id in terms())


def _form(document: Document, paragraph: Paragraph) -> str:
    section = document.section_of(paragraph)
    title = folded(section.heading.title) if section else ""
    if not title:
        return "cover"
    if any(word in title for word in ("摘要", "abstract", "summary")):
        return "abstract"
    if "边界" in title or "boundar" in title:
        return "scope"
    return "list" if re.match(r"[(（]?\d{1,2}[)）.]", paragraph.plain) else "prose"


def _said(paragraph: Paragraph, listed: str, form: str) -> SaidBoundary:
    text = paragraph.plain
    of_type = _TYPE.search(text)
    type = boundary_of(re.sub(r"[“”\"'‘’]", "", of_type.group())) if of_type else None
    excluded = _EXCLUDED.search(text)
    spot = paragraph.spot
    if listed and (at := text.find(listed[:20])) >= 0:
        spot = replace(paragraph.at(at, at + len(listed)), start=at)
    return SaidBoundary(
        listed,
        spot,
        meaning=type.id if type else "",
        form=form,
        type=type.id if type else "",
        parts=_parts(listed),
        excluded=_split(excluded["list"]) if excluded else (),
    )


def _split(words: str) -> tuple[str, ...]:
    pieces = re.split(r"[、，,;；]|\band\b|以及|和", re.sub(r"等$", "", words))
    return tuple(piece.strip(" .。") for piece in pieces if piece.strip(" .。"))


def _of_table(table: PrintedTable) -> Iterator[SaidBoundary]:
    """A table of what each stage includes (and leaves out)."""
    head = [cell.plain for cell in table.rows[0]] if table.rows else []
    inside = next(
        (i for i, h in enumerate(head) if _is_heading(h, "包含", "包括", "include")), None
    )
    outside = next(
        (i for i, h in enumerate(head) if _is_heading(h, "未包", "不包", "exclude", "not incl")),
        None,
    )
    if inside is None or inside == outside:
        return
    rows = [row for row in table.rows[1:] if row and _parts(row[0].plain)]
    names = [row[0].plain for row in rows]
    if len(names) < LEAST_PARTS:
        return
    listed = "、".join(dict.fromkeys(names))
    excluded = [
        item
        for row in rows
        if outside is not None and outside < len(row)
        for item in _split(row[outside].plain)
        if not re.fullmatch(r"[/—–-]|无|none|n/?a", item, re.IGNORECASE)
    ]
    spot = replace(rows[0][0].spot, quote=listed, table_row=0)
    yield SaidBoundary(listed, spot, form="table", parts=_parts(listed), excluded=tuple(excluded))


def _is_heading(heading: str, *words: str) -> bool:
    text = folded(heading)
    if words[0] in ("包含", "包括") and re.search(r"未包|不包|exclu|not", text):
        return False
    return any(word in text for word in words)


def exclusions(document: Document, stated: tuple[SaidBoundary, ...]) -> Iterator[Said]:
    """What is said to be left out, one by one: in boundary statements and anywhere else."""
    seen: set[tuple[str, int]] = set()
    for one in stated:
        for item in one.excluded:
            if (folded(item), one.spot.block) not in seen:
                seen.add((folded(item), one.spot.block))
                yield Said(item, one.spot)
    for paragraph in document.paragraphs:
        for found in _EXCLUDED.finditer(paragraph.plain):
            spot = paragraph.at(found.start(), found.end())
            for item in _split(found["list"]):
                if stage_id(item) is None and (folded(item), spot.block) not in seen:
                    seen.add((folded(item), spot.block))
                    yield Said(item, spot)
        for found in _LEFT_OUT.finditer(paragraph.plain):
            listed = found["zh"] or found["en"]
            if re.match(r"(?:no|none)\b", listed, re.IGNORECASE):
                continue
            spot = paragraph.at(found.start(), found.end())
            for item in _split(listed):
                if (folded(item), spot.block) not in seen:
                    seen.add((folded(item), spot.block))
                    yield Said(item, spot)
