"""Help that teaches, at once and in two languages; mistakes in usage that say what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cfp_xl import __version__
from cfp_xl.messages import LANGS
from tests.cli.conftest import Cli

COMMANDS = (
    "verify",
    "show",
    "recalc",
    "functions",
    "factors",
    "explain",
    "host",
    "freeze",
    "thaw",
    "new",
    "build",
)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize(
    "command",
    [
        (),
        *((c,) for c in COMMANDS),
        *(("factors", c) for c in ("list", "search", "show")),
        ("new", "product"),
        *(("host", c) for c in ("build", "install", "doctor", "rebind")),
        *(("host", c, p) for c in ("build", "install") for p in ("excel", "libreoffice")),
    ],
    ids=" ".join,
)
def test_every_command_has_help_with_an_example(
    cli: Cli, command: tuple[str, ...], lang: str
) -> None:
    answer = cli(*command, "--lang", lang, "--help")
    assert answer.exit_code == 0
    example = answer.out.partition("示例" if lang == "zh" else "Examples")[2]
    assert " ".join(("cfp-xl", *command)) in example
    assert max(len(line) for line in answer.out.splitlines()) <= 100


def test_help_lists_every_command(cli: Cli) -> None:
    """But those of template makers; under headings, each with at most seven."""
    for_makers = {"build"}
    answer = cli("--help")
    listed = [command for command in COMMANDS if f"\n  {command} " in answer.out]
    assert set(COMMANDS) - set(listed) == for_makers
    body = answer.out.partition("Options:")[2].partition("Examples:")[0]
    groups = [part.strip().splitlines() for part in body.split("\n\n")[1:] if part.strip()]
    assert len(groups) >= 5
    assert max(len(lines) for lines in groups) <= 1 + 7


def test_help_imports_nothing_heavy() -> None:
    """What makes `--help` answer in 0.3 s: the libraries of the engine stay unimported."""
    code = (
        "import sys, cfp_xl.cli as c; c.run(['--help'])\n"
        "print(*sorted({'numpy','pandas','formulas','pint','lxml','openpyxl','rich'}"
        " & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""


def test_verify_leaves_the_engine_to_its_worker(tmp_path: Path) -> None:
    """The process that only hands out files and writes reports computes nothing."""
    code = (
        f"import sys, cfp_xl.cli as c; c.run(['verify', {str(tmp_path / 'none.xlsx')!r}])\n"
        "print(*sorted({'numpy', 'formulas', 'cfp_xl.engine.recalculate', 'cfp_xl.verify.pipeline'}"
        " & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == ""


@pytest.mark.parametrize("command", [[], ["factors"]])
def test_a_command_alone_shows_its_help(cli: Cli, command: list[str]) -> None:
    answer = cli(*command)
    assert answer.exit_code == 2
    assert ("Understand:" if not command else "Commands:") in answer.err


def test_version(cli: Cli) -> None:
    assert cli("--version").out.strip() == f"cfp-xl {__version__}"


@pytest.mark.parametrize(
    ("arguments", "english", "chinese"),
    [
        (["verfy"], "Unknown command “verfy”", "未知的命令“verfy”"),
        (["verify"], "PATH... is missing", "缺少参数 PATH..."),
        (["verify", "a.xlsx", "--fail-onn", "x"], "did you mean --fail-on", "是否指 --fail-on"),
        (["verify", "a.xlsx", "--fail-on", "all"], "not one of error", "不在可选值之中"),
        (["verify", "a.xlsx", "--tolerance", "nan"], "between 0 and 1e-6", "0 到 1e-6 之间"),
        (["verify", "a.xlsx", "--jobs", "0"], "whole number", "整数"),
        (
            ["verify", "a.xlsx", "--report", "pdf"],
            "Unknown report format “pdf”",
            "未知的报告格式“pdf”",
        ),
        (["verify", "a.xlsx", "--report", "parquet"], "goes to a file only", "只能写入文件"),
        (["verify", "a", "--report=json", "--report=text"], "takes one report", "只能容纳一份"),
        (["recalc", "a.xlsx"], "with -o", "用 -o"),
        (["explain", "N02", "N03"], "Unexpected arguments: N03", "多余的参数：N03"),
        (["explain", "N99"], "Unknown code “N99”", "没有代码“N99”"),
        (["explain", "XYZ"], "such as N02", "如 N02"),
        (["functions", "zzz"], "lists them all", "列出全部函数"),
        (["verify", "a.xlsx", "--repot", "x"], "did you mean --report?", "是否指 --report？"),
        (["verify", ""], "A path is empty", "路径是空的"),
        (["functions", "CFP_FACTR"], "Nearest: CFP_FACTOR", "CFP_FACTOR"),
        (["factors", "show", "CN-ELEC-2024"], "CN-ELEC-CFP-2024", "CN-ELEC-CFP-2024"),
        (["factors", "list", "--set", "ecoinvent"], "cn-2026", "cn-2026"),
    ],
)
def test_mistakes_in_usage(cli: Cli, arguments: list[str], english: str, chinese: str) -> None:
    for lang, words in (("en", english), ("zh", chinese)):
        answer = cli("--lang", lang, *arguments)
        assert answer.exit_code == 2
        assert words in answer.err
        assert answer.out == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("arguments", [["factors", "list"], ["--help"], ["explain", "N02"]])
def test_a_full_disk_is_no_bug_of_ours(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cfp_xl", "--lang", "en", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr == "The output could not be written completely: No space left on device\n"


def test_the_language_option_stands_before_or_after_the_command(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CFP_XL_LANG")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "用法" in cli("--help").out
    assert "Usage" in cli("--lang=en", "verify", "--help").out
    assert "Usage" in cli("verify", "--help", "--lang", "en").out


def test_module_is_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cfp_xl", "verify", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
