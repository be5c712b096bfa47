"""Units: what spellings mean, what converts into what, and what does not."""

from __future__ import annotations

from importlib.resources import files

import pytest

from cfp_xl.footprint import compile_units
from cfp_xl.footprint.unit_questions import unit_question
from cfp_xl.footprint.units import (
    DimensionMismatch,
    UnitAmbiguous,
    UnitMissing,
    UnitNotKnown,
    canonical,
    conversion,
    convert,
    dimension,
    known_units,
)


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "factor"),
    [
        ("MWh", "kWh", 1000.0),
        ("kWh", "MJ", 3.6),
        ("GJ", "kWh", 1000 / 3.6),
        ("TJ", "GJ", 1000.0),
        ("t", "kg", 1000.0),
        ("g", "kg", 0.001),
        ("L", "mL", 1000.0),
        ("m3", "L", 1000.0),
        ("万立方米", "m³", 10_000.0),
        ("1e4Nm3", "Nm3", 10_000.0),
        ("万千瓦时", "MWh", 10.0),
        ("t·km", "kg·km", 1000.0),
        ("t", "吨", 1.0),
        ("mile", "km", 1.609344),
        ("million litres", "m3", 1000.0),
        ("tCO2e", "kgCO2e", 1000.0),
        ("台", "pcs", 1.0),
        ("kg/L", "t/m3", 1.0),
        ("GJ/t", "MJ/kg", 1.0),
        ("MWh (Net CV)", "kWh (Net CV)", 1000.0),
        ("GJ (Net CV)", "kWh (Net CV)", 1000 / 3.6),
        ("tCO2/MWh", "kgCO2/kWh", 1.0),
        ("tce", "kgce", 1000.0),
        ("tce", "GJ", 29.3076),  # GB/T 2589-2020
        # NIST SP 811 (2008), appendix B.8; exact there, or exact by definition.
        ("lb", "kg", 0.45359237),
        ("short ton", "kg", 907.18474),
        ("long ton", "kg", 1016.0469088),
        ("US gallon", "L", 3.785411784),
        ("imperial gallon", "L", 4.54609),
        ("MMBtu", "MJ", 1055.05585262),  # 10^6 Btu (International Table)
        ("therm", "MMBtu", 0.1),  # 100,000 Btu (IT)
        ("ft³", "m3", 0.028316846592),
        ("ft²", "m2", 0.09290304),
        ("short ton·mile", "t·km", 1.45997231821056),  # 0.90718474 × 1.609344
        ("千立方米", "m3", 1000.0),
        ("1000Nm³", "Nm3", 1000.0),
        ("GJ/1000Nm3", "MJ/Nm3", 1.0),
        ("vehicle·km", "km", 1.0),
    ],
)
def test_a_conversion(from_unit: str, to_unit: str, factor: float) -> None:
    assert conversion(from_unit, to_unit) == factor


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        *(
            (spelling, "kWh")
            for spelling in ("kwh", "KWH", "Kwh", " kWh ", "ＫＷｈ", "千瓦时", "度")
        ),
        *((spelling, "kWh") for spelling in ("kW·h", "kW.h", "千瓦小时", "kilowatt-hour")),
        *((spelling, "MWh") for spelling in ("Mwh", "mwh", "MWH", "兆瓦时")),
        *((spelling, "MJ") for spelling in ("mj", "MJ", "兆焦")),
        *((spelling, "t") for spelling in ("T", "tonnes", "ton", "吨", "公吨")),
        *((spelling, "kg") for spelling in ("KG", "公斤", "千克")),
        *((spelling, "m3") for spelling in ("m³", "m^3", "M3", "m3", "cubic metres", "立方米")),
        *((spelling, "Nm3") for spelling in ("Nm³", "nm3", "Nm^3", "标准立方米", "标方")),
        *((spelling, "1e4Nm3") for spelling in ("万Nm3", "10⁴Nm³", "10^4 Nm3", "1e4 Nm3")),
        *((spelling, "t·km") for spelling in ("t.km", "t*km", "t·km", "tkm", "tonne.km", "t-km")),
        *((spelling, "t·km") for spelling in ("吨公里", "吨·公里", "吨千米", "T.KM")),
        *((spelling, "kgCO2e") for spelling in ("kgCO2eq", "kgCO₂e", "kg CO2-eq", "KGCO2E")),
        *((spelling, "kgCO2e") for spelling in ("kg CO2e", "千克二氧化碳当量", "kgCO2当量")),
        *((spelling, "piece") for spelling in ("台", "件", "个", "只", "套", "PCS", "unit")),
        *((spelling, "lb") for spelling in ("LB", "lbs", "pounds", "磅")),
        *((spelling, "short ton") for spelling in ("Short Ton", "tons (US)", "US ton", "短吨")),
        *((spelling, "long ton") for spelling in ("long tons", "ton (UK)", "长吨")),
        *((spelling, "US gallon") for spelling in ("US gal", "gallons (US)", "美制加仑")),
        *((spelling, "imperial gallon") for spelling in ("Imperial gallons", "UK gallon")),
        *((spelling, "MMBtu") for spelling in ("mmBtu", "MMBTU", "百万英热单位")),
        *((spelling, "therm") for spelling in ("therms", "Therm")),
        *((spelling, "ft3") for spelling in ("ft³", "cubic feet", "cu ft", "立方英尺")),
        *((spelling, "ft2") for spelling in ("sq ft", "ft^2", "平方英尺")),
        *((spelling, "1000m3") for spelling in ("千立方米", "1000 m³")),
        *((spelling, "1000Nm3") for spelling in ("1000 Nm³", "千标立方米")),
        *((spelling, "pkm") for spelling in ("p.km", "passenger-km", "人公里")),
        *((spelling, "vehicle·km") for spelling in ("vkm", "vehicle-km", "车公里")),
        *((spelling, "TEU·km") for spelling in ("TEU.km", "TEU-km", "标箱公里")),
        ("kWh（Net CV）", "kWh (Net CV)"),
        ("kWh(低位)", "kWh (Net CV)"),
        ("kWh (Gross CV)", "kWh (Gross CV)"),
        ("litres", "L"),
        ("tC/TJ", "tC/TJ"),
        ("GJ/10⁴Nm³", "GJ/1e4Nm3"),
        ("kgCO2e/台", "kgCO2e/piece"),
    ],
)
def test_one_spelling_for_all(typed: str, unit: str) -> None:
    assert canonical(typed) == unit


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("kWhh", "kWh"),
        ("mJ", "MJ"),  # a millijoule by SI: never taken for a megajoule
        ("mWh", "MWh"),
        ("ML", "mL"),  # a megalitre
        ("tonnne", "t"),
        ("kgCO2x", "kgCO2"),
    ],
)
def test_an_unknown_unit_offers_the_nearest(typed: str, nearest: str) -> None:
    with pytest.raises(UnitNotKnown) as failure:
        canonical(typed)
    assert nearest in failure.value.nearest


