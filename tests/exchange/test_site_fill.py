"""Two kettles and a lamp take their shares of one site workbook; figures by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.cli import run
from cfp_xl.findings import Finding
from cfp_xl.schema.opened import open_file
from cfp_xl.schema.site import BasisMissing, find_site
from cfp_xl.templates.site import build_site
from cfp_xl.verify.many.joined import added_by
from cfp_xl.verify.result import Agreement, Conformity, FileResult, FileStatus, Options
from tests.exchange.site import PRODUCTS, small_product, write_site

# By hand: machine hours 50 : 30 : 20 of 10,000 kWh; output a third each of 800 Nm3; the certificate
# of 1,000 kWh is the lamp's. Each product is made 1,000 times.
KWH = {"Kettle A": 5.0, "Kettle B": 3.0, "Lamp": 2.0}


@pytest.fixture(scope="module")
def factory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("factory")
    site = write_site(folder / "site.xlsx")
    for name in PRODUCTS:
        file = small_product(folder / f"{name}.xlsx", name)
        assert run(["fill", str(file), "--from", str(site), "--apply", "--lang", "en"]) == 0
    return folder


def rows(file: Path) -> dict[tuple[str, str], tuple[object, ...]]:
    """Total, unit, share and amount per unit by voucher and product."""
    product = open_file(file).recomputed.product
    assert product is not None
    return {
        (row.text("voucher"), row.text("product")): (
            row.values["total"],
            row.text("unit"),
            row.value("share"),
            row.value("amount_per_unit"),
        )
        for row in product.rows("allocation")
    }


def test_the_shares_are_those_by_hand(factory: Path) -> None:
    for name, kwh in KWH.items():
        found = rows(factory / f"{name}.xlsx")
        assert found["E-01", name] == (10_000.0, "kWh", kwh / 10, pytest.approx(kwh))
        assert found["G-01", name] == (800.0, "Nm3", pytest.approx(1 / 3), pytest.approx(0.8 / 3))
        assert found["E-01", "other products"][2] == pytest.approx(1 - kwh / 10)
        assert ("GEC-7", name) in found if name == "Lamp" else ("GEC-7", name) not in found
    assert rows(factory / "Lamp.xlsx")["GEC-7", "Lamp"] == (1000.0, "kWh", 1.0, 1.0)
    noted = open_file(factory / "Lamp.xlsx").workbook.properties["cfp_site"]
    assert noted == f"site.xlsx sha256:{open_file(factory / 'site.xlsx').workbook.sha256}"


def test_filling_twice_is_filling_once(factory: Path) -> None:
    lamp = factory / "Lamp.xlsx"
    before = lamp.read_bytes()
    assert run(["fill", str(lamp), "--from", str(factory / "site.xlsx"), "--apply"]) == 0
    assert lamp.read_bytes() == before


def together(folder: Path) -> dict[str, list[Finding]]:
    """The findings between the files; each stands for a file that passed by itself."""
    files = [*(folder / f"{name}.xlsx" for name in PRODUCTS), folder / "site.xlsx"]
    add = added_by(files, Options(), 0, is_here=True)
    passed = [
        FileResult(
            file.as_posix(),
            None,
            FileStatus.PASSED,
            (),
            recalculation=Agreement.AGREES,
            conformity=Conformity.CONFORMS,
        )
        for file in files
    ]
    judged = {Path(one.path).stem: add(one) for one in passed}
    for one in judged.values():
        has_error = any(f.severity.value == "error" for f in one.findings)
        assert (one.status is FileStatus.FAILED) == has_error
    return {name: list(one.findings) for name, one in judged.items()}


def test_the_factory_agrees(factory: Path) -> None:
    assert all(not ones for ones in together(factory).values())


def changed(factory: Path, target: Path, change: Callable[[Path], object]) -> Path:
    for file in factory.glob("*.xlsx"):
        if ".before-" not in file.name:
            (target / file.name).write_bytes(file.read_bytes())
    change(target)
    return target


def test_a_file_that_cannot_be_compared_is_said(factory: Path, tmp_path: Path) -> None:
    broken = changed(factory, tmp_path, lambda folder: (folder / "Lamp.xlsx").write_text("x"))
    found = together(broken)
    assert ("J02", "incomplete") in [(one.code, one.case) for one in found["site"]]
    assert [one.code for one in found["Kettle A"]] == ["J07"]


def test_what_a_site_cannot_give_is_refused(
    factory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toaster = small_product(tmp_path / "toaster.xlsx", "Toaster")
    line = ["fill", str(toaster), "--from", str(factory / "site.xlsx"), "--lang", "en"]
    assert run(line) == 2
    assert "no product “Toaster”" in capsys.readouterr().err
    assert run([*line, "--as", "Lamp"]) == 0
    bill = ("E-02", "2025", "steam", 5.0, "t", "floor area", "no")
    site = find_site(open_file(write_site(tmp_path / "s.xlsx", {"Bills": [bill]})).workbook)
    assert site is not None
    with pytest.raises(BasisMissing, match="floor area"):
        site.share(site.bills[0], "Lamp")


def test_months_count_before_the_period(tmp_path: Path) -> None:
    outputs = [
        ("hours", "2025-01", "A", 1.0, "h"),
        ("hours", "2025-01", "B", 3.0, "h"),
        ("hours", None, "A", 5.0, "h"),
        ("hours", None, "B", 5.0, "h"),
        ("output", None, "A", 10.0, "piece"),
    ]
    bills = [(f"E-0{n}", f"2025-0{n}", "electricity", 100.0, "kWh", "hours", "yes") for n in (1, 2)]
    file = write_site(tmp_path / "s.xlsx", {"Outputs": outputs, "Bills": bills})
    opened = open_file(file)
    site = find_site(opened.workbook)
    assert site is not None
    january, february = (site.share(bill, "A") for bill in site.bills[:2])
    assert january is not None
    assert february is not None
    assert (january.share, february.share) == (0.25, 0.5)
    sheet = opened.recomputed.workbook.by_name["bills"].columns
    assert [sheet.value((row, 11)) for row in (6, 7)] == [4.0, 10.0]  # the sheet's own formulas


def test_both_languages_are_built_as_they_ship() -> None:
    workbooks = Path(__file__).parents[2] / "workbooks"
    for lang in ("zh", "en"):
        assert (workbooks / f"site-{lang}.xlsx").read_bytes() == build_site(lang)
        site = find_site(open_file(workbooks / f"site-{lang}.xlsx").workbook)
        assert site is not None
        assert site.regions.keys() == {"bills", "outputs", "certificates", "factors", "parts"}
        assert not site.bills
