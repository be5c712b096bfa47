"""Factors: values against their sources, provenance on every row, look-ups and what they offer."""

from __future__ import annotations

import re

import pytest

from cfp_xl.findings import CellRef
from cfp_xl.footprint.errors import FootprintError
from cfp_xl.footprint.factors import (
    Factor,
    FactorAmbiguous,
    FactorIdMissing,
    FactorNotFound,
    FactorSet,
    FactorUnusable,
    PinNotUnderstood,
    SetNotKnown,
    builtin,
    builtin_sets,
    layered,
    library,
    parse_pins,
    pin_text,
)
from cfp_xl.footprint.fuels import OxidationOutOfRange, fuel_factor_kgco2_per_kg
from cfp_xl.footprint.units import DimensionMismatch, canonical


@pytest.mark.parametrize(
    ("id", "value", "unit", "per_unit"),
    [
        # Announcement of 2025-09-28, tables 1 to 3
        ("CN-ELEC-CFP-2024", 0.5777, "kgCO2e", "kWh"),
        ("CN-ELEC-CFP-2024-PV", 0.0520, "kgCO2e", "kWh"),
        ("CN-ELEC-CFP-2024-TD-INLOSS", 0.0327, "kgCO2e", "kWh"),
        ("CN-ETS-GRID-2022", 0.5703, "tCO2", "MWh"),
        # GB/T 32151: 42.652 × 20.2e-3 × 0.98 × 44/12; the same fuel in three sets
        ("CN-FUEL-GBT32151-DIESEL", 3.0959096373333333, "kgCO2", "kg"),
        ("CN-FUEL-NDRC-DIESEL", 3.1451224933333333, "kgCO2", "kg"),
        ("IPCC2006-GAS-DIESEL-OIL", 3.1863, "kgCO2", "kg"),
        # 389.31 GJ/1e4Nm3 × 15.3e-3 × 0.99 × 44/12 / 1e4
        ("CN-FUEL-GBT32151-NATURAL-GAS", 2.162188809, "kgCO2", "Nm3"),
        ("DESNZ2025-1_100_1000_15_1", 3033.38067, "kgCO2e", "tonnes"),
        ("DESNZ2025-WTW-304_3140_14_1", 0.12522, "kgCO2e", "tonne.km"),  # 0.10163 + 0.02359
        # GB/T 51366-2019, annexes D and E; CFP_P_02; (EU) 2025/2621, China
        ("GBT51366-CARBON-STEEL", 2050, "kgCO2e", "t"),
        ("GBT51366-HEAVY-DIESEL-TRUCK-18-T", 0.129, "kgCO2e", "t·km"),
        ("MOENV-PURE-COPPER-WIRE-2013", 4.3881, "kgCO2e", "kg"),
        ("MOENV-BUTADIENE-2015-1P88", 1.88, "kgCO2e", "kg"),
        ("CBAM-CN-731816", 5.045, "tCO2e", "t"),
        ("CN-HEAT-CO2", 0.11, "tCO2", "GJ"),
        ("NCSC2026-POWER-COAL", 96.2, "tCO2", "TJ"),
    ],
)
def test_a_factor(id: str, value: float, unit: str, per_unit: str) -> None:
    factor = library().get(id)
    assert factor.value == pytest.approx(value, rel=1e-15)
    assert (factor.unit, factor.per_unit) == (unit, per_unit)


@pytest.mark.parametrize(
    ("id", "unit", "value"),
    [
        ("CN-ELEC-CFP-2024", None, 0.5777),
        ("CN-ELEC-CFP-2024", "MWh", 577.7),
        ("CN-ELEC-CFP-2024", "兆瓦时", 577.7),
        ("CN-ETS-GRID-2022", None, 570.3),  # kgCO2e per MWh, whatever the source's unit
        ("CN-ETS-GRID-2022", "kWh", 0.5703),
        ("CN-FUEL-GBT32151-DIESEL", "t", 3095.9096373333333),
        ("CN-FUEL-GBT32151-NATURAL-GAS", "万Nm3", 21621.88809),
    ],
)
def test_a_factor_per_another_unit(id: str, unit: str | None, value: float) -> None:
    assert library().get(id).kgco2e_per(unit) == pytest.approx(value, rel=1e-15)


