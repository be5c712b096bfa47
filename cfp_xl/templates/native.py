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
from cfp_xl.templates.layout import TemplateRegion
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


def from_unit(book: Book, at: Mapping[str, str]) -> str:
    """The unit to convert from: the row's, or that of the bridge (kg of `kg/件` for 件).

    A bridge may stay in a row whose units meet without it, as where a supplier's factor per kg took
    the place of one per kWh: CFP_EMISSION needs none then, nor does this.
    """
    units = book.layout["units"]
    unit, bridge, per = at["unit"], at["bridge_unit"], _per_unit(book, at)
    names, no_factor = units.column("unit"), is_no_factor(book, at)
    same_base = f"{_of_unit(units, 'base', unit)}={_of_unit(units, 'base', per)}"
    meets = f"IF(COUNTIF({names},{unit})*COUNTIF({names},{per})>0,{same_base},{unit}={per})"
    stroke = f'FIND("/",{bridge})'
    bridged = f"IF(MID({bridge},{stroke}+1,99)={unit},LEFT({bridge},{stroke}-1),{unit})"
    by_bridge = f"IF({meets},{unit},IF(ISNUMBER({stroke}),{bridged},{unit}))"
    by_factor = f"IF({no_factor},{unit},{by_bridge})"
    return f'IF({unit}="","",IF({at["bridge"]}="",{unit},{by_factor}))'


def _per_unit(book: Book, at: Mapping[str, str]) -> str:
    return of_either(book, "per_unit", at, of_assembly(book, "unit", at))


def unit_ratio(book: Book, at: Mapping[str, str]) -> str:
    """From the row's unit to the factor's and to kgCO2e: by bridge and table; blank where none."""
    units = book.layout["units"]
    per, factor_unit = _per_unit(book, at), of_either(book, "unit", at, f'"{EMISSIONS[0]}"')
    start, names = at["from_unit"], units.column("unit")
    bases = ",".join(f'{_of_unit(units, "base", factor_unit)}="{base}"' for base in EMISSIONS)
    in_kg = _of_unit(units, "in_base", factor_unit)
    bridge = f"IF({start}={at['unit']},1,{at['bridge']})"
    known = f"COUNTIF({names},{start})*COUNTIF({names},{per})>0"
    base, per_base = (_of_unit(units, "base", unit) for unit in (start, per))
    size, per_size = (_of_unit(units, "in_base", unit) for unit in (start, per))
    by_table = f'IF({known},IF({base}={per_base},{bridge}*{in_kg}*{size}/{per_size},""),"")'
    return (
        f'IF({is_no_factor(book, at)},"",'
        f'IF(COUNTIF({names},{factor_unit})=0,"",'
        f'IF(NOT(OR({bases})),"",'
        f"IF({start}={per},{bridge}*{in_kg},{by_table}))))"
    )


def emission(book: Book, at: Mapping[str, str], by_status: str) -> str:
    """Quantity × ratio × factor; `by_status` holds the other statuses and a gap `{}` for data."""
    value = of_factor(book, "value", at)
    product = f"IF(ISNUMBER({at['quantity']}),{at['quantity']}*{at['unit_ratio']}*{value},NA())"
    return by_status.format(f"IF(ISNUMBER({at['unit_ratio']}),{product},{at['emission_kgco2e']})")


def by_status(book: Book, at: Mapping[str, str]) -> str:
    """What a row emits by its status, with a gap `{}` for rows that hold data.

    A contradiction (a quantity that does not apply, a zero that is none) is #N/A, never a number.
    """
    status = {one: f'{at["status"]}="{book.status(one)}"' for one in ActivityStatus}
    has_quantity = f'{at["quantity"]}<>""'
    contradicts = f'OR({at["reason"]}="",{has_quantity})'
    word = book.status(ActivityStatus.NOT_APPLICABLE)
    return (
        f'IF({is_empty(book, at)},"",'
        f'IF({status[ActivityStatus.NOT_APPLICABLE]},IF({contradicts},NA(),"{word}"),'
        f"IF({status[ActivityStatus.ZERO]},IF(AND({has_quantity},{at['quantity']}<>0),NA(),0),"
        f"IF(OR({status[ActivityStatus.MISSING]},{at['sign']}={UNKNOWN}),NA(),{{}}))))"
    )


