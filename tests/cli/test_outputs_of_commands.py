"""Every command and option that writes, with every target in whose place something could be lost.

Which commands and options there are is asked of the command line itself: one that is not in the
tables here fails by its name.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from cfp_xl.cli import _replace_closed_streams, run
from cfp_xl.cli.commands import cfp_xl
from cfp_xl.report import formats
from cfp_xl.report.formats import formats_of
from tests.verify.test_justify_from_findings import LED, answers, table_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="devices of POSIX")
WORKBOOKS = Path(__file__).parents[2] / "workbooks"

READS = {
    "verify --policy",
    "audit --product",
    "report --base",
    "report --check",
    "audit --dialogue",
    "verify --dialogue",
    "read --text",
    "intake --into",
    "new supplier --product",
    "new supplier --suppliers",
    "host doctor --home",
    "verify --baseline",
    "fill --from",
    "archive --suppliers",
    "archive --evidence",
    "archive --published",
    "archive --dialogue",
    "new product --from",
    "justify --from",
    "intake --suppliers",
}
"""Options with a path that is only read; the baseline is written with --write-baseline, below."""
ELSEWHERE = {
    "fill --apply": "the product takes the list in; tests/exchange/test_fill.py",
    "factors upgrade --apply": "the workbook itself; tests/exchange/test_factor_upgrade.py",
    "export --previous": "becomes Deprecated; tests/exchange/test_pact.py",
    "justify --apply": "the product takes reasons in; tests/verify/test_justify_from_findings.py",
    "host install libreoffice --profile": "unopkg writes; tests/clients",
    "desk --home": "the desktop; tests/desk/test_shortcut.py",
    "host serve --home": "a folder of its own; tests/hosts/test_officejs_serve.py",
    "host prove excel --output": "takes an Excel; tests/hosts/test_excel_witness.py",
    "host install excel --home": "a folder of its own; tests/hosts/test_excel_install.py",
}


@dataclass(frozen=True)
class Writer:
    """A way to write: the command line without its target, which `{}` stands for."""

    line: str
    is_folder: bool = False
    is_workbook: bool = False

    def argv(self, target: Path) -> list[str]:
        return [word.format(target) for word in self.line.split()]


def reports(line: str, command: str) -> dict[str, Writer]:
    """The line with each format that the command writes."""
    name = " ".join(w for w in line.split() if not w.endswith((".xlsx", ".txt", "answers")))
    name = name.split(" --into")[0]
    return {
        f"{name} --report {f}": Writer(f"{line} --report {f}={{}}") for f in formats_of(command)
    }


INTAKE = "intake answers --into box.xlsx"
WRITERS = {
    **reports("verify book.xlsx", formats.VERIFY),
    **reports("show book.xlsx", formats.SHOW),
    **reports("show answers", formats.PORTFOLIO),
    **reports("upgrade blank.xlsx", formats.UPGRADE),
    **reports("recalc book.xlsx", formats.VALUES),
    **reports(INTAKE, formats.INTAKE),
    **reports("study book.xlsx", formats.STUDY),
    **reports("why book.xlsx", formats.WHY),
    **reports("diff book.xlsx book.xlsx", formats.DIFF),
    **reports("audit report.txt", formats.AUDIT),
    **{
        f"mutate --report {f}": Writer(f"mutate book.xlsx --count 1 --report {f}={{}}")
        for f in formats_of(formats.MUTATE)
    },
    "read --output": Writer("read report.txt -o {}"),
    **reports("functions", formats.FUNCTIONS),
    **reports("factors list", formats.FACTORS),
    "factors search --report json": Writer("factors search steel --report json={}"),
    "factors show --report csv": Writer("factors show CN-ELEC-CFP-2024 --report csv={}"),
    "verify --write-baseline": Writer("verify book.xlsx --write-baseline --baseline {}"),
    "verify --ledger": Writer("verify book.xlsx --ledger {}"),
    "recalc --output": Writer("recalc book.xlsx -o {}", is_workbook=True),
    "freeze --output": Writer("freeze book.xlsx -o {}", is_workbook=True),
    "factors import --output": Writer("factors import factors.csv -o {}"),
    "factors upgrade --output": Writer(
        "factors upgrade book.xlsx --to cn-2026 --apply -o {}"
        " --map CN-ELEC-CFP-2024=CN-ELEC-CFP-2023",
        is_workbook=True,
    ),
    "fill --proposals": Writer("fill blank.xlsx --from parts.csv --proposals {}"),
    "fill --output": Writer("fill blank.xlsx --from parts.csv --apply -o {}", is_workbook=True),
    "archive --output": Writer("archive book.xlsx -o {}"),
    "export --output": Writer("export book.xlsx --to openlca -o {}"),
    "report --output": Writer("report book.xlsx --to html -o {}"),
    "grow --output": Writer("grow blank.xlsx --rows activities=70 -o {}", is_workbook=True),
    "upgrade --output": Writer("upgrade blank.xlsx -o {}", is_folder=True),
    "justify --output": Writer(
        "justify led.xlsx --from findings.xlsx --apply -o {}", is_workbook=True
    ),
    "thaw --output": Writer("thaw frozen.xlsx -o {}", is_workbook=True),
    "host rebind --output": Writer("host rebind book.xlsx --to xlam -o {}", is_workbook=True),
    "host build excel --output": Writer("host build excel -o {}", is_workbook=True),
    "host build libreoffice --output": Writer("host build libreoffice -o {}"),
    "new site --output": Writer("new site -o {}", is_workbook=True),
    "new product --output": Writer("new product -o {}", is_workbook=True),
    "new supplier --out": Writer("new supplier --product box.xlsx --out {}", is_folder=True),
    "intake --output": Writer(f"{INTAKE} --apply -o {{}}", is_workbook=True),
    "intake --apply": Writer("intake answers --into {} --apply", is_workbook=True),
    "intake --annotate": Writer("intake faulty --into box.xlsx --annotate {}", is_folder=True),
    "intake --status": Writer(f"{INTAKE} --status {{}}"),
}


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path}{name} ")
        else:
            yield f"{path}{name}", command


def test_no_option_that_writes_is_forgotten() -> None:
    known = READS | ELSEWHERE.keys() | WRITERS.keys()
    of_reports = {name.rpartition(" ")[0] for name in WRITERS if " --report " in name}
    for name, command in commands(cfp_xl("en")):
        for option in command.params:
            if not isinstance(option, click.Option):
                continue
            long = next(o for o in option.opts if o.startswith("--"))
            full = f"{name} {long}"
            if option.name == "reports":
                assert full in of_reports, f"{full}: which formats?"
            elif isinstance(option.type, click.Path) or long.startswith(("--write", "--apply")):
                assert full in known, f"{full} is in no table of this test"


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stock")
    shutil.copy(WORKBOOKS / "bxd2.xlsx", folder / "book.xlsx")
    shutil.copy(WORKBOOKS / "meter-box.xlsx", folder / "box.xlsx")
    assert run(["new", "product", "-o", str(folder / "blank.xlsx")]) == 0
    (folder / "parts.csv").write_text("name,qty,unit\nsteel,1,kg\n", "utf-8")
    shutil.copy(WORKBOOKS.parent / "tests" / "audit" / "kettle.txt", folder / "report.txt")
    (folder / "factors.csv").write_text("name,value,per unit\nbrass,4.1,kg\n", "utf-8")
    shutil.copy(LED, folder / "led.xlsx")
    table_of(folder / "led.xlsx", answers(F06="no upstream data for ships and lorries yet"))
    (folder / "answers").mkdir()
    answer = next((WORKBOOKS / "meter-box" / "answers").glob("V03*.xlsx"))
    shutil.copy(answer, folder / "answers")
    shutil.copytree(WORKBOOKS / "meter-box" / "faulty", folder / "faulty")
    assert run(["freeze", str(folder / "book.xlsx"), "-o", str(folder / "frozen.xlsx")]) == 0
    return folder


@pytest.fixture
def folder(stock: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "work"
    shutil.copytree(stock, place)
    monkeypatch.chdir(place)
    monkeypatch.setenv("CFP_XL_LANG", "en")
    return place


def content(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def first_input(writer: Writer) -> Path:
    """A workbook that the command reads; any of the user's, where it reads none."""
    words = [w for w in writer.line.split() if w.endswith(".xlsx")]
    return Path(words[0]) if words else Path("book.xlsx")


