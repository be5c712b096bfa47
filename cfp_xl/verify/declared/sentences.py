"""Totals, stages and shares in sentences: 碳足迹为 15.0 kgCO2e，其中生产阶段 9.9 kgCO2e（66 %）.

The words right before a figure say what it is. Several stages in them are a boundary, so the figure
is the total; one stage is that stage. What is about a factor, another product, another year, a
target or a saving is no figure of this footprint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cfp_xl.footprint.units import parse
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import Explained
from cfp_xl.verify.declared.identity import stage_id
from cfp_xl.verify.declared.numbers import CO2E_PATTERN, NUMBER_PATTERN, emission_unit
from cfp_xl.verify.declared.words import parts_in, report_words, report_words_as_written

_PER_PIECE = re.compile(r"每|单位产品|\bper (?!year|annum)", re.IGNORECASE)
"""Beside a year's total, the words of what is per piece."""
LONGEST_SUBJECT = 160

_EMISSION = re.compile(
    rf"(?P<number>(?<![\d.A-Za-z]){NUMBER_PATTERN})(?P<spread>\s?(?:\+/-|±)\s?{NUMBER_PATTERN})?"
    rf"[†‡*]?\s?(?:\(?\s?{CO2E_PATTERN})"
    r"(?P<per>\s?(?:/|每|per )\s?[^\s()\[\],，。;；:：、)）]{1,16})?",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"(?P<number>(?<![\d.]){NUMBER_PATTERN})\s?%")
