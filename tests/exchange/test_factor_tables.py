"""Factors of one's own: what comes in, what stays out and what is in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.exchange.factor_tables import OwnSet, own_set
from cfp_xl.exchange.list_columns import match
from cfp_xl.exchange.listing import read_listing
from cfp_xl.schema.opened import open_file


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path / "home"))


def came_in(folder: Path, content: str) -> OwnSet:
    file = folder / "own.csv"
    file.write_text(content, "utf-8")
    listing = read_listing(file)
    return own_set(listing, match("factors", listing.headings, {}), "own")


def test_factors_come_in_with_their_source(tmp_path: Path) -> None:
    found = came_in(
        tmp_path, "编号,名称,数值,每单位,来源\nB1,黄铜棒,4.1,kg,供应商甲\n,焊丝,5,kg,\n"
    )
    assert found.mistakes == found.doubts == ()
    brass, wire = found.factors.factors.values()
    assert (brass.id, brass.value, brass.unit, brass.per_unit) == ("B1", 4.1, "kgCO2e", "kg")
    assert (brass.source.title, wire.source.title) == ("供应商甲", "own.csv")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("D1,柴油,0.8443390,kgCO2e,kg", "44/12"),  # 3.0959096 × 12/44: its carbon
        ("D2,柴油,3095.9096,kgCO2e,kg", "10^3"),  # per t, sold as per kg
        ("D3,柴油,3.0959096,kgCO2e,kg", "CO2 only"),
        ("D4,柴油,2.9250994,kgCO2e,kg", "petrol"),  # 43.07 × 18.9e-3 × 0.98 × 44/12
    ],
)
def test_known_mistakes_are_named(tmp_path: Path, row: str, said: str) -> None:
    found = came_in(tmp_path, f"id,name,value,unit,per unit\n{row}\n")
    assert any(said in one.say("en") for one in found.doubts)


@pytest.mark.parametrize(
    ("row", "is_doubtful"),
    [
        ("聚氯乙烯,2250,kg", True),  # 7.3 kg/kg is the highest that is shipped
        ("聚氯乙烯,2.25,kg", False),
        ("聚氯乙烯,2250,t", False),
        ("不锈钢,0.0046,kg", True),
        ("柴油货车运输,129,t·km", True),  # g
        ("XR-77,2250,kg", False),  # nothing is known of it
    ],
)
def test_a_value_far_off_all_of_the_same_thing_is_named(
    tmp_path: Path, row: str, is_doubtful: bool
) -> None:
    found = came_in(tmp_path, f"id,name,value,per unit\nA,{row}\n")
    assert any("g/kg/t" in one.say("en") for one in found.doubts) is is_doubtful


@pytest.mark.parametrize(
    ("heading", "unit", "is_doubtful"),
    [
        ("value (gCO2e/kg)", "kgCO2e", True),
        ("数值（g/kg）", "kgCO2e", True),
        ("value (tCO2/t)", "kgCO2e", False),
        ("value (g CO2-eq / kg)", "gCO2e", False),
        ("value (GWP100)", "kgCO2e", False),
    ],
)
def test_a_heading_of_another_unit_is_named(
    tmp_path: Path, heading: str, unit: str, is_doubtful: bool
) -> None:
    found = came_in(tmp_path, f"id,name,{heading},unit,per unit\nA,XR-77,2,{unit},kg\n")
    assert any("heading" in one.say("en") for one in found.doubts) is is_doubtful


@pytest.mark.parametrize(
    ("rows", "slip"),
    [
        (("双组份涂料,4.2,kg", "双组份涂料,4200,kg"), "10^3"),
        (("双组份涂料A型,4.2,kg", "双组份涂料A型(白),4200,kg"), "10^3"),
        (("黄铜棒10mm,4.1,kg", "黄铜棒12mm,3950,kg"), "963"),  # not exactly a thousand
        (("黄铜棒,4.1,kg", "冷拉黄铜棒,4300,kg"), "1049"),
        (("brass rod,4.1,kg", "brass rod 12 mm,3950,kg"), "963"),
        (("XR蒸汽,0.11,MJ", "XR蒸汽,0.396,MJ"), "3.6"),  # kWh and MJ
        (("XR煤焦,0.75,kg", "XR煤焦,2.75,kg"), "44/12"),  # carbon and CO2
        (("XR煤焦,0.75,kg", "XR煤焦,2.74,kg"), ""),
        (("双组份涂料,4.2,kg", "双组份涂料,4200,t"), ""),  # the same, in its own unit
        (("双组份涂料,4.2,kg", "双组份涂料,4200,L"), ""),  # nothing to compare it with
        (("双组份涂料,4.2,kg", "焊丝,4200,kg"), ""),
        (("HFX-23,12.4,kg", "HFX-236,9810,kg"), ""),  # the number is the name
        (("XR料,4.2,kg", "XR料,4214,kg", "XR料,4.3,kg"), "980"),
    ],
)
def test_neighbours_in_a_list_of_ones_own_are_held_against_each_other(
    tmp_path: Path, rows: tuple[str, ...], slip: str
) -> None:
    lines = "\n".join(f"A{number},{row}" for number, row in enumerate(rows, 1))
    found = came_in(tmp_path, f"id,name,value,per unit\n{lines}\n")
    said = [one for one in found.doubts if one.key == "exchange.doubt_neighbour"]
    assert [one.values["slip"] for one in said] == [slip] * bool(slip)
    assert all(one.values["id"] == "A2" for one in said)
    assert len(found.factors.factors) == len(rows)


def test_what_cannot_be_used_stays_out(tmp_path: Path) -> None:
    rows = "A,steel,-,kg\nB,copper,3,kg\nB,copper,4,kg\nC,tin,1,bananas\nE,zinc,2,kg\n"
    found = came_in(tmp_path, f"id,name,value,per unit\n{rows}")
    assert list(found.factors.factors) == ["E"]
    assert len(found.mistakes) == 3


def test_a_set_is_versioned_by_what_it_holds(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, own = tmp_path / "table.csv", tmp_path / "mine.csv"
    for value, version in ((4.1, 1), (4.1, 1), (4.2, 2)):
        table.write_text(f"id,name,value,per unit\nB1,brass,{value},kg\n", "utf-8")
        assert run(["factors", "import", str(table), "-o", str(own), "--lang", "en"]) == 0
        assert f"mine@{version} sha256:" in capsys.readouterr().out


def test_differences_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("id,name,value,per unit\nA,a,1,kg\nB,b,2,kg\n", "utf-8")
    new.write_text("id,name,value,per unit\nA,a,1.5,kg\nC,c,2,kg\n", "utf-8")
    assert run(["factors", "diff", str(old), str(new), "--lang", "en"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said == ["gone: B", "new: C", "changed: A: 1 kgCO2e/kg → 1.5 kgCO2e/kg"]


def test_a_set_enters_a_workbook_by_fill(tmp_path: Path) -> None:
    table, own, product = (tmp_path / name for name in ("t.csv", "own.csv", "p.xlsx"))
    table.write_text("id,name,value,per unit\nB1,brass,4.1,kg\n", "utf-8")
    assert run(["factors", "import", str(table), "-o", str(own)]) == 0
    assert run(["new", "product", "-o", str(product)]) == 0
    call = ["fill", str(product), "--table", "factors", "--from", str(own), "--apply"]
    assert run(call) == 0
    schema = open_file(product).cached.schema
    assert schema is not None
    assert schema.factors.get("B1").kgco2e_per("t") == pytest.approx(4100.0)


def test_an_imported_set_is_searched_and_filled_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Brass has no open factor: one's own is found, proposed and copied into the workbook."""
    monkeypatch.chdir(tmp_path)
    table, parts, product = (tmp_path / name for name in ("t.csv", "parts.csv", "p.xlsx"))
    table.write_text("编号,名称,数值,单位,每单位\nB1,黄铜棒,4.1,kgCO2e,kg\n", "utf-8")
    assert run(["factors", "search", "黄铜", "--lang", "en"]) == 1
    assert run(["factors", "import", str(table), "--lang", "en"]) == 0
    assert (tmp_path / "home" / "factors" / "t.csv").is_file()
    capsys.readouterr()
    assert run(["factors", "search", "黄铜", "--lang", "en"]) == 0
    assert "B1" in capsys.readouterr().out
    assert run(["factors", "show", "B1", "--lang", "en"]) == 0
    assert run(["new", "product", "-o", str(product), "--lang", "zh"]) == 0
    parts.write_text("名称,数量,单位\n黄铜棒,2,kg\n", "utf-8")
    assert run(["fill", str(product), "--from", str(parts), "--accept", "0.9", "--apply"]) == 0
    file = open_file(product)
    footprint, schema = file.recomputed.footprint, file.recomputed.schema
    assert footprint is not None
    assert schema is not None
    assert footprint.total_kgco2e == pytest.approx(2 * 4.1)
    assert schema.sheet_factors.get("B1").source.title == "t.csv"
    assert "t@" not in str(schema.setting("factor_set"))


