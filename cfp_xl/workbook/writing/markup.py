"""A part's XML as text, cut into tags: some of it can change while the rest stays as it is."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

MARKUP = re.compile(
    r"""<!--.*?-->
      | <!\[CDATA\[.*?\]\]>
      | <\?.*?\?>
      | <(?P<close>/?)(?P<prefix>(?:[\w.-]+:)?)(?P<name>[\w.-]+)
          (?P<attributes>(?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?P<empty>/?)>
    """,
    re.VERBOSE | re.DOTALL,
)
ATTRIBUTE = re.compile(r"""(\s+)([\w.:-]+)(\s*=\s*)("[^"]*"|'[^']*')""")
DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


def attribute(tag: re.Match[str], name: str) -> str | None:
    for match in ATTRIBUTE.finditer(tag["attributes"]):
        if match[2] == name:
            return str(match[4][1:-1])
    return None


def encoding_of(xml: bytes) -> str:
    """The part's encoding; a byte order mark stays in the text, so that it is written again."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if xml.startswith(mark):
            return encoding
    declared = DECLARED.match(xml.removeprefix(b"\xef\xbb\xbf"))
    return declared[1].decode("ascii") if declared else "utf-8"


def children(inner: str) -> dict[str, tuple[int, int]]:
    """Start and end of each child element of a cell."""
    spans: dict[str, tuple[int, int]] = {}
    markup = MARKUP.finditer(inner)
    for tag in markup:
        if tag["name"] and not tag["close"]:
            end = tag.end() if tag["empty"] else end_of(markup, tag["name"])
            spans[tag["name"]] = (tag.start(), end)
    return spans


def end_of(markup: Iterator[re.Match[str]], name: str) -> int:
    """The position after the end tag of `name`; no element in a cell holds one of its own kind."""
    return next(tag.end() for tag in markup if tag["close"] and tag["name"] == name)


def write_whole(target: Path, data: bytes, *, is_durable: bool = False) -> None:
    """Write beside the target and rename, so that a half-written file never stands there.

    With `is_durable` it has reached the disk before it is renamed, and the new name has before
    this returns: a power cut leaves the old file or the new one too.
    """
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        temporary.chmod(_mode_for(target))
        temporary.replace(target)
        if is_durable:
            _sync_folder(target.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _mode_for(target: Path) -> int:
    """Who may read and write it: as until now, or as any new file of the user (mkstemp's are
    private)."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _sync_folder(folder: Path) -> None:
    """Make a rename reach the disk; Windows has no such call, and does it by itself."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
