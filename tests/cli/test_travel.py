"""A workbook on its way: respelled, frozen, thawed, and what each command refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.workbook.reading.container import open_package
from cfp_xl.workbook.reading.read import read_workbook
from cfp_xl.workbook.writing.frozen import listing_of
from cfp_xl.workbook.writing.patch import patch_values
from tests.cli.conftest import Cli

BXD2 = Path(__file__).parents[2] / "workbooks" / "bxd2.xlsx"


@pytest.mark.parametrize("host", ["excel", "xlam", "officejs", "libreoffice"])
def test_a_respelled_workbook_verifies_as_before(cli: Cli, tmp_path: Path, host: str) -> None:
    there = tmp_path / "there.xlsx"
    assert cli("host", "rebind", BXD2, "--to", host, "-o", there).exit_code == 0
    assert cli("verify", there).exit_code == 0


def test_frozen_and_thawed(cli: Cli, tmp_path: Path) -> None:
    frozen, thawed = tmp_path / "frozen.xlsx", tmp_path / "thawed.xlsx"
    assert "107 CFP_* formulas" in cli("freeze", BXD2, "-o", frozen).out
    listing = listing_of(read_workbook(frozen))
    assert listing is not None
    note = [str(listing.cells[row, 1].value) for row in (2, 3, 4)]
    # The date is the file's own, the factor set the one it pins.
    assert note[0].startswith("Frozen on 2026-11-23.")
    assert note[1].startswith("Factor set: cn-2026@1 sha256:")
    assert "cfp-xl thaw" in note[2]
    assert cli("thaw", frozen, "-o", thawed).exit_code == 0
    assert thawed.read_bytes() == BXD2.read_bytes()


def test_the_date_can_be_given(cli: Cli, tmp_path: Path) -> None:
    frozen = tmp_path / "frozen.xlsx"
    cli("freeze", BXD2, "-o", frozen, "--date", "2027-01-31", "--lang", "zh")
    listing = listing_of(read_workbook(frozen))
    assert listing is not None
    assert str(listing.cells[2, 1].value).startswith("固化日期：2027-01-31。")
    answer = cli("freeze", BXD2, "-o", frozen, "--date", "31.1.2027")
    assert (answer.exit_code, "2026-11-23" in answer.err) == (2, True)


def test_values_that_their_formulas_do_not_give_are_not_frozen(cli: Cli, tmp_path: Path) -> None:
    stale, out = tmp_path / "stale.xlsx", tmp_path / "out.xlsx"
    assert patch_values(open_package(BXD2), stale, {("结果", 12, 3): 4.62}) == ()
    answer = cli("freeze", stale, "-o", out)
    assert answer.exit_code == 2
    assert "结果!C12" in answer.err
    assert not out.exists()


def test_thawing_what_was_never_frozen(cli: Cli, tmp_path: Path) -> None:
    answer = cli("thaw", BXD2, "-o", tmp_path / "out.xlsx")
    assert (answer.exit_code, "not a frozen workbook" in answer.err) == (2, True)


@pytest.mark.parametrize("command", [("freeze",), ("thaw",), ("host", "rebind")])
def test_an_output_or_a_host_must_be_named(cli: Cli, command: tuple[str, ...]) -> None:
    answer = cli(*command, BXD2)
    assert answer.exit_code == 2
    assert "--help" in answer.err


def test_the_original_is_never_written(cli: Cli, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(BXD2.read_bytes())
    for command in (
        ["freeze", book, "-o", book],
        ["host", "rebind", book, "--to", "xlam", "-o", book],
    ):
        assert cli(*command).exit_code == 2
    assert book.read_bytes() == BXD2.read_bytes()


def test_the_doctor_answers_for_a_workbook(cli: Cli, tmp_path: Path) -> None:
    assert cli("host", "doctor", BXD2).exit_code == 0
    there = tmp_path / "mac.xlsx"
    cli("host", "rebind", BXD2, "--to", "officejs", "-o", there)
    answer = cli("host", "doctor", there)
    assert answer.exit_code == 1
    assert "✗ 107 formulas are spelled as another program does" in answer.out


def test_the_addin_is_installed_where_it_says(cli: Cli, tmp_path: Path) -> None:
    answer = cli("host", "install", "excel", "--home", tmp_path)
    assert answer.exit_code == 0
    written = [Path(line.removeprefix("Wrote ")) for line in answer.out.splitlines()[:3]]
    assert all(path.is_file() for path in written)
    assert "not in a real Excel" in answer.err
    assert cli("host", "build", "excel", "-o", tmp_path / "cfp.xlam").exit_code == 0
    assert (tmp_path / "cfp.xlam").read_bytes() == written[0].read_bytes()