def test_a_factor_per_kwh_has_no_value_per_kg() -> None:
    with pytest.raises(DimensionMismatch):
        library().get("CN-ELEC-CFP-2024").kgco2e_per("kg")


@pytest.mark.parametrize("set_id", builtin_sets())
def test_every_row_says_where_it_comes_from(set_id: str) -> None:
    for factor in builtin(set_id).factors.values():
        source = factor.source
        assert all((source.title, source.publisher, source.date, source.licence)), factor.id
        assert source.confidence in {"high", "medium", "screening"}, factor.id
        assert factor.region, factor.id
        assert factor.year, factor.id
        assert (factor.gwp_set is None) == (factor.gwp_note is not None), factor.id
        assert factor.set_id == set_id, factor.id


@pytest.mark.parametrize("set_id", builtin_sets())
def test_every_factor_can_be_used(set_id: str) -> None:
    for factor in builtin(set_id).factors.values():
        assert canonical(factor.per_unit)
        assert factor.kgco2e_per() >= 0


def test_the_sets_are_complete() -> None:
    """151 factors and 57 fuels; 1,379 UK factors, all on AR5 under the OGL."""
    assert len(builtin("cn-2026").factors) == 151 + 57
    uk = builtin("desnz-2025")
    assert len(uk.factors) == 1379
    assert {factor.gwp_set for factor in uk.factors.values()} == {"AR5"}
    assert uk.attribution is not None
    assert "Open Government Licence v3.0" in uk.attribution.en


@pytest.mark.parametrize(
    ("set_id", "count"),
    [
        ("cn-2026-more", 2 + 39),
        ("gbt-51366-2019", 61 - 1 + 16),  # 69 materials less 9 rows per m2; 16 transports
        ("moenv", 638),
        ("desnz-2025-more", 161 + 289),  # 289 freight rows with their upstream
        ("eu-cbam-2026", 258),
    ],
)
def test_the_further_sets_are_complete(set_id: str, count: int) -> None:
    assert len(builtin(set_id).factors) == count


def test_freight_with_upstream_is_the_sum_of_its_two_rows() -> None:
    for factor in builtin("desnz-2025-more").factors.values():
        if factor.category == "Freight with upstream":
            parts = [library().get(id) for id in factor.source.table.split(" + ")]
            assert {part.per_unit for part in parts} == {factor.per_unit}
            assert factor.value == pytest.approx(sum(part.value for part in parts), rel=1e-12)


def test_names_of_the_uk_are_read_in_chinese_and_pinned_as_published() -> None:
    factor = library().get("DESNZ2025-27_304_3140_14_1")
    assert factor.label("zh") == "货运 / 公路货车（柴油） / 公路货车平均 / 平均装载"
    assert factor.label("en") == factor.name.zh == factor.name.en
    for product in ("Material use", "Waste disposal", "Freighting goods", "Heat and steam"):
        rows = [f for f in _uk() if f.category == product]
        assert rows
        assert all(re.search(r"[\u4e00-\u9fff]", part) for f in rows for part in _parts(f)), product


def _uk() -> list[Factor]:
    return [f for id in ("desnz-2025", "desnz-2025-more") for f in builtin(id).factors.values()]


def _parts(factor: Factor) -> list[str]:
    """The parts of a name in Chinese; a ship's size stays as it is."""
    return [part for part in factor.label("zh").split(" / ") if not re.match(r"[\d,–+]+ ", part)]


def test_a_set_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(SetNotKnown, match="cn-2026, desnz-2025"):
        builtin("ecoinvent")


@pytest.mark.parametrize("typed", ["cn-elec-cfp-2024", " CN-ELEC-CFP-2024 ", "ＣＮ-ELEC-CFP-2024"])
def test_an_id_is_found_however_it_is_typed(typed: str) -> None:
    assert library().get(typed).id == "CN-ELEC-CFP-2024"


