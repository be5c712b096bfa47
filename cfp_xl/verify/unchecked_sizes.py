"""Which checks of size had nothing to compare with: no finding, but worth saying."""

from __future__ import annotations

from cfp_xl.schema.case import Case
from cfp_xl.verify.flows import ENERGY, USE, flows_of
from cfp_xl.verify.rules.product_facts import service_life_years

PRODUCT_MASS, MATERIAL_MASS, SERVICE_LIFE = "product_mass", "material_mass", "service_life"


def unchecked_sizes(case: Case) -> tuple[str, ...]:
    """What is not known: `product_mass` (no amount was judged per kilogram), `material_mass` (nor
    the balance with the end of life), `service_life` (nor whether energy in use is of all years).
    """
    flows = flows_of(case)
    in_use = any(flow.kgco2e > 0 for flow in flows.of(USE, kinds=ENERGY))
    lacking = (
        (PRODUCT_MASS, not flows.product_kg),
        (MATERIAL_MASS, flows.materials_kg is None),
        (SERVICE_LIFE, in_use and service_life_years(case) is None),
    )
    return tuple(name for name, lacks in lacking if lacks)
