"""`verify --together`: each planted fault between files of one factory is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cfp_xl.findings import CellRef, Severity
from cfp_xl.schema.site import SiteBill
from cfp_xl.verify.stated import (
    Stated,
    StatedAnswer,
    StatedBill,
    StatedFactor,
    StatedShare,
    StatedSiteBill,
)
from cfp_xl.verify.together import together

# Two kettles and a lamp share a bill of 10,000 kWh by machine hours 50 : 30 : 20, and a certificate
# of 1,000 kWh by the same.
SHARES = {"kettle A": 0.5, "kettle B": 0.3, "lamp": 0.2}
AT = CellRef("Allocation", "H7")


def product(name: str) -> Stated:
    return Stated(
        f"{name}.xlsx",
        name,
        name,
        "site.xlsx sha256:feed",
        bills=(
            StatedBill("E-01", "electricity", "2025-01", 10_000.0, "kWh", SHARES[name], AT),
            StatedBill("GEC-7", "green power", "2025-01", 1000.0, "kWh", SHARES[name], AT),
        ),
        factors=(StatedFactor("OWN-STEEL", 2.1, "kg", CellRef("Factors", "D7")),),
        answers=(StatedAnswer("SCREW", "S01", "ab" * 32, 0.01, "piece", CellRef("History", "E7")),),
        parts=(StatedAnswer("SCREW", "S01", "", None, "", CellRef("Parts", "A7")),),
    )


def site() -> Stated:
    shares = tuple(StatedShare(name, share) for name, share in SHARES.items())
    bill = SiteBill("E-01", "2025-01", "electricity", 10.0, "MWh", "hours", AT, is_complete=True)
    certificate = SiteBill(
        "GEC-7", "2025-01", "green power", 1000.0, "kWh", "hours", AT, is_certificate=True
    )
    return Stated(
        "site.xlsx",
        "feed" * 16,
        factors=(StatedFactor("OWN-STEEL", 0.0021, "g", CellRef("Own factors", "D7")),),
        site=(StatedSiteBill(bill, shares), StatedSiteBill(certificate, shares)),
        products=tuple(SHARES),
    )


Files = dict[str, Stated]


def files() -> Files:
    return {**{name: product(name) for name in SHARES}, "site": site()}


def found(changed: Files) -> list[tuple[str, str, str]]:
    by_path = together(tuple(changed.values()))
    return sorted((path, one.code, one.case) for path, ones in by_path.items() for one in ones)


def test_a_right_factory_is_quiet() -> None:
    """Units of the same amount (10 MWh and 10,000 kWh, per g and per kg) are no difference."""
    assert found(files()) == []


def bill_of(name: str, at: int = 0, **changes: object) -> Callable[[Files], None]:
    def change(all_files: Files) -> None:
        bills = list(all_files[name].bills)
        bills[at] = replace(bills[at], **changes)  # type: ignore[arg-type]
        all_files[name] = replace(all_files[name], bills=tuple(bills))

    return change


def of(name: str, **changes: object) -> Callable[[Files], None]:
    def change(all_files: Files) -> None:
        all_files[name] = replace(all_files[name], **changes)  # type: ignore[arg-type]

    return change


def without(name: str) -> Callable[[Files], None]:
    def change(all_files: Files) -> None:
        del all_files[name]

    return change


def twice(all_files: Files) -> None:
    bills = all_files["lamp"].bills
    half = replace(bills[1], share=0.1)
    second = replace(half, where=CellRef("Allocation", "H8"))
    all_files["lamp"] = replace(all_files["lamp"], bills=(bills[0], half, second))


def site_bill(at: int, **changes: object) -> Callable[[Files], None]:
    def change(all_files: Files) -> None:
        stated = list(all_files["site"].site or ())
        bill = replace(stated[at].bill, **changes)  # type: ignore[arg-type]
        stated[at] = replace(stated[at], bill=bill)
        all_files["site"] = replace(all_files["site"], site=tuple(stated))

    return change


STEEL = StatedFactor("own-steel", 2.2, "kg", CellRef("Factors", "D7"))
OTHER = StatedAnswer("SCREW", "S01", "cd" * 32, 0.02, "piece", CellRef("History", "E7"))
FAULTS = {
    "another total": (bill_of("lamp", total=9000.0), {("lamp.xlsx", "J01", "")}),
    "another unit": (bill_of("lamp", unit="MWh"), {("lamp.xlsx", "J01", "")}),
    "a unit of another kind": (bill_of("lamp", unit="m3"), {("lamp.xlsx", "J01", "")}),
    "a blank total": (bill_of("lamp", total=None), {("lamp.xlsx", "J01", "")}),
    "another month": (
        bill_of("lamp", month="2025-02"),
        {("lamp.xlsx", "J01", "flow"), ("lamp.xlsx", "J06", "unknown")},
    ),
    "another medium": (
        bill_of("lamp", medium="heat"),
        {("lamp.xlsx", "J01", "flow"), ("lamp.xlsx", "J06", "unknown")},
    ),
    "too much in all": (
        bill_of("kettle A", share=0.6),
        {*((f"{n}.xlsx", "J02", "") for n in SHARES), ("kettle A.xlsx", "J06", "")},
    ),
    "too little in all": (
        bill_of("kettle A", share=0.4),
        {("site.xlsx", "J02", "incomplete"), ("kettle A.xlsx", "J06", "")},
    ),
    "a product is missing": (without("lamp"), {("site.xlsx", "J02", "incomplete")}),
    "no share": (bill_of("lamp", share=None), {("lamp.xlsx", "J02", "no_share")}),
    "own factor": (of("lamp", factors=(STEEL,)), {("lamp.xlsx", "J03", "")}),
    "certificate above 1": (
        bill_of("lamp", 1, share=1.0),
        {*((f"{n}.xlsx", "J04", "") for n in SHARES), ("lamp.xlsx", "J06", "")},
    ),
    "certificate under another medium": (
        bill_of("lamp", 1, share=1.0, medium="solar"),
        {*((f"{n}.xlsx", "J04", "") for n in SHARES), ("lamp.xlsx", "J06", "unknown")},
    ),
    "certificate in two rows": (twice, {("lamp.xlsx", "J04", "row")}),
    "certificate listed twice by the site": (
        site_bill(0, voucher="GEC-7", is_certificate=True),
        {("site.xlsx", "J04", "row")},
    ),
    "another answer": (of("lamp", answers=(OTHER,)), {("lamp.xlsx", "J05", "")}),
    "no answer": (of("lamp", answers=()), {("lamp.xlsx", "J05", "missing")}),
    "unknown voucher": (
        bill_of("lamp", voucher="E-99"),
        {("lamp.xlsx", "J06", "unknown"), ("site.xlsx", "J02", "incomplete")},
    ),
    "no voucher": (of("lamp", unnamed=(AT,)), {("lamp.xlsx", "J06", "no_voucher")}),
    "another state": (
        of("lamp", filled_from="site.xlsx sha256:dead"),
        {("lamp.xlsx", "J06", "state")},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_named(fault: str) -> None:
    change, expected = FAULTS[fault]
    changed = files()
    change(changed)
    assert expected <= set(found(changed))
    quiet = {path for path, _, _ in found(changed)} - {path for path, _, _ in expected}
    if fault in ("another total", "own factor", "another answer", "no voucher", "no share"):
        assert quiet <= {"site.xlsx"}


def test_without_a_site_products_are_held_against_each_other() -> None:
    changed = files()
    del changed["site"]
    assert found(changed) == []
    bill_of("lamp", share=0.4)(changed)
    assert found(changed) == [(f"{name}.xlsx", "J02", "") for name in SHARES]
    ones = together(tuple(changed.values()))["lamp.xlsx"]
    assert ones[0].severity is Severity.ERROR
    assert "1.2" in ones[0].message("en")
    assert "kettle A.xlsx Allocation!H7 (0.5)" in ones[0].message("en")
