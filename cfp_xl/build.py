"""Everything derived in a checkout: built from its sources, or checked for drift.

A derived file is text (compared as it is) or a workbook (compared part by part, uncompressed,
because two compressors may pack the same parts differently).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path

from cfp_xl.messages import LANGS, Explained, Lang
from cfp_xl.outputs import write_output

PACKAGES = frozenset({".xlsx", ".xlsm", ".xlam", ".docx"})
"""Zips of parts, each compared for itself."""
DRAWN = "word/media/"
"""Parts that hold the shapes of a machine's fonts, which differ from machine to machine."""

WITH_MACROS = frozenset({"bxd2"})
"""The workbooks that also come with the functions in them (.xlsm)."""


class NotACheckout(Explained):
    """The folder holds no sources to build from."""


AS_FOOTPRINT = "-with-suppliers.xlsx"
"""The worked example whose footprint is exported, and reported on, beside its sources."""
REPORTS = ("html", "docx", "pdf")
"""Of a pdf the words count: its bytes are of the machine's fonts."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived file: its path in the checkout, and what makes its bytes."""

    path: str
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class BuildOutcome:
    """What happened to a derived file; `drifted` names the parts that were not as they should."""

    path: str
    drifted: tuple[str, ...]


def build(root: Path, *, is_check: bool) -> Iterator[BuildOutcome]:
    """Write each derived file below `root` that has drifted; with `is_check`, only report it."""
    if not (root / "workbooks").is_dir() or not (root / "pyproject.toml").is_file():
        raise NotACheckout("cli.build_not_a_checkout", folder=str(root))
    for derived in _derived(root):
        target = root / derived.path
        made = derived.make()
        drifted = _drifted(target, made)
        if drifted and not is_check:
            target.parent.mkdir(parents=True, exist_ok=True)
            write_output(target, made)
        yield BuildOutcome(derived.path, drifted)


def _derived(root: Path) -> Iterator[Derived]:
    from cfp_xl.footprint.compile_units import render as compiled_units
    from cfp_xl.functions.reference import function_reference
    from cfp_xl.hosts.addin import build_addin
    from cfp_xl.hosts.excel import render_udfs
    from cfp_xl.hosts.officejs.manifest import render_manifest
    from cfp_xl.hosts.officejs.metadata import render_script
    from cfp_xl.report.reference.differences_page import differences_page
    from cfp_xl.report.reference.findings_reference import findings_reference
    from cfp_xl.suppliers.example import ANSWERS, WorkedExample
    from cfp_xl.templates.build import build_workbook, sources
    from cfp_xl.templates.site import build_site
    from cfp_xl.templates.supplier.build import SHIPPED, build_base, file_name
    from cfp_xl.templates.supplier.fields import KINDS, LANGUAGES

    yield Derived("cfp_xl/data/units.csv", lambda: compiled_units().encode())
    yield Derived("udfs/cfp_udfs.py", lambda: render_udfs().encode())
    yield Derived("docs/functions.md", lambda: function_reference().encode())
    yield Derived("docs/findings.md", lambda: findings_reference().encode())
    differences = root / "docs" / "differences.toml"
    yield Derived("docs/differences.md", lambda: differences_page(differences).encode())
    yield Derived("udfs/cfp.xlam", build_addin)
    yield Derived("udfs/officejs/manifest.xml", lambda: render_manifest().encode())
    yield Derived("udfs/officejs/functions.js", lambda: render_script().encode())
    for lang in LANGS:
        yield Derived(f"udfs/officejs/functions.{lang}.json", partial(_metadata, lang))
    # Before the examples, whose suppliers' sheets are issued from them.
    for kind, sheet_lang in product(KINDS, LANGUAGES):
        path = f"cfp_xl/data/{SHIPPED}/{file_name(sheet_lang, kind)}"
        yield Derived(path, partial(build_base, sheet_lang, kind))
    for lang in LANGS:
        yield Derived(f"workbooks/site-{lang}.xlsx", partial(build_site, lang))
    for source in sources(root / "workbooks"):
        workbook = cache(partial(build_workbook, source))
        yield Derived(f"workbooks/{source.name}.xlsx", workbook)
        if source.name in WITH_MACROS:
            yield Derived(f"workbooks/{source.name}.xlsm", partial(_with_macros, workbook))
        if (source / ANSWERS).is_file():
            for path, make in WorkedExample(source, workbook).files():
                made = cache(make)
                yield Derived(f"workbooks/{path}", made)
                if path.endswith(AS_FOOTPRINT):
                    name = f"workbooks/{source.name}/{source.name}"
                    yield Derived(f"{name}.pact.json", partial(_pact, made))
                    for format in REPORTS:
                        target = f"{name}-report.{format}"
                        yield Derived(target, partial(_report, made, path, format))


def _metadata(lang: Lang) -> bytes:
    from cfp_xl.hosts.officejs.metadata import render_metadata

    return render_metadata(lang).encode()


def _pact(workbook: Callable[[], bytes]) -> bytes:
    from cfp_xl.exchange.out.pact import write_pact
    from cfp_xl.exchange.out.study import Study
    from cfp_xl.schema.opened import opened

    file = opened(workbook(), Path("example.xlsx"))
    return write_pact(Study(file.recomputed, file.workbook.sha256))


def _report(workbook: Callable[[], bytes], path: str, format: str) -> bytes:
    from cfp_xl.report.document.formats import DOCUMENT_FORMATS
    from cfp_xl.report.document.outline import document_of
    from cfp_xl.report.document.source import source_of
    from cfp_xl.schema.opened import opened
    from cfp_xl.verify.pipeline import verify_opened
    from cfp_xl.verify.result import Options

    file = opened(workbook(), Path("example.xlsx"))
    result = verify_opened(file, Path(path), Options())
    return DOCUMENT_FORMATS[format].load()(document_of(source_of(file, result, path)))


def _with_macros(workbook: Callable[[], bytes]) -> bytes:
    from cfp_xl.hosts.addin import with_macros

    return with_macros(workbook())


def _drifted(target: Path, made: bytes) -> tuple[str, ...]:
    if not target.is_file():
        return (target.name,)
    found = target.read_bytes()
    if found == made:
        return ()
    if target.suffix == ".pdf":
        return () if _pages(found) == _pages(made) else (target.name,)
    if target.suffix not in PACKAGES:
        return (target.name,)
    old, new = _parts(found), _parts(made)
    return tuple(sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)))


def _pages(content: bytes) -> list[str]:
    """What a pdf says, page by page."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    return [page.get_textpage().get_text_range() for page in document]


def _parts(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {
                name: b"" if name.startswith(DRAWN) else archive.read(name)
                for name in archive.namelist()
            }
    except zipfile.BadZipFile:
        return {}
