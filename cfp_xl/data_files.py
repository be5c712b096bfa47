"""Data files of the package: written as TOML, and parsed once.

TOML takes tens of times longer to parse than JSON, and the whole catalogue longer than verifying a
workbook. So what came of a file is kept as JSON where Python keeps compiled modules, and on the
same terms: in `__pycache__` (or `PYTHONPYCACHEPREFIX`), unless that can't be written or
`PYTHONDONTWRITEBYTECODE` says no. It is keyed by the file's content: never of an earlier one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from contextlib import suppress
from importlib.resources import files
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def data_folder(*path: str) -> Traversable:
    """A folder below `cfp_xl/data`, or a file."""
    return files("cfp_xl").joinpath("data", *path)


def read_toml(*path: str) -> dict[str, Any]:
    """A data file of the package, by its path below `cfp_xl/data`; the caller's own to change."""
    return parsed(data_folder(*path))


def parsed(file: Traversable) -> dict[str, Any]:
    """What a TOML file holds."""
    source = file.read_bytes()
    if not isinstance(file, Path):  # a package in an archive
        return _toml(source)
    key, kept = hashlib.sha256(source).hexdigest().encode(), _kept_at(file)
    with suppress(OSError, ValueError):
        known, _, data = kept.read_bytes().partition(b"\n")
        if known == key:
            found: dict[str, Any] = json.loads(data)
            return found
    made = _toml(source)
    if not sys.dont_write_bytecode:
        with suppress(OSError, TypeError):  # TypeError: JSON has no dates
            _keep(kept, key + b"\n" + json.dumps(made, ensure_ascii=False).encode())
    return made


def _toml(source: bytes) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(source.decode())


def _kept_at(file: Path) -> Path:
    return Path(cache_from_source(str(file.with_suffix(".py")))).with_name(f"{file.stem}.json")


def _keep(place: Path, content: bytes) -> None:
    """Written beside its place and renamed: another process may read or write it meanwhile."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
