"""Input checks (data validation) as each cell has them, whoever saved the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfp_xl.workbook.alignment.formula_meaning import Places, meaning
from cfp_xl.workbook.formulas.canonical import relative_key, translate
from cfp_xl.workbook.reading.extras import Validation

Check = tuple[str, str, tuple[str, ...]]
"""An input check as it is compared: type, operator, what its formulas say."""
ONE_FORMULA = ("list", "custom")


def covers(validation: Validation, position: tuple[int, int]) -> bool:
    """Whether a check is of this cell."""
    row, column = position
    return any(
        top <= row <= bottom and left <= column <= right
        for top, left, bottom, right in validation.areas
    )


def checks(
    validations: tuple[Validation, ...],
    cells: frozenset[tuple[int, int]],
    sheet: str,
    places: Places,
) -> Mapping[tuple[int, int], frozenset[Check]]:
    """The check that each of these cells has, in its spellings."""
    return {
        position: frozenset(spellings(validation, position, sheet, places))
        for validation in validations
        for position in cells
        if validation.type != "none" and covers(validation, position)
    }


def spellings(
    validation: Validation, position: tuple[int, int], sheet: str, places: Places
) -> Iterator[Check]:
    """What a check says in one of its cells.

    By what its formulas mean, and by how they read from the cell. They are told from the first
    cell of its first range, or, as LibreOffice writes them, from the corner of all its ranges.
    """
    is_of_one = validation.type in ONE_FORMULA
    # LibreOffice writes a second formula, 0, where a check has but one.
    formulas = validation.formulas[:1] if is_of_one else validation.formulas
    corner = tuple(min(area[side] for area in validation.areas) for side in (0, 1))
    operator = "" if is_of_one else validation.operator
    for first in dict.fromkeys((validation.areas[0][:2], corner)):
        source = (first[0], first[1])
        here = [translate(formula, source, position) for formula in formulas]
        yield validation.type, operator, tuple(meaning(one, sheet, places) for one in here)
        # LibreOffice leaves references of checks as they were when a column is put in.
        yield validation.type, operator, tuple(relative_key(one, *position) for one in here)
