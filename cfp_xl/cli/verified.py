"""A product workbook that something is made from: verified first, refused where it has errors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cfp_xl.cli.options import UsageMistake
from cfp_xl.messages import Lang, say

if TYPE_CHECKING:
    from cfp_xl.schema.opened import Opened
    from cfp_xl.verify.result import FileResult

AUDIENCES = ("customer", "verifier", "own")
"""Whom a copy is for."""
MOST_FINDINGS = 20


@dataclass(frozen=True)
class VerifiedProduct:
    """A product workbook, opened, and what its verification found."""

    opened: Opened
    result: FileResult
    is_wrong: bool
    """It has errors, and a draft was asked for."""


def verified_product(
    lang: Lang, file: Path, words: str, *, is_draft: bool, has_draft: bool = True
) -> VerifiedProduct | None:
    """A product workbook without errors, or any for a draft; None where it is refused, with its
    errors listed. `words` is where the catalogue has the texts of that."""
    from cfp_xl.schema.opened import open_file
    from cfp_xl.verify.pipeline import verify_opened
    from cfp_xl.verify.result import FileStatus, Options

    opened = open_file(file)
    schema = opened.recomputed.schema
    if schema is None or schema.kind != "product":
        raise UsageMistake(f"{words}.not_a_product", file=file)
    result = verify_opened(opened, file, Options())
    is_wrong = result.status is not FileStatus.PASSED
    if not is_wrong or is_draft:
        return VerifiedProduct(opened, result, is_wrong)
    errors = [one for one in result.findings if result.makes_fail(one)]
    click.echo(say(f"{words}.errors_first", lang, file=file), err=True)
    for one in errors[:MOST_FINDINGS]:
        click.echo(f"  {one.where or ''} {one.code} {one.message(lang)}", err=True)
    if has_draft:
        click.echo(say(f"{words}.draft_offered", lang), err=True)
    return None
