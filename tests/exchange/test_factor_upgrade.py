"""A workbook put on another factor set: successors by id, year and name; totals by hand."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.schema.opened import Opened, open_file
from cfp_xl.templates.shipped import product_template
from cfp_xl.verify.pipeline import verify_file

LIST = """stage,process,activity,quantity,unit,factor_id
生产,装配,外购电力,10,kWh,CN-ELEC-CFP-2023
生产,装配,光伏,2,kWh,CN-ELEC-CFP-2024-PV
原材料获取,壳体,壳体,3,kg,OWN-STEEL-2025
原材料获取,涂装,油漆,0.1,kg,OWN-PAINT
"""
OWN = "id,name,value,unit,per unit,region,year\n"


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """10 kWh at 0.6205, 2 kWh at 0.0520, 3 kg at 2.5, 0.1 kg at 6."""
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    file, own, rows = tmp_path / "p.xlsx", tmp_path / "own-2025.csv", tmp_path / "l.csv"
    file.write_bytes(product_template("zh", is_native=False))
    own.write_text(
        f"{OWN}OWN-STEEL-2025,钢板,2.5,kgCO2e,kg,CN,2025\nOWN-PAINT,油漆,6,kgCO2e,kg,CN,2025\n",
        "utf-8",
    )
    rows.write_text(LIST, "utf-8")
    assert run(["fill", "p.xlsx", "--table", "factors", "--from", "own-2025.csv", "--apply"]) == 0
    assert run(["fill", "p.xlsx", "--from", "l.csv", "--apply"]) == 0
    assert total(open_file(file)) == pytest.approx(6.205 + 0.104 + 7.5 + 0.6)
    return file


def total(file: Opened) -> float | None:
    footprint = file.recomputed.footprint
    return footprint.total_kgco2e if footprint else None


def factor_ids(file: Opened) -> list[str]:
    schema = file.recomputed.schema
    assert schema is not None
    return [str(row.factor_id) for row in schema.inventory]


def test_a_dry_run_says_what_would_change(
    product: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = product.read_bytes()
    capsys.readouterr()
    assert run(["factors", "upgrade", "p.xlsx", "--to", "cn-2026", "--lang", "en"]) == 1
    said = capsys.readouterr().out.splitlines()
    # 10 kWh x (0.5777 - 0.6205)
    assert said[0] == (
        "CN-ELEC-CFP-2023 → CN-ELEC-CFP-2024: 0.6205 kgCO2e/kWh → 0.5777 kgCO2e/kWh, "
        "total -0.428 kgCO2e (活动数据!G7)"
    )
    assert said[1] == "already the newest: CN-ELEC-CFP-2024-PV"
    assert "OWN-STEEL-2025" in said[2]
    assert "OWN-PAINT" in said[3]
    assert said[4] == "total: 14.409 → 13.981 kgCO2e"
    assert product.read_bytes() == before


def test_without_a_set_the_newest_of_its_kind_is_taken(
    product: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The workbook pins cn-2026, whose newest is itself; then one of the user's own of that kind
    is there, in which power is 0.5: 10 kWh x (0.5 - 0.6205)."""
    command = ["factors", "upgrade", "p.xlsx", "--lang", "en"]
    capsys.readouterr()
    assert run(command) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "factor set: cn-2026, which the workbook pins, is the newest of its kind"
    assert any(line.startswith("CN-ELEC-CFP-2023 → CN-ELEC-CFP-2024") for line in said)
    table = product.parent / "list.csv"
    table.write_text(f"{OWN}CN-ELEC-CFP-2026,电力,0.5,kgCO2e,kWh,CN,2026\n", "utf-8")
    for year in (2027, 2025):
        assert run(["factors", "import", "list.csv", "-o", f"cn-{year}.csv"]) == 0
    capsys.readouterr()
    assert run(command) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == (
        "factor set: cn-2027, the newest of the kind of cn-2026, which the workbook pins"
    )
    assert "0.5 kgCO2e/kWh, total -1.205 kgCO2e" in said[1]


