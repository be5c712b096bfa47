"""What a search means: the words typed, taken apart by `data/factors/search.toml`.

A text becomes symbols, Latin words in the singular and single Chinese characters, and the longest
known words are found in them; what is left is looked up in the names of factors themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.slips import Slips
from cfp_xl.footprint.wording import plain
from cfp_xl.messages import Text

_SYMBOL = re.compile(r"[\u3400-\u9fff]|[^\W\d_\u3400-\u9fff]+\d*[a-z0-9]*|\d+(?:\.\d+)?[a-z#]*")
_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+")
_CJK = re.compile(r"[\u3400-\u9fff]")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:公?吨(?!公里|·)|(?:t|tons?|tonnes?)(?![a-z0-9·.]))")
"""What a vehicle carries; no t·km."""
Symbols = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sense:
    """A thing that people look for: the texts that find it, the likeliest first."""

    id: str
    finds: tuple[str, ...]
    unit: str = ""
    is_strict: bool = False
    is_part: bool = False
    """Whether it says what a thing is, of whatever material (a screw, a seal)."""
    missing: Text | None = None
    """Its name, where no open factor is of it and `finds` are the nearest."""


@dataclass(frozen=True, slots=True)
class RowKind:
    """A kind of rows: by categories, boundaries or texts in names; the higher ranks come last."""

    id: str
    rank: int
    categories: tuple[str, ...] = ()
    boundaries: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A search, understood."""

    meanings: tuple[tuple[Sense, str], ...] = ()
    """What is meant, with the word that was typed for it."""
    kinds: tuple[RowKind, ...] = ()
    """Kinds of rows that are asked for."""
    words: tuple[str, ...] = ()
    """Words that mean nothing by themselves: looked up in names."""
    numbers: tuple[str, ...] = ()
    sizes: tuple[float, ...] = ()
    """Tonnes: rows of the very size come first."""
    is_chinese: bool = False

    @property
    def missing(self) -> Sense | None:
        """What no open factor is of. The last word says what a thing is (nickel plated steel), and
        of a part what is before it (silicone gasket)."""
        senses = [one for one, _ in self.meanings]
        while len(senses) > 1 and senses[-1].is_part:
            senses.pop()
        return senses[-1] if senses and senses[-1].missing else None


def sizes(text: str) -> tuple[float, ...]:
    """The numbers of tonnes in a text."""
    return tuple(float(found) for found in _SIZE.findall(plain(text)))


def symbols(text: str) -> Symbols:
    """A text as symbols: Latin words as they are compared, single Chinese characters, numbers."""
    return tuple(singular(found) for found in _SYMBOL.findall(plain(text)))


def spaced(text: str) -> str:
    """A text to find phrases in: Latin words and runs of Chinese between single spaces."""
    return f" {' '.join(singular(word) for word in _WORD.findall(plain(text)))} "


def phrase(text: str) -> str:
    """A text as it is found in a `spaced` one: Latin words whole, Chinese anywhere."""
    found = spaced(text).strip()
    ends = (" " if one.isalnum() and not _CJK.match(one) else "" for one in (found[:1], found[-1:]))
    return found.join(ends)


@lru_cache(maxsize=16384)
def singular(word: str) -> str:
    """A Latin word as it is compared: singular, in one spelling."""
    if len(word) > 3 and word.isalpha() and word.isascii():
        if word.endswith("ies") and len(word) > 4:
            word = word[:-3] + "y"
        elif word.endswith(("xes", "ches", "shes", "sses")):
            word = word[:-2]
        elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
            word = word[:-1]
    return _spellings().get(word, word)


@cache
def _data() -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    return read_toml("factors", "search.toml")


@cache
def _spellings() -> Mapping[str, str]:
    return {str(word): str(right) for word, right in _data()["spellings"].items()}


@cache
def kinds() -> tuple[RowKind, ...]:
    """All kinds of rows, in the order in which they are tried."""
    return tuple(
        RowKind(
            id,
            int(str(entry["rank"])),
            *(_texts(entry, key) for key in ("categories", "boundaries", "names")),
        )
        for id, entry in _data()["kinds"].items()
    )


