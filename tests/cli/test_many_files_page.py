"""`docs/many-files.md`: its commands are commands, and its Python runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cfp_xl.cli.commands import cfp_xl
from cfp_xl.cli.options import parse_reports
from tests.verify.many import folder

PAGE = (Path(__file__).parents[2] / "docs" / "many-files.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


COMMANDS = [line for block in blocks("bash") for line in block.splitlines()]


@pytest.mark.parametrize("line", COMMANDS)
def test_each_command_is_one(line: str) -> None:
    program, name, *arguments = shlex.split(line)
    assert program == "cfp-xl"
    context = cfp_xl("en").commands[name].make_context(name, arguments)
    parse_reports(context.params["reports"], name)


def test_the_python_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder(tmp_path / "suppliers", 3)
    monkeypatch.chdir(tmp_path)
    [code] = blocks("python")
    exec(compile(code, "docs/many-files.md", "exec"), {})
    assert "'passed': 2, 'failed': 1" in capsys.readouterr().out
