"""What an action gets, and what comes of it: documents in both languages, files, words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cfp_xl.messages import LANGS, Explained, Lang, Text
from cfp_xl.report.formats import formats_of
from cfp_xl.report.write import write_report

PREFIX = "cfp-xl-desk-"
"""Of the temporary folders: one left behind is removed a day later."""


@dataclass(frozen=True)
class DeskWork:
    """An action on files, as it goes to the process that does it."""

    action: str
    inputs: Path
    """The folder that the process works in."""
    names: tuple[str, ...]
    """Of the files in it, in the order that the action takes them."""
    outputs: Path
    options: Mapping[str, Any]
    lang: Lang

    @property
    def first(self) -> Path:
        return Path(self.names[0])

    @property
    def second(self) -> Path | None:
        return Path(self.names[1]) if len(self.names) > 1 else None

    def option(self, name: str) -> str:
        """A text that the page sends; "" where it is left empty."""
        return str(self.options.get(name) or "").strip()


@dataclass(frozen=True, slots=True)
class Download:
    """A file that an action made: its name, and what it is (a key below `desk.download`)."""

    name: str
    what: str


@dataclass(frozen=True)
class DeskOutcome:
    """`state` is done, or refused where the user has to do something first."""

    state: str = "done"
    said: tuple[Text, ...] = ()
    downloads: tuple[Download, ...] = ()
    has_document: bool = False
    """Whether there is a `result.<lang>.json`."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """A few values for the list of files."""

    def to_json(self) -> bytes:
        said = {lang: "\n".join(one.in_lang(lang) for one in self.said) for lang in LANGS}
        return json.dumps({**asdict(self), "said": said}, ensure_ascii=False).encode()


class CannotDo(Explained):
    """A file that the action is not for."""


def in_both(error: Explained) -> Text:
    """What an error says."""
    return Text(**{lang: error.say(lang) for lang in LANGS})


def document_file(outputs: Path, lang: Lang) -> Path:
    """Where the page finds what it shows."""
    return outputs / f"result.{lang}.json"


def write_reports(
    command: str,
    outputs: Path,
    stem: str,
    formats: Sequence[str],
    lang: Lang,
    *reported: object,
) -> tuple[Download, ...]:
    """What a command reports: for the page in both languages, and the files of `formats`."""
    for each in LANGS:
        write_report(command, "json", document_file(outputs, each), each, *reported)
    offered = formats_of(command)
    made = []
    for name in formats:
        file = f"{stem}-{command}{offered[name].ending}"
        write_report(command, name, outputs / file, lang, *reported)
        made.append(Download(file, name))
    return tuple(made)
