"""The data of a footprint mark: a table with what the workbook states, refused where it lacks."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.exchange.out.formats import FORMATS
from cfp_xl.exchange.out.label import write_label
from cfp_xl.exchange.out.study import CannotExport
from cfp_xl.messages import LANGS
from tests.exchange.products import Cell, study_of, write_product

WORKBOOKS = Path(__file__).parents[2] / "workbooks"


def table(data: bytes) -> dict[str, str]:
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines()))
    return dict(tuple(row) for row in rows)  # type: ignore[misc]


def test_the_table_holds_the_whole_footprint_and_its_quality(tmp_path: Path) -> None:
    """By hand: tests/exchange/products.py; 550.5 of 559.8 is power by our meter: primary where the
    row says so, which one of its three rows does, with 50."""
    found = table(write_label(study_of(write_product(tmp_path / "lamp.xlsx"))))
    assert found["Product carbon footprint"] == "559.8"
    assert found["Unit"] == "kgCO2e/piece"
    assert found["System boundary"] == "cradle-to-grave"
    assert found["Data period"] == f"{date(2025, 1, 1)} – {date(2025, 12, 31)}"
    assert float(found["Share of primary data"].removesuffix(" %")) == pytest.approx(
        100 * 50 / 559.8
    )
    assert found["Data quality rating: time"] == "not stated in the workbook"


def test_what_lacks_is_refused_and_a_supplier_s_silence_is_no_share(tmp_path: Path) -> None:
    source = write_product(tmp_path / "lamp.xlsx", {"standard": None})
    with pytest.raises(CannotExport) as refused:
        write_label(study_of(source))
    assert [str(getattr(one, "where", "")) for one in refused.value.lacks] == ["product!B9"]
    out = tmp_path / "label.csv"
    line = ["export", str(WORKBOOKS / "meter-box-with-suppliers.xlsx"), "--to", "label", "-o"]
    assert run([*line, str(out)]) == 0
    found = table(out.read_bytes())
    assert found["初级数据占比"] == "工作簿未给出"
    assert found["单位"] == "kgCO2e/台"


def test_every_format_says_what_it_is_and_what_it_leaves_out() -> None:
    for form in FORMATS.values():
        assert all(form.title.in_lang(lang) and form.omits.in_lang(lang) for lang in LANGS)


ALL = """
import sys
from hashlib import sha256
from pathlib import Path
from cfp_xl.exchange.out.formats import FORMATS
from tests.exchange.products import study_of
for name, form in FORMATS.items():
    print(name, sha256(form.write(study_of(Path(sys.argv[1])))).hexdigest())
"""


def test_every_format_has_equal_bytes_in_another_folder_with_another_hash_seed(
    tmp_path: Path,
) -> None:
    facts: dict[str, Cell] = {
        "waste_incineration": "cut-off",
        "mass_balancing": "no",
        "valid_until": "2027-06-30",
    }
    source = write_product(tmp_path / "lamp.xlsx", facts)
    here = {
        name: sha256(form.write(study_of(source))).hexdigest() for name, form in FORMATS.items()
    }
    copy = tmp_path / "elsewhere" / "other name.xlsx"
    copy.parent.mkdir()
    copy.write_bytes(source.read_bytes())
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "LANG": "zh_CN"}
    line = [sys.executable, "-c", ALL, str(copy)]
    project = Path(__file__).parents[2]
    done = subprocess.run(
        line, capture_output=True, text=True, env=environment, cwd=project, check=True
    )
    there = dict(one.split() for one in done.stdout.splitlines())
    assert there == here
    assert len(there) == 6
