"""Text files as users' programs save them; why a file can't be read, in this program's words."""

from __future__ import annotations

import errno
import re

from cfp_xl.messages import Text, text

REASONS = {
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR), "missing"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "no_permission"),
    **dict.fromkeys((errno.EISDIR,), "folder"),
    **dict.fromkeys((errno.ENAMETOOLONG,), "name_too_long"),
    **dict.fromkeys((errno.EIO,), "device_failed"),
}


def why_not_read(error: OSError) -> Text | str:
    """The reason; the system's own words for what is not foreseen."""
    name = REASONS.get(error.errno or 0)
    return text(f"inputs.why.{name}") if name else error.strerror or str(error)


WESTERN = "cp1252"
"""What Excel saves as csv in Western Europe and America."""
_ABOVE_ASCII = re.compile(rb"[\x80-\xff]+")


def decoded(data: bytes) -> tuple[str, str] | None:
    """The text of a file and its encoding: UTF-8, UTF-16 by its first bytes, GB18030, Windows-1252.

    Chinese text also decodes as Western, and much Western as Chinese. In the first the bytes above
    ASCII come in pairs and lines of them, in the second, letters with accents, mostly alone.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        runs = _ABOVE_ASCII.findall(data)
        alone = sum(len(run) == 1 for run in runs)
        encodings = ("utf-8-sig", WESTERN if 2 * alone > len(runs) else "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return None