def is_empty(book: Book, at: Mapping[str, str]) -> str:
    """True where nothing has been typed into an activity's row."""
    spans = ",".join(f"{at[start]}:{at[end]}" for start, end in book.layout.typed_spans)
    return f"COUNTA({spans})=0"


def shown_of_factor(book: Book, at: Mapping[str, str]) -> Mapping[str, str]:
    """What the row's factor is called, its value with its units, and its source, as texts."""
    value, unit, per = (of_factor(book, c, at) for c in ("value", "unit", "per_unit"))
    number = f'IF(ISNUMBER({value}),TEXT({value},"{FACTOR}"),"")&" "&{unit}&"/"&{per}'
    sheet, is_made = book.layout.sheets["assemblies"], takes_assembly(at["factor_key"])
    # The value of an assembly is not here: these columns are of the range that it is computed of.
    texts = {
        "factor_name": f'{of_either(book, "name", at, of_assembly(book, "name", at))}&""',
        "factor_value": f'IF({is_made},"→ {sheet}",{number})',
        "factor_source": f'IF({is_made},"",{of_factor(book, "source", at)}&"")',
    }
    return {c: f'IF({is_no_factor(book, at)},"",{text})' for c, text in texts.items()}


def factor_key(at: Mapping[str, str]) -> str:
    """The factor's id alone, of `name [unit] | id` as the dropdown gives it."""
    typed = at["factor_id"]
    stroke = f'FIND("{CHOICE}",{typed})'
    id = f"MID({typed},{stroke}+{len(CHOICE)},255)"
    return f'IF({typed}="","",IF(ISNUMBER({stroke}),{id},{typed}))'


def tkm(at: Mapping[str, str]) -> str:
    """Tonne-kilometres of a row's kg over its km."""
    return f"{at['mass_kg']}/1000*{at['distance_km']}"


def is_no_factor(book: Book, at: Mapping[str, str]) -> str:
    """True where the row names no factor of the sheet, and no assembly."""
    ids, made = (book.layout[id].column("id") for id in ("factors", "assemblies"))
    is_there = f"COUNTIF({ids},{at['factor_key']})+COUNTIF({made},{_assembly_id(at)})"
    return f'OR({at["factor_key"]}="",{is_there}=0)'


def takes_assembly(factor_key: str) -> str:
    """True where the factor is an assembly's."""
    return f'(LEFT({factor_key},{len(ASSEMBLY_PREFIX)})="{ASSEMBLY_PREFIX}")'


def taken_id(factor_key: str) -> str:
    """The id of the assembly that `A-<id>` names."""
    return f"MID({factor_key},{len(ASSEMBLY_PREFIX) + 1},255)"


def _assembly_id(at: Mapping[str, str]) -> str:
    return f'IF({takes_assembly(at["factor_key"])},{taken_id(at["factor_key"])},"—")'


def choice(at: Mapping[str, str]) -> str:
    """What the dropdown of the activities says of a factor. Rows without one are no blanks: at
    an empty cell programs open a list at its first blank."""
    name, unit, id = (at[c] for c in ("name", "per_unit", "id"))
    plain = f'SUBSTITUTE({name},"{CHOICE}",", ")'
    return f'IF({id}="","—",{plain}&" ["&{unit}&"]{CHOICE}"&{id})'


def of_factor(book: Book, column: str, at: Mapping[str, str]) -> str:
    """A column of the activity's factor on the sheet of factors."""
    factors = book.layout["factors"]
    found = f"MATCH({at['factor_key']},{factors.column('id')},0)"
    return f"INDEX({factors.column(column)},{found})"


def of_assembly(book: Book, column: str, at: Mapping[str, str]) -> str:
    """A column of the assembly that the activity takes."""
    assemblies = book.layout["assemblies"]
    found = f"MATCH({taken_id(at['factor_key'])},{assemblies.column('id')},0)"
    return f"INDEX({assemblies.column(column)},{found})"


def of_either(book: Book, column: str, at: Mapping[str, str], of_assembly: str) -> str:
    """A column of the activity's factor, or what it is of an assembly."""
    return f"IF({takes_assembly(at['factor_key'])},{of_assembly},{of_factor(book, column, at)})"


def _of_unit(units: TemplateRegion, column: str, unit: str) -> str:
    return f"INDEX({units.column(column)},MATCH({unit},{units.column('unit')},0))"
