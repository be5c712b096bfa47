"""What a command writes: nothing of the user's is lost, whatever the output's place is."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cfp_xl.outputs import (
    NotWritten,
    OutputFile,
    WouldOverwrite,
    ensure_output,
    ensure_output_folder,
    ensure_outputs,
    remove_leftovers,
    write_output,
)

WORKBOOK = Path(__file__).parents[1] / "workbooks" / "meter-box.xlsx"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and locks of POSIX")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(WORKBOOK, tmp_path / "Box.xlsx")
    return tmp_path


def link(folder: Path) -> Path:
    (folder / "link.json").symlink_to("Box.xlsx")
    return folder / "link.json"


def hard_link(folder: Path) -> Path:
    (folder / "hard.json").hardlink_to(folder / "Box.xlsx")
    return folder / "hard.json"


def link_to_folder(folder: Path) -> Path:
    (folder / "sub").symlink_to(folder)
    return folder / "sub" / "Box.xlsx"


def workbook_by_content(folder: Path) -> Path:
    shutil.copy(WORKBOOK, folder / "copy.json")
    return folder / "copy.json"


def workbook_with_password(folder: Path) -> Path:
    (folder / "old").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"...")
    return folder / "old"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def read_only(folder: Path) -> Path:
    (folder / "r.json").write_text("{}")
    (folder / "r.json").chmod(0o444)
    return folder / "r.json"


def circle(folder: Path) -> Path:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    return folder / "a"


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "an input": (lambda f: f / "Box.xlsx", "is read by this command"),
    "an input, by a longer way": (lambda f: f / ".." / f.name / "Box.xlsx", "is read by"),
    "an input, by another case": (lambda f: f / "box.XLSX", "is read by this command"),
    "an input, by a link": (link, "is read by this command"),
    "an input, by a hard link": (hard_link, "is read by this command"),
    "an input, by a link to its folder": (link_to_folder, "is read by this command"),
    "another workbook": (lambda f: Path(shutil.copy(WORKBOOK, f / "B.xlsm")), "is a workbook"),
    "a workbook by its content": (workbook_by_content, "is a workbook"),
    "a workbook with a password": (workbook_with_password, "is a workbook"),
    "a device": (lambda _: Path("/dev/null"), "a device or a pipe"),
    "a full device": (lambda _: Path("/dev/full"), "a device or a pipe"),
    "a pipe": (pipe, "a device or a pipe"),
    "a folder": (lambda f: f, "it is a folder"),
    "nothing": (lambda _: Path(""), "it is a folder"),
    "a folder that is missing": (lambda f: f / "no" / "v.json", "its folder does not exist"),
    "a file as a folder": (lambda f: f / "Box.xlsx" / "v.json", "its folder does not exist"),
    "a read-only file": (read_only, "read-only"),
    "a name that is too long": (lambda f: f / ("长" * 100), "name is too long"),
    "links in a circle": (circle, "can't be written"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_must_not_be_replaced_is_refused(case: str, folder: Path) -> None:
    make, words = REFUSED[case]
    output = make(folder)
    before = {path: path.stat() for path in folder.iterdir() if path.exists()}
    with pytest.raises(NotWritten, match=words) as refused:
        ensure_output(output, [folder / "Box.xlsx"])
    assert refused.value.say("zh") != refused.value.say("en")
    assert {path: path.stat() for path in folder.iterdir() if path.exists()} == before


@pytest.mark.parametrize(
    "case", ["a device", "a full device", "a pipe", "a folder", "a read-only file"]
)
def test_even_who_does_not_ask_replaces_no_device(case: str, folder: Path) -> None:
    output = REFUSED[case][0](folder)
    mode = output.stat().st_mode
    with pytest.raises(NotWritten, match=REFUSED[case][1]):
        write_output(output, b"{}")
    assert output.stat().st_mode == mode


def test_what_may_be_written(folder: Path) -> None:
    read = [folder / "Box.xlsx", folder / "absent.xlsx"]
    (folder / "old.json").write_text("{}")
    (folder / "archive.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    for name in ("new.json", "old.json", "archive.zip", "Box2.xlsx"):
        ensure_output(folder / name, read)
    shutil.copy(WORKBOOK, folder / "older.xlsx")
    ensure_output(folder / "older.xlsx", read, is_workbook=True)


@pytest.mark.skipif(os.access("/", os.W_OK), reason="root may write anywhere")
def test_a_read_only_folder(folder: Path) -> None:
    folder.chmod(0o555)
    try:
        with pytest.raises(NotWritten, match="no permission"):
            ensure_output(folder / "v.json")
        with pytest.raises(NotWritten, match="no permission"):
            ensure_output_folder(folder)
    finally:
        folder.chmod(0o755)


def test_two_outputs_in_one_file(folder: Path) -> None:
    ensure_outputs([folder / "a.json", folder / "b.json"])
    with pytest.raises(WouldOverwrite, match="Two outputs go to"):
        ensure_outputs([folder / "a.json", folder / "A.JSON"])


def test_a_folder_for_outputs(folder: Path) -> None:
    ensure_output_folder(folder / "deep" / "down", [folder / "Box.xlsx"])
    assert (folder / "deep" / "down").is_dir()
    with pytest.raises(WouldOverwrite, match="would be overwritten there"):
        ensure_output_folder(folder, [folder / "Box.xlsx"])
    with pytest.raises(NotWritten, match="not a folder"):
        ensure_output_folder(folder / "Box.xlsx")


# Writing


def test_a_file_appears_whole_or_not_at_all(folder: Path) -> None:
    (folder / "v.json").write_bytes(b"before")

    def breaks_off() -> object:
        yield b"half of it"
        assert (folder / "v.json").read_bytes() == b"before"
        raise RuntimeError("our bug")

    with pytest.raises(RuntimeError):
        write_output(folder / "v.json", breaks_off())  # type: ignore[arg-type]
    assert (folder / "v.json").read_bytes() == b"before"
    assert sorted(path.name for path in folder.iterdir()) == ["Box.xlsx", "v.json"]


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EIO, "failed")],
)
def test_a_disk_that_refuses(
    code: int, words: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(code, os.strerror(code))

    (folder / "v.json").write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(NotWritten, match=words):
        write_output(folder / "v.json", b"after")
    assert (folder / "v.json").read_bytes() == b"before"
    assert sorted(path.name for path in folder.iterdir()) == ["Box.xlsx", "v.json"]


def test_a_file_that_grows_beyond_what_the_system_allows(folder: Path) -> None:
    child = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from cfp_xl.outputs import NotWritten, write_output\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n    write_output(Path('v.json'), bytes(100_000))\n"
        "except NotWritten as why:\n    print(why)\n"
    )
    said = run(child, folder).communicate()[0]
    assert said == "v.json can't be written: the file is larger than the system allows\n"
    assert [path.name for path in folder.iterdir()] == ["Box.xlsx"]


def test_a_link_stays_and_permissions_too(folder: Path) -> None:
    (folder / "real.json").write_bytes(b"before")
    (folder / "real.json").chmod(0o640)
    (folder / "link.json").symlink_to("real.json")
    write_output(folder / "link.json", [b"af", b"ter"])
    assert (folder / "link.json").is_symlink()
    assert (folder / "real.json").read_bytes() == b"after"
    assert (folder / "real.json").stat().st_mode & 0o777 == 0o640
    write_output(folder / "key.pem", b"secret", is_private=True)
    assert (folder / "key.pem").stat().st_mode & 0o777 == 0o600
    write_output(folder / "new.json", b"")
    (folder / "usual").touch()
    assert (folder / "new.json").stat().st_mode == (folder / "usual").stat().st_mode


# What a killed run leaves


def run(script: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )


WRITES_FOR_LONG = """
from pathlib import Path
from cfp_xl.outputs import OutputFile
with OutputFile(Path("v.json")) as file:
    file.write(b"half of it")
    file.flush()
    print("ready", flush=True)
    input()
"""


def test_what_a_killed_run_left_is_removed_by_the_next(folder: Path) -> None:
    process = run(WRITES_FOR_LONG, folder)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    part = next(folder.glob(".cfp-xl-*.part"))
    ensure_output(folder / "w.json")
    assert part.exists(), "its run goes on"
    process.kill()
    process.communicate()
    assert part.read_bytes() == b"half of it"
    ensure_output(folder / "w.json")
    assert not part.exists()


def test_nothing_else_is_removed(folder: Path) -> None:
    names = (".v.json.part", "cfp-xl-abc.part", ".cfp-xl-abc.part.json", ".cfp-xl-.part", "x.tmp")
    for name in names:
        (folder / name).write_text("somebody's")
    (folder / ".cfp-xl-folder.part").mkdir()
    (folder / ".cfp-xl-link.part").symlink_to("x.tmp")
    before = sorted(path.name for path in folder.iterdir())
    remove_leftovers(folder)
    assert sorted(path.name for path in folder.iterdir()) == before
    with OutputFile(folder / "v.json") as file:
        remove_leftovers(folder)
        file.write(b"{}")
    assert (folder / "v.json").read_bytes() == b"{}"
