"""Why a file of the user's can't be read, in this program's words."""

from __future__ import annotations

import errno

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