def test_a_folder_needs_a_set(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["factors", "upgrade", str(product.parent), "--lang", "en"]) == 2
    assert "cn-2026" in capsys.readouterr().err


def test_a_folder_says_which_products_move(
    product: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = product.parent / "all"
    folder.mkdir()
    (folder / "b.xlsx").write_bytes(product.read_bytes())
    (folder / "a.xlsx").write_text("no workbook")
    before = [one.read_bytes() for one in sorted(folder.iterdir())]
    capsys.readouterr()
    assert run(["factors", "upgrade", str(folder), "--to", "cn-2026", "--lang", "en"]) == 2
    said = capsys.readouterr().out.splitlines()
    assert "not computed" in said[0]
    # 10 kWh x (0.5777 - 0.6205) = -0.428 of 14.409: -2.97 %; own factors have no successor
    assert "14.409 → 13.981 kgCO2e (-0.428, -2.97%); factors replaced: 1" in said[1]
    assert said[1].endswith("without successor: 2")
    assert said[2].startswith("Products that move: 1 of 2")
    assert [one.read_bytes() for one in sorted(folder.iterdir())] == before
    assert run(["factors", "upgrade", str(folder), "--to", "cn-2026", "--apply"]) == 2


def test_rows_and_pins_are_those_of_the_set(product: Path) -> None:
    assert run(["factors", "upgrade", "p.xlsx", "--to", "cn-2026", "--apply"]) == 1
    after = open_file(product)
    assert factor_ids(after)[0] == "CN-ELEC-CFP-2024"
    assert total(after) == pytest.approx(5.777 + 0.104 + 7.5 + 0.6)
    kept = max(product.parent.glob("p.before-*.xlsx"), key=lambda one: one.stat().st_mtime_ns)
    found = [{(f.code, str(f.where)) for f in verify_file(one).findings} for one in (kept, product)]
    assert found[1] <= found[0]  # nothing new is wrong: pins, formulas, cached values
    parts = [zipfile.ZipFile(one) for one in (kept, product)]
    changed = {n for n in parts[0].namelist() if parts[0].read(n) != parts[1].read(n)}
    assert {name.split("/")[1] for name in changed} <= {"worksheets", "charts", "workbook.xml"}


def test_a_set_of_one_s_own_by_year_name_and_pair(product: Path) -> None:
    """The steel by its id but for the year, the paint by the pair that is said."""
    own = product.parent / "own-2026.csv"
    own.write_text(
        f"{OWN}OWN-STEEL-2026,冷轧钢板,2.4,kgCO2e,kg,CN,2026\n"
        "OWN-LACQUER,水性漆,3,kgCO2e,kg,CN,2026\n",
        "utf-8",
    )
    call = ["factors", "upgrade", "p.xlsx", "--to", "own-2026.csv", "--map"]
    assert run([*call, "OWN-PAINT=OWN-LACQUER", "--apply", "-o", "q.xlsx"]) == 1
    after = open_file(product.parent / "q.xlsx")
    assert factor_ids(after)[2:] == ["OWN-STEEL-2026", "OWN-LACQUER"]
    assert total(after) == pytest.approx(6.205 + 0.104 + 3 * 2.4 + 0.1 * 3)
    schema = after.recomputed.schema
    assert schema is not None
    ids = {record.text("id") for record in schema.records("factors")}
    assert {"OWN-STEEL-2026", "OWN-LACQUER"} <= ids
    assert not {"OWN-STEEL-2025", "OWN-PAINT"} & ids


def test_what_is_unknown_is_said(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (["--to", "cn-2031"], "unknown factor set “cn-2031”"),
        (["--to", "cn-2026", "--map", "OWN-PAINT=NO-SUCH"], "has no factor NO-SUCH"),
        (["--to", "cn-2026", "--map", "OWN-PAINT"], "expected OLD=NEW"),
    ):
        assert run(["factors", "upgrade", str(product), *words, "--lang", "en"]) == 2
        assert said in capsys.readouterr().err
