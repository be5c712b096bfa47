"""What verify finds in a product that took answers in, one thing wrong at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.findings import Severity
from cfp_xl.schema.opened import open_file
from cfp_xl.suppliers.apply import apply
from cfp_xl.suppliers.outcomes import Doubt
from tests.suppliers.answered import DAY, GRID, by_activity, by_pcf, product
from tests.suppliers.taken_in import Change, applied, cell, changed, findings, schema_of

WRONG = [
    # what is changed; code, case and cell of the finding
    pytest.param([("factors", 13, "value", 0.3)], "S80", "", ("factors", 13, "value"), id="value"),
    pytest.param([("factors", 13, "per_unit", "t")], "S80", "", ("factors", 13, "value"), id="t"),
    pytest.param(
        [("factors", 13, "per_unit", "kWh")],
        "S80",
        "unit",
        ("factors", 13, "per_unit"),
        id="unit of another kind",
    ),
    pytest.param(
        [("answers", 1, "quantity", 6e4)],
        "S80",
        "",
        ("factors", 13, "value"),
        id="a quantity",
    ),
    # 25,000 kWh instead of 50,000, and the factor with it: 0.144425 + 0.006.
    pytest.param(
        [("answers", 1, "quantity", 25e3), ("factors", 13, "value", 0.150425)],
        "S80",
        "history",
        ("answers", 1, "part_id"),
        id="lines and factor together",
    ),
    pytest.param(
        [("answers", 1, "output", 0.0)],
        "S80",
        "not_a_number",
        ("answers", 1, "output"),
        id="no output",
    ),
    pytest.param(
        [("answers", 1, "factor_kgco2e", 0.5), ("factors", 13, "value", 0.256)],
        "S80",
        "line",
        ("answers", 1, "factor_kgco2e"),
        id="a factor of the library",
    ),
    pytest.param(
        [("factors", 13, "id", "OTHER"), ("activities", 1, "factor_id", "OTHER")],
        "S80",
        "no_factor",
        ("answers", 1, "part_id"),
        id="no factor",
    ),
    pytest.param(
        [("factors", 15, "id", "S-P-07")],
        "S81",
        "",
        ("factors", 15, "id"),
        id="a factor out of nothing",
    ),
    pytest.param(
        [("parts", 2, "part_id", "P-99")],
        "S81",
        "line",
        ("answers", 3, "part_id"),
        id="an unknown part",
    ),
    pytest.param(
        [("answers", 2, "sha256", "f" * 64)],
        "S81",
        "files",
        ("answers", 1, "part_id"),
        id="lines of two files",
    ),
    pytest.param(
        [("answers", 3, "sha256", "f" * 64)],
        "S81",
        "history",
        ("answers", 3, "part_id"),
        id="not in the history",
    ),
    pytest.param(
        [("activities", 1, "factor_id", GRID)],
        "S82",
        "",
        ("activities", 1, "factor_id"),
        id="not in use",
    ),
    pytest.param(
        [("activities", 1, "part_id", None)],
        "S82",
        "no_row",
        ("answers", 1, "part_id"),
        id="no activity",
    ),
    pytest.param(
        [("activities", 3, "factor_id", "S-P-01")],
        "S82",
        "other_part",
        ("activities", 3, "factor_id"),
        id="for another activity",
    ),
    pytest.param([("parts", 1, "amount", 5.0)], "S84", "", ("parts", 1, "amount"), id="amounts"),
    # One fact of a line, the others as they were.
    pytest.param(
        [("answers", 1, "as_answered", "5000 kWh")],
        "S88",
        "",
        ("answers", 1, "quantity"),
        id="what was answered",
    ),
    pytest.param(
        [("answers", 1, "as_answered", "many kWh")],
        "S88",
        "unread",
        ("answers", 1, "as_answered"),
        id="no number answered",
    ),
    pytest.param(
        [("answers", 1, "file", "other.xlsx")],
        "S88",
        "file",
        ("answers", 1, "file"),
        id="another file",
    ),
    pytest.param(
        [("answers", 1, "cell", "somewhere")],
        "S88",
        "cell",
        ("answers", 1, "cell"),
        id="no cell",
    ),
    pytest.param(
        [("answers", 1, "period", "2025-12-31/2025-01-01")],
        "S88",
        "period",
        ("answers", 1, "period"),
        id="a period backwards",
    ),
    pytest.param(
        [("answers", 1, "year", 2023.0)],
        "S88",
        "year",
        ("answers", 1, "year"),
        id="another year",
    ),
    pytest.param(
        [("answers", 1, "output_unit", "t")],
        "S88",
        "unit",
        ("answers", 1, "output_unit"),
        id="another unit",
    ),
    pytest.param(
        [("answers", 1, "includes_delivery", "是")],
        "S88",
        "no_delivery",
        ("answers", 1, "includes_delivery"),
        id="a delivery in activity data",
    ),
    pytest.param(
        [("answers", 3, "includes_delivery", "是")],
        "S88",
        "record",
        ("answers", 3, "part_id"),
        id="the delivery of a footprint",
    ),
    pytest.param(
        [("answers", 1, "cell", "填报!D13")],
        "S88",
        "record",
        ("answers", 1, "part_id"),
        id="another cell",
    ),
    pytest.param(
        [("answers", 1, "period", "2024-07-01/2025-06-30")],
        "S88",
        "record",
        ("answers", 1, "part_id"),
        id="another period",
    ),
]


@pytest.mark.parametrize(("changes", "code", "case", "where"), WRONG)
def test_one_thing_wrong(
    tmp_path: Path, changes: list[Change], code: str, case: str, where: tuple[str, int, str]
) -> None:
    data = changed(applied(), changes)
    found = [(f.code, f.case, f.where) for f in findings(data, tmp_path)]
    assert (code, case, cell(data, *where)) in found


def test_nothing_wrong(tmp_path: Path) -> None:
    """But that a line's factor is no shipped one, which its buyer is asked to look at."""
    named = {(f.code, f.case) for f in findings(applied(), tmp_path) if f.code[0] == "S"}
    assert named == {("S80", "unknown_factor")}
    assert "D01" not in {f.code for f in findings(applied(), tmp_path)}


