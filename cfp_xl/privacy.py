"""Numbers that belong to a person, masked before anything is written: a report travels further
than the workbook it is about.

Masked are Chinese mobile numbers, international numbers written with a `+`, and resident identity
numbers (18 places, GB 11643: the date of birth must exist and the check digit fit). The length
stays. E-mail addresses stay, and so do names of files and sheets: by them things are found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

PLACES = frozenset(
    (
        "path",
        "file",
        "files",
        "folder",
        "target",
        "kept",
        "policy",
        "uri",
        "url",
        "sheet",
        "cell",
        "fingerprint",
    )
)
"""Keys, of a document or of a message's values, that say where something is, or which it is."""

_CODE = r"[0-9A-Za-z]{32,}={0,2}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
"""A hash, a key or a UUID; digits in it are nobody's number."""
_IDENTITY = r"(?<!\d)\d{6}[ -]?(?:18|19|20)\d\d[ -]?\d{4}[ -]?\d{3}[\dXx](?![0-9A-Za-z])"
_GAP = r"[ \u00a0\u2010-\u2013-]"
_MOBILE = (
    r"(?:(?<!\d)(?<!\d\.)|(?<=\+86)|(?<=0086))[1１][3-9３-９]\d"
    rf"(?:{_GAP}\d{{4}}{_GAP}?\d{{4}}|\.\d{{4}}\.\d{{4}}|\d{{8}})(?!\.?\d)"
)
_FOREIGN = (
    rf"(?<![0-9A-Za-z_)\]=])(?P<plus>\+\d{{1,3}}(?:(?:{_GAP}|[()/]){{1,2}}\d{{1,8}}){{1,6}})"
    r"(?![.,]?\d)"
)
LEAST_DIGITS = 8
"""Fewer, after a plus, are a sum or a tolerance."""
_NUMBER = re.compile(f"(?P<code>{_CODE})|(?P<identity>{_IDENTITY})|{_MOBILE}|{_FOREIGN}")
_LIKELY = re.compile(r"\d{4}")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_FIRST, _LAST = 3, 4
"""So many digits are left to be seen: enough for the owner to know which number it is."""


def masked(text: str) -> str:
    """The text with the numbers of persons made unreadable."""
    return _NUMBER.sub(_mask, text) if _LIKELY.search(text) else text


def masked_document(document: object, key: str = "") -> object:
    """A JSON document with every text in it masked, but for PLACES."""
    match document:
        case str():
            return document if key in PLACES else masked(document)
        case Mapping():
            return {name: masked_document(value, name) for name, value in document.items()}
        case list() | tuple():
            return [masked_document(value, key) for value in document]
    return document


def _mask(found: re.Match[str]) -> str:
    number = found[0]
    if found["code"] or (found["identity"] and not _is_identity(number)):
        return number
    if found["plus"] and sum(char.isdigit() for char in number) < LEAST_DIGITS:
        return number
    digits = [at for at, char in enumerate(number) if char.isalnum()]
    hidden = set(digits[_FIRST:-_LAST])
    return "".join("*" if at in hidden else char for at, char in enumerate(number))


def _is_identity(number: str) -> bool:
    places = [char for char in number if char not in " -"]
    try:
        date.fromisoformat("".join(places[6:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(places, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == places[-1].upper()
