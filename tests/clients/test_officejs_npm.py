"""Microsoft's own tools on what is made for Office.js: `custom-functions-metadata` reads the
script as a developer's build would, `office-addin-manifest` reads the manifest."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import HANGS_S, npm_file
from tests.programs import program

pytestmark = pytest.mark.client

MADE = Path(__file__).parents[2] / "udfs" / "officejs"


def npm_tool(name: str, *arguments: str) -> str:
    """What a tool of `officejs/package.json` writes."""
    program("node", package="nodejs npm")
    tool = npm_file(f".bin/{name}")
    done = subprocess.run(
        [str(tool), *arguments], capture_output=True, text=True, check=True, timeout=HANGS_S
    )
    assert not done.stderr
    return done.stdout


def test_the_scripts_own_comments_give_the_metadata(tmp_path: Path) -> None:
    read = tmp_path / "read.json"
    said = npm_tool("custom-functions-metadata", "generate", str(MADE / "functions.js"), str(read))
    assert "error" not in said.lower()
    made = json.loads((MADE / "functions.en.json").read_text("utf-8"))
    assert json.loads(read.read_text("utf-8"))["functions"] == made["functions"]


def test_the_manifest_is_read_as_meant() -> None:
    said = npm_tool("office-addin-manifest", "info", str(MADE / "manifest.xml"))
    fields = [line.partition(":") for line in said.splitlines()]
    read = {name.strip(): value.strip() for name, _, value in fields}
    assert read["Type"] == "TaskPaneApp"
    assert read["Hosts"] == "Workbook"
    assert read["Name"] == "CFP product carbon footprint"
    assert read["Default Locale"] == "en-US"
    assert read["Permissions"] == "ReadWriteDocument"
    assert read["Source Location"].startswith("https://localhost:8443/pane/")


def types_complaints(script: str, folder: Path) -> str:
    """What TypeScript says of a script, with Microsoft's types of Excel and its runtime."""
    (folder / "functions.js").write_text(script, "utf-8")
    options = {
        "allowJs": True,
        "checkJs": True,
        "noEmit": True,
        "skipLibCheck": True,
        "target": "es2022",
        "lib": ["es2022", "dom", "dom.iterable"],
        "types": ["office-js", "custom-functions-runtime"],
        "typeRoots": [str(npm_file("@types"))],
    }
    project = {"compilerOptions": options, "files": ["functions.js"]}
    (folder / "tsconfig.json").write_text(json.dumps(project), "utf-8")
    compiler = [str(npm_file(".bin/tsc")), "--project", str(folder)]
    done = subprocess.run(compiler, capture_output=True, text=True, check=False, timeout=HANGS_S)
    return done.stdout


def test_the_script_uses_excel_as_microsofts_types_say(tmp_path: Path) -> None:
    script = (MADE / "functions.js").read_text("utf-8")
    assert not types_complaints(script, tmp_path)
    names = ("getUsedRangeOrNullObject", "valueTypes", "ErrorCode", "parameterAddresses")
    for name in names:
        script = script.replace(f".{name}", f".{name}X")
    complaints = types_complaints(script, tmp_path)
    assert all(f"'{name}X'" in complaints for name in names), complaints
