"""129 hostile files, verified as a batch: bounded, nothing executed, words in both languages.

Time is that of the processors: other work on the machine does not count.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.hostile import files, packed, parts

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
COUNT, MOST_S, MOST_MIB = 129, 60, 256
POLL_S = 0.05
AUDIT = """
import os, sys

def heard(event, arguments):
    if event == "socket.connect" and not isinstance(arguments[1], (str, bytes)) or event in (
        "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen"
    ):
        with open(os.environ["CFP_XL_HEARD"], "a") as file:
            print(event, arguments, file=file)

sys.addaudithook(heard)
"""
"""Every process notes down what it starts and whom it connects to."""


class Watched:
    """The processes of one session: what each took at most, seen every POLL_S."""

    def __init__(self, session: int) -> None:
        self.session = session
        self.mib: dict[int, float] = {}
        self.seconds: dict[int, float] = {}
        self.programs: set[str] = set()

    def look(self) -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                if int(fields[3]) != self.session:
                    continue
                status = (folder / "status").read_text()
                self.programs.add(os.readlink(folder / "exe"))
            except OSError:  # it has ended
                continue
            pid, peak = int(folder.name), re.search(r"VmHWM:\s+(\d+) kB", status)
            if peak:
                self.mib[pid] = int(peak[1]) / 1024
            ticks = int(fields[11]) + int(fields[12])
            self.seconds[pid] = ticks / os.sysconf("SC_CLK_TCK")


def measured(
    folder: Path, lang: str
) -> tuple[int, str, float, float, dict[str, dict[str, object]]]:
    """Exit code, standard error, seconds of all processes, MiB of the largest, results by name."""
    report = folder.with_suffix(f".{lang}.json")
    options = ["--timeout", "20", "--jobs", "2", "--report", f"json={report}", "--lang", lang]
    line = [sys.executable, "-m", "cfp_xl", "verify", str(folder), *options]
    (folder.parent / "sitecustomize.py").write_text(AUDIT)
    heard = folder.parent / "heard.txt"
    with subprocess.Popen(
        line,
        env={**os.environ, "PYTHONPATH": str(folder.parent), "CFP_XL_HEARD": str(heard)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        watched = Watched(process.pid)
        with ThreadPoolExecutor(1) as pool:
            said = pool.submit(process.communicate, timeout=600)
            while not said.done():
                watched.look()
                time.sleep(POLL_S)
        _, err = said.result()
    assert not heard.exists(), heard.read_text()
    assert watched.programs == {str(Path(sys.executable).resolve())}, "nothing else was started"
    assert len(watched.mib) >= 2, "the workers were seen"
    results = {Path(one["path"]).stem: one for one in json.loads(report.read_text())["files"]}
    seconds, mib = sum(watched.seconds.values()), max(watched.mib.values())
    return process.returncode, err, seconds, mib, results


def folder_of(folder: Path, content: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in content.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    return folder


def test_what_is_executed_would_be_heard(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(AUDIT)
    heard = tmp_path / "heard.txt"
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "CFP_XL_HEARD": str(heard)}
    call = "import os, socket; os.system('true'); socket.socket().connect_ex(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", call], env=env, check=True)
    events = [line.split()[0] for line in heard.read_text().splitlines()]
    assert events == ["os.system", "socket.connect"]


def test_hostile_files_are_refused_in_words_within_bounds(tmp_path: Path) -> None:
    hostile = files()
    assert len(hostile) == COUNT
    code, _, _, baseline_mib, _ = measured(
        folder_of(tmp_path / "sound", {"a": packed(parts())}), "en"
    )
    assert code == 0
    folder = folder_of(tmp_path / "hostile", hostile)
    code, err, seconds, mib, results = measured(folder, "zh")
    assert code == 2
    assert "Traceback" not in err
    assert results.keys() == hostile.keys()
    ended = ("internal_error", "timeout")
    assert [name for name, one in results.items() if one["status"] in ended] == []
    assert seconds <= MOST_S
    assert mib - baseline_mib <= MOST_MIB
    assert sorted(folder.iterdir()) == sorted(folder / f"{name}.xlsx" for name in hostile)
    for name, one in results.items():
        assert one["status"] == "passed" or one["findings"], name


PASS = {
    "20000-cols",
    "100000-names",
    "climbing-names",
    "merged-all",
    "odd-style-index",
    "odd-type",
    "without-sharedStrings.xml",
    "without-styles.xml",
}
"""What is odd about them is nowhere in the way of a number; the formula 1+1 holds 2 in each."""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_are_there_in_both_languages(tmp_path: Path, lang: str) -> None:
    _, _, _, _, results = measured(folder_of(tmp_path / "all", files()), lang)
    assert {name for name, one in results.items() if one["status"] == "passed"} == PASS
    for name, one in results.items():
        for finding in one["findings"]:  # type: ignore[attr-defined]
            is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in finding["message"])
            assert is_chinese == (lang == "zh"), name


def test_a_text_that_would_grow_without_end_stays_small(tmp_path: Path) -> None:
    """SUBSTITUTE of a text by itself: 32,767 × 32,767 characters were a gigabyte."""
    case = Path(__file__).parent / "cases" / "attacks" / "h03-SUBSTITUTE.xlsx"
    sound = folder_of(tmp_path / "sound", {"sound": packed(parts())})
    _, _, _, baseline_mib, _ = measured(sound, "en")
    folder = folder_of(tmp_path / "case", {"h03": case.read_bytes()})
    code, err, _, mib, results = measured(folder, "en")
    assert (code, results["h03"]["status"]) == (1, "failed")
    assert "Traceback" not in err
    assert mib - baseline_mib <= MOST_MIB
