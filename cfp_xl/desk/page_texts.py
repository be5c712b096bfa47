"""The texts of the desk's page in both languages, its own and those of what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.compare.changes import DiffKind
from cfp_xl.exchange.out.formats import FORMATS
from cfp_xl.footprint.stages import STAGES
from cfp_xl.messages import LANGS, Text, catalogue
from cfp_xl.study.bridge import Cause

PAGE_TEXTS = "desk.page."


def page_texts() -> dict[str, dict[str, str]]:
    """By language and key."""
    found = {
        key.removeprefix(PAGE_TEXTS): text
        for key, text in catalogue().items()
        if key.startswith(PAGE_TEXTS)
    }
    whole: Mapping[str, Text] = {**found, **dict(_of_others())}
    return {lang: {key: text.in_lang(lang) for key, text in whole.items()} for lang in LANGS}


def _of_others() -> Iterator[tuple[str, Text]]:
    """Names that another room declares."""
    for stage in STAGES:
        yield f"stage.{stage.id}", stage.name
    for kind in DiffKind:
        yield f"change.{kind.value}", kind.text
    for cause in Cause:
        yield f"cause.{cause.value}", cause.text
    for form in FORMATS.values():
        yield f"export.format.{form.name}", form.title
        yield f"export.omits.{form.name}", form.omits
