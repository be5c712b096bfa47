"""openLCA and Brightway: the model, solved again by Brightway in an environment of its own."""

from __future__ import annotations

import io
import json
import math
import os
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cfp_xl.cli import run
from cfp_xl.exchange.out.brightway import write_brightway
from cfp_xl.exchange.out.formats import FORMATS
from cfp_xl.exchange.out.openlca import write_openlca
from cfp_xl.exchange.out.study import CannotExport
from cfp_xl.schema.opened import open_file
from tests.exchange.products import ROWS, TOTAL, study_of, write_product
from tests.programs import missing

PROJECT = Path(__file__).parents[2]
SOLVER = PROJECT / "tests/clients/brightway_solve.py"
BRIGHTWAY = PROJECT / ".brightway/bin/python"
SHIPPED = ("bxd2", "meter-box-with-suppliers")
FOSSIL = "Greenhouse gases, fossil"


def brightway() -> Path:
    """The Python that has Brightway."""
    found = Path(os.environ.get("CFP_XL_BRIGHTWAY", BRIGHTWAY))
    if not found.is_file():
        missing("Brightway", "python3 -m venv .brightway, and as .ci/run installs it")
    return found


@cache
def lamp_files(folder: Path) -> tuple[Path, Path]:
    """The lamp as both models; its copper's factor and the steel's amount are uncertain."""
    source = write_product(folder / "lamp.xlsx")
    made = []
    for name, write in (("lamp.zip", write_openlca), ("lamp.xlsx", write_brightway)):
        (folder / f"model-{name}").write_bytes(write(study_of(source)))
        made.append(folder / f"model-{name}")
    return made[0], made[1]


def test_brightway_solves_the_models_to_the_workbook_s_total(tmp_path: Path) -> None:
    python = brightway()
    lamp_zip, lamp_book = lamp_files(tmp_path)
    files = [lamp_zip, lamp_book]
    for name in SHIPPED:
        for form in ("openlca", "brightway"):
            file = tmp_path / f"{name}-{form}{FORMATS[form].ending}"
            source = PROJECT / "workbooks" / f"{name}.xlsx"
            assert run(["export", str(source), "--to", form, "-o", str(file)]) == 0
            files.append(file)
    (tmp_path / "projects").mkdir()
    line = [str(python), "-W", "ignore", str(SOLVER), str(tmp_path / "projects"), *map(str, files)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, dict[str, dict[str, float]]] = json.loads(done.stdout.rpartition("RESULT ")[2])
    # By hand: tests/exchange/products.py. Uptake 1.5, biogenic CO2 0.3 lie beside the total.
    by_hand = {
        FOSSIL: 4 + 50 + 3 + 1.2 + 0.5 + 500,
        f"{FOSSIL}, aircraft": 0.8,
        "Greenhouse gases, land use change": 0.25,
        "Greenhouse gases, biogenic other than CO2": 0.05,
        "Carbon dioxide, biogenic": 0.3,
        "Carbon dioxide, biogenic, taken up": 1.5,
    }
    for file in (lamp_zip, lamp_book):
        assert found[str(file)]["emitted"] == pytest.approx(by_hand, rel=1e-12)
    assert found[str(lamp_zip)]["scores"] == pytest.approx(
        {
            "excluding biogenic CO2": TOTAL,
            "including biogenic CO2, emitted and taken up": TOTAL - 1.2,
        },
        rel=1e-12,
    )
    for name in SHIPPED:
        footprint = open_file(PROJECT / "workbooks" / f"{name}.xlsx").recomputed.footprint
        assert footprint is not None
        for file in files:
            if file.name.startswith(f"{name}-"):
                total = sum(found[str(file)]["emitted"].values())
                assert total == pytest.approx(footprint.total_kgco2e, rel=1e-9), file.name


def test_the_zip_names_units_as_openlca_does_and_every_reference_is_in_it(tmp_path: Path) -> None:
    zip_file, _ = lamp_files(tmp_path)
    with zipfile.ZipFile(zip_file) as archive:
        entities = {name: json.loads(archive.read(name)) for name in archive.namelist()}
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert entities.pop("olca-schema.json") == {"version": 2}
    ids = {entity["@id"]: name.split("/")[0] for name, entity in entities.items()}
    assert all(name == f"{ids[one['@id']]}/{one['@id']}.json" for name, one in entities.items())
    ids |= {unit["@id"]: "units" for one in entities.values() for unit in one.get("units", ())}
    referred = [one for entity in entities.values() for one in references(entity)]
    assert {one["@id"] for one in referred} <= set(ids)
    assert "20aadc24-a391-41cf-b340-3e4529f44bde" in ids  # kg
    assert "0dea4ed8-bb6b-4049-b2b4-b2c413ef2180" in ids  # t*km
    energy = entities["unit_groups/93a60a57-a3c8-11da-a746-0800200c9a66.json"]
    assert [(one["name"], one["conversionFactor"]) for one in energy["units"]] == [
        ("MJ", 1.0),
        ("kWh", 3.6),
    ]


