"""`docs/functions.md` is the registry, written out."""

from __future__ import annotations

from pathlib import Path

from cfp_xl.functions.reference import function_reference

PAGE = Path(__file__).parents[2] / "docs" / "functions.md"


def test_the_page_on_disk_is_the_registrys() -> None:
    assert PAGE.read_text("utf-8") == function_reference(), "run `cfp-xl build`"