def a_folder(_: Writer) -> Path:
    Path("taken").mkdir()
    return Path("taken")


TARGETS: dict[str, Callable[[Writer], Path]] = {
    "input": first_input,
    "full device": lambda _: Path("/dev/full"),
    "null device": lambda _: Path("/dev/null"),
    "directory": a_folder,
    "no folder": lambda _: Path("nowhere/at/all/out"),
    "place that takes no files": lambda _: Path("/proc/self/out"),
}
MADE = {"no folder"}
"""Targets that a command for a folder simply makes."""


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", WRITERS)
def test_nothing_is_lost(
    folder: Path, name: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = WRITERS[name]
    if writer.is_folder and target in ("directory", "no folder"):
        return  # that is what it is for; test_outputs.py has folders among the inputs
    in_place = (
        *("intake --apply", "intake --output", "fill --output", "justify --output"),
        "factors upgrade --output",
    )
    if name in in_place and target == "input":
        return  # the product takes them in, the old one is kept; test_apply.py, test_fill.py, …
    if name.startswith("host build libreoffice") and target == "no folder":
        return  # makes its folder
    path = TARGETS[target](writer)
    before = content(folder)
    devices = [os.stat(device).st_rdev for device in ("/dev/full", "/dev/null")]
    code = run(writer.argv(path))
    said = capsys.readouterr()
    assert code == 2, said
    assert said.err.strip()
    assert "Traceback" not in said.err
    assert content(folder) == before
    assert [os.stat(device).st_rdev for device in ("/dev/full", "/dev/null")] == devices


IN_PLACE = {
    ("factors", "book.xlsx"),
    ("fill", "blank.xlsx"),
    ("intake", "box.xlsx"),
    ("justify", "led.xlsx"),
}
"""What these take in goes into the file itself, and the old one is kept."""


def further_inputs() -> list[tuple[str, str]]:
    """Each file that a line names besides the first, as target of the line."""
    found = []
    for name, writer in WRITERS.items():
        files = [w for w in writer.line.split() if w.endswith((".xlsx", ".csv"))]
        if name.startswith("intake"):
            files.append("answers/V03_P03.xlsx")
        found += [
            (name, file)
            for file in dict.fromkeys(files)
            if not writer.is_folder and (name.split()[0], file) not in IN_PLACE
        ]
    return found


def test_no_other_input_is_lost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = content(folder)
    (folder / "odd.txt").write_text("mine")
    for name, file in further_inputs():
        for target in (file, "odd.txt") if WRITERS[name].is_workbook else (file,):
            assert run(WRITERS[name].argv(Path(target))) == 2, (name, target)
            assert capsys.readouterr().err.strip(), (name, target)
    assert content(folder).items() >= before.items()
    assert (folder / "odd.txt").read_text() == "mine"


def test_what_suppliers_sent_is_no_place_for_a_report(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "answers" / "V05.pdf").write_bytes(b"%PDF-1.7\n%%EOF")
    (folder / "answers" / "reply.csv").write_text("a,b\n1,2\n")
    (folder / "list.csv").write_text("supplier_id,supplier\nV03,A\n")
    line = "intake answers --into box.xlsx --suppliers list.csv --status"
    before = content(folder)
    for target in ("answers/V05.pdf", "answers/reply.csv", "list.csv"):
        argv = ["intake", "answers", "--into", "box.xlsx", "--suppliers", "list.csv"]
        assert run([*argv, "--report", f"csv={target}"]) == 2, target
        assert target in capsys.readouterr().err
    assert content(folder) == before
    own = ["--report", "json=answers/i.json", "--report", "csv=answers/i.csv"]
    own += ["--report", "junit=answers/i.xml"]
    for _ in range(2):  # what an earlier run wrote is replaced
        assert run([*line.split(), "answers/s.xlsx", *own]) in (0, 1)
        left = {path.name for path in (folder / "answers").glob("[is].*")}
        assert left == {"i.json", "i.csv", "i.xml", "s.xlsx"}


def test_an_imported_set_replaces_no_policy(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "cfp-xl.toml").write_text('fail_on = "warning"\n')
    assert run(["factors", "import", "factors.csv", "-o", "cfp-xl.csv"]) == 2
    assert "is not the head of a factor set" in capsys.readouterr().err
    assert (folder / "cfp-xl.toml").read_text() == 'fail_on = "warning"\n'
    for _ in range(2):
        assert run(["factors", "import", "factors.csv", "-o", "own.csv"]) == 0


WHOLE_FILES = [
    name
    for name in WRITERS
    if not name.endswith(("jsonl", "--report csv", "--ledger"))
    or name.startswith(("factors", "intake"))
]
"""Lines of jsonl and csv are on the disk one by one, on purpose; SQLite does its own writing."""


@pytest.mark.parametrize("name", WHOLE_FILES)
def test_a_full_disk_leaves_what_was_there(
    folder: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = WRITERS[name]
    ending = {"intake --status": ".html", "host build excel --output": ".xlam"}.get(name, ".out")
    ending = ending if ending != ".out" else ".xlsx" if writer.is_workbook else ".out"
    target = Path("box.xlsx") if name == "intake --apply" else Path("earlier").with_suffix(ending)
    if not (
        writer.is_folder or name in ("intake --apply", "new product --output", "new site --output")
    ):
        earlier = b'{"schema": "cfp-xl/baseline/1", "files": {}}'
        target.write_bytes(earlier)
    before = content(folder)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("cfp_xl.outputs.os.fsync", full)
    code = run(writer.argv(target))
    said = capsys.readouterr()
    assert code == 2, said
    assert "disk is full" in said.err
    assert content(folder) == before


def test_a_report_over_the_workbook_itself_is_refused_by_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(folder)
    assert run(["verify", "book.xlsx", "--report", "json=./book.xlsx"]) == 2
    assert "book.xlsx is read by this command" in capsys.readouterr().err
    assert run(["verify", "book.xlsx", "--report", "json=box.xlsx", "--lang", "zh"]) == 2
    assert "不会被报告覆盖" in capsys.readouterr().err
    assert content(folder) == before


LISTINGS = ["show book.xlsx", "functions", "factors list", "explain N01", "--help", "--version"]
TO_STDOUT = [
    *LISTINGS,
    *(
        f"verify book.xlsx --report {name}"
        for name, one in formats_of(formats.VERIFY).items()
        if not one.is_file_only
    ),
    "recalc book.xlsx --report json",
    f"{INTAKE} --report json",
]


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "| true"])
@pytest.mark.parametrize("line", ["show book.xlsx", "verify book.xlsx --report json", "--help"])
def test_a_closed_output_is_no_pass_and_no_bug(folder: Path, line: str, closed: str) -> None:
    program = f"{sys.executable} -m cfp_xl {line} {closed}; echo ${{PIPESTATUS[0]}} > code"
    ended = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    code = (folder / "code").read_text().strip()
    # `true` may end before or after the whole report is in the pipe: as if SIGPIPE had come, or 0.
    assert code in ({"141", "0"} if closed == "| true" else {"2"})


