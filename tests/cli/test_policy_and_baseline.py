"""`verify` under a policy and against a baseline: exit codes, and what stays visible."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cfp_xl.templates.build import build_workbook
from tests.cli.conftest import Answer, Book, Cli

PROJECT = Path(__file__).parents[2]
SCHEMA = json.loads((PROJECT / "docs" / "verification.schema.json").read_text("utf-8"))
PUBLISHED = PROJECT / "workbooks" / "bxd2-as-published.xlsx"
SOUND = {"A1": 2, "A2": ("=A1*3", 6)}
STALE = {"A1": 2, "A2": ("=A1*3", 7)}


def policy(folder: Path, content: str) -> Path:
    target = folder / "cfp-xl.toml"
    target.write_text(content, "utf-8")
    return target


def waiver(file: Path, code: str, cell: str, expires: str = "9999-12-31") -> str:
    return (
        f'[[waiver]]\ncode = "{code}"\nfile = "{sha256(file.read_bytes()).hexdigest()}"\n'
        f'cell = "{cell}"\nreason = "agreed"\nexpires = {expires}\n'
    )


def only_file(answer: Answer) -> dict[str, Any]:
    document = json.loads(answer.out)
    jsonschema.validate(document, SCHEMA)
    (file,) = document["files"]
    return dict(file)


# Policy


def test_a_policy_above_the_file_is_found_and_named(cli: Cli, book: Book, tmp_path: Path) -> None:
    file = book("in/deep/volatile.xlsx", {"A1": ("=NOW()", 1)})
    assert cli("verify", file).exit_code == 0
    path = policy(tmp_path, 'fail_on = "warning"')
    answer = cli("verify", file)
    assert answer.exit_code == 1
    assert str(path) in answer.out
    assert cli("verify", file, "--fail-on", "error").exit_code == 0, "the command line wins"


def test_another_policy_may_be_named(cli: Cli, book: Book, tmp_path: Path) -> None:
    file = book("v.xlsx", {"A1": ("=NOW()", 1)})
    policy(tmp_path, 'fail_on = "never"')
    other = tmp_path / "strict.toml"
    other.write_text('[severity]\nV03 = "error"')
    assert cli("verify", file, "--policy", other).exit_code == 1


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_mistake_in_a_policy_is_said_before_anything_is_verified(
    cli: Cli, book: Book, tmp_path: Path, lang: str
) -> None:
    policy(tmp_path, "tolerence = 1e-6")
    answer = cli("--lang", lang, "verify", book("s.xlsx", SOUND))
    assert answer.exit_code == 2
    assert answer.out == ""
    assert "tolerence" in answer.err
    assert "tolerance" in answer.err


def test_a_policys_tolerance(cli: Cli, book: Book, tmp_path: Path) -> None:
    file = book("s.xlsx", {"A1": 2, "A2": ("=A1*3", 6.0000001)})
    assert cli("verify", file).exit_code == 1
    policy(tmp_path, "tolerance = 1e-6")
    assert cli("verify", file).exit_code == 0
    assert cli("verify", file, "--tolerance", "1e-9").exit_code == 1


def test_one_run_has_one_tolerance(cli: Cli, book: Book, tmp_path: Path) -> None:
    files = [book(f"{name}/s.xlsx", SOUND) for name in ("loose", "tight")]
    policy(tmp_path / "loose", "tolerance = 1e-7")
    assert cli("verify", *files).exit_code == 2
    assert cli("verify", *files, "--tolerance", "1e-9").exit_code == 0


def test_a_waived_finding_stays_visible(cli: Cli, tmp_path: Path) -> None:
    file = Path(shutil.copy(PUBLISHED, tmp_path))
    before = only_file(cli("verify", file, "--report", "json"))
    codes = sorted({f["code"] for f in before["findings"] if f["severity"] == "error"})
    sheet = "报告所载值!A1:Z99"
    policy(tmp_path, "\n".join(waiver(file, code, sheet) for code in codes))
    answer = cli("verify", file, "--report", "json")
    after = only_file(answer)
    assert (answer.exit_code, after["status"]) == (0, "passed")
    assert len(after["findings"]) == len(before["findings"])
    waived = [f for f in after["findings"] if "waiver" in f]
    assert {f["severity"] for f in waived} == {"info"}
    assert sorted({f["code"] for f in waived}) == codes
    assert f"waived: {len(waived)}" in cli("verify", file).out


@pytest.mark.parametrize(
    ("code", "expires", "also"), [("V01", "9999-12-31", "W72"), ("N02", "2020-01-01", "W70")]
)
def test_a_waiver_that_does_not_hold_is_an_error(
    cli: Cli, book: Book, tmp_path: Path, code: str, expires: str, also: str
) -> None:
    file = book("stale.xlsx", STALE if code == "V01" else SOUND)
    policy(tmp_path, waiver(file, code, "S!A2", expires))
    answer = cli("verify", file, "--report", "json")
    found = {(f["code"], f["severity"]) for f in only_file(answer)["findings"]}
    assert answer.exit_code == 1
    assert (also, "error") in found
    assert code == "N02" or ("V01", "error") in found


def test_a_required_schema(cli: Cli, book: Book) -> None:
    answer = cli("verify", book("s.xlsx", SOUND), "--require-schema", "supplier")
    assert answer.exit_code == 1
    assert "W73 error" in answer.out


# Baseline


def verify_new(cli: Cli, *files: Path, baseline: Path, **more: str) -> Answer:
    options = [part for name, value in more.items() for part in (f"--{name}", value)]
    return cli("verify", *files, "--baseline", baseline, "--fail-on-new", *options)


def test_known_findings_do_not_fail_and_new_ones_do(cli: Cli, book: Book, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    old = book("old.xlsx", STALE)
    written = cli("verify", old, "--baseline", known, "--write-baseline")
    assert written.exit_code == 1, "writing a baseline is no pass"
    assert "findings in it: 1" in written.err
    answer = verify_new(cli, old, baseline=known, report="json")
    file = only_file(answer)
    assert answer.exit_code == 0
    assert file["status"] == "failed", "it has not become right"
    assert [f["known"] for f in file["findings"]] == [True]
    assert "In the baseline (1)" in verify_new(cli, old, baseline=known).out
    assert cli("verify", old, "--baseline", known).exit_code == 1
    assert verify_new(cli, old, book("new.xlsx", STALE), baseline=known).exit_code == 1


def test_a_cell_that_differs_in_another_way_is_new(cli: Cli, book: Book, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    cli("verify", book("old.xlsx", STALE), "--baseline", known, "--write-baseline")
    other = book("old.xlsx", {"A1": 2, "A2": ("=A1*3", 8)})
    assert verify_new(cli, other, baseline=known).exit_code == 1


def test_what_cannot_be_verified_is_never_known(cli: Cli, tmp_path: Path) -> None:
    known, broken = tmp_path / "known.json", tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    assert cli("verify", broken, "--baseline", known, "--write-baseline").exit_code == 2
    assert json.loads(known.read_text("utf-8"))["files"] == {}
    assert verify_new(cli, broken, baseline=known).exit_code == 2


def test_a_baseline_is_the_same_on_every_run_and_moves_with_its_folder(
    cli: Cli, book: Book, tmp_path: Path
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    file = book("here/old.xlsx", STALE)
    texts = []
    for name in ("a.json", "b.json"):
        cli("verify", file, "--baseline", here / name, "--write-baseline")
        texts.append((here / name).read_text("utf-8"))
    assert texts[0] == texts[1]
    assert str(tmp_path) not in texts[0]
    here.rename(there)
    assert verify_new(cli, there / file.name, baseline=there / "a.json").exit_code == 0


def test_a_policy_may_name_the_baseline(cli: Cli, book: Book, tmp_path: Path) -> None:
    file = book("in/old.xlsx", STALE)
    policy(tmp_path, 'baseline = "known.json"')
    assert cli("verify", file, "--fail-on-new").exit_code == 2, "it is not there yet"
    cli("verify", file, "--write-baseline")
    assert cli("verify", file, "--fail-on-new").exit_code == 0


def test_each_policy_may_name_its_own(cli: Cli, book: Book) -> None:
    files = [book(f"{name}/old.xlsx", STALE) for name in ("a", "b", "without")]
    for file in files[:2]:
        policy(file.parent, 'baseline = "known.json"')
        cli("verify", file, "--write-baseline")
    assert cli("verify", *files[:2], "--fail-on-new").exit_code == 0
    assert cli("verify", *files, "--fail-on-new").exit_code == 1
    assert cli("verify", *files, "--write-baseline").exit_code == 2, "into which one?"


def test_a_baseline_overwrites_nothing_else(cli: Cli, book: Book) -> None:
    file = book("s.xlsx", SOUND)
    before = file.read_bytes()
    answer = cli("verify", file, "--baseline", file, "--write-baseline")
    assert answer.exit_code == 2
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"schema": "cfp-xl/baseline/1"}', None])
def test_what_is_no_baseline_is_said_so(
    cli: Cli, book: Book, tmp_path: Path, content: str | None
) -> None:
    known = tmp_path / "known.json"
    if content is not None:
        known.write_text(content)
    answer = verify_new(cli, book("s.xlsx", SOUND), baseline=known)
    assert answer.exit_code == 2
    assert "known.json" in answer.err


@pytest.mark.parametrize("option", ["--fail-on-new", "--write-baseline"])
def test_a_baseline_must_be_named(cli: Cli, book: Book, option: str) -> None:
    answer = cli("verify", book("s.xlsx", SOUND), option)
    assert answer.exit_code == 2
    assert option in answer.err


def product(folder: Path, added_rows: Sequence[str]) -> Path:
    """The worked example without its justifications, with rows put in before its activities."""
    source = folder / "bxd2"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(PROJECT / "workbooks" / "bxd2", source)
    heads = (source / "justifications.csv").read_text("utf-8").splitlines()[0]
    (source / "justifications.csv").write_text(heads + "\n", "utf-8")
    first, *rows = (source / "activities.csv").read_text("utf-8").splitlines()
    (source / "activities.csv").write_text("\n".join([first, *added_rows, *rows]), "utf-8")
    target = folder / "product.xlsx"
    target.write_bytes(build_workbook(source))
    return target


def test_known_findings_survive_rows_put_in_above_them(cli: Cli, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    file = product(tmp_path, [])
    cli("verify", file, "--baseline", known, "--write-baseline")

    sound = "原材料获取,包装,外购电力,数据,0.1,kWh,CN-ELEC-CFP-2024,,,"
    answer = verify_new(cli, product(tmp_path, [sound]), baseline=known, report="json")
    cells = {f["cell"] for f in only_file(answer)["findings"] if f["code"] == "F06"}
    before = {e["cell"] for e in json.loads(known.read_text("utf-8"))["files"]["product.xlsx"]
              if e["code"] == "F06"}  # fmt: skip
    assert answer.exit_code == 0
    assert cells != before, "the rows did move"
    assert len(cells) == len(before) == 2

    diesel = "运输/交付,内部运输,柴油,数据,0.1,kg,CN-FUEL-GBT32151-DIESEL,,,"
    answer = verify_new(cli, product(tmp_path, [sound, diesel]), baseline=known, report="json")
    new = {f["code"] for f in only_file(answer)["findings"] if not f["known"]}
    assert answer.exit_code == 1
    assert {"F06", "U02"} <= new <= {"F06", "U02", "G02"}
