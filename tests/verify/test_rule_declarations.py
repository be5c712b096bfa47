"""What rules and the catalogue declare, held against what the code does."""

from __future__ import annotations

import ast
import inspect
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import cfp_xl
from cfp_xl.audit.record import ReadReport
from cfp_xl.findings import Finding, Severity, finding, kinds, traits_of
from cfp_xl.footprint.columns import tables
from cfp_xl.footprint.product import Fact, Product, Row
from cfp_xl.footprint.report_texts import TEXTS, translation_name
from cfp_xl.report.reference.all_rules import all_rules, rules_of_code
from cfp_xl.schema.case import Case
from cfp_xl.schema.opened import open_file
from cfp_xl.schema.region import Region
from cfp_xl.schema.schema import Record, Schema, Setting
from cfp_xl.verify.judging.justify import is_justifiable
from cfp_xl.verify.rule import EVERYTHING, REPORT, SCHEMAS, Rule, UndeclaredCode, rule, rules_in
from cfp_xl.verify.rules import model_rules

PACKAGE = Path(cfp_xl.__file__).parent
WORKBOOKS = PACKAGE.parent / "workbooks"
RULE_MODULES = (
    "cfp_xl.verify.independent",
    *(
        f"cfp_xl.{room}.{package}.{found.name}"
        for room, package in (("verify", "rules"), ("verify", "declared"), ("audit", "rules"))
        for found in iter_modules([str(PACKAGE / room / package)])
    ),
)


def named(rule: Rule[Any]) -> str:
    return f"{rule.module.removeprefix('cfp_xl.').removeprefix('verify.')}.{rule.name}"


@cache
def trees() -> Mapping[str, ast.Module]:
    return {
        str(m.relative_to(PACKAGE)): ast.parse(m.read_text("utf-8")) for m in PACKAGE.rglob("*.py")
    }


@cache
def codes_named() -> frozenset[str]:
    """Every text of the package that looks like a code."""
    return frozenset(
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"[A-Z]\d\d", node.value)
    )


def emitted() -> Iterator[tuple[str, str, str]]:
    """Code, case and place of each finding that is made with both written out."""
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in {"finding", "Unreadable"} or not node.args:
                continue
            code, *others = node.args
            case: ast.expr | None = next((k.value for k in node.keywords if k.arg == "case"), None)
            if node.func.id == "Unreadable" and others:
                case = others[0]
            values = [one.value for one in (code, case) if isinstance(one, ast.Constant)]
            if isinstance(code, ast.Constant) and len(values) == 2 - (case is None):
                code_and_case = [str(value) for value in (*values, "")]
                yield code_and_case[0], code_and_case[1], f"{module}:{node.lineno}"


@pytest.mark.parametrize("code", sorted(kinds()))
def test_every_code_of_the_catalogue_is_found_by_something(code: str) -> None:
    assert code in codes_named(), f"{code}: nothing finds it; remove it"


def test_every_finding_has_words() -> None:
    wrong = [
        f"{place}: {code} {case!r}"
        for code, case, place in emitted()
        if code not in kinds() or case not in kinds()[code].messages
    ]
    assert not wrong, "declare the code (and its case) in cfp_xl/data/findings"
    assert len(list(emitted())) > 150


@pytest.mark.parametrize("module", RULE_MODULES)
def test_every_function_that_finds_something_is_a_rule(module: str) -> None:
    """A public function of a rules' module that gives findings and is not declared never runs."""
    undeclared = [
        name
        for name, one in vars(import_module(module)).items()
        if inspect.isfunction(one)
        and one.__module__ == module
        and not name.startswith("_")
        and one.__annotations__.get("return") == "Iterator[Finding]"
    ]
    assert undeclared in ([], ["independent_findings"]), "decorate it with @rule"


@pytest.mark.parametrize("rule", all_rules(), ids=named)
def test_a_rule_declares_what_exists(rule: Rule[Any]) -> None:
    assert rule.codes
    assert (rule.function.__doc__ or "").strip()
    if rule.schemas == (REPORT,):
        read = {name for name in dir(ReadReport) if not name.startswith("_")}
        assert set(rule.reads) <= read | {one.name for one in fields(ReadReport)}
        return
    assert set(rule.schemas) <= set(SCHEMAS)
    assert rule.schemas
    settings = {
        "boundary",
        "gwp_set",
        "factor_set",
        "period",
        "allocation_method",
        "functional_unit",
        "product_name",
        "results",
        "report_date",
        "site",
        "biogenic_carbon",
        "mass_kg",
        "cut_off",
        *TEXTS,
        *map(translation_name, TEXTS),
    }
    assert set(rule.reads) <= {*tables(), *settings, EVERYTHING}


@cache
def written() -> Mapping[str, Mapping[str, object]]:
    """The entries of the catalogue as they stand in its files."""
    found: dict[str, dict[str, object]] = {}
    for file in sorted((PACKAGE / "data" / "findings").glob("*.toml")):
        for code, entry in tomllib.loads(file.read_text("utf-8")).items():
            found.setdefault(code, {}).update(entry)
    return found


@pytest.mark.parametrize("code", sorted({code for rule in all_rules() for code in rule.codes}))
def test_a_code_of_a_rule_says_whether_it_may_be_justified(code: str) -> None:
    assert "justifiable" in written()[code], f"{code}: write justifiable = true or false"


