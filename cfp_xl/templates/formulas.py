"""The formulas in which the two editions of a workbook differ: with CFP functions, or without.

The native edition is for those who may install nothing. It has the same sheets, names and seal;
its results come from INDEX/MATCH over the rows, its second opinion from SUMIFS.
"""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.footprint.inventory import ActivityStatus
from cfp_xl.templates import native, signs
from cfp_xl.templates.column_names import named
from cfp_xl.templates.layout import TemplateRegion
from cfp_xl.templates.page import Book

ASSEMBLIES = "cfp_assemblies"
At = Mapping[str, str]
"""The cells of the formula's own row, by column."""


def amount(book: Book, at: At) -> str:
    """A product's part of a bill."""
    if book.is_native:
        return f"{at['total']}*{at['basis_product']}/{at['basis_total']}"
    return f"CFP_ALLOCATE({at['total']},{at['basis_product']},{at['basis_total']})"


def emission(book: Book, at: At) -> str:
    """What a row emits."""
    if not book.is_native:
        bridge = f"{at['bridge']},{at['bridge_unit']}"
        # Calc hands a function a blank cell as 0; a missing quantity must not become one.
        computed = (
            f"IF(COUNTA({at['quantity']})=0,NA(),CFP_EMISSION({_data(at)},{bridge},{ASSEMBLIES}))"
        )
        return native.by_outcome(book, at, computed)
    made = native.of_assembly("kgco2e_per_unit", at)
    value = native.of_either(at, made, native.of_factor("value", at))
    # A blank factor counts as 0 in a product.
    are_numbers = f"AND(ISNUMBER({at['quantity']}),ISNUMBER({at['unit_ratio']}),ISNUMBER({value}))"
    product = f"IF({are_numbers},{at['quantity']}*{at['unit_ratio']}*{value},NA())"
    return _unless_stage_unknown(at, native.by_outcome(book, at, product))


def plain_emission(book: Book, at: At) -> str:
    """The same by another way, for the workbook to agree with itself; 0 of what an assembly makes,
    of which this column is an input."""
    return f"IF({native.takes_assembly(at['factor_key'])},0,{_by_sheet_factor(book, at)})"


def _by_sheet_factor(book: Book, at: At) -> str:
    if not book.is_native:
        return native.emission(book, at)
    values, ids = named("factors", "value"), f"{named('factors', 'id')},{at['factor_key']}"
    # One number under this id: two would be added up, and none would be 0.
    is_one = f'COUNTIFS({ids},{values},">-1E+99")=1'
    is_known = f"AND(ISNUMBER({at['quantity']}),ISNUMBER({at['unit_ratio']}),{is_one})"
    product = f"{at['quantity']}*{at['unit_ratio']}*SUMIFS({values},{ids})"
    by_sums = native.by_outcome(book, at, f"IF({is_known},{product},NA())")
    return _unless_stage_unknown(at, by_sums)


def words_of_data(book: Book, at: At) -> str:
    """What is wrong with a row of data, in words; the word for data where CFP_DIAGNOSE says it,
    which stands in a short formula, for Excel writes one with a function of ours in every row."""
    if not book.is_native:
        blank, data = book.say("row.no_quantity"), book.status(ActivityStatus.DATA)
        return f'IF(COUNTA({at["quantity"]})=0,"{blank}","{data}")'
    words = {key: f'"{book.say(f"row.{key}")}"' for key in NATIVE_WORDS}
    return (
        f"IF({_is_stage_unknown(at)},{words['stage_unknown']},"
        f"IF(NOT(ISNUMBER({at['quantity']})),{words['no_number']},"
        f"IF({native.is_no_factor(at)},{words['no_factor']},"
        f"IF(NOT(ISNUMBER({at['unit_ratio']})),{words['other_unit']},"
        f'IF(ISNUMBER({at["emission_kgco2e"]}),"OK",{words["no_value"]})))))'
    )


def diagnosis(book: Book, at: At) -> str:
    """What is to be said of a row: by its status, or of its data."""
    said = at["outcome_text"]
    if book.is_native:
        return said
    diagnosed = f'CFP_DIAGNOSE({_data(at)},"{book.lang}",{ASSEMBLIES})'
    return f'IF({said}="{book.status(ActivityStatus.DATA)}",{diagnosed},{said})'


NATIVE_WORDS = ("stage_unknown", "no_number", "no_factor", "other_unit", "no_value")


def stage(book: Book, at: At, *, by_process: bool) -> str:
    """A stage's emissions, or those of one process in it; without any row #N/A, not 0."""
    if not book.is_native:
        process = at["process"] if by_process else ""
        return f"CFP_STAGE({at['stage']},cfp_activities,{process},cfp_factors,{ASSEMBLIES})"
    rows = rows_of(book, at, by_process=by_process)
    area = book.layout["activities"]
    return f"IF(COUNTIFS({rows},{signs.of_product(book)})=0,NA(),{_counted(area, rows)})"


def share(book: Book, at: At, *, by_process: bool) -> str:
    """Of the total, of a stage or of a process: with or without CFP functions."""
    if not book.is_native:
        process = at["process"] if by_process else ""
        return f"CFP_SHARE({at['stage']},cfp_activities,{process},cfp_factors,{ASSEMBLIES})"
    region = book.layout["results"]
    return f"{at['cfp']}/{region.fixed('cfp', region.last)}"


def total(book: Book) -> str:
    """kgCO2e of all activities per functional unit."""
    if not book.is_native:
        return f"CFP_TOTAL(cfp_activities,cfp_factors,{ASSEMBLIES})"
    return _counted(book.layout["activities"], "")


def _counted(area: TemplateRegion, rows: str) -> str:
    """What rows add to the result, by their column of emissions: what leaves is subtracted."""
    emitted, counts = area.column("emission_kgco2e"), area.column("counts")
    more = f",{rows}" if rows else ""
    return f"SUMIFS({emitted},{counts},1{more})-SUMIFS({emitted},{counts},-1{more})"


def status(book: Book, stage: str) -> str:
    """What the rows of a stage lack, in words; of all stages where `stage` is empty."""
    if not book.is_native:
        return f'CFP_STATUS(cfp_activities,{stage},"{book.lang}")'
    area = book.layout["activities"]
    rows = f"{area.column('stage')},{stage}," if stage else ""
    missing = f'COUNTIFS({rows}{area.column("status")},"{book.status(ActivityStatus.MISSING)}")'
    lacking = f'IF({missing}>0,"{book.say("results.missing_rows")}"&{missing},"OK")'
    if not stage:
        return lacking
    none = f"COUNTIFS({area.column('stage')},{stage},{signs.of_product(book)})=0"
    return f'IF({none},"{book.say("results.no_rows")}",{lacking})'


def rows_of(book: Book, at: At, *, by_process: bool) -> str:
    """Criteria of SUMIFS and COUNTIFS for the rows of a stage or process."""
    area = book.layout["activities"]
    criteria = f"{area.column('stage')},{at['stage']}"
    return criteria + (f",{area.column('process')},{at['process']}" if by_process else "")


def _data(at: At) -> str:
    return f"{at['quantity']},{at['unit']},{at['factor_id']},cfp_factors"


def _is_stage_unknown(at: At) -> str:
    return f"COUNTIF({named('results', 'stage')},{at['stage']})=0"


def _unless_stage_unknown(at: At, formula: str) -> str:
    """A row of no known stage is in no stage's sum; it must not be in the total's either."""
    return f'IF({at["outcome"]}="","",IF({_is_stage_unknown(at)},NA(),{formula}))'
