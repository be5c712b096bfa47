"""Planted faults: who notices them, which do nothing, and that only what depends is computed.

The workbook by hand: 3 × 2 = 6, 1 × 4 = 4, 10 × 0.5 = 5; in all 15, and by SUMPRODUCT 15 again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import xlsxwriter

from cfp_xl.cli import run
from cfp_xl.engine.areas import CellKey
from cfp_xl.engine.recalculate import recalculate
from cfp_xl.mutate.as_file import as_file
from cfp_xl.mutate.judge import Killer, MutantJudge, MutantVerdict
from cfp_xl.mutate.mutation import Group, Mutation, Operator, operators
from cfp_xl.mutate.sample import Mutant, mutants
from cfp_xl.mutate.score import Campaign, Wanted, campaign
from cfp_xl.mutate.subject import Subject
from cfp_xl.schema.opened import open_file, opened

PROJECT = Path(__file__).parents[2]
GOODS = (("steel", 3, 2), ("copper", 1, 4), ("paper", 10, 0.5))
CHECK = 'IF(ABS(D5-SUMPRODUCT(B2:B4,C2:C4))<1E-9,"OK","look")'


def write(path: Path, check: str = CHECK) -> Path:
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("Goods")
        page.write_row(0, 0, ("goods", "mass (kg)", "kgCO2e/kg", "kgCO2e"))
        for row, (name, mass, factor) in enumerate(GOODS, 2):
            page.write_row(row - 1, 0, (name, mass, factor))
            page.write_formula(row - 1, 3, f"B{row}*C{row}", None, mass * factor)
        page.write(4, 0, "total")
        page.write_formula(4, 3, "SUM(D2:D4)", None, 15)
        if check:
            page.write_formula(5, 3, check, None, "OK")
        workbook.define_name("total", "=Goods!$D$5")
    return path


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> MutantJudge:
    path = write(tmp_path_factory.mktemp("mutate") / "goods.xlsx")
    return MutantJudge(Subject.of(open_file(path)))


def by_code(code: str) -> Operator:
    return next(one for one in operators() if one.code == code)


def verdict(judge: MutantJudge, code: str, before: str, after: str) -> MutantVerdict:
    operator = by_code(code)
    found = (m for m in operator.find(judge.subject) if (m.before, m.after) == (before, after))
    return judge.verdict(Mutant(1, operator, next(found)))


def everything(subject: Subject) -> Iterator[tuple[Operator, Mutation]]:
    for operator in operators():
        for one in operator.find(subject):
            yield operator, one


def test_the_total_is_where_all_leads(judge: MutantJudge) -> None:
    assert judge.subject.total == CellKey("Goods", 5, 4)
    assert list(judge.checks.cells) == [CellKey("Goods", 6, 4)]


def test_verdicts_by_hand(judge: MutantJudge) -> None:
    """(operator, before, after): the change of the total, and who notices it."""
    for code, before, after, delta, killer in (
        ("CRS", "=SUM(D2:D4)", "=SUM(D2:D3)", -5, Killer.OWN),  # without paper
        ("CRE", "=SUM(D2:D4)", "=SUM(D2:D5)", None, Killer.ERROR),  # a circle
        ("AOR", "=B3*C3", "=B3/C3", -3.75, Killer.OWN),  # 1/4 for 4
        ("FFR", "=SUM(D2:D4)", "=AVERAGE(D2:D4)", -10, Killer.OWN),
        ("FDL", "=B2*C2", "", -6, Killer.OWN),
        ("UOI", "=B4*C4", "=-(B4*C4)", -10, Killer.OWN),
        ("QTY", "3", "30", 54, None),  # both ways of computing take the wrong mass
        ("TXT", "4", "4", 0, Killer.OWN),  # a product takes it for 4, SUMPRODUCT for 0
        ("SRT", "3; 1", "1; 3", 4, None),  # 1 × 2 + 3 × 4 = 14 for 10
        ("FRC", "=B2*C2", "6", 0, None),  # nothing knows that it was a formula
    ):
        found = verdict(judge, code, before, after)
        if delta is not None:
            assert found.delta == pytest.approx(delta), (code, before)
        assert found.has_effect, (code, before)
        assert [kill.by for kill in found.kills[:1]] == ([killer] if killer else []), (code, before)


def test_what_changes_nothing_is_counted_apart(judge: MutantJudge) -> None:
    for code, before, after in (
        ("ABS", "=B2*C2", "=ABS(B2*C2)"),
        ("RND", "=SUM(D2:D4)", "=ROUND(SUM(D2:D4),2)"),
    ):
        found = verdict(judge, code, before, after)
        assert not found.has_effect
        assert not found.survives


def test_only_what_depends_is_computed_and_nothing_is_missed(judge: MutantJudge) -> None:
    """Every mutation of the workbook, held against a computation of the whole."""
    subject, count = judge.subject, 0
    for operator, one in everything(subject):
        changed = judge.mutated(one)
        whole = recalculate(judge._changed_book(one)).cells
        for key, computed in whole.items():
            now = changed.changed.get(key, subject.result(key))
            if computed.is_computed and key not in one.values:
                assert now == computed.value, (operator.code, one, key)
        count += 1
    assert count > 80


def test_the_file_of_a_mutant_is_the_mutant(judge: MutantJudge) -> None:
    """What `--test` gets: read from its bytes again, one mutation of each operator."""
    seen = set[str]()
    for operator, one in everything(judge.subject):
        if operator.code in seen:
            continue
        seen.add(operator.code)
        mutated = judge.mutated(one)
        again = opened(as_file(judge.subject.opened, one, mutated), Path("goods.xlsx"))
        for key, formula in one.formulas.items():
            assert again.workbook.sheets[0].cells[key[1:]].formula == formula
        for key, value in {**mutated.changed, **one.values, **one.saved}.items():
            assert again.workbook.sheets[0].columns.value(key[1:]) == value, (operator.code, key)
        assert again.workbook.names == mutated.workbook.names
        assert again.workbook.calculation_mode == mutated.workbook.calculation_mode
        assert again.workbook.sheets[0].hidden_rows == mutated.workbook.sheets[0].hidden_rows
    assert len(seen) >= 20


def test_a_sample_is_spread_over_operators_and_always_the_same(judge: MutantJudge) -> None:
    found = mutants(judge.subject, 40, 7)
    again = mutants(judge.subject, 40, 7)
    codes = [one.operator.code for one in found]
    assert [one.mutation.after for one in found] == [one.mutation.after for one in again]
    assert [one.mutation.after for one in mutants(judge.subject, 40, 8)] != [
        one.mutation.after for one in found
    ]
    assert len(found) == 40
    assert max(map(codes.count, codes)) <= 3
    groups = {one.operator.group for one in mutants(judge.subject, 10, 7, (Group.DATA,))}
    assert groups == {Group.DATA}


def test_exit_codes_and_reports(tmp_path: Path) -> None:
    path = str(write(tmp_path / "goods.xlsx", check=""))
    out = tmp_path / "out.json"
    line = ["mutate", path, "--operators", "formula", "--count", "60", "--min-score"]
    # Nothing checks anything: only what makes the total an error is noticed.
    assert run([*line, "0.5", "--report", f"json={out}"]) == 1
    assert run([*line, "0"]) == 0
    assert run(["mutate", path, "--operators", "formulas"]) == 2
    assert run(["mutate", path, "--total", "Goods!A1"]) == 2
    document = json.loads(out.read_text("utf-8"))
    schema = json.loads((PROJECT / "docs" / "mutation.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    validator.validate(document)
    assert not validator.is_valid({**document, "surprise": 1})
    assert document["score"]["killed"] < document["score"]["made"]
    survivors = [one for one in document["mutants"] if one["state"] == "survives"]
    assert all(one["cure"]["zh"] for one in survivors)


def test_a_command_may_notice(tmp_path: Path) -> None:
    path = write(tmp_path / "goods.xlsx", check="")
    out = tmp_path / "out.json"
    line = ["mutate", str(path), "--operators", "formula", "--count", "25"]
    test = ["--test", f"cmp -s {path} FILE", "--min-score", "1"]
    assert run([*line, *test, "--report", f"json={out}"]) == 0
    checks = json.loads(out.read_text("utf-8"))["by_check"]
    assert "test" in {one["by"] for one in checks}
    assert run([*line, "--test", "false"]) == 2  # it says no of the workbook as it is
    assert run([*line, "--test", "no-such-program"]) == 2


@pytest.fixture(scope="module")
def box() -> Campaign:
    wanted = Wanted(28, 3, groups=(Group.FORMULA, Group.STRUCTURE))
    return campaign(open_file(PROJECT / "workbooks" / "bxd2.xlsx"), wanted)


def test_our_template_notices_faults_of_formulas_and_structure(box: Campaign) -> None:
    assert len({one.mutant.operator.code for one in box.verdicts}) == 28
    assert box.score.effective >= 10
    assert box.score.share is not None
    assert box.score.share >= 0.95
    assert box.score.share_without_seal is not None
    assert box.score.share_without_seal < box.score.share
