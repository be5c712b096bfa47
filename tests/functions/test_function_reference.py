"""`docs/functions.md` is the registry, written out."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.functions.reference import describe, function_reference
from cfp_xl.functions.registry import all_functions
from cfp_xl.messages import LANGS

PAGE = Path(__file__).parents[2] / "docs" / "functions.md"


def test_the_page_on_disk_is_the_registrys() -> None:
    assert PAGE.read_text("utf-8") == function_reference(), "run `cfp-xl build`"


@pytest.mark.parametrize("name", list(all_functions()))
def test_a_function_is_described_in_both_languages(name: str) -> None:
    spec = all_functions()[name]
    for lang in LANGS:
        words = describe(spec, lang)
        assert spec.signature in words
        assert spec.help.in_lang(lang) in words
        assert all(example.formula in words for example in spec.examples)
