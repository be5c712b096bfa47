"""`cfp-xl host prove excel`: the two minutes of a person who has Excel."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from cfp_xl.cli.help import Spoken, SpokenGroup
from cfp_xl.cli.options import common, option
from cfp_xl.messages import Explained, Lang, say

FILE = click.Path(path_type=Path)
PROOF = Path("proof.json")
SHIPPED = ("product-zh", "product-en", "product-zh-native", "bxd2", "bxd2-native")


def prove(lang: Lang) -> click.Group:
    """The group `host prove`."""
    group = SpokenGroup("prove", lang, "host_prove", params=common(lang))
    group.add_command(
        Spoken(
            "excel",
            lang,
            "host_prove_excel",
            callback=partial(prove_excel, lang),
            params=[
                click.Argument(["files"], nargs=-1, type=FILE, metavar="[FILE...]"),
                option(lang, "-o", "--output", type=FILE, metavar="FILE"),
                *common(lang),
            ],
        )
    )
    return group


def prove_excel(lang: Lang, files: tuple[Path, ...], output: Path | None) -> int:
    """Opens our files, and those named, in a visible Excel; 1 where something is not as it should
    be."""
    from cfp_xl.hosts.excel_install import installed_addin
    from cfp_xl.hosts.excel_session import excel
    from cfp_xl.outputs import ensure_output, write_output
    from cfp_xl.verify import proof as proving

    target = output or PROOF
    ensure_output(target, list(files))
    with (
        TemporaryDirectory() as folder,
        excel(installed_addin(), is_visible=True, longest_s=proving.LONGEST_S) as session,
    ):
        if not session.has_functions:
            click.echo(say("excel.prove.no_addin", lang), err=True)
        ours = files_to_prove(Path(folder))
        proof = proving.prove(session, [*ours, *files], partial(_asked, lang))
    text = json.dumps(proving.proof_document(proof), ensure_ascii=False, indent=1)
    write_output(target, f"{text}\n".encode())
    for one in proof.files:
        mark = "✓" if one.is_proven else "✗"
        counts = say("excel.prove.counts", lang, agreed=one.agreed, formulas=one.formulas)
        click.echo(f"{mark} {one.name}: {one.failed or one.seen or counts}")
    click.echo(say("excel.prove.written", lang, file=target))
    click.echo(proving.table_row(proof))
    return int(not proof.is_proven)


def files_to_prove(folder: Path) -> Iterator[Path]:
    """Templates, the worked example in both editions, a supplier's sheet and the add-in, written
    into the folder. Without the extra that makes the add-in, all but that."""
    from cfp_xl.hosts.addin import ADDIN, build_addin
    from cfp_xl.templates.shipped import shipped_workbook
    from cfp_xl.templates.supplier.build import base, file_name

    made = {f"{name}.xlsx": shipped_workbook(name) for name in SHIPPED}
    made[file_name("zh", "part")] = base("zh", "part")
    with suppress(Explained):
        made[ADDIN] = build_addin()
    for name, content in made.items():
        path = folder / name
        path.write_bytes(content)
        yield path


def _asked(lang: Lang, name: str) -> str | None:
    if not sys.stdin.isatty():
        return None
    answer: str = click.prompt(
        say("excel.prove.question", lang, file=name), default="", show_default=False
    )
    return answer.strip()
