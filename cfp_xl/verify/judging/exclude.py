"""Workbooks that the command line or a policy leaves out, by patterns of their names.

A pattern without `/` is matched against the file's name and each folder's above it, one with `/`
against the path from the working directory, the policy's folder or any folder below; `**` is not
needed: `*` goes through folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from cfp_xl.verify.judging.policy import NO_POLICY, Policy
from cfp_xl.work.sources import Source, shown


def left_after(
    files: Sequence[Source], patterns: Sequence[str], policies: Mapping[str, Policy]
) -> tuple[Source, ...]:
    """The files that neither the command line nor their policy excludes."""

    def is_left(file: Source) -> bool:
        path = shown(file)
        policy = policies.get(path, NO_POLICY)
        below = policy.path.parent if policy.path else Path()
        return not (_matches(path, patterns, Path()) or _matches(path, policy.exclude, below))

    return tuple(file for file in files if is_left(file))


def _matches(path: str, patterns: Iterable[str], folder: Path) -> bool:
    place = PurePosixPath(path)
    if "://" not in path:
        absolute, base = Path(path).resolve(), folder.resolve()
        inside = absolute.relative_to(base) if absolute.is_relative_to(base) else absolute
        place = PurePosixPath(inside.as_posix())
    return any(
        any(
            fnmatchcase(one.as_posix(), wanted)
            for one in (place, *place.parents)
            for wanted in (pattern, f"*/{pattern}")
        )
        if "/" in pattern
        else any(fnmatchcase(part, pattern) for part in place.parts)
        for pattern in map(_clean, patterns)
    )


def _clean(pattern: str) -> str:
    return pattern.replace("\\", "/").removeprefix("./").rstrip("/")