def test_a_set_that_was_changed_after_its_import_is_named_and_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("id,name,value,per unit\nB1,brass rod,4.1,kg\n", "utf-8")
    assert run(["factors", "import", "t.csv", "-o", "own.csv", "--lang", "en"]) == 0
    assert run(["factors", "search", "brass", "--lang", "en"]) == 0
    own = tmp_path / "own.csv"
    own.write_text(own.read_text("utf-8").replace("4.1", "1.4"), "utf-8")
    capsys.readouterr()
    assert run(["factors", "search", "brass", "--lang", "en"]) == 1
    assert "was changed after it was imported" in capsys.readouterr().err


def test_a_unit_with_its_divisor_is_two_and_a_lone_one_is_what_it_is_per(tmp_path: Path) -> None:
    rows = "编号,名称,数值,单位\nB1,黄铜棒,4.1,kgCO2e/kg\nB2,青铜,5,tCO2e / t\nB3,白铜,6,kg\n"
    found = came_in(tmp_path, rows)
    units = {one.id: (one.unit, one.per_unit) for one in found.factors.factors.values()}
    assert units == {"B1": ("kgCO2e", "kg"), "B2": ("tCO2e", "t"), "B3": ("kgCO2e", "kg")}


def test_a_table_without_a_usable_factor_is_no_set_and_does_not_agree_with_another(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("id,name,value,per unit\nB1,brass,-,kg\n", "utf-8")
    assert run(["factors", "import", str(table), "--lang", "en"]) == 2
    assert not (tmp_path / "home" / "factors" / "t.csv").exists()
    assert run(["factors", "diff", str(table), str(table), "--lang", "en"]) == 1
    assert "B1" in capsys.readouterr().out


def test_a_dry_run_may_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("fill", "justify", "intake"):
        assert run([command, "--help"]) == 0
        assert "--dry-run" in capsys.readouterr().out


def test_a_list_with_bare_carriage_returns_is_read(tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_bytes(b"id,name,value,per unit\rA,XR-77,2,kg\rB,XR-78,3,kg\r")
    assert [line.cells[0] for line in read_listing(file).lines] == ["A", "B"]


def test_a_heading_that_is_not_taken_is_named_and_a_usual_one_is_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, to = tmp_path / "supplier.csv", tmp_path / "own.csv"
    file.write_bytes(
        "因子名称,排放因子,单位,数据来源,抄表人\n硅胶圈,6.2,kgCO2e/kg,供应商声明,李\n".encode(
            "gb18030"
        )
    )
    assert run(["--lang", "en", "factors", "import", str(file), "-o", str(to)]) == 0
    said = capsys.readouterr().out
    assert "columns not used: 抄表人" in said
    assert "供应商声明" in to.read_text("utf-8-sig")
