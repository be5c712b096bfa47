"""`fill`: a list into a product's tables, by hand-checked lists; nothing is taken silently."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.exchange import fill_apply
from cfp_xl.exchange.list_columns import match, parse_maps, remember
from cfp_xl.exchange.list_lines import ListLine, lines_of, named_twice
from cfp_xl.exchange.listing import ListNotRead, number, read_listing
from cfp_xl.inputs import decoded
from cfp_xl.schema.entered import entered
from cfp_xl.schema.opened import Opened, open_file
from cfp_xl.templates.shipped import product_template
from tests.exchange.lists import BOM, LEVELS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CFP_XL_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("fill") / "blank.xlsx"
    file.write_bytes(product_template("zh", is_native=False))
    return file


@pytest.fixture
def product(blank: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(blank, tmp_path / "product.xlsx"))


def listed(
    folder: Path, content: str, encoding: str = "utf-8", table: str = "activities"
) -> list[ListLine]:
    file = folder / "list.csv"
    file.write_bytes(content.encode(encoding))
    listing = read_listing(file)
    return lines_of(listing, match(table, listing.headings, {}), table)


def activities(file: Path) -> list[dict[str, object]]:
    schema = open_file(file).cached.schema
    assert schema is not None
    return [dict(record.values) for record in schema.records("activities")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_lines_are_understood(tmp_path: Path, encoding: str) -> None:
    lines = listed(tmp_path, BOM, encoding)
    assert [str(one) for one in lines] == ["不锈钢外壳", "PP内胆", "PP内胆", "纸箱", "PCBA"]
    first = lines[0]
    assert (first.number, first.values["quantity"], first.values["unit"]) == (2, 1.2, "kg")
    assert (first.values["part_id"], first.specification) == ("A1", "304")
    assert lines[4].values["unit"] == "件"
    assert [[one.number for one in group] for group in named_twice(lines)] == [[3, 4]]


ENGLISH = """Bill of material – “Pennine”
Lvl;Item No.;Item description;Qty/UoM;Supplier name
1;A-1;Tube Ø25;4.2 kg;Würth
1;A-2;Fabric “café”;0.35 kg;Bute
;;Total weight;4.55 kg;
"""


def test_an_english_list_is_read_as_excel_in_britain_saves_it(tmp_path: Path) -> None:
    lines = listed(tmp_path, ENGLISH, "cp1252")
    assert [str(one) for one in lines] == ["Tube Ø25", "Fabric “café”"]
    assert [one.values["quantity"] for one in lines] == [4.2, 0.35]
    assert [one.values["unit"] for one in lines] == ["kg", "kg"]
    listing = read_listing(tmp_path / "list.csv")
    assert listing.is_western
    parts = lines_of(listing, match("parts", listing.headings, {}), "parts")
    taken = [{f: one.values[f] for f in ("part_id", "supplier", "amount", "unit")} for one in parts]
    assert taken[0] == {"part_id": "A-1", "supplier": "Würth", "amount": 4.2, "unit": "kg"}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Würth, Hägele", "cp1252"),  # each accent with the letter after it is a character of GBK
        ("名称,数量,Würth", "gb18030"),
        ("Ø25 × 3 – ½″", "utf-8-sig"),
        ("名称\t数量", "utf-16"),
    ],
)
def test_the_encoding_of_a_text_file_is_found(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == (text, encoding)


def test_what_is_no_text_is_not_read_as_one() -> None:
    assert decoded("名称".encode("gb18030")[:-1] + b"\xff\xff") is None


def test_what_is_in_an_assembly_is_needed_as_often_as_it_is(tmp_path: Path) -> None:
    lines = listed(tmp_path, LEVELS)
    assert [one.is_assembly for one in lines] == [True, True, False, False, False]
    assert [one.values["quantity"] for one in lines[2:]] == [1.0, 20.0, 0.3]  # 2 × 0.5, 2 × 10
    assert lines[2].parents == ("Kettle", "Base")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1,234.5", 1234.5),
        ("１２", 12.0),
        ("-3", -3.0),
        ("1e3", 1000.0),
        ("0,35", None),  # a decimal comma, or a slip: never guessed
        ("12 kg", None),
        ("1e400", None),
        ("9" * 400, None),
        ("", None),
    ],
)
def test_numbers_in_texts(typed: str, value: float | None) -> None:
    assert number(typed) == value


def test_a_unit_beside_the_amount_or_in_the_heading(tmp_path: Path) -> None:
    beside = listed(tmp_path, "名称,用量\n钢板,12 kg\n铜线,0,\n".replace("0,", "3kg"))
    assert [one.values["unit"] for one in beside] == ["kg", "kg"]
    heading = listed(tmp_path, "名称,重量(g)\n钢板,12\n")
    assert (heading[0].values["quantity"], heading[0].values["unit"]) == (12.0, "g")


def test_a_number_is_in_the_unit_of_its_column(tmp_path: Path) -> None:
    """850 g are 0.85 kg, and never 850; what measures something else keeps the line out."""
    content = (
        "活动,数量,单位,货物质量(g),运距,换算系数\n钢材,1.2,kg,850,12 km,2\n铝材,1,kg,5,3 kWh,1\n"
    )
    steel, aluminium = listed(tmp_path, content)
    numbers = {field: steel.values[field] for field in ("mass_kg", "distance_km", "bridge")}
    assert numbers == {"mass_kg": 0.85, "distance_km": 12.0, "bridge": 2.0}
    assert steel.why is None
    assert aluminium.why is not None
    assert "kWh" in aluminium.why.say("zh")


def test_what_is_not_understood_is_said(tmp_path: Path) -> None:
    wrong = listed(tmp_path, "名称,数量,单位\n钢板,x,kg\n铜线,3,寸寸\n纸箱,2,\n")
    assert all(one.why is not None for one in wrong)
    said = [one.why.say("en") for one in wrong if one.why]
    assert ["“x”" in said[0], "寸寸" in said[1], "no unit" in said[2]] == [True] * 3


def test_numbers_without_bounds_do_not_enter(tmp_path: Path) -> None:
    """1e400 is no 1 of a unit e400; 2 of each of 1,100 levels are no number of a computer."""
    for typed in ("1e400", "9" * 400):
        line = listed(tmp_path, f"名称,数量,单位\n钢板,{typed},kg\n")[0]
        assert line.why is not None
        assert typed in line.why.say("zh")
    levels = "".join(f"{n},x{n},2,kg\n" for n in range(1, 1101))
    lines = listed(tmp_path, f"层级,名称,数量,单位\n{levels}")
    assert lines[999].values["quantity"] == 2.0**1000
    assert lines[-1].why is not None
    assert "x1100" in lines[-1].why.say("en")


def test_lists_of_an_attacker_are_refused_in_words(tmp_path: Path) -> None:
    open_quote = '名称,数量\n"' + "a" * (2**20 + 1)
    wide = ",".join(f"c{n}" for n in range(20_000)) + "\n"
    for content, word in ((open_quote, "quote"), (wide, "20000 columns")):
        with pytest.raises(ListNotRead, match=word):
            listed(tmp_path, content)


def test_a_heading_is_mapped_once_and_remembered() -> None:
    headings = ("Obj.", "Menge", "ME")
    said = parse_maps(["Obj.=activity", "Menge=quantity", "ME=unit"], "activities", headings)
    assert match("activities", headings, said) == {"activity": 0, "quantity": 1, "unit": 2}
    remember("activities", said)
    assert match("activities", headings, {}) == {"activity": 0, "quantity": 1, "unit": 2}
    assert match("parts", headings, {}) == {}


def test_a_dry_run_writes_nothing(
    product: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bom.csv").write_text(BOM, "utf-8")
    before = product.read_bytes()
    assert run(["fill", str(product), "--from", str(tmp_path / "bom.csv"), "--lang", "en"]) == 0
    assert product.read_bytes() == before
    said = capsys.readouterr().out
    for words in ("lines that enter", "named twice", "no open factor", "dry run"):
        assert words in said


def test_filling_twice_is_filling_once(product: Path, tmp_path: Path) -> None:
    (tmp_path / "bom.csv").write_text(BOM, "utf-8")
    call = ["fill", str(product), "--from", str(tmp_path / "bom.csv"), "--apply"]
    assert run(call) == 0
    rows = activities(product)
    assert [row["activity"] for row in rows] == ["不锈钢外壳", "PP内胆", "PP内胆", "纸箱", "PCBA"]
    assert [row["factor_id"] for row in rows] == [None] * 5  # proposed, never taken silently
    assert run(call) == 2  # no line enters
    assert activities(product) == rows


def test_accepted_proposals_bring_their_factors_and_pins(product: Path, tmp_path: Path) -> None:
    """1.2 kg of stainless steel at 3.562, 2 × 0.35 kg of PP at 2577.57172 per t."""
    content = BOM.replace("A3,纸箱,五层,400,g,\nA4,PCBA,,1,PCS,\n", "")
    (tmp_path / "bom.csv").write_text(content, "utf-8")
    assert (
        run(
            [
                "fill",
                str(product),
                "--from",
                str(tmp_path / "bom.csv"),
                "--accept",
                "0.8",
                "--apply",
            ]
        )
        == 0
    )
    opened = open_file(product)
    schema, footprint = opened.recomputed.schema, opened.recomputed.footprint
    assert schema is not None
    assert footprint is not None
    total = sum(row.kgco2e or 0.0 for row in footprint.rows)
    assert total == pytest.approx(1.2 * 3.562 + 0.7 * 2.57757172, rel=1e-12)
    pinned = str(next(s.value for s in [schema.setting("factor_set")] if s))
    assert "moenv@1 sha256:" in pinned
    assert "desnz-2025@1 sha256:" in pinned


def test_the_list_of_proposals_is_the_next_list(product: Path, tmp_path: Path) -> None:
    (tmp_path / "bom.csv").write_text(BOM, "utf-8")
    proposals = tmp_path / "proposals.csv"
    run(["fill", str(product), "--from", str(tmp_path / "bom.csv"), "--proposals", str(proposals)])
    rows = list(csv.DictReader(io.StringIO(proposals.read_text("utf-8-sig"))))
    assert [row["factor_id"] for row in rows] == [""] * 5
    for row in rows:
        row["factor_id"] = row["proposed"]
    with proposals.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert run(["fill", str(product), "--from", str(proposals), "--apply"]) == 0
    filled = [row["factor_id"] for row in activities(product)]
    assert filled == [row["proposed"] or None for row in rows]


@pytest.mark.parametrize(("lang", "words"), [("zh", "没有编号为"), ("en", "no factor has the id")])
def test_the_list_of_proposals_names_unknown_ids_and_is_known_again(
    lang: str,
    words: str,
    product: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = "名称,数量,单位,factor_id\n电,2,kWh,CN-ELEC-CFP-2042\n绿电,1,kWh,CN-ELEC-CFP-2024\n"
    (tmp_path / "l.csv").write_text(content, "utf-8")
    proposals, call = tmp_path / "proposals.csv", ["fill", str(product), "--lang", lang, "--from"]
    run([*call, str(tmp_path / "l.csv"), "--proposals", str(proposals)])
    rows = list(csv.DictReader(io.StringIO(proposals.read_text("utf-8-sig"))))
    assert rows[0]["remark"].startswith(f"{words} CN-ELEC-CFP-2042")
    assert "CN-ELEC-CFP-2024" in rows[0]["remark"]
    assert words not in rows[1]["remark"]
    capsys.readouterr()
    run([*call, str(proposals)])
    said = capsys.readouterr().out
    assert ("未用的列" in said, "columns not used" in said) == (False, False)
    assert "runner_up" in said.splitlines()[1]


HEADINGS_OF_IDS = [
    "Part No.", "part no", "Part-No", "PART_NO", "Part #", "P/N", "p.n.", "Item No.", "item #",
    "Mat. No.", "Material No.", "物料号", "料 号", "零件号", "零件号：",
    "物料编号(ERP)", "料号【SAP】",
]  # fmt: skip


@pytest.mark.parametrize("table", ["activities", "parts"])
@pytest.mark.parametrize("heading", HEADINGS_OF_IDS)
def test_ids_of_parts_by_whatever_signs_their_heading_has(heading: str, table: str) -> None:
    assert match(table, ["名称", heading, "数量", "单位"], {})["part_id"] == 1


@pytest.mark.parametrize("heading", ["Partner", "Part", "P", "Notes", "#", "—", "No. of parts"])
def test_headings_that_are_no_ids_of_parts(heading: str) -> None:
    assert "part_id" not in match("activities", ["名称", heading, "数量", "单位"], {})


def test_the_table_grows_for_a_longer_list(product: Path, tmp_path: Path) -> None:
    lines = "".join(f"part {n},{n},kg\n" for n in range(1, 151))
    (tmp_path / "long.csv").write_text(f"name,qty,unit\n{lines}", "utf-8")
    assert run(["fill", str(product), "--from", str(tmp_path / "long.csv"), "--apply"]) == 0
    rows = activities(product)
    assert [row["quantity"] for row in rows] == [float(n) for n in range(1, 151)]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x81", b"1,2\n3,4\n"])
def test_a_file_that_is_no_list(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    with pytest.raises(ListNotRead):
        read_listing(file)


def test_a_column_called_factor_holds_ids_or_names_but_no_values(
    product: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An id is taken, a name is looked for instead of the part's own; numbers are named.
    Columns that are written and folded away are named."""
    rows = ["名称,数量,单位,因子,gsd2", "外壳,1,kg,GBT51366-CARBON-STEEL,1.1", "提手,1,kg,聚丙烯,"]
    file = tmp_path / "list.csv"
    file.write_text("\n".join(rows), "utf-8")
    assert run(["fill", str(product), "--from", str(file), "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "外壳”：采用因子 GBT51366-CARBON-STEEL" in said
    assert "提手”：建议 DESNZ2025-19_505_5144_15_1" in said
    assert "处于折叠状态" in said
    file.write_text("名称,数量,单位,排放因子\n外壳,1,kg,2.05\n", "utf-8")
    assert run(["fill", str(product), "--from", str(file), "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert "未用的列：排放因子" in said
    assert "处于折叠状态" not in said


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("没有编号为 CN-ELEC-CFP-2042 的因子", "CN-ELEC-CFP-2024", "已写入但查不到的因子")),
        ("en", ("no row of the factors table has CN-ELEC-CFP-2042", "nearest: CN-ELEC-CFP-2024")),
    ],
)
def test_a_factor_id_that_nothing_has_is_named_with_its_line_and_the_nearest(
    lang: str,
    words: tuple[str, ...],
    product: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    content = "过程,名称,数量,单位,factor_id\n用电,电,2,kWh,CN-ELEC-CFP-2042\n用电,绿电,1,kWh,{}\n"
    (tmp_path / "l.csv").write_text(content.format("CN-ELEC-CFP-2024"), "utf-8")
    call = ["fill", str(product), "--from", str(tmp_path / "l.csv"), "--lang", lang]
    run(call)
    dry = capsys.readouterr().out
    assert run([*call, "--apply"]) == 0
    applied = capsys.readouterr().out
    said = next(line for line in dry.splitlines() if "CFP-2042" in line)
    assert "2" in said.partition("CN-ELEC")[0]  # the list's line
    assert all(one in applied for one in words)
    assert all(one in said for one in words[:2])
    assert [row["factor_id"] for row in activities(product)] == [
        "CN-ELEC-CFP-2042",
        "CN-ELEC-CFP-2024",
    ]


def test_what_another_run_has_just_written_is_never_lost(
    product: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Another fill ends while this one computes: this one writes nothing and says so."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text(f"name,quantity,unit\n{name},1,kg\n", "utf-8")
    calls = [["fill", str(product), "--from", str(tmp_path / f"{n}.csv")] for n in ("one", "two")]
    calls = [[*call, "--apply", "--lang", "en"] for call in calls]

    def meanwhile(opened: Opened, cells: fill_apply.Cells) -> Opened:
        monkeypatch.setattr(fill_apply, "entered", entered)
        assert run(calls[1]) == 0
        return entered(opened, cells)

    monkeypatch.setattr(fill_apply, "entered", meanwhile)
    assert run(calls[0]) == 2
    assert "was changed by another program meanwhile" in capsys.readouterr().err
    assert [row["activity"] for row in activities(product)] == ["two"]


def test_an_english_product_takes_a_bill_of_material_in_its_own_words(tmp_path: Path) -> None:
    file, bom = tmp_path / "product.xlsx", tmp_path / "bom.csv"
    file.write_bytes(product_template("en", is_native=False))
    bom.write_text(LEVELS + "1,N1,Nut,8,EA\n", "utf-8")
    assert run(["fill", str(file), "--from", str(bom), "--apply", "--lang", "en"]) == 0
    rows = activities(file)
    # The assembly that all is in is the product itself, and no process of it.
    assert [row["process"] for row in rows] == ["Base", "Base", "Kettle", "Kettle"]
    assert rows[3]["unit"] == "piece"


def test_what_does_not_happen_takes_no_factor(product: Path, tmp_path: Path) -> None:
    bom = tmp_path / "list.csv"
    bom.write_text("阶段,过程,活动,状态,理由\n使用,就座,钢,不适用,使用时不耗能\n", "utf-8")
    assert run(["fill", str(product), "--from", str(bom), "--accept", "0.5", "--apply"]) == 0
    (row,) = activities(product)
    assert row.get("factor_id") is None
