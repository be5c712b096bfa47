"""Whether a JSON document is a PACT footprint of version 3: each field, and the rules between them
that no schema holds. Whatever wrote the file; a breach names its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from cfp_xl.exchange.pact_fields import FOOTPRINT, NOW_CALLED, PactField
from cfp_xl.messages import Explained

WEIGHING = ("kilogram", "liter", "cubic meter", "piece")
"""Declared units of what has a mass."""
ADDED = (
    "fossilGhgEmissions",
    "landUseChangeGhgEmissions",
    "landManagementBiogenicCO2Emissions",
    "landManagementBiogenicCO2Removals",
    "technologicalCO2Removals",
    "ccsTechnologicalCO2Capture",
    "biogenicNonCO2Emissions",
)
"""What the footprint without uptake is the sum of; emissions of land management that are fossil are
inside the fossil ones already."""
GEOGRAPHY = ("geographyRegionOrSubregion", "geographyCountry", "geographyCountrySubdivision")
CAPTURE = ("ccsTechnologicalCO2Capture", "technologicalCO2Removals")
YEARS_VALID = 3
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_URN = re.compile(r"[uU][rR][nN]:[A-Za-z0-9][A-Za-z0-9.-]*:\S+")
_VERSION = re.compile(r"\d+\.\d+\.\d+(?:-\d{8})?")
LONGEST = 80


class Breach(Explained):
    """A rule that a field breaks."""

    def __init__(self, field: str, rule: str, **values: object) -> None:
        super().__init__(f"exchange_out.pact.{rule}", field=field, **values)
        self.field, self.rule = field, rule


def breaches(document: object) -> tuple[Breach, ...]:
    """Everything that is wrong with a ProductFootprint; the rules between fields are asked where
    the fields for themselves are right."""
    if not isinstance(document, Mapping):
        return (Breach("$", "not_an_object"),)
    of_fields = tuple(_object("", document, FOOTPRINT))
    return of_fields or tuple(
        breach
        for rule in (_version, _sums, _times, _alternatives, _mass)
        for breach in rule(document)
    )


def _object(
    path: str, found: Mapping[str, object], fields: Mapping[str, PactField]
) -> Iterator[Breach]:
    for name, value in found.items():
        here = f"{path}{name}"
        if value is None:
            yield Breach(here, "null")
        elif name in fields:
            yield from _value(here, value, fields[name])
        elif name in NOW_CALLED:
            yield Breach(here, "old_name", expected=NOW_CALLED[name])
    for name, field in fields.items():
        if field.is_required and name not in found:
            yield Breach(f"{path}{name}", "missing")


def _value(path: str, value: object, field: PactField) -> Iterator[Breach]:
    match field.kind:
        case "object":
            if not isinstance(value, Mapping):
                yield Breach(path, "kind_object")
            elif field.fields is not None:
                yield from _object(f"{path}.", value, field.fields)
        case "objects" | "texts" | "urns" | "uuids":
            yield from _list(path, value, field)
        case "flag":
            if not isinstance(value, bool):
                yield Breach(
                    path, "kind_flag", seen=f"“{value}”" if isinstance(value, str) else _seen(value)
                )
        case "number":
            yield from _number(path, value, field)
        case kind:
            yield from _text(path, value, field, kind)


def _list(path: str, value: object, field: PactField) -> Iterator[Breach]:
    if not isinstance(value, list) or not value:
        yield Breach(path, "kind_list")
        return
    if field.kind != "objects" and len({repr(one) for one in value}) < len(value):
        yield Breach(path, "twice")
    for at, one in enumerate(value):
        here = f"{path}[{at}]"
        if field.kind != "objects":
            yield from _text(here, one, field, field.kind.removesuffix("s"))
        elif isinstance(one, Mapping):
            yield from _object(f"{here}.", one, field.fields or {})
        else:
            yield Breach(here, "kind_object")


def _number(path: str, value: object, field: PactField) -> Iterator[Breach]:
    if not isinstance(value, str):
        yield Breach(path, "number_not_text", seen=_seen(value))
        return
    if not _NUMBER.fullmatch(value) or not value.isascii():
        yield Breach(path, "number", seen=_seen(value))
        return
    exact = Decimal(value)
    is_low = field.low is not None and (
        exact < Decimal(field.low) or (field.is_above_low and exact == Decimal(field.low))
    )
    if is_low or (field.high is not None and exact > Decimal(field.high)):
        bounds = [f"> {field.low}" if field.is_above_low else f"≥ {field.low}"]
        bounds = bounds if field.low is not None else []
        bounds += [f"≤ {field.high}"] if field.high is not None else []
        yield Breach(path, "bounds", seen=_seen(value), expected=", ".join(bounds))


def _uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _moment(text: str) -> datetime | None:
    """A date with time and zone; None for anything else."""
    if not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_FITS: Mapping[str, Callable[[str], object]] = {
    "uuid": _uuid,
    "moment": _moment,
    "version": _VERSION.fullmatch,
    "urn": _URN.fullmatch,
    "text": str.strip,
}


def _text(path: str, value: object, field: PactField, kind: str) -> Iterator[Breach]:
    if not isinstance(value, str):
        yield Breach(path, "kind_text", seen=_seen(value))
    elif not _FITS[kind](value):
        yield Breach(path, f"not_{kind}", seen=_seen(value))
    elif field.words and value not in field.words:
        yield Breach(path, "words", seen=_seen(value), expected=", ".join(field.words))
    elif field.pattern and not re.fullmatch(field.pattern, value, re.ASCII):
        yield Breach(path, "pattern", seen=_seen(value), expected=field.pattern)


def _version(document: Mapping[str, object]) -> Iterator[Breach]:
    seen = str(document["specVersion"])
    if not seen.startswith("3."):
        yield Breach("specVersion", "major", seen=seen)


def _sums(document: Mapping[str, object]) -> Iterator[Breach]:
    """What is without uptake is the sum of its parts, and with uptake that and the uptake."""
    pcf = _pcf(document)
    parts = [pcf[name] for name in ADDED if name in pcf]
    without, including = pcf["pcfExcludingBiogenicUptake"], pcf["pcfIncludingBiogenicUptake"]
    yield from sum_breaches("pcf.pcfExcludingBiogenicUptake", without, parts)
    uptake = [pcf["biogenicCO2Uptake"]] if "biogenicCO2Uptake" in pcf else []
    yield from sum_breaches("pcf.pcfIncludingBiogenicUptake", including, [without, *uptake])
    land, fossil = pcf.get("landManagementFossilGhgEmissions"), pcf["fossilGhgEmissions"]
    if land is not None and Decimal(str(land)) > Decimal(str(fossil)):
        yield Breach(
            "pcf.landManagementFossilGhgEmissions", "bounds", seen=land, expected=f"≤ {fossil}"
        )


def sum_breaches(field: str, stated: object, parts: Sequence[object]) -> Iterator[Breach]:
    """Each number stands for what is rounded to it: half a unit of its last digit either way."""
    terms = [Decimal(str(one)) for one in parts]
    added, seen = sum(terms, Decimal(0)), Decimal(str(stated))
    slack = sum((_half_unit(one) for one in (*terms, seen) if one), Decimal(0))
    if abs(added - seen) > slack:
        yield Breach(field, "sum", seen=str(seen), expected=format(added, "f"))


def _half_unit(number: Decimal) -> Decimal:
    """Half a unit of the last decimal place; nothing of a whole number, which is exact."""
    exponent = number.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    return Decimal(5).scaleb(-places - 1) if places > 0 else Decimal(0)


def _times(document: Mapping[str, object]) -> Iterator[Breach]:
    pcf = _pcf(document)
    start, end = (_moment(str(pcf[f"referencePeriod{one}"])) for one in ("Start", "End"))
    assert start is not None
    assert end is not None
    if start >= end:
        yield Breach("pcf.referencePeriodEnd", "period", seen=str(pcf["referencePeriodEnd"]))
    valid = {
        one: _moment(str(document[f"validityPeriod{one}"]))
        for one in ("Start", "End")
        if f"validityPeriod{one}" in document
    }
    if (first := valid.get("Start")) and first < end:
        seen = str(document["validityPeriodStart"])
        yield Breach("validityPeriodStart", "valid_early", seen=seen)
    if last := valid.get("End"):
        seen = str(document["validityPeriodEnd"])
        if last > _years_later(end):
            yield Breach("validityPeriodEnd", "valid_long", seen=seen, years=YEARS_VALID)
        if last <= (valid.get("Start") or end):
            yield Breach("validityPeriodEnd", "valid_ends", seen=seen)


def _years_later(moment: datetime) -> datetime:
    """The same day and time, 29 February as 28, so many years later."""
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year + YEARS_VALID, day=day)


def _alternatives(document: Mapping[str, object]) -> Iterator[Breach]:
    """Fields that exclude each other, or that another one asks for."""
    pcf = _pcf(document)
    places = [name for name in GEOGRAPHY if name in pcf]
    if len(places) > 1:
        yield Breach(f"pcf.{places[1]}", "two_places", others=", ".join(places))
    for flag, absent in (
        ("packagingEmissionsIncluded", ("packagingGhgEmissions",)),
        ("ccsTechnologicalCO2CaptureIncluded", (*CAPTURE, "technologicalCO2CaptureOrigin")),
    ):
        for name in absent:
            if pcf[flag] is False and name in pcf:
                yield Breach(f"pcf.{name}", "flag_false", flag=flag)
    rules = pcf.get("productOrSectorSpecificRules")
    for at, rule in enumerate(rules if isinstance(rules, list) else ()):
        if rule["operator"] == "Other" and "otherOperatorName" not in rule:
            here = f"pcf.productOrSectorSpecificRules[{at}].otherOperatorName"
            yield Breach(here, "missing")
    earlier = document.get("precedingPfIds")
    if isinstance(earlier, list) and document["id"] in earlier:
        yield Breach("precedingPfIds", "itself")


def _mass(document: Mapping[str, object]) -> Iterator[Breach]:
    pcf = _pcf(document)
    unit, mass = str(pcf["declaredUnitOfMeasurement"]), str(pcf["productMassPerDeclaredUnit"])
    if unit in WEIGHING and Decimal(mass) == 0:
        yield Breach("pcf.productMassPerDeclaredUnit", "weighs", unit=unit)


def _pcf(document: Mapping[str, object]) -> Mapping[str, object]:
    pcf = document["pcf"]
    assert isinstance(pcf, Mapping)
    return pcf


def _seen(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
