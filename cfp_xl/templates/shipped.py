"""The workbooks that people start from, as they come with the package or lie in a checkout."""

from __future__ import annotations

from pathlib import Path

import cfp_xl
from cfp_xl.messages import Explained, Lang

PACKAGE = Path(cfp_xl.__file__).parent
FOLDERS = (PACKAGE / "shipped" / "workbooks", PACKAGE.parent / "workbooks")


class TemplateMissing(Explained):
    """An installation without its workbooks."""


def product_template(lang: Lang, *, is_native: bool) -> bytes:
    """The blank product template: with CFP functions, or with Excel's own only."""
    name = f"product-{lang}{'-native' if is_native else ''}.xlsx"
    for folder in FOLDERS:
        if (folder / name).is_file():
            return (folder / name).read_bytes()
    raise TemplateMissing("templates.missing", name=name)
