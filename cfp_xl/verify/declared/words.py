"""The words of reports: what a heading, a total, a sentence is about (`data/report_words.toml`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.wording import folded
from cfp_xl.verify.declared.names import terms

UNITS_OF = {"quantity": "unit", "factor": "factor_unit", "emission": "emission_unit"}
_FIELD = re.compile(r"(?P<key>[\u4e00-\u9fff]{4,10})[ \u3000]+(?P<value>[^\s，。；：:].{0,60})")
_UNIT_OF = re.compile(r"(.+?)(?:的?计?量?单位|units?)")


@cache
def report_words(group: str, name: str) -> tuple[str, ...]:
    """The folded words of one entry, the longest first."""
    words = {folded(word) for word in read_toml("report_words.toml")[group][name]}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def report_words_as_written(name: str) -> tuple[str, ...]:
    """Words of sentences, with their blanks."""
    return tuple(read_toml("report_words.toml")["prose"][name])


@cache
def _columns() -> Mapping[str, tuple[str, ...]]:
    return {
        name: report_words("columns", name) for name in read_toml("report_words.toml")["columns"]
    }


@lru_cache(maxsize=4096)
def column_role(heading: str) -> str:
    """What a column holds, by the longest known word in its heading; "" where none is known.

    Of two that are equally long the later one decides: 活动数据单位 is a unit.
    """
    text = _without_unit(folded(heading))
    if (of := _UNIT_OF.fullmatch(text)) and (whose := column_role(of[1])) in UNITS_OF:
        return UNITS_OF[whose]
    found = [
        (len(word), text.rfind(word), role)
        for role, words in _columns().items()
        for word in words
        if _names(word, text)
    ]
    return max(found)[2] if found else ""


def _names(word: str, text: str) -> bool:
    """Whether a word is in a text; a Latin one of up to four letters only as a whole word."""
    if word.isascii() and len(word) <= 4:
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text) is not None
    return word in text


def _without_unit(text: str) -> str:
    shorter = re.sub(r"[/,]?[(\[][^()\[\]]*[)\]]$", "", text)
    return shorter or text


@cache
def _keys() -> Mapping[str, str]:
    found = read_toml("report_words.toml")["keys"]
    return {folded(word): name for name, words in found.items() for word in words}


def key_of(text: str) -> str:
    """The value that a form names by a text; "" where it is no name that we know."""
    words = re.sub(r"[(\[][^()\[\]]*[)\]]$", "", folded(text).rstrip(":"))
    return _keys().get(words, "")


def field_of(text: str) -> tuple[str, str] | None:
    """The key and the value of a line such as 声明单位 1 t 水泥, which has no colon."""
    found = _FIELD.fullmatch(text)
    key = key_of(found["key"]) if found else ""
    return (key, found["value"]) if found and key else None


_MODULES_BEHIND = re.compile(r"[,:]?\(?a1[-–~]a?3\)?$")


def is_total(name: str) -> bool:
    """Whether a row is called a total, and nothing else; total A1-A3 is that of a declaration."""
    text = re.sub(r"[(\[][^()\[\]]*[)\]]$|[:*]$", "", folded(name))
    text = _MODULES_BEHIND.sub("", text)
    return text in report_words("total", "words")


def parts_in(words: str) -> Sequence[str]:
    """The parts of a product system that some words name, in order, each once."""
    text = folded(words)
    found: list[tuple[int, int, str]] = []
    for id, (_, spellings) in terms().items():
        for word in spellings:
            found.extend((m.start(), -len(word), id) for m in re.finditer(re.escape(word), text))
    ids: list[str] = []
    covered = 0
    for at, length, id in sorted(found):
        if at >= covered:
            covered = at - length
            ids.append(id)
    return list(dict.fromkeys(ids))