@pytest.mark.parametrize("line", ["verify book.xlsx", "verify book.xlsx --report json"])
def test_a_reader_that_goes_away_ends_it_quietly_and_is_no_pass(folder: Path, line: str) -> None:
    # The reader is gone before the report comes.
    program = f"{{ sleep 0.3; {sys.executable} -m cfp_xl {line}; echo $? > code; }} | head -0"
    ended = subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)
    assert (folder / "code").read_text().strip() == "141"
    assert ended.stderr == ""


@pytest.mark.parametrize("line", TO_STDOUT)
def test_every_report_to_a_closed_output(
    folder: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(folder)
    monkeypatch.setattr(sys, "stdout", None)
    _replace_closed_streams()
    assert run(line.split()) == 2
    assert content(folder) == before


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("recalc book.xlsx -o copy.xlsm", 2),
        ("recalc book.xlsx -o copy.XLSX", 0),
        ("recalc book.xlsx -o copy.bak", 0),
        ("new product -o blank.xls", 2),
        ("new site -o blank.xlsm", 2),
    ],
)
def test_a_workbook_gets_the_ending_of_its_kind(
    folder: Path, line: str, expected: int, capsys: pytest.CaptureFixture[str]
) -> None:
    before = content(folder)
    assert run([*line.split(), "--lang", "zh"]) == expected
    if expected:
        assert "请改用扩展名 .xlsx" in capsys.readouterr().err
        assert content(folder) == before


@pytest.mark.parametrize("command", ["show", "verify"])
@pytest.mark.parametrize(
    ("lang", "why"), [("zh", "没有读取权限"), ("en", "no permission to read it")]
)
def test_a_file_that_may_not_be_read_is_told_in_the_users_language(
    folder: Path, command: str, lang: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "book.xlsx").chmod(0)
    if os.access(folder / "book.xlsx", os.R_OK):
        pytest.skip("this user may read everything")
    assert run([command, "book.xlsx", "--lang", lang]) == 2
    said = capsys.readouterr()
    assert why in said.out + said.err
