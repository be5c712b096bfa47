"""XML in the usual form as text, for what is read by regular expressions instead of a parser."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

_CONTROL = bytes({*range(32)} - set(b"\t\n\r"))
_NO_CHARACTERS = b"\xef\xbf\xbe", b"\xef\xbf\xbf"
"""U+FFFE and U+FFFF, which are none in XML."""
_THEIR_BEGIN = b"\xef\xbf"
_OTHER_ENTITY = re.compile("&(?!(?:amp|lt|gt|quot|apos);)")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


class ByteStream(Protocol):
    """A part that is read piece by piece."""

    def read(self, size: int) -> bytes: ...


class Irregular(Exception):
    """There is something that is not of the usual form: the XML parser has to judge."""


def is_utf_8(head: bytes) -> bool:
    """Whether a part that begins so says nothing else."""
    declaration = head[: head.find(b"?>") + 2] if head.startswith(b"<?xml") else b""
    if not declaration and not head.startswith(b"<"):
        return False
    encoding = _ENCODING.search(declaration)
    return encoding is None or encoding[1].lower() == b"utf-8"


def plain_text(body: bytes) -> str:
    """XML as text, if it has nothing in it that only a parser should judge."""
    if len(body.translate(None, _CONTROL)) != len(body) or b"]]>" in body:
        raise Irregular
    try:
        content = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Irregular from error
    if _THEIR_BEGIN in body and any(sign in body for sign in _NO_CHARACTERS):
        raise Irregular
    if "&" in content and _OTHER_ENTITY.search(content):
        raise Irregular
    return content.replace("\r\n", "\n").replace("\r", "\n")  # as XML parsers do


def plain_texts(pieces: Sequence[bytes]) -> list[str]:
    """The texts of elements, none of which has a tag in it."""
    if not pieces:
        return []
    content = plain_text(b"<".join(pieces))
    texts = content.split("<")
    if len(texts) != len(pieces):
        raise Irregular
    return list(map(without_entities, texts)) if "&" in content else texts


def without_entities(text: str) -> str:
    """Text with XML's five entities as the signs they mean; others were refused before."""
    if "&" not in text:
        return text
    for entity, sign in _ENTITIES:
        text = text.replace(entity, sign)
    return text


def checked(form: re.Pattern[str], tag: str, text: str) -> str:
    """The text of an element whose tag has this form."""
    if not form.fullmatch(tag):
        raise Irregular
    return without_entities(text)