_BEHIND = re.compile(
    rf"^\s?[(（]?\s?(?:,|，)?\s?(?:约?占(?:比|总[^\d，。,;；]{{0,16}})?(?:为|的|约)?\s?)?"
    rf"(?P<number>{NUMBER_PATTERN})\s?%",
)
SAID_BEHIND = re.compile(
    r"[†‡*]?\s(?:estimated |total |product )*carbon footprint\b", re.IGNORECASE
)
_CLAUSE = re.compile(
    r"[，。；;!！\n)）]|,\s|(?<=%),(?=[一-鿿])|:\s?|：|\.\s|\band\b(?=[^,]{0,60}$)"
)
_FILLER = re.compile(
    r"(?:的?(?:碳足迹|碳排放|温室气体排放|排放)(?:值|总?量)?|贡献(?:最大|最高|了)?|最大|最高|分别|合计|总计"
    r"|约?为|约|是|达到?|共|占比?|仅|则|的|[“”\"':：=≈~]|\b(?:is|are|was|of|about|approximately|emits?"
    r"|emissions?|carbon footprint|accounts? for|contributes?|amounts? to|totals?|the|with|a|an"
    r"|stage|phase|only|largest|highest)\b|\s)+$",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:其中|其次是?|再次是?|然后是?|而|以及|和|与|及|首先是?|最后是?|of which|followed by|then"
    r"|while|whereas|the|and|\s|[“”\"'])+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Mention:
    """A figure in a paragraph: the emission or share, and the words that say what it is of."""

    subject: str
    texts: Mapping[str, str]
    """By the columns of the declared table."""
    start: int
    end: int
    is_total: bool
    stage: str
    is_aside: bool = False
    """A share beside emissions: of no list that adds up."""

    @property
    def item(self) -> str:
        """As in the declared table."""
        return "total" if self.is_total else "stage"


def mentions_in(text: str) -> Iterator[Mention]:
    """The totals and stages that a paragraph gives figures of, in order."""
    yield from (one for one in _mentions(text) if one.is_total or one.stage)


def _mentions(text: str) -> Iterator[Mention]:
    last = 0
    taken: list[tuple[int, int]] = []
    for found in _EMISSION.finditer(text):
        behind = _BEHIND.match(text[found.end() :])
        subject, start = _subject(text, last, found.start())
        per = (found["per"] or "").strip()
        last = found.end() + (behind.end() if behind else 0)
        taken.append((found.start(), last))
        if is_of_something_else(subject, text, found.start()) or _is_rate(per):
            continue
        if not says_total(subject) and not parts_in(subject):
            said = SAID_BEHIND.match(text[found.end() :])
            subject = f"{said.group()} " if said else subject
        texts = {"emission": _number(found["number"]), "emission_unit": _unit(found.group())}
        if behind and _belongs(text[found.end() : last]):
            texts["share"] = f"{_number(behind['number'])}%"
        yield _told(subject, texts, start, last)
    for one in _shares(text, taken):
        yield replace(one, is_aside=bool(taken) and not _is_only_list(text, taken))


def _is_only_list(text: str, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether the emissions of a paragraph have no shares of their own, so that its shares may be a
    list that adds up."""
    return not any("%" in text[start:end] for start, end in taken)


def _shares(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Mention]:
    """Shares of stages that stand behind no emission."""
    last = 0
    for found in _SHARE.finditer(text):
        last = max([last, *(end for _, end in taken if end <= found.start())])
        if any(start <= found.start() < end for start, end in taken):
            continue
        subject, start = _subject(text, last, found.start())
        clause = text[start : found.start()]
        last = found.end()
        words = report_words("prose", "share")
        if not any(word in folded(clause) for word in words):
            continue
        if is_of_something_else(subject, text, found.start()):
            continue
        told = _told(subject, {"share": f"{_number(found['number'])}%"}, start, last)
        if told.stage and not told.is_total:
            yield told


def _belongs(between: str) -> bool:
    """Whether a percentage right behind an emission is its share, not the next stage's."""
    return bool(re.match(r"\s?[(（]", between)) or "占" in between


def _number(text: str) -> str:
    return re.sub(r"\s", "", text)


def _unit(text: str) -> str:
    return emission_unit(re.sub(r"\(\s?(?=[a-zA-Z吨千公克])", "", text))


def _is_rate(per: str) -> bool:
    """Whether an emission is per kWh, kg or the like: a factor. Per piece it is a footprint."""
    words = folded(per).lstrip("/每").removeprefix("per")
    if not words:
        return False
    try:
        names = {name for name, _ in parse(words).dimensions}
    except Explained:
        return False
    return bool(names & {"energy", "volume", "length", "mass", "time"}) and words not in ("kg", "t")


def _subject(text: str, last: int, end: int) -> tuple[str, int]:
    """The clause before a figure, back to the figure before it; and where it begins."""
    begin = max(last, end - LONGEST_SUBJECT)
    window = text[begin:end]
    cuts = [m.end() for m in _CLAUSE.finditer(window) if window[m.end() :].strip(" (（约为是:：")]
    start = cuts[-1] if cuts else 0
    words = window[start:]
    if start and not parts_in(words) and not says_total(words):
        earlier = cuts[-2] if len(cuts) > 1 else 0  # 其中生产阶段贡献最大，占 …
        words, start = window[earlier:], earlier
    return words, begin + start


def is_of_something_else(subject: str, text: str, at: int) -> bool:
    """Whether a figure is of a factor, another year or product, a target or a saving."""
    sentence = re.split(r"[。；;!！\n]|\.\s", text[:at])[-1]
    behind = re.split(r"[。；;!！\n，,]|\.\s", text[at:], maxsplit=1)[0]
    if any(word in behind.casefold() for word in report_words_as_written("behind")):
        return True
    words = report_words("prose", "not_this")
    if _PER_PIECE.search(subject):
        words = tuple(word for word in words if word not in report_words("prose", "annual"))
    return any(word in folded(subject) for word in words) or any(
        word in folded(sentence[-80:]) for word in words
    )


def says_total(words: str) -> bool:
    """Whether some words speak of the whole footprint."""
    text = folded(words)
    return any(word in text for word in report_words("prose", "total"))


def _told(subject: str, texts: dict[str, str], start: int, end: int) -> Mention:
    stages = parts_in(subject)
    name = _name_in(subject)
    is_total = len(stages) != 1 and says_total(subject)
    is_number = re.search(r"\d\s*$", name) is not None  # between name and figure, of something else
    stage = "" if is_total or is_number or not stages else _stage_name(name, stages)
    if stage:
        texts = {"stage": stage, **texts}
    return Mention(subject, texts, start, end, is_total, stage)


def _name_in(subject: str) -> str:
    """A clause without what leads to its name and what follows: 其次是生产阶段，占比 → 生产阶段."""
    name, before = subject, ""
    while name != before:
        before = name
        name = _LEAD.sub("", _FILLER.sub("", name).strip(" ,，;；、(（”“"))
    return name


def _stage_name(name: str, stages: Sequence[str]) -> str:
    """The stage's name at the end of a clause, as printed."""
    pieces = re.split(r"[、“”\"（(]|\b(?:from|in|for|by)\b", name)
    last = next((p.strip() for p in reversed(pieces) if parts_in(p)), name)
    if stage_id(last):
        return last
    found = re.search(r"([^，,]{2,12}?(?:阶段|环节|过程))$", last)
    return found[1] if found and parts_in(found[1]) == stages else last