def references(entity: object) -> list[dict[str, Any]]:
    """Everything inside an entity that has an id."""
    if isinstance(entity, dict):
        inner: list[object] = list(entity.values())
    else:
        inner = entity if isinstance(entity, list) else []
    own = [one for one in inner if isinstance(one, dict) and "@id" in one]
    return own + [deeper for one in inner for deeper in references(one)]


def test_spreads_are_spelled_as_each_program_has_them(tmp_path: Path) -> None:
    """GSD² 1.21 of a row: σ = ln 1.1; openLCA takes GSD 1.1, Brightway σ and the median's ln."""
    source = write_product(tmp_path / "lamp.xlsx")
    book = openpyxl.load_workbook(source)
    sheet = book["activities"]
    sheet["M1"], sheet["M2"] = "gsd2", 1.21
    book.defined_names["cfp_activities"].attr_text = f"activities!$A$1:$M${len(ROWS) + 1}"
    book.save(source)
    with zipfile.ZipFile(io.BytesIO(write_openlca(study_of(source)))) as archive:
        entities = [json.loads(archive.read(name)) for name in archive.namelist()]
    spreads = [
        exchange["uncertainty"]
        for one in entities
        for exchange in one.get("exchanges", ())
        if "uncertainty" in exchange
    ]
    assert spreads == [
        {
            "@type": "Uncertainty",
            "distributionType": "LOG_NORMAL_DISTRIBUTION",
            "geomMean": 2.0,
            "geomSd": pytest.approx(1.1, rel=1e-12),
        }
    ]
    written = openpyxl.load_workbook(io.BytesIO(write_brightway(study_of(source)))).active
    assert written is not None
    (line,) = [row for row in written.iter_rows(values_only=True) if row[8] == 2]
    assert line[9:11] == pytest.approx((math.log(2.0), math.log(1.1)), rel=1e-12)


def test_a_customer_s_copy_names_no_cell_and_no_supplier(tmp_path: Path) -> None:
    source = PROJECT / "workbooks/meter-box-with-suppliers.xlsx"
    texts = {}
    for audience in ("customer", "own"):
        file = tmp_path / f"{audience}.zip"
        line = ["export", str(source), "--to", "openlca", "-o", str(file), "--for", audience]
        assert run(line) == 0
        before = file.read_bytes()
        assert run(line) == 0
        assert file.read_bytes() == before
        with zipfile.ZipFile(file) as archive:
            texts[audience] = "\n".join(archive.read(name).decode() for name in archive.namelist())
    schema = open_file(source).cached.schema
    assert schema is not None
    names = {one.text("supplier") for one in schema.records("parts")} - {""}
    assert names
    assert not [name for name in names if name in texts["customer"]]
    assert "活动数据!" not in texts["customer"]
    assert "活动数据!" in texts["own"]
    assert "Copy for customers" in texts["customer"]


def test_a_workbook_with_errors_is_a_draft_only_where_asked(tmp_path: Path) -> None:
    """A factor a thousand times too large (N09); a second run writes the same bytes."""
    source, out = PROJECT / "tests/cases/model/32-factor-in-g-as-kg.xlsx", tmp_path / "out.xlsx"
    line = ["export", str(source), "--to", "brightway", "-o", str(out)]
    assert run(line) == 1
    assert not out.exists()
    assert run([*line, "--draft"]) == 0
    before = out.read_bytes()
    assert run([*line, "--draft"]) == 0
    assert out.read_bytes() == before
    name = openpyxl.load_workbook(out)["model"]["B1"].value
    assert isinstance(name, str)
    assert name.startswith("DRAFT ")


def test_a_unit_that_no_program_has_is_refused_with_its_cell(tmp_path: Path) -> None:
    source = write_product(tmp_path / "spent.xlsx")
    book = openpyxl.load_workbook(source)
    book["activities"]["E2"], book["factors"]["E2"] = "CNY", "CNY"
    book.save(source)
    with pytest.raises(CannotExport) as refused:
        write_openlca(study_of(source))
    assert [str(getattr(one, "where", "")) for one in refused.value.lacks] == ["activities!F2"]