def test_an_answer_in_doubt_is_named(tmp_path: Path) -> None:
    """Held back: a warning; taken in with a reason: told; without its reason: an error."""
    file = tmp_path / "box.xlsx"
    file.write_bytes(product())
    held = by_activity(doubts=(Doubt("S36"),))
    done = apply(open_file(file), [], file, DAY, [held])
    assert (done.held, done.before_kgco2e) == (("P-01",), done.after_kgco2e)
    (found,) = (f for f in findings(file.read_bytes(), tmp_path) if f.code == "S83")
    assert (found.case, found.severity, found.seen) == ("", Severity.WARNING, "S36")
    before = file.read_bytes()
    assert apply(open_file(file), [], file, DAY, [held]).written is None
    assert file.read_bytes() == before
    taken = by_activity(doubts=(Doubt("S36", "来料加工"),))
    apply(open_file(file), [taken], file, DAY)
    (found,) = (f for f in findings(file.read_bytes(), tmp_path) if f.code == "S83")
    assert (found.case, found.values["reason"]) == ("accepted", "来料加工")
    assert "来料加工" in str(schema_of(file.read_bytes()).records("parts")[0].text("answer_note"))
    data = changed(file.read_bytes(), [("history", 2, "reason", None)])
    assert [f.case for f in findings(data, tmp_path) if f.code == "S83"] == ["no_reason"]


def test_a_line_by_a_factor_of_co2_alone_is_told(tmp_path: Path) -> None:
    """The sum stands in kgCO2e, so only the line can say it: the grid's CO2 is no kgCO2e."""
    grid_co2 = "CN-GRID-CO2-2023-AVG-CN"
    data = changed(
        applied(),
        [
            ("answers", 1, "factor_id", grid_co2),
            ("answers", 1, "factor_kgco2e", 0.5306),
            ("factors", 13, "value", 0.5306 * 0.5 + 0.006),
        ],
    )
    found = [f for f in findings(data, tmp_path) if f.code == "U02"]
    where = cell(data, "answers", 1, "factor_id")
    assert [(f.severity, f.where, f.seen) for f in found] == [(Severity.INFO, where, "kgCO2/kWh")]


def test_litres_and_pieces_do_not_disturb(tmp_path: Path) -> None:
    """A row of a part in a unit that does not convert is neither the part nor its freight."""
    data = changed(applied(), [("activities", 4, "unit", "kWh"), ("activities", 4, "bridge", None)])
    # As 3.1 kWh beside a supplier's footprint it is asked about as energy, which is another matter.
    found = [f for f in findings(data, tmp_path) if f.case != "in_supplier"]
    assert {f.code for f in found} & {"D01", "S82", "S84"} == set()


def test_delivery_in_the_footprint_and_freight_beside_it(tmp_path: Path) -> None:
    """The shell's footprint includes its delivery; row 4 is freight of the shell."""
    shell = by_activity(includes_delivery=True)
    data = applied(shell, by_pcf())
    freight = cell(data, "activities", 4, "factor_id")
    found = [f for f in findings(data, tmp_path) if f.code == "D01"]
    assert [(f.severity, f.where, f.case) for f in found] == [(Severity.ERROR, freight, "")]
    # The remedy of its hint.
    away: list[Change] = [
        ("activities", 4, "status", "不适用"),
        ("activities", 4, "quantity", None),
    ]
    mended = changed(data, [*away, ("activities", 4, "reason", "已含在供应商碳足迹中")])
    assert [f for f in findings(mended, tmp_path) if f.code == "D01"] == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([], [], id="freight of another part"),
        pytest.param([("activities", 4, "part_id", None)], ["perhaps"], id="of no part"),
        pytest.param(
            [
                ("activities", 4, "part_id", "T-01"),
                ("parts", 3, "part_id", "T-01"),
                ("parts", 3, "unit", "t·km"),
                ("parts", 3, "amount", 3.1),
            ],
            ["perhaps"],
            id="by a carrier",
        ),
        pytest.param(
            [
                ("activities", 4, "part_id", None),
                ("activities", 4, "process", "outbound"),
                ("activities", 4, "activity", "the box to its customer"),
            ],
            [],
            id="outbound",
        ),
    ],
)
def test_freight_that_does_not_say_what_it_carries(
    tmp_path: Path, changes: list[Change], expected: list[str]
) -> None:
    data = changed(applied(by_activity(), by_pcf(includes_delivery=True)), changes)
    found = [f for f in findings(data, tmp_path) if f.code == "D01"]
    assert [f.case for f in found] == expected
    assert {f.severity for f in found} <= {Severity.WARNING}
