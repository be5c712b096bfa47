"""JSON files from strangers: read within bounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

from cfp_xl.messages import Explained

MOST_MIB = 16


class JsonNotRead(Explained):
    """A file that is not JSON, or too large."""


def read_json(file: Path) -> object:
    """What a file holds. Raises JsonNotRead."""
    try:
        with file.open("rb") as stream:
            data = stream.read(MOST_MIB * 2**20 + 1)
    except OSError as error:
        raise JsonNotRead("exchange.list_not_read", file=file, why=error.strerror) from error
    return parse_json(data, file)


def parse_json(data: bytes, file: Path) -> object:
    """What the bytes of a file hold. Raises JsonNotRead."""
    if len(data) > MOST_MIB * 2**20:
        raise JsonNotRead("exchange_out.json_too_large", file=file, mib=MOST_MIB)
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        why = getattr(error, "msg", "") or str(error)
        raise JsonNotRead("exchange_out.json_not_read", file=file, why=why[:80]) from error


def _no_number(word: str) -> NoReturn:
    """NaN and Infinity are no JSON."""
    raise ValueError(word)
