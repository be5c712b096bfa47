"""F05: the grid of an electricity's factor, against the site; regions by ISO 3166."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfp_xl.footprint.factors import library
from cfp_xl.footprint.regions import find_region, regions
from cfp_xl.functions.values import Scalar
from cfp_xl.verify.pipeline import verify_file
from tests.verify.model_changes import NEW, activity, findings, own_factor, place

MODEL = Path(__file__).parents[1] / "cases" / "model"
WHERE = f"activities {NEW} factor_id"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("cn-zj", "CN-ZJ"),
        ("浙江省宁波市", "CN-ZJ"),
        ("Ningbo, Zhejiang, China", "CN-ZJ"),
        ("Lyon, France", "FR"),
        ("法国", "FR"),
        ("全国", "CN"),
        ("RER", "EU"),
        ("UK", "GB"),
    ],
)
def test_a_region_by_its_name(text: str, code: str) -> None:
    found = find_region(text)
    assert found is not None
    assert found.code == code


def test_a_text_that_names_no_region() -> None:
    assert find_region("Atlantis") is None


def test_every_shipped_factor_has_a_known_region() -> None:
    codes = {library().get(id).region for id in library().ids()}
    assert codes <= set(regions())


@pytest.mark.parametrize(
    ("whole", "part", "holds"),
    [
        ("CN", "CN-ZJ", True),
        ("CN-R-E", "CN-ZJ", True),
        ("GLO", "FR", True),
        ("EU", "FR", True),
        ("EU", "GB", False),
        ("CN-ZJ", "CN", False),
        ("CN", "TW", False),
        ("CN-R-S", "CN-ZJ", False),
        ("FR", "CN", False),
    ],
)
def test_which_region_holds_which(whole: str, part: str, holds: bool) -> None:
    assert regions()[whole].holds(regions()[part]) is holds


@pytest.mark.parametrize(
    ("region", "stage", "site", "case"),
    [
        ("FR", "生产", None, "no_site"),
        ("FR", "使用", None, "no_site"),  # a market abroad: information only
        ("FR", "生产", "Lyon, France", None),
        ("FR", "生产", "浙江", ""),
        ("CN", "生产", None, None),
        ("CN", "生产", "浙江", None),
        ("GLO", "生产", None, None),
        ("CN-GD", "生产", "浙江", ""),
        ("CN-GD", "生产", "中国", None),
    ],
)
def test_the_grid_of_a_row(region: str, stage: str, site: Scalar, case: str | None) -> None:
    """The example has no column for the site, so that of bridges is given its heading."""
    changes = {
        **own_factor(name="电网电力", region=region, per_unit="kWh"),
        **activity(stage=stage, factor_id="OWN-1"),
        "activities 0 bridge": "site",
        f"activities {NEW} bridge": site,
    }
    found = [one for one in findings(changes) if one.code == "F05" and one.where == place(WHERE)]
    assert [one.case for one in found] == ([] if case is None else [case])
    for one in found:
        assert one.severity == ("info" if stage == "使用" else "warning")


def test_the_case_of_a_grid_abroad() -> None:
    found = verify_file(MODEL / "49c-region-of-factor.xlsx").findings
    assert {str(one.where) for one in found if one.code == "F05"} == {"Activities!G8"}
