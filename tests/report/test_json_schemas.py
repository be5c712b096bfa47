"""Every JSON that a command writes has a schema in docs/, closed, and the real output fits it."""

from __future__ import annotations

import csv
import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from cfp_xl.cli import run

PROJECT = Path(__file__).parents[2]
WORKBOOKS = PROJECT / "workbooks"
BOX = f"{WORKBOOKS}/meter-box"
OUTPUTS = {
    "verification": f"verify {WORKBOOKS} --report json={{}}",
    "footprint": f"show {WORKBOOKS}/bxd2.xlsx --report json={{}}",
    "values": f"recalc {WORKBOOKS}/bxd2.xlsx --report json={{}}",
    "intake": f"intake {BOX}/answers {BOX}/faulty --into {BOX}.xlsx --report json={{}}",
    "study": f"study {WORKBOOKS}/bxd2.xlsx {WORKBOOKS}/bxd2-native.xlsx --report json={{}}",
    "why": f"why {WORKBOOKS}/meter-box-with-suppliers.xlsx --report json={{}}",
    "diff": f"diff {WORKBOOKS}/meter-box.xlsx {BOX}-with-suppliers.xlsx --report json={{}}",
    "audit": "audit {}.txt --report json={{}}".format(PROJECT / "tests" / "audit" / "kettle"),
    "what-if": f'recalc {WORKBOOKS}/bxd2.xlsx --set "活动数据!E7=\\"x\\"" --report json={{}}',
    "baseline": f"verify {WORKBOOKS}/bxd2.xlsx --write-baseline --baseline {{}}",
    "functions": "functions --report json={}",
    "factors": "factors list --report json={}",
}


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((PROJECT / "docs" / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == f"cfp-xl/{name}/1"
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", OUTPUTS)
def test_the_real_output_fits_its_schema(name: str, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    run(shlex.split(OUTPUTS[name].format(target)))
    document = json.loads(target.read_text("utf-8"))
    validator(name).validate(document)
    with pytest.raises(jsonschema.ValidationError):  # it is closed: a new key is a new declaration
        validator(name).validate({**document, "surprise": 1})


def test_an_applied_intake_fits_too(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    line = f"intake {BOX}/answers --into {BOX}.xlsx --apply -o {tmp_path}/o.xlsx"
    assert run([*line.split(), "--report", f"json={target}"]) == 0
    document = json.loads(target.read_text("utf-8"))
    validator("intake").validate(document)
    assert document["applied"]["taken"]


def test_lines_of_jsonl_are_files_of_the_verification(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    run(["verify", str(WORKBOOKS / "bxd2.xlsx"), "--report", f"jsonl={target}"])
    schema = validator("verification").schema
    one = {"$ref": "#/$defs/file", "$defs": schema["$defs"]}
    for line in target.read_text("utf-8").splitlines():
        jsonschema.Draft202012Validator(one).validate(json.loads(line))


def test_every_json_contract_of_the_code_has_a_schema() -> None:
    said = set()
    for module in (PROJECT / "cfp_xl").rglob("*.py"):
        said |= set(re.findall(r'"cfp-xl/([a-z-]+)/1"', module.read_text("utf-8")))
    schemas = {path.name.split(".")[0] for path in (PROJECT / "docs").glob("*.schema.json")}
    assert said == schemas | {"frozen"}  # that one is no output: a frozen workbook holds it


def test_an_intake_for_ci(tmp_path: Path) -> None:
    """Five sound answers, two faulty ones, and the product as a case of its own."""
    junit, table = tmp_path / "j.xml", tmp_path / "t.csv"
    line = f"intake {BOX}/answers {BOX}/faulty --into {BOX}.xlsx --report junit={junit}"
    assert run([*line.split(), "--report", f"csv={table}"]) == 1
    suite = ET.parse(junit).getroot()[0]
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["8", "2", "0"]
    failed = [case.get("name", "") for case in suite if case.find("failure") is not None]
    assert all("/faulty/" in name for name in failed)
    with table.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    refused = {row["path"] for row in rows if row["status"] == "refused"}
    assert {Path(path).parent.name for path in refused} == {"faulty"}
    assert len({row["path"] for row in rows}) == 7
