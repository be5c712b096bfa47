"""A Word document that the report is to go into: what would harm its reader is refused in words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

from cfp_xl.report.document.docx_base import write_into
from cfp_xl.report.document.model import CannotReport

TEMPLATE = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/attachedTemplate" Target="http://elsewhere.example/t.dotm" '
    b'TargetMode="External"/></Relationships>'
)


def harmful(kind: str) -> bytes:
    file = io.BytesIO()
    docx.Document().save(file)
    made = io.BytesIO()
    with zipfile.ZipFile(file) as given, zipfile.ZipFile(made, "w") as target:
        for name in given.namelist():
            data = given.read(name)
            if kind == "doctype" and name == "word/document.xml":
                data = data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1)
            target.writestr(name, data)
        if kind == "template":
            target.writestr("word/_rels/settings.xml.rels", TEMPLATE)
    return b"not a package" if kind == "wrong" else made.getvalue()


@pytest.mark.parametrize("kind", ["doctype", "template", "wrong", "marker"])
def test_a_base_that_can_not_be_used_is_refused_in_words(kind: str, tmp_path: Path) -> None:
    base = tmp_path / "base.docx"
    base.write_bytes(harmful(kind))
    document: Any = type("Document", (), {"lang": "en"})
    with pytest.raises(CannotReport) as why:
        write_into(base, document)
    assert why.value.key == f"product_report.base_{kind}"
    assert "Excel" not in why.value.say("en")
