"""A supplier's workbook in LibreOffice: it computes what we do and keeps its seals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.engine.recalculate import recalculate
from cfp_xl.suppliers.fill import TypedAnswer, fill
from cfp_xl.templates.supplier.build import base
from cfp_xl.templates.supplier.fields import Kind, Language
from cfp_xl.templates.supplier.labels import LABELS, labels_digest
from cfp_xl.verify.compare import compare
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.patch import patch_values
from tests.suppliers.test_template_of_suppliers import ANSWERS

pytestmark = pytest.mark.client
TRIED = [a for a in ANSWERS if a[0] in ("part zh", "pcf both", "transport en")]


@pytest.mark.parametrize(
    ("lang", "kind", "answer"), [a[1:] for a in TRIED], ids=[a[0] for a in TRIED]
)
def test_filled_in_it_computes_as_we_do(
    convert: Callable[..., Path], tmp_path: Path, lang: Language, kind: Kind, answer: TypedAnswer
) -> None:
    """Nothing is stored when LibreOffice opens it; saved there, it verifies and keeps its seals."""
    path, wiped = tmp_path / "answer.xlsx", tmp_path / "wiped.xlsx"
    path.write_bytes(fill(base(lang, kind), answer, lang, kind))
    formulas = {
        (sheet.name, *position): None
        for sheet in read_workbook(path).sheets
        for position, cell in sheet.cells.items()
        if cell.formula is not None
    }
    assert patch_values(open_package(path), wiped, formulas) == ()
    saved = convert(wiped, "xlsx", recalculate=True)
    workbook = read_workbook(saved)
    counts, findings = compare(workbook, recalculate(workbook), 1e-12, is_ours=True)
    assert (findings, counts.matched) == ((), len(formulas))
    result = verify_file(saved)
    assert (result.schema, result.status) == ("supplier", "passed")
    assert labels_digest(workbook) == workbook.properties[LABELS]
