"""What a row emits, computed with native functions only, and the units this can convert.

It stands beside CFP_EMISSION so that the sums have an independent second opinion that works
without any add-in. Where it can't tell (a unit or a factor it doesn't know) it takes over the
result of CFP_EMISSION.
"""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.assemblies import ASSEMBLY_PREFIX
from cfp_xl.footprint.factor_choice import CHOICE
from cfp_xl.footprint.factors import builtin, builtin_sets
from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.footprint.units import conversion, same_dimension
from cfp_xl.templates.column_names import named
from cfp_xl.templates.page import Book, Page
from cfp_xl.templates.style import FACTOR

BASES: Mapping[str, tuple[str, ...]] = {
    "kWh": ("kWh", "MWh", "MJ", "GJ", "千瓦时", "度"),
    "kg": ("kg", "t", "g", "千克", "公斤", "吨", "克"),
    "L": ("L", "m3", "升", "立方米"),
    "Nm3": ("Nm3", "标准立方米"),
    "t·km": ("t·km", "吨公里"),
    "km": ("km", "公里"),
    "kgCO2e": ("kgCO2e", "gCO2e", "tCO2e"),
    "kgCO2": ("kgCO2", "tCO2"),
}
"""What people type; the units of all shipped factors are added to it."""
At = Mapping[str, str]
"""The cells of the formula's own row, by column."""
UNKNOWN = 2
"""The sign of a row whose direction or kind of carbon is none of the words."""
EMISSIONS = ("kgCO2e", "kgCO2")
"""The base units in which a factor's value may be."""


def convertible_units() -> tuple[tuple[str, str], ...]:
    """The units that native formulas know, each with the base unit it is converted to."""
    known = {unit: base for base, units in BASES.items() for unit in units}
    shipped = {f.per_unit for id in builtin_sets() for f in builtin(id).factors.values()}
    for unit in sorted(shipped - known.keys()):
        known[unit] = next((base for base in BASES if same_dimension(unit, base)), unit)
    return tuple(known.items())


UNITS = convertible_units()


def unit_table(page: Page) -> None:
    """The units and what one of each is in its base unit, from the project's own definitions."""
    region, styles = page.book.layout["units"], page.book.styles
    title = page.book.say("check.units")
    page.sheet.write_string(region.header - 1, region.left, title, styles.title("section"))
    for column in region.columns:
        heading = page.book.heading("units", column)
        page.sheet.write_string(
            region.header, region.index(column), heading, styles.title("header")
        )
    page.sheet.set_row(region.header, 34)
    for row, (unit, base) in enumerate(UNITS, region.first):
        page.write(row, region.index("unit"), unit, styles.cell("pinned"))
        page.write(row, region.index("base"), base, styles.cell("pinned"))
        number = styles.cell("pinned", "0.########")
        page.write(row, region.index("in_base"), conversion(unit, base), number)


def factor_row(at: At) -> str:
    """The row of its factor on the sheet of factors, or of the assembly that it takes among
    these, from the headings on; blank where there is none, #N/A where only a factor has an
    assembly's id."""
    key, factors, made = at["factor_key"], named("factors", "id"), named("assemblies", "id")
    taken = taken_id(key)
    are_none = f"COUNTIF({factors},{key})+COUNTIF({made},{taken})=0"
    of_made = f'IF({are_none},"",MATCH({taken},{made},0))'
    of_factors = f'IF(COUNTIF({factors},{key})=0,"",MATCH({key},{factors},0))'
    return f'IF({key}="","",{of_either(at, of_made, of_factors)})'


def factor_per(at: At) -> str:
    """The unit that the factor is per, or that of the assembly; as text, for a blank cell that is
    looked up would be 0."""
    unit = of_either(at, of_assembly("unit", at), of_factor("per_unit", at))
    return f'IF({is_no_factor(at)},"",{unit}&"")'


