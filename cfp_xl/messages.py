"""The message catalogue: every text a user reads, in Chinese and in English.

A text lives once, in `data/messages/<room>.toml`, as `key = {zh = "…", en = "…"}`;
its full key is `<room>.<key>` (tables nest: `<room>.<table>.<key>`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from cfp_xl.data_files import data_folder, read_toml
from cfp_xl.privacy import PLACES, masked

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages."""

    zh: str
    en: str

    def in_lang(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


class Explained(Exception):
    """An error that can say what happened and what to do, in both languages.

    `key` names a text of the catalogue; `values` fill its placeholders.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def say(self, lang: Lang) -> str:
        return fill_masked(text(self.key), lang, self.values)

    def __str__(self) -> str:
        return self.say("en")


def default_lang() -> Lang:
    """The user's language: `CFP_XL_LANG`, else the locale's; English when it is neither."""
    for variable in ("CFP_XL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


class _Catalogue(Mapping[str, Text]):
    """All texts by full key. A room's file is read when one of its texts is asked for: all of them
    take as long as verifying a workbook."""

    def __getitem__(self, key: str) -> Text:
        return _texts_of(key.partition(".")[0])[key]

    def __iter__(self) -> Iterator[str]:
        return (key for room in _rooms() for key in _texts_of(room))

    def __len__(self) -> int:
        return sum(len(_texts_of(room)) for room in _rooms())


def catalogue() -> Mapping[str, Text]:
    """All texts by full key."""
    return _CATALOGUE


_CATALOGUE = _Catalogue()


@cache
def _rooms() -> tuple[str, ...]:
    names = sorted(file.name for file in data_folder("messages").iterdir())
    return tuple(name.removesuffix(".toml") for name in names if name.endswith(".toml"))


@cache
def _texts_of(room: str) -> Mapping[str, Text]:
    """The texts of one file of the catalogue; none where there is no such file."""
    return dict(_flatten(room, read_toml("messages", f"{room}.toml"))) if room in _rooms() else {}


def _flatten(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    for name, entry in table.items():
        key = f"{prefix}.{name}"
        if set(entry) == {"zh", "en"}:
            yield key, Text(entry["zh"], entry["en"])
        else:
            yield from _flatten(key, entry)


def text(key: str) -> Text:
    """The text under `key`; an unknown key is a bug and raises KeyError."""
    return catalogue()[key]


def say(key: str, lang: Lang, **values: object) -> str:
    """The text under `key` in `lang`, its placeholders filled."""
    return fill(text(key), lang, values)


def fill(template: Text, lang: Lang, values: Mapping[str, object]) -> str:
    """`template` in `lang` with its `{placeholders}` filled; numbers to 10 significant digits."""
    return template.in_lang(lang).format(**{k: shown(v, lang) for k, v in values.items()})


def fill_masked(template: Text, lang: Lang, values: Mapping[str, object]) -> str:
    """`fill` with a workbook's words: numbers of persons in them can't be read."""
    words = {name: shown(value, lang) for name, value in values.items()}
    return template.in_lang(lang).format(
        **{name: _masked(word) if name not in PLACES else word for name, word in words.items()}
    )


def _masked(word: object) -> object:
    return masked(word) if isinstance(word, str) else word


def shown(value: object, lang: Lang) -> object:
    """What fills a placeholder for `value`: words in `lang`, 10 digits of a float, else itself."""
    match value:
        case Text():
            return value.in_lang(lang)
        case Explained():
            return value.say(lang)
        case float():
            return f"{value:.10g}"
        case tuple() | list():
            return ("、" if lang == "zh" else ", ").join(str(shown(v, lang)) for v in value)
        case _:
            return value
