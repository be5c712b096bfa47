"""The workbooks that people start from, as they come with the package or lie in a checkout."""

from __future__ import annotations

from pathlib import Path

import cfp_xl
from cfp_xl.messages import Explained, Lang
from cfp_xl.templates.source import WorkbookSource, read_source

PACKAGE = Path(cfp_xl.__file__).parent
FOLDERS = (PACKAGE / "shipped" / "workbooks", PACKAGE.parent / "workbooks")


class TemplateMissing(Explained):
    """An installation without its workbooks."""


def product_template(lang: Lang, *, is_native: bool) -> bytes:
    """The blank product template: with CFP functions, or with Excel's own only."""
    return _shipped(f"{_product(lang, is_native)}.xlsx").read_bytes()


def shipped_workbook(name: str) -> bytes:
    """A template or worked example by its name, such as `bxd2`."""
    return _shipped(f"{name}.xlsx").read_bytes()


def site_template(lang: Lang) -> bytes:
    """The blank workbook of a factory, from which its products take their shares."""
    return _shipped(f"site-{lang}.xlsx").read_bytes()


def product_source(lang: Lang, *, is_native: bool) -> WorkbookSource:
    """The text source that it is built from, for a blank that shows more."""
    return read_source(_shipped(f"{_product(lang, is_native)}/workbook.toml").parent)


def _product(lang: Lang, is_native: bool) -> str:
    return f"product-{lang}{'-native' if is_native else ''}"


def _shipped(name: str) -> Path:
    for folder in FOLDERS:
        if (folder / name).is_file():
            return folder / name
    raise TemplateMissing("templates.missing", name=name)