def factor_kg(at: At) -> str:
    """kgCO2e in the unit of the factor's value; blank where that is no emission."""
    unit = of_factor("unit", at)
    bases = ",".join(f'{_of_unit("base", unit)}="{base}"' for base in EMISSIONS)
    in_kg = f'IF(OR({bases}),{_of_unit("in_base", unit)},"")'
    known = f'IF(COUNTIF({named("units", "unit")},{unit})=0,"",{in_kg})'
    return f'IF({is_no_factor(at)},"",{of_either(at, "1", known)})'


def from_unit(at: At) -> str:
    """The unit to convert from: the row's, or that of the bridge (kg of `kg/件` for 件).

    A bridge may stay in a row whose units meet without it, as where a supplier's factor per kg took
    the place of one per kWh: CFP_EMISSION needs none then, nor does this.
    """
    unit, bridge, per = at["unit"], at["bridge_unit"], at["factor_per"]
    same_base = f"{_of_unit('base', unit)}={_of_unit('base', per)}"
    meets = f"IF({_are_known(unit, per)},{same_base},{unit}={per})"
    stroke = f'FIND("/",{bridge})'
    bridged = f"IF(MID({bridge},{stroke}+1,99)={unit},LEFT({bridge},{stroke}-1),{unit})"
    by_bridge = f"IF({meets},{unit},IF(ISNUMBER({stroke}),{bridged},{unit}))"
    by_factor = f"IF({is_no_factor(at)},{unit},{by_bridge})"
    return f'IF({unit}="","",IF({at["bridge"]}="",{unit},{by_factor}))'


def unit_ratio(at: At) -> str:
    """From the row's unit to the factor's and to kgCO2e: by bridge and table; blank where none."""
    start, per, in_kg = at["from_unit"], at["factor_per"], at["factor_kg"]
    bridge = f"IF({start}={at['unit']},1,{at['bridge']})"
    base, per_base = (_of_unit("base", unit) for unit in (start, per))
    size, per_size = (_of_unit("in_base", unit) for unit in (start, per))
    converted = f'IF({base}={per_base},{bridge}*{in_kg}*{size}/{per_size},"")'
    by_table = f'IF({_are_known(start, per)},{converted},"")'
    return f'IF({in_kg}="","",IF({start}={per},{bridge}*{in_kg},{by_table}))'


def emission(book: Book, at: At) -> str:
    """Quantity × ratio × factor of a row that holds data."""
    value = of_factor("value", at)
    product = f"IF(ISNUMBER({at['quantity']}),{at['quantity']}*{at['unit_ratio']}*{value},NA())"
    computed = f"IF(ISNUMBER({at['unit_ratio']}),{product},{at['emission_kgco2e']})"
    return by_outcome(book, at, computed)


def outcome(book: Book, at: At) -> str:
    """What a row counts as by its status: data, missing, 0, or the word that it does not apply.

    A contradiction (a quantity that does not apply, a zero that is none) is missing, never a
    number.
    """
    word = {one: book.status(one) for one in ActivityStatus}
    says = {one: f'{at["status"]}="{word[one]}"' for one in ActivityStatus}
    missing, not_applicable = word[ActivityStatus.MISSING], word[ActivityStatus.NOT_APPLICABLE]
    has_quantity = f'{at["quantity"]}<>""'
    contradicts = f'OR({at["reason"]}="",{has_quantity})'
    is_none = f"AND({has_quantity},{at['quantity']}<>0)"
    is_missing = f"OR({says[ActivityStatus.MISSING]},{at['sign']}={UNKNOWN})"
    return (
        f'IF({is_empty(book, at)},"",IF({says[ActivityStatus.NOT_APPLICABLE]},'
        f'IF({contradicts},"{missing}","{not_applicable}"),'
        f'IF({says[ActivityStatus.ZERO]},IF({is_none},"{missing}",0),'
        f'IF({is_missing},"{missing}","{word[ActivityStatus.DATA]}"))))'
    )


