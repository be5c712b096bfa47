"""Workbooks that go out: whose they are, what stays of hostile texts, what is never overwritten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cfp_xl.schema.schema import find_schema
from cfp_xl.suppliers.invite import InvitationOutcome, invite, names_of
from cfp_xl.templates.supplier.build import base_workbook
from cfp_xl.templates.supplier.fields import FOR
from cfp_xl.templates.supplier.issue import Request, code_of, issue
from cfp_xl.verify.pipeline import verify_file
from cfp_xl.workbook.model import Workbook
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.reading.read import read_package
from tests.cli.conftest import Cli, cli
from tests.suppliers.products import PARTS, product_with

__all__ = ["cli"]

SHELL = Request(
    "S01",
    "温州某某钣金有限公司",
    "P-101",
    "配电箱钢壳",
    "件",
    "配电箱",
    "某某电气",
    contact="李工 0577-0000 0000",
    due="2026-12-31",
)
REQUESTS = (
    SHELL,
    replace(SHELL, unit="kg", lang="en"),
    replace(SHELL, unit="t·km", lang="both", kind="transport"),
    replace(SHELL, contact="", due="", buyer=""),
    replace(SHELL, supplier='=HYPERLINK("http://x")', part='<b>&amp; "Q"', product="a\n_x000D_ b"),
    replace(SHELL, supplier="王" * 400, product="配" * 400),
)
IDS = ("piece", "by mass", "transport", "half empty", "hostile", "long")


def read(data: bytes) -> Workbook:
    return read_package(package_of(data, Path("issued.xlsx")))


@pytest.mark.parametrize("request_", REQUESTS, ids=IDS)
def test_it_says_whose_it_is(request_: Request) -> None:
    """In its cells, as text and nothing else, and in its document properties."""
    workbook = read(issue(request_))
    schema, _ = find_schema(workbook)
    assert schema is not None
    for id, text in request_.personal.items():
        setting = schema.settings[(FOR + id).removeprefix("cfp_")]
        assert (setting.value or "") == text
    assert workbook.properties["cfp_supplier_id"] == "S01"
    assert workbook.properties["cfp_product"] == request_.product[:255]
    assert workbook.properties["cfp_request"] == request_.digest
    assert schema.settings["for_code"].value == code_of(workbook, request_.digest)


@pytest.mark.parametrize("request_", REQUESTS, ids=IDS)
def test_every_result_is_there_and_right(tmp_path: Path, request_: Request) -> None:
    path = tmp_path / "issued.xlsx"
    path.write_bytes(issue(request_))
    result = verify_file(path)
    assert (result.status, result.findings) == ("passed", ())
    workbook = read(path.read_bytes())
    blank = base_workbook(request_.lang, request_.kind)
    assert workbook.formula_count == blank.formula_count


def test_only_the_personal_differs() -> None:
    """Formulas, labels and their seals are those of the edition."""
    blank, issued = base_workbook("zh", "part"), read(issue(SHELL))
    personal = {FOR + id for id in SHELL.personal} | {f"{FOR}code"}
    free = {name.formula.replace("$", "") for name in blank.names if name.name in personal}
    for sheet, mine in zip(blank.sheets, issued.sheets, strict=True):
        for position in sheet.cells.keys() | mine.cells.keys():
            one, other = sheet.cells.get(position), mine.cells.get(position)
            assert other is not None
            if f"{sheet.name}!{other.address}" in free:
                continue
            assert one is not None
            assert one.formula == other.formula
            if one.formula is None:
                assert one.value == other.value
    own = {"cfp_supplier_id", "cfp_part_id", "cfp_product", "cfp_request"}
    assert {k: v for k, v in blank.properties.items() if k not in own} == {
        k: v for k, v in issued.properties.items() if k not in own
    }


def test_the_code_tells_requests_apart() -> None:
    others = (replace(SHELL, part_id="P-102"), replace(SHELL, due="2027-01-31"))
    blank = base_workbook("zh", "part")
    codes = {code_of(blank, one.digest) for one in (SHELL, *others)}
    assert len(codes) == 3


NAMES: tuple[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]], ...] = (
    ("plain", (("S01", "P-1"), ("S01", "P-2")), ("S01_P-1.xlsx", "S01_P-2.xlsx")),
    ("Chinese", (("供一", "钢壳"),), ("供一_钢壳.xlsx",)),
)


@pytest.mark.parametrize(("ids", "names"), [n[1:] for n in NAMES], ids=[n[0] for n in NAMES])
def test_names_of_files(ids: tuple[tuple[str, str], ...], names: tuple[str, ...]) -> None:
    requests = [replace(SHELL, supplier_id=s, part_id=p) for s, p in ids]
    assert names_of(requests) == names


@pytest.mark.parametrize(
    "ids", [(("a_b", "c"), ("a", "b_c")), (("S1", "P1"), ("s1", "p1"))], ids=["joined", "case"]
)
def test_names_that_would_be_the_same_are_told_apart(ids: tuple[tuple[str, str], ...]) -> None:
    requests = [replace(SHELL, supplier_id=s, part_id=p) for s, p in ids]
    names = [name.casefold() for name in names_of(requests)]
    assert len(set(names)) == 2


def test_what_stands_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "S01_P-101.xlsx").write_bytes(b"filled in by the supplier")
    requests = (SHELL, replace(SHELL, part_id="P-102"))
    assert [one.outcome for one in invite(requests, tmp_path)] == [
        InvitationOutcome.KEPT,
        InvitationOutcome.WRITTEN,
    ]
    assert [one.outcome for one in invite(requests, tmp_path)] == [
        InvitationOutcome.KEPT,
        InvitationOutcome.SAME,
    ]
    assert (tmp_path / "S01_P-101.xlsx").read_bytes() == b"filled in by the supplier"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.fixture
def product(tmp_path: Path) -> Path:
    path = tmp_path / "product.xlsx"
    path.write_bytes(product_with(*PARTS))
    return path


def test_the_command(cli: Cli, tmp_path: Path, product: Path) -> None:
    listed, out = tmp_path / "名单.csv", tmp_path / "out"
    listed.write_bytes("供应商编号,语言\nS01,\nS02,en\n".encode("gb18030"))
    answer = cli("new", "supplier", "--product", product, "--suppliers", listed, "--out", out)
    assert (answer.exit_code, answer.err) == (0, "")
    names = ["S01_P-101.xlsx", "S01_T-201.xlsx", "S02_P-102.xlsx"]
    assert sorted(file.name for file in out.glob("*.xlsx")) == names
    assert [read((out / n).read_bytes()).properties["cfp_lang"] for n in names] == [
        "zh",
        "both",
        "en",
    ]
    assert cli("verify", out, "--require-schema", "supplier").exit_code == 0
    issued = read((out / names[0]).read_bytes())
    assert (issued.properties["cfp_product"], issued.properties["cfp_kind"]) == ("配电箱", "part")


def test_one_wrong_row_does_not_stop_the_others(cli: Cli, tmp_path: Path, product: Path) -> None:
    listed, out = tmp_path / "list.csv", tmp_path / "out"
    listed.write_text("supplier_id\nS99\nS02\n", "utf-8")
    answer = cli("new", "supplier", "--product", product, "--suppliers", listed, "--out", out)
    assert answer.exit_code == 1
    assert "list.csv!A2  S92" in answer.out
    assert [file.name for file in out.glob("*.xlsx")] == ["S02_P-102.xlsx"]


REFUSED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("no parts in it", ("--product", "workbooks/product-zh.xlsx"), "is empty"),
    ("a product without the table", ("--product", "workbooks/bxd2.xlsx"), "no table of parts"),
    ("no workbook", ("--product", "LIST"), "plain text"),
    ("a product without a name", ("--product", "NAMELESS"), "does not name its product"),
    ("an unclear day", ("--product", "PRODUCT", "--due", "soon"), "soon"),
    (
        "nobody on the list is known",
        ("--product", "PRODUCT", "--suppliers", "LIST"),
        "Nothing was written",
    ),
)


@pytest.mark.parametrize(("options", "said"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_what_is_refused(
    cli: Cli, tmp_path: Path, product: Path, options: tuple[str, ...], said: str
) -> None:
    listed, root = tmp_path / "LIST.csv", Path(__file__).parents[2]
    listed.write_text("supplier_id\nS77\n", "utf-8")
    nameless = tmp_path / "nameless.xlsx"
    nameless.write_bytes(product_with(*PARTS, name=""))
    places = {"PRODUCT": product, "LIST": listed, "NAMELESS": nameless}
    arguments = [
        places.get(one, root / one if one.startswith("workbooks/") else one) for one in options
    ]
    answer = cli("new", "supplier", *arguments, "--out", tmp_path / "out")
    assert (answer.exit_code, said in answer.err) == (2, True), answer.err
    assert not (tmp_path / "out").exists()
