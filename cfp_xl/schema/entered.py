"""Values entered into a workbook of ours: constants in prepared cells, all else as it was."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.functions.values import Scalar
from cfp_xl.schema.opened import Opened, Tables, as_saved, opened
from cfp_xl.schema.printed import filled_rows_printed
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.writing.values import Models, write_values


def entered(
    file: Opened,
    values: Mapping[str, Mapping[tuple[int, int], Scalar]],
    like: Mapping[str, Models] | None = None,
) -> Opened:
    """The workbook with these constants, by sheet, read back from its bytes: what was computed from
    them is cached, and the rows that they fill are printed. `like`: see `write_values`."""
    path = file.workbook.path
    workbook = file.workbook.typed_over(values)
    workbook, recalculation = as_saved(workbook)
    written = package_of(
        write_values(file.package, values, like, recalculation.lasting_values), path
    )
    return opened(filled_rows_printed(written, Tables(workbook)), path, recalculation)
