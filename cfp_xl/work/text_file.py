"""Reading a text file that a user names: a file, of a size that people write."""

from __future__ import annotations

from pathlib import Path

from cfp_xl.messages import Explained

MIB = 1024 * 1024
MAX_TEXT_BYTES = 64 * MIB


class NotAText(Explained):
    """A folder, a device, or a file larger than any that people write."""


def read_text(path: Path, encoding: str = "utf-8") -> str:
    """The whole text; raises OSError, NotAText for a device (which may never end) or a file far
    too large, and ValueError where it isn't in that encoding."""
    if path.exists() and not path.is_file():
        raise NotAText("policy.not_a_file", file=path)
    with path.open("rb") as file:
        data = file.read(MAX_TEXT_BYTES + 1)
    if len(data) > MAX_TEXT_BYTES:
        raise NotAText("policy.too_large", file=path, limit_mib=MAX_TEXT_BYTES // MIB)
    return data.decode(encoding)