def by_outcome(book: Book, at: At, of_data: str) -> str:
    """What a row comes to, `of_data` where it holds data: what is missing is #N/A."""
    data, missing = book.status(ActivityStatus.DATA), book.status(ActivityStatus.MISSING)
    other = f'IF({at["outcome"]}="{missing}",NA(),{at["outcome"]})'
    return f'IF({at["outcome"]}="{data}",{of_data},{other})'


def is_empty(book: Book, at: At) -> str:
    """True where nothing has been typed into an activity's row."""
    spans = ",".join(f"{at[start]}:{at[end]}" for start, end in book.layout.typed_spans)
    return f"COUNTA({spans})=0"


def shown_of_factor(book: Book, at: At) -> Mapping[str, str]:
    """What the row's factor is called, its value with its units, and its source, as texts."""
    value, unit = of_factor("value", at), of_factor("unit", at)
    number = f'IF(ISNUMBER({value}),TEXT({value},"{FACTOR}"),"")&" "&{unit}&"/"&{at["factor_per"]}'
    sheet = book.layout.sheets["assemblies"]
    name = of_either(at, of_assembly("name", at), of_factor("name", at))
    # The value of an assembly is not here: these columns are of the range that it is computed of.
    texts = {
        "factor_name": f'{name}&""',
        "factor_value": of_either(at, f'"→ {sheet}"', number),
        "factor_source": of_either(at, '""', f'{of_factor("source", at)}&""'),
    }
    return {c: f'IF({is_no_factor(at)},"",{text})' for c, text in texts.items()}


def factor_key(at: At) -> str:
    """The factor's id alone, of `name [unit] | id` as the dropdown gives it."""
    typed = at["factor_id"]
    stroke = f'FIND("{CHOICE}",{typed})'
    id = f"MID({typed},{stroke}+{len(CHOICE)},255)"
    return f'IF({typed}="","",IF(ISNUMBER({stroke}),{id},{typed}))'


def tkm(at: At) -> str:
    """Tonne-kilometres of a row's kg over its km."""
    return f"{at['mass_kg']}/1000*{at['distance_km']}"


def is_no_factor(at: At) -> str:
    """True where the row names no factor of the sheet, and no assembly."""
    return f'OR({at["factor_key"]}="",ISTEXT({at["factor_row"]}))'


def takes_assembly(factor_key: str) -> str:
    """True where the factor is an assembly's."""
    return f'(LEFT({factor_key},{len(ASSEMBLY_PREFIX)})="{ASSEMBLY_PREFIX}")'


def taken_id(factor_key: str) -> str:
    """The id of the assembly that `A-<id>` names."""
    return f"MID({factor_key},{len(ASSEMBLY_PREFIX) + 1},255)"


def choice(at: At) -> str:
    """What the dropdown of the activities says of a factor. Rows without one are no blanks: at
    an empty cell programs open a list at its first blank."""
    name, unit, id = (at[c] for c in ("name", "per_unit", "id"))
    plain = f'SUBSTITUTE({name},"{CHOICE}",", ")'
    return f'IF({id}="","—",{plain}&" ["&{unit}&"]{CHOICE}"&{id})'


def of_factor(column: str, at: At) -> str:
    """A column of the activity's factor on the sheet of factors."""
    return f"INDEX({named('factors', column)},{at['factor_row']})"


def of_assembly(column: str, at: At) -> str:
    """A column of the assembly that the activity takes."""
    return f"INDEX({named('assemblies', column)},{at['factor_row']})"


def of_either(at: At, of_assembly: str, of_factor: str) -> str:
    """What it is where the row takes an assembly, or where it has a factor."""
    return f"IF({takes_assembly(at['factor_key'])},{of_assembly},{of_factor})"


def _are_known(*units: str) -> str:
    """Whether the table has all these units."""
    names = named("units", "unit")
    return "*".join(f"COUNTIF({names},{unit})" for unit in units) + ">0"


def _of_unit(column: str, unit: str) -> str:
    return f"INDEX({named('units', column)},MATCH({unit},{named('units', 'unit')},0))"