@pytest.mark.parametrize(
    ("missing", "nearest"),
    [
        ("CN-ELEC-2024", "CN-ELEC-CFP-2024"),
        ("CN_ELEC_CFP_2024", "CN-ELEC-CFP-2024"),
        ("CN-FUEL-GBT32151-DEISEL", "CN-FUEL-GBT32151-DIESEL"),
        ("IPCC2006-NATURALGAS", "IPCC2006-NATURAL-GAS"),
    ],
)
def test_a_missing_factor_offers_the_nearest(missing: str, nearest: str) -> None:
    with pytest.raises(FactorNotFound) as failure:
        library().get(missing)
    assert failure.value.nearest[0] == nearest
    assert failure.value.excel == "#N/A"


def test_nothing_is_offered_for_nonsense() -> None:
    with pytest.raises(FactorNotFound) as failure:
        library().get("qqqq")
    assert failure.value.nearest == ()
    assert failure.value.say("en") == "factor “qqqq” not found"


def test_a_blank_id_is_missing() -> None:
    with pytest.raises(FactorIdMissing):
        library().get(" ")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("电", "CN-ELEC-CFP-2024"),  # the general before its kinds
        ("柴油", "CN-FUEL-GBT32151-DIESEL"),
        ("diesel", "CN-FUEL-GBT32151-DIESEL"),
        ("全国 电力 碳足迹 2023", "CN-ELEC-CFP-2023"),
        ("2024年全国电力碳足迹", "CN-ELEC-CFP-2024"),
        ("碳足迹 电力", "CN-ELEC-CFP-2024"),
        ("electricity national", "CN-ELEC-CFP-2024"),
        ("national electricty", "CN-ELEC-CFP-2024"),  # a letter short
        ("北京 电网", "CN-GRID-CO2-2023-AVG-CN-BJ"),
        ("natural gas", "CN-FUEL-GBT32151-NATURAL-GAS"),
        ("steel landfill", "DESNZ2025-20_504_5376_15_1"),
        ("填埋 钢", "DESNZ2025-20_504_5376_15_1"),
    ],
)
def test_search(words: str, first: str) -> None:
    assert library().search(words)[0].id == first


def test_search_finds_nothing_rather_than_anything() -> None:
    assert library().search("zzz") == ()
    assert library().search("  ") == ()


def test_search_keeps_to_its_limit() -> None:
    assert len(library().search("diesel", limit=3)) == 3


def test_a_pin_fits_its_set_and_no_other() -> None:
    cn, uk = builtin("cn-2026"), builtin("desnz-2025")
    pins = parse_pins(pin_text([cn, uk]))
    assert [str(pin) for pin in pins] == [cn.pin, uk.pin]
    assert [pin.fits(s) for pin in pins for s in (cn, uk)] == [True, False, False, True]


def test_a_pin_notices_one_digit() -> None:
    cn = builtin("cn-2026")
    moved = dict(cn.factors)
    old = moved["CN-ELEC-CFP-2024"]
    moved["CN-ELEC-CFP-2024"] = Factor(
        old.id, old.name, old.category, 0.5778, old.unit, old.per_unit, old.region, old.year
    )
    assert not parse_pins(cn.pin)[0].fits(FactorSet(cn.id, cn.version, moved))


@pytest.mark.parametrize(
    "text", ["", "cn-2026", "cn-2026@1", "cn-2026@1 sha256:0123", "cn@1 md5:00"]
)
def test_what_pins_nothing(text: str) -> None:
    with pytest.raises(PinNotUnderstood):
        parse_pins(text)


HEADER = ("编号", "数值", "单位", "每单位", "备注")


def sheet(*rows: tuple[object, ...]) -> FactorSet:
    return FactorSet.from_rows(HEADER, [(*row, "…") for row in rows])


def test_factors_of_a_sheet_know_their_cell() -> None:
    rows = [("A", 0.5, "kgCO2e", "kWh"), (None, None, None, None), ("B", 2, "tCO2e", "t")]
    origins = [CellRef("因子", f"A{row}") for row in (2, 3, 4)]
    factors = FactorSet.from_rows(HEADER[:4], rows, origins)
    assert factors.get("b").origin == CellRef("因子", "A4")
    assert factors.get("B").kgco2e_per("kg") == 2.0
    assert list(factors.factors) == ["A", "B"]