@pytest.mark.parametrize("typed", ["克/箱", "g/carton", "纸箱", "托盘", "公顷", "克拉"])
def test_what_only_shares_a_letter_is_not_offered(typed: str) -> None:
    with pytest.raises(UnitNotKnown) as failure:
        canonical(typed)
    assert failure.value.nearest == ()


def test_milligram_or_megagram_is_asked_not_guessed() -> None:
    assert (canonical("mg"), canonical("Mg")) == ("mg", "Mg")
    with pytest.raises(UnitAmbiguous) as failure:
        canonical("MG")
    assert set(failure.value.nearest) == {"mg", "Mg"}


def test_a_blank_unit_is_missing() -> None:
    with pytest.raises(UnitMissing):
        canonical("  ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kWh", "kg"),
        ("m3", "Nm3"),  # a space against an amount of gas
        ("kWh", "kWh (Net CV)"),  # which heating value is meant must be said
        ("kWh (Net CV)", "kWh (Gross CV)"),
        ("kgCO2", "kgCO2e"),
        ("tC", "tCO2"),
        ("t", "t·km"),
        ("t·km", "km"),
        ("pkm", "vehicle·km"),  # how many ride must be said
        ("TEU·km", "t·km"),
        ("台", "kg"),
        ("kg/L", "L/kg"),
    ],
)
def test_different_things_do_not_convert(one: str, other: str) -> None:
    with pytest.raises(DimensionMismatch):
        conversion(one, other)
    with pytest.raises(DimensionMismatch):
        conversion(other, one)


def test_a_mismatch_names_both_sides_in_both_languages() -> None:
    with pytest.raises(DimensionMismatch) as failure:
        convert(1, "kWh", "kg")
    assert failure.value.say("en") == "kWh (energy) does not convert to kg (mass)"
    assert failure.value.say("zh") == "单位 kWh（能量）不能换算为 kg（质量）"


@pytest.mark.parametrize(
    ("unit", "zh", "en"),
    [
        ("kWh", "能量", "energy"),
        ("t·km", "货运周转量", "mass × distance"),
        ("kg/L", "质量/体积", "mass per volume"),
        ("台", "件数", "count"),
    ],
)
def test_what_a_unit_measures(unit: str, zh: str, en: str) -> None:
    assert (dimension(unit).zh, dimension(unit).en) == (zh, en)


def test_every_canonical_unit_is_understood_and_its_own_canonical() -> None:
    assert [unit for unit in known_units() if canonical(unit) != unit] == []


def test_the_compiled_table_is_what_pint_makes_of_the_definitions() -> None:
    compiled = files("cfp_xl").joinpath(*compile_units.COMPILED).read_text("utf-8")
    assert compiled == compile_units.render()


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        *((typed, "t") for typed in ("ton", "TON", "Tons", "T", "kgCO2e/ton", "GJ/T", "万ton")),
        *((typed, "t·km") for typed in ("ton-km", "ton km")),
        ("st", "short ton"),
        *((typed, "US gallon") for typed in ("gallon", "gal", "加仑", "kgCO2/gallon")),
        *((typed, "") for typed in ("t", "吨", "tonne", "short ton", "tons (US)", "US gallon")),
        *((typed, "") for typed in ("t·km", "kgCO2e/t", "TJ", "metric ton", "", "kWatt")),
    ],
)
def test_a_spelling_that_may_mean_another_unit_is_asked_about(typed: str, taken: str) -> None:
    question = unit_question(typed)
    assert (question.taken if question else "") == taken
    assert question is None or taken in question.meanings
