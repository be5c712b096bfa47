"""129 hostile files, verified as a batch: bounded, nothing executed, words in both languages.

Time is that of the processors: other work on the machine does not count.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile import files, packed, parts

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="getrusage")
COUNT, MOST_S, MOST_MIB = 129, 60, 256
MEASURED = """
import json, resource, subprocess, sys
line = [sys.executable, "-m", "cfp_xl", *sys.argv[1:]]
ended = subprocess.run(line, capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds, mib = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
print(json.dumps([ended.returncode, ended.stderr, seconds, mib]))
"""


def measured(
    folder: Path, lang: str
) -> tuple[int, str, float, float, dict[str, dict[str, object]]]:
    """Exit code, standard error, seconds, MiB of the largest process, results by name."""
    report = folder.with_suffix(f".{lang}.json")
    options = ["--timeout", "5", "--jobs", "2", "--report", f"json={report}", "--lang", lang]
    line = [sys.executable, "-c", MEASURED, "verify", str(folder), *options]
    said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    code, err, seconds, mib = json.loads(said)
    results = {Path(one["path"]).stem: one for one in json.loads(report.read_text())["files"]}
    return code, err, seconds, mib, results


def folder_of(folder: Path, content: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in content.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    return folder


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
    assert [name for name, one in results.items() if one["status"] == "internal_error"] == []
    assert seconds <= MOST_S
    assert mib - baseline_mib <= MOST_MIB
    assert sorted(folder.iterdir()) == sorted(folder / f"{name}.xlsx" for name in hostile)
    for name, one in results.items():
        assert one["status"] == "passed" or one["findings"], name


PASS = {
    *("20000-cols", "100000-names", "climbing-names", "merged-all", "odd-style-index", "odd-type"),
    *("without-.rels", "without-[Content_Types].xml", "without-sharedStrings.xml"),
    "without-styles.xml",
}
"""What is odd about them is nowhere in the way of a number; the formula 1+1 holds 2 in each."""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_words_are_there_in_both_languages(tmp_path: Path, lang: str) -> None:
    few = {name: data for name, data in files().items() if not name.startswith("formula")}
    _, _, _, _, results = measured(folder_of(tmp_path / "few", few), lang)
    assert {name for name, one in results.items() if one["status"] == "passed"} == PASS
    for name, one in results.items():
        for finding in one["findings"]:  # type: ignore[attr-defined]
            is_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in finding["message"])
            assert is_chinese == (lang == "zh"), name