@pytest.mark.parametrize(
    ("row", "excel"),
    [
        (("A", None, "kgCO2e", "kWh"), "#VALUE!"),
        (("A", "0.5", "kgCO2e", "kWh"), "#VALUE!"),
        (("A", "-", "kgCO2e", "kWh"), "#VALUE!"),
        (("A", -0.5, "kgCO2e", "kWh"), "#NUM!"),
        (("A", float("inf"), "kgCO2e", "kWh"), "#NUM!"),
        (("A", 0.5, None, "kWh"), "#VALUE!"),
        (("A", 0.5, "kgCO2e", None), "#VALUE!"),
        (("A", 0.5, "kg", "kWh"), "#VALUE!"),
        (("A", 0.5, "tC", "TJ"), "#VALUE!"),
        (("A", 0.5, "kgCO2e", "foo"), "#VALUE!"),
    ],
)
def test_an_unusable_factor_says_so_when_it_is_used(row: tuple[object, ...], excel: str) -> None:
    factors = sheet(row, ("B", 1.0, "kgCO2e", "kWh"))
    assert factors.get("B").value == 1.0
    with pytest.raises(FactorUnusable) as failure:
        factors.get("A")
    assert failure.value.excel == excel
    assert "A" in failure.value.say("zh")


def test_one_id_with_two_values_is_no_factor() -> None:
    factors = sheet(("A", 0.5, "kgCO2e", "kWh"), ("a", 0.6, "kgCO2e", "kWh"))
    with pytest.raises(FactorAmbiguous, match=r"0\.5 kgCO2e/kWh, 0\.6 kgCO2e/kWh"):
        factors.get("A")


def test_the_same_factor_twice_is_one() -> None:
    row = ("A", 0.5, "kgCO2e", "kWh")
    assert sheet(row, row).get("A").value == 0.5


def test_the_sheet_wins_over_the_library_even_when_it_is_wrong() -> None:
    both = layered(
        sheet(("CN-ELEC-CFP-2024", 0.6, "kgCO2e", "kWh"), ("CN-ELEC-CFP-2023", None, "", "")),
        library(),
    )
    assert both.get("CN-ELEC-CFP-2024").value == 0.6
    assert both.get("CN-ELEC-CFP-2024-PV").value == 0.0520
    with pytest.raises(FactorUnusable):
        both.get("CN-ELEC-CFP-2023")
    with pytest.raises(FactorNotFound) as failure:
        both.get("CN-ELEC-2024")
    assert failure.value.nearest[0] == "CN-ELEC-CFP-2024"


@pytest.mark.parametrize(
    ("ncv", "carbon", "oxidation", "kgco2_per_kg"),
    [
        (42.652, 20.2, 0.98, 3.0959096373333333),
        (43.33, 20.2, 0.98, 3.1451224933333333),
        (12, 1000, 1, 44.0),
        (0, 20.2, 0.98, 0.0),
    ],
)
def test_the_factor_of_a_fuel(
    ncv: float, carbon: float, oxidation: float, kgco2_per_kg: float
) -> None:
    factor = fuel_factor_kgco2_per_kg(ncv, carbon, oxidation)
    assert factor == pytest.approx(kgco2_per_kg, rel=1e-15)


@pytest.mark.parametrize(
    "parameters", [(42, 20, 1.01), (42, 20, 98), (42, 20, -0.1), (-1, 20, 1), (42, -20, 1)]
)
def test_fuel_parameters_out_of_range(parameters: tuple[float, float, float]) -> None:
    with pytest.raises(FootprintError) as failure:
        fuel_factor_kgco2_per_kg(*parameters)
    assert failure.value.excel == "#NUM!"


def test_98_percent_written_as_98_is_told_to_be_098() -> None:
    with pytest.raises(OxidationOutOfRange, match=r"0\.98"):
        fuel_factor_kgco2_per_kg(42.652, 20.2, 98)
