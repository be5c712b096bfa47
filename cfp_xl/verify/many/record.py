"""A file's result as one line of JSON, and back: what workers send and the ledger keeps.

JSON rather than pickle, because a ledger comes from elsewhere and a worker has read a stranger's
file. The classes' own type hints say how a value is written, so a new field needs nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cache, partial
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from cfp_xl.findings import CellRef, Finding
from cfp_xl.footprint.calculate import Footprint
from cfp_xl.footprint.stages import Stage, stage
from cfp_xl.messages import Text, shown
from cfp_xl.verify.result import FileResult

Made = TypeVar("Made")
PLAIN = (str, int, float, bool, NoneType)


class NotARecord(ValueError):
    """A text that no result was written to."""


def written(result: FileResult) -> str:
    """The result as one line of JSON (floats with all their digits)."""
    return json.dumps(_to_json(slim(result)), separators=(",", ":"))


def read(line: str | bytes) -> FileResult:
    """The result that `written` wrote; raises NotARecord for anything else."""
    try:
        data = json.loads(line)
    except (ValueError, TypeError, RecursionError) as error:
        raise NotARecord(str(error)) from error
    return of_json(FileResult, data)


def digest(value: object) -> str:
    """SHA-256 of a record such as the options, the same in every run."""
    return sha256(json.dumps(_to_json(value), sort_keys=True).encode()).hexdigest()


def as_json(value: object) -> object:
    """A dataclass as JSON data, which `of_json` reads back."""
    return _to_json(value)


def of_json(kind: Callable[..., Made], data: object) -> Made:
    """The dataclass that `as_json` was given; raises NotARecord for anything else."""
    try:
        made: Made = _reader(kind)(data)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise NotARecord(str(error)) from error
    return made


def slim(result: FileResult) -> FileResult:
    """The result without what no report shows: rows of the footprint, anchors of sound cells.

    A result then is a few kilobytes, however large its workbook; words and fingerprints of its
    findings stay the same.
    """
    places = {one.where for f in result.findings for one in f.each}
    return replace(
        result,
        findings=tuple(_plain(f) for f in result.findings),
        footprint=result.footprint and _slim_footprint(result.footprint),
        anchors={where: name for where, name in result.anchors.items() if where in places},
        quotes={where: words for where, words in result.quotes.items() if where in places},
    )


def _slim_footprint(footprint: Footprint) -> Footprint:
    return replace(
        footprint,
        rows=(),
        problems=(),
        assemblies={},
        stages={id: replace(stage, problems=()) for id, stage in footprint.stages.items()},
        processes=tuple(replace(process, problems=()) for process in footprint.processes),
    )


def _plain(finding: Finding) -> Finding:
    """The finding with what fills its message as numbers and words, in both languages."""
    values = {
        name: value
        if isinstance(value, (*PLAIN, Text)) and not isinstance(value, Enum)
        else Text(str(shown(value, "zh")), str(shown(value, "en")))
        for name, value in finding.values.items()
    }
    return replace(finding, values=values)


def _to_json(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case Stage():
            return value.id
        case Mapping() if any(isinstance(key, CellRef) for key in value):
            return [[_to_json(key), _to_json(item)] for key, item in value.items()]
        case Mapping():
            return {str(key): _to_json(item) for key, item in value.items()}
        case tuple() | list():
            return [_to_json(item) for item in value]
        case set() | frozenset():
            return sorted(str(_to_json(item)) for item in value)
        case str() | int() | float() | None:
            return value
        case _ if is_dataclass(value):
            return {f.name: _to_json(getattr(value, f.name)) for f in fields(value)}
        case _:
            raise TypeError(f"no way to write a {type(value).__name__}")


@cache
def _reader(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of the type hint `kind` of JSON data."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        value = _reader(next(a for a in arguments if a is not NoneType))
        return lambda data: None if data is None else value(data)
    if origin is tuple:
        item = _reader(arguments[0])
        return lambda data: tuple([item(entry) for entry in data])
    if origin is not None and issubclass(origin, Mapping):
        key, item = (_reader(argument) for argument in arguments)
        return lambda data: {
            key(k): item(v) for k, v in (data.items() if isinstance(data, dict) else data)
        }
    if kind is object:
        return lambda data: Text(**data) if isinstance(data, dict) else data
    if kind is Stage:
        return stage
    if issubclass(kind, Enum):
        return lambda data: kind(data)
    if kind in PLAIN:
        return partial(_plain_value, (int, float) if kind is float else kind)
    return _Record(kind)


class _Record:
    """Reads a dataclass; how a field is read is found out when it is first met with."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.hints = get_type_hints(kind, localns={"Footprint": Footprint})
        self.readers: dict[str, Callable[[Any], Any]] = {}

    def __call__(self, data: Mapping[str, Any]) -> Any:
        readers = self.readers
        for name in data.keys() - readers.keys():
            readers[name] = _reader(self.hints[name])
        return self.kind(**{name: readers[name](value) for name, value in data.items()})


def _plain_value(kind: type | tuple[type, ...], data: Any) -> Any:
    if not isinstance(data, kind):
        raise TypeError(f"{kind} expected, not {data!r:.40}")
    return data
