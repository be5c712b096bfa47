"""JSON files from strangers: read within bounds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import NoReturn

from cfp_xl.inputs import why_not_read
from cfp_xl.messages import LANGS, Explained, Text, say
from cfp_xl.privacy import masked

MOST_MIB = 16


class JsonNotRead(Explained):
    """A file that is not JSON, or too large."""


def read_json(file: Path) -> object:
    """What a file holds. Raises JsonNotRead."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_MIB * 2**20 + 1)
    except OSError as error:
        raise JsonNotRead("exchange.list_not_read", file=file, why=why_not_read(error)) from error
    return parse_json(data, file)


def parse_json(data: bytes, file: Path) -> object:
    """What the bytes of a file hold. Raises JsonNotRead."""
    if len(data) > MOST_MIB * 2**20:
        raise JsonNotRead("exchange_out.json_too_large", file=file, mib=MOST_MIB)
    try:
        said = data.decode("utf-8-sig")
        return json.loads(said, parse_constant=_no_number, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise JsonNotRead("exchange_out.json_not_read", file=file, why=_why(error)) from error


class _Unclear(ValueError):
    """What Python would read, each program in its own way."""

    def __init__(self, key: str, seen: str) -> None:
        super().__init__(key)
        self.why = _words(key, seen=masked(seen[:80]))


def _no_number(word: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise _Unclear("no_number", word)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose fields are there once: which of two counts, nobody says."""
    found = dict(pairs)
    if len(found) < len(pairs):
        (twice, _), *_ = Counter(name for name, _ in pairs).most_common(1)
        raise _Unclear("twice", twice)
    return found


def _why(error: ValueError | RecursionError) -> Text:
    if isinstance(error, _Unclear):
        return error.why
    if isinstance(error, RecursionError):
        return _words("too_deep")
    if isinstance(error, UnicodeDecodeError):
        return _words("encoding")
    if isinstance(error, json.JSONDecodeError):
        return _words("syntax", line=error.lineno, column=error.colno)
    return _words("digits")  # Python's bound for whole numbers


def _words(key: str, **values: object) -> Text:
    return Text(*(say(f"exchange_out.json_why.{key}", lang, **values) for lang in LANGS))
