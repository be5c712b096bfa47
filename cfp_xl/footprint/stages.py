"""The five life-cycle stages of ISO 14067 and GB/T 24067, and what people call them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from cfp_xl.data_files import read_toml
from cfp_xl.footprint.errors import NOT_FOUND, FootprintError
from cfp_xl.footprint.wording import folded, shortened
from cfp_xl.messages import Text


class StageNotKnown(FootprintError):
    """A text that names no stage."""

    excel = NOT_FOUND

    def __init__(self, typed: str) -> None:
        known = Text(
            "、".join(stage.name.zh for stage in STAGES),
            ", ".join(stage.id for stage in STAGES),
        )
        super().__init__(stage=shortened(typed), known=known)


@dataclass(frozen=True, slots=True)
class Stage:
    """A life-cycle stage: stable id, GB/T 24067 name (zh) and ISO 14067 name (en)."""

    id: str
    name: Text
    aliases: tuple[str, ...]

    @property
    def iso(self) -> str:
        """The name in ISO 14067:2018."""
        return self.name.en


def _read() -> tuple[Stage, ...]:
    return tuple(
        Stage(id, Text(**entry["name"]), tuple(entry["aliases"]))
        for id, entry in read_toml("stages.toml").items()
    )


STAGES: tuple[Stage, ...] = _read()
"""In the order of a life."""


@cache
def _by_spelling() -> Mapping[str, Stage]:
    return {
        _key(spelling): stage
        for stage in STAGES
        for spelling in (stage.id, stage.name.en, stage.name.zh, *stage.aliases)
    }


@lru_cache(maxsize=1024)
def stage(typed: str) -> Stage:
    """The stage that a text names: id, ISO name, GB/T name or alias; else StageNotKnown."""
    if found := _by_spelling().get(_key(typed)):
        return found
    raise StageNotKnown(typed)


def _key(typed: str) -> str:
    return folded(typed).replace("_", "").replace("-", "")