def test_what_no_rule_finds_cannot_be_justified() -> None:
    """The file, the recalculation, the intake of answers: no reason makes those right."""
    for code in kinds():
        if not rules_of_code(code):
            assert not is_justifiable(code), code
    may = (
        "A02 A03 A04 A05 A06 B01 B02 B03 B06 B08 D01 D02 F01 F03 F05 F06 F08 G01 G02 G03 L01",
        "C02 C04 L02 M01 M04 M05 Q02 Q03 Q05 Q06 Q08",
        "M07 M08 M11 M12 N02 N03 N04 N05 N06 N07 N08 N09 N11 N12 T01 U01 U02 U03 U04 U06 X01",
    )
    expected = {code for line in may for code in line.split()}
    assert {code for code in kinds() if is_justifiable(code)} == expected


@pytest.mark.parametrize(
    ("code", "case"),
    [
        *(("F01", case) for case in ("bad_pin", "no_pin")),
        *(("F03", case) for case in ("half_period", "inverted", "no_period")),
        ("U04", "blank"),
        ("U04", "no_unit"),
        ("M05", "no_rows"),
        ("B01", "blank"),
        ("B01", "not_known"),
        ("G01", "blank"),
        ("G01", "not_known"),
    ],
)
def test_what_is_not_stated_cannot_be_justified(code: str, case: str) -> None:
    assert is_justifiable(code)
    assert not kinds()[code].of(case).justifiable


def test_an_undeclared_code_is_named() -> None:
    @rule("B03", reads=("activities",))
    def finds_another(case: str) -> Iterator[Finding]:
        yield finding("B03", seen=case)
        yield finding("B01", case="blank")

    findings = finds_another("0")
    assert next(findings).code == "B03"
    with pytest.raises(UndeclaredCode, match="finds_another does not declare B01"):
        next(findings)
    with pytest.raises(KeyError, match="B99"):
        rule("B99", reads=())


def test_an_unknown_key_in_the_catalogue_is_named() -> None:
    with pytest.raises(ValueError, match=r"B01\.case\.blank.*justifyable"):
        traits_of("B01.case.blank", {"justifyable": True})


def test_rules_of_a_module_are_found_without_a_list() -> None:
    from cfp_xl.verify.rules import boundary

    assert [one.name for one in rules_in(boundary.__name__)] == [
        "stages_fit_the_boundary",
        "included_processes_have_values",
    ]
    assert len({named(one) for one in all_rules()}) == len(all_rules())


def test_text_reports_know_what_recalc_heals() -> None:
    healed = {code for code, kind in kinds().items() if kind.traits.healed_by == "recalc"}
    assert healed == {"V02", "V06"}
    assert all(kinds()[code].severity is Severity.ERROR for code in healed)


class Watched(Schema):
    """A schema that notes which tables and settings are asked for."""

    def asked(self) -> set[str]:
        return self.__dict__.setdefault("_asked", set())  # type: ignore[no-any-return]

    def region(self, table: str) -> Region | None:
        self.asked().add(table)
        return super().region(table)

    def records(self, table: str) -> tuple[Record, ...]:
        self.asked().add(table)
        return super().records(table)

    def setting(self, name: str) -> Setting | None:
        self.asked().add(name)
        return super().setting(name)

    def __getattribute__(self, name: str) -> Any:
        if name == "inventory":
            self.asked().add("activities")
        elif name in ("factors", "sheet_factors"):
            self.asked().add("factors")
        elif name == "justifications":
            self.asked().add("justifications")
        return super().__getattribute__(name)


APART = ("tables", "other_facts")
"""Fields in which a rule asks for something by its name."""
OF_PRODUCT = {
    **{field.name: field.name for field in fields(Product) if field.name not in APART},
    "inventory": "activities",
    "sheet_factors": "factors",
}
"""What a rule reads that asks for a field of the product."""


class WatchedFacts(dict[str, Fact[object]]):
    """Facts that note in `asked` which of them are asked for."""

    asked: set[str]

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


class WatchedProduct(Product):
    """A product that notes in `asked` which tables and settings are asked for."""

    def __getattribute__(self, name: str) -> Any:
        if name in OF_PRODUCT:
            object.__getattribute__(self, "__dict__")["asked"].add(OF_PRODUCT[name])
        return super().__getattribute__(name)

    def rows(self, table: str) -> tuple[Row, ...]:
        object.__getattribute__(self, "__dict__")["asked"].add(table)
        return super().rows(table)


class WatchedCase(Case):
    def __getattribute__(self, name: str) -> Any:
        if name == "footprint":
            self.schema.asked().update(("activities", "factors"))  # type: ignore[attr-defined]
        return super().__getattribute__(name)


@cache
def watched(workbook: str) -> WatchedCase:
    opened = open_file(WORKBOOKS / workbook)
    schema = opened.recomputed.schema
    assert schema is not None
    of = {field.name: getattr(schema, field.name) for field in fields(schema)}
    case = WatchedCase(opened.recomputed, opened.recalculation)
    case.__dict__["schema"] = watching = Watched(**of)
    product = opened.recomputed.product
    assert product is not None
    of = {field.name: getattr(product, field.name) for field in fields(product)}
    of["other_facts"] = others = WatchedFacts(product.other_facts)
    others.asked = watching.asked()
    seen = WatchedProduct(**of)
    seen.__dict__["asked"] = watching.asked()
    case.__dict__["product"] = seen
    return case


@pytest.mark.parametrize("workbook", ["bxd2.xlsx", "meter-box-with-suppliers.xlsx"])
@pytest.mark.parametrize("rule", model_rules(), ids=named)
def test_a_rule_reads_what_it_declares(rule: Rule[[Case]], workbook: str) -> None:
    case = watched(workbook)
    schema = case.schema
    assert isinstance(schema, Watched)
    schema.asked().clear()
    list(rule(case))
    if EVERYTHING not in rule.reads:
        assert schema.asked() <= set(rule.reads), "declare in `reads` what the rule reads"
