"""The fields of a PACT footprint of version 3: what each holds, and which must be there.

Written from the data model as software has to meet it; the rules between fields are in
`pact_rules`. A number is a JSON string of plain digits, for a binary fraction is no decimal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "uuid", "version", "moment", "urns", "uuids", "texts", "number", "flag"]


@dataclass(frozen=True, slots=True)
class PactField:
    """One field; `low` and `high` bound a number, `words` are all that a text may be."""

    kind: Kind | Literal["object", "objects"]
    is_required: bool = False
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()
    pattern: str = ""
    fields: Mapping[str, PactField] | None = None
    """Of an object, or of each object of a list."""
    is_above_low: bool = False


def _at_least_0(*, is_required: bool = False) -> PactField:
    return PactField("number", is_required, low=0)


def _at_most_0() -> PactField:
    return PactField("number", high=0)


def _percent(*, is_required: bool = False) -> PactField:
    return PactField("number", is_required, low=0, high=100)


UNITS = (
    *("liter", "kilogram", "cubic meter", "kilowatt hour", "megajoule", "ton kilometer"),
    *("square meter", "piece", "hour", "megabit second"),
)
REGIONS = (
    *("Africa", "Americas", "Asia", "Europe", "Oceania", "Australia and New Zealand"),
    *("Central Asia", "Eastern Asia", "Eastern Europe", "Latin America and the Caribbean"),
    *("Melanesia", "Micronesia", "Northern Africa", "Northern America", "Northern Europe"),
    *("Polynesia", "South-eastern Asia", "Southern Asia", "Southern Europe"),
    *("Sub-Saharan Africa", "Western Asia", "Western Europe"),
)
_DQR = PactField("number", True, low=1, high=5)
VERIFICATION = {
    "coverage": PactField("text", words=("PCF calculation model", "PCF program", "product level")),
    "providerName": PactField("text"),
    "completedAt": PactField("moment"),
    "standardName": PactField("text"),
    "comments": PactField("text"),
}
PCF: Mapping[str, PactField] = {
    "declaredUnitOfMeasurement": PactField("text", True, words=UNITS),
    "declaredUnitAmount": PactField("number", True, low=0, is_above_low=True),
    "productMassPerDeclaredUnit": _at_least_0(is_required=True),
    "referencePeriodStart": PactField("moment", True),
    "referencePeriodEnd": PactField("moment", True),
    "geographyRegionOrSubregion": PactField("text", words=REGIONS),
    "geographyCountry": PactField("text", pattern="[A-Z]{2}"),
    "geographyCountrySubdivision": PactField("text", pattern="[A-Z]{2}-[A-Z0-9]{1,3}"),
    "boundaryProcessesDescription": PactField("text"),
    "pcfExcludingBiogenicUptake": PactField("number", True),
    "pcfIncludingBiogenicUptake": PactField("number", True),
    "fossilGhgEmissions": _at_least_0(is_required=True),
    "fossilCarbonContent": _at_least_0(is_required=True),
    "biogenicCarbonContent": _at_least_0(),
    "recycledCarbonContent": _at_least_0(),
    "landUseChangeGhgEmissions": _at_least_0(),
    "landCarbonLeakage": _at_least_0(),
    "landManagementFossilGhgEmissions": _at_least_0(),
    "landManagementBiogenicCO2Emissions": _at_least_0(),
    "landManagementBiogenicCO2Removals": _at_most_0(),
    "biogenicCO2Uptake": _at_most_0(),
    "biogenicNonCO2Emissions": _at_least_0(),
    "landAreaOccupation": _at_least_0(),
    "aircraftGhgEmissions": _at_least_0(),
    "packagingEmissionsIncluded": PactField("flag", True),
    "packagingGhgEmissions": _at_least_0(),
    "packagingBiogenicCarbonContent": _at_least_0(),
    "outboundLogisticsGhgEmissions": _at_least_0(),
    "ccsTechnologicalCO2CaptureIncluded": PactField("flag", True),
    "ccsTechnologicalCO2Capture": _at_most_0(),
    "technologicalCO2CaptureOrigin": PactField("text"),
    "technologicalCO2Removals": _at_most_0(),
    "ccuCarbonContent": _at_least_0(),
    "ccuCalculationApproach": PactField("text", words=("Cut-off", "Credit")),
    "ccuCreditCertification": PactField("text"),
    "ipccCharacterizationFactors": PactField("texts", True, pattern=r"AR\d+"),
    "crossSectoralStandards": PactField("texts", True),
    "productOrSectorSpecificRules": PactField(
        "objects",
        fields={
            "operator": PactField("text", True, words=("PEF", "EPD International", "Other")),
            "ruleNames": PactField("texts", True),
            "otherOperatorName": PactField("text"),
        },
    ),
    "exemptedEmissionsPercent": _percent(is_required=True),
    "exemptedEmissionsDescription": PactField("text"),
    "allocationRulesDescription": PactField("text"),
    "secondaryEmissionFactorSources": PactField(
        "objects", fields={"name": PactField("text", True), "version": PactField("text", True)}
    ),
    "primaryDataShare": _percent(is_required=True),
    "dqi": PactField(
        "object",
        fields=dict.fromkeys(("technologicalDQR", "geographicalDQR", "temporalDQR"), _DQR),
    ),
    "verification": PactField("object", fields=VERIFICATION),
}
FOOTPRINT: Mapping[str, PactField] = {
    "id": PactField("uuid", True),
    "specVersion": PactField("version", True),
    "precedingPfIds": PactField("uuids"),
    "created": PactField("moment", True),
    "status": PactField("text", True, words=("Active", "Deprecated")),
    "validityPeriodStart": PactField("moment"),
    "validityPeriodEnd": PactField("moment"),
    "companyName": PactField("text", True),
    "companyIds": PactField("urns", True),
    "productDescription": PactField("text", True),
    "productIds": PactField("urns", True),
    "productClassifications": PactField("urns"),
    "productNameCompany": PactField("text", True),
    "comment": PactField("text"),
    "pcf": PactField("object", True, fields=PCF),
    "extensions": PactField(
        "objects",
        fields={
            "specVersion": PactField("version", True),
            "dataSchema": PactField("text", True),
            "data": PactField("object", True),
            "documentation": PactField("text"),
        },
    ),
}
NOW_CALLED: Mapping[str, str] = {
    "declaredUnit": "declaredUnitOfMeasurement",
    "unitaryProductAmount": "declaredUnitAmount",
    "pCfExcludingBiogenic": "pcfExcludingBiogenicUptake",
    "pCfIncludingBiogenic": "pcfIncludingBiogenicUptake",
    "characterizationFactors": "ipccCharacterizationFactors",
    "crossSectoralStandardsUsed": "crossSectoralStandards",
    "dLucGhgEmissions": "landUseChangeGhgEmissions",
    "biogenicCarbonWithdrawal": "biogenicCO2Uptake",
    "assurance": "verification",
}
"""Fields of version 2 under their present names."""