def _texts(entry: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = entry.get(key, ())
    return tuple(str(one) for one in found) if isinstance(found, list) else ()


@cache
def _known() -> Mapping[Symbols, Sense | RowKind | None]:
    """All words by their symbols: what they mean, None where that is nothing (noise, shapes)."""
    found: dict[Symbols, Sense | RowKind | None] = {}
    for list_name in ("noise", "shapes"):
        found |= {symbols(str(word)): None for word in _data()["words"][list_name]}
    for kind in kinds():
        found |= {symbols(word): kind for word in _texts(_data()["kinds"][kind.id], "words")}
    for table in ("gaps", "means"):
        for id, entry in _data()[table].items():
            found |= {symbols(word): _meaning(id, entry) for word in _texts(entry, "words")}
    return found


def _meaning(id: str, entry: Mapping[str, object]) -> Sense:
    name = entry.get("name")
    return Sense(
        id,
        _texts(entry, "finds"),
        str(entry.get("unit", "")),
        bool(entry.get("strict")),
        bool(entry.get("part")),
        Text(**name) if isinstance(name, dict) else None,
    )


@cache
def _longest() -> Mapping[str, int]:
    """The length of the longest known word by its first symbol."""
    found: dict[str, int] = {}
    for word in _known():
        found[word[0]] = max(found.get(word[0], 0), len(word))
    return found


@cache
def _slips() -> Slips:
    """All known words: a Latin one by itself, a Chinese one whole."""
    return Slips(
        one
        for word in _known()
        for one in (["".join(word)] if all(map(_CJK.match, word)) else word)
        if not one.isdigit()
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """Symbols of a text that mean something together, or that are not known (`meaning` False)."""

    symbols: Symbols
    meaning: Sense | RowKind | bool | None
    is_joined: bool
    """Whether it follows the piece before without a space."""

    @property
    def word(self) -> str:
        return ("" if self.is_chinese else " ").join(self.symbols)

    @property
    def is_chinese(self) -> bool:
        return bool(_CJK.match(self.symbols[-1]))

    @property
    def is_weak(self) -> bool:
        """Whether it may mean something else inside a longer Chinese word."""
        is_strict = isinstance(self.meaning, Sense) and self.meaning.is_strict
        return self.meaning is False or len(self.symbols) == 1 or is_strict


def understood(typed: str, vocabulary: Slips, is_in_names: Callable[[str], bool]) -> Query:
    """A search taken apart; words of `vocabulary` and of ours are found despite a slip."""
    beside = _SIZE.sub(" ", plain(typed))
    found = list(_SYMBOL.finditer(beside if beside.strip() else plain(typed)))
    repaired = tuple(_repaired(one[0], vocabulary) for one in found)
    joined = [n > 0 and one.start() == found[n - 1].end() for n, one in enumerate(found)]
    meanings: dict[Sense, str] = {}
    asked: list[RowKind] = []
    words: list[str] = []
    numbers: list[str] = []
    for one, word in _meanings(list(_pieces(repaired, joined)), is_in_names):
        if isinstance(one, Sense):
            meanings.setdefault(one, word)
        elif isinstance(one, RowKind):
            asked.append(one)
        else:
            (numbers if word[0].isdigit() else words).append(word)
    return Query(
        tuple(meanings.items()),
        tuple(dict.fromkeys(asked)),
        tuple(dict.fromkeys(words)),
        tuple(numbers),
        sizes(typed),
        _CJK.search(typed) is not None,
    )


def _repaired(typed: str, vocabulary: Slips) -> str:
    """A Latin word as it is spelt by us or in the names of factors."""
    word = singular(typed)
    if not word.isalpha() or _CJK.match(word) or word in _slips() or word in vocabulary:
        return word
    for near in (_slips().nearest(word), _slips().nearest(typed), vocabulary.nearest(word)):
        if near:
            return near
    return word


def _pieces(found: Symbols, joined: list[bool]) -> Iterator[_Piece]:
    """The longest known words from the left; what is between, Chinese characters joined."""
    known, longest = _known(), _longest()
    at, unknown = 0, 0
    while at <= len(found):
        length = min(longest.get(found[at], 0), len(found) - at) if at < len(found) else 0
        while length and found[at : at + length] not in known:
            length -= 1
        is_open = at < len(found) and not length and bool(_CJK.match(found[at]))
        if unknown and (not is_open or not joined[at]):
            yield _Piece(found[at - unknown : at], False, joined[at - unknown])
            unknown = 0
        if is_open:
            unknown += 1
        elif at < len(found):
            piece = found[at : at + (length or 1)]
            yield _Piece(piece, known.get(piece, False), joined[at])
        at += length or 1


def _meanings(
    pieces: list[_Piece], is_in_names: Callable[[str], bool]
) -> Iterator[tuple[Sense | RowKind | None, str]]:
    """What the pieces mean, with their words. Beside unknown characters of one Chinese word, a
    piece that may mean something else there is a part of that word."""
    run = ""
    for number, piece in enumerate(pieces):
        after = pieces[number + 1] if number + 1 < len(pieces) else None
        joins_next = bool(after and after.is_joined and after.is_chinese)
        is_beside = bool(run and piece.is_joined) or bool(
            joins_next and after and after.meaning is False
        )
        if piece.is_chinese and (piece.meaning is False or (is_beside and piece.is_weak)):
            run = run + "".join(piece.symbols) if piece.is_joined else "".join(piece.symbols)
            if not (joins_next and after and after.is_weak):
                yield _of_run(run, is_in_names), run
                run = ""
        elif piece.meaning is False:
            yield None, piece.symbols[0]
        elif isinstance(piece.meaning, Sense | RowKind):
            yield piece.meaning, piece.word


def _of_run(run: str, is_in_names: Callable[[str], bool]) -> Sense | RowKind | None:
    """What unknown Chinese characters mean, where they are a known word with a slip."""
    near = "" if is_in_names(run) else _slips().nearest(run)
    return _known().get(symbols(near)) if near else None
