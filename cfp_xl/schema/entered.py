"""Values entered into a workbook of ours: constants in prepared cells, all else as it was."""

from __future__ import annotations

from collections.abc import Mapping

from cfp_xl.functions.values import Scalar
from cfp_xl.schema.opened import Opened, opened, recalculated_with
from cfp_xl.schema.printed import with_filled_rows_printed
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.writing.patch import patched
from cfp_xl.workbook.writing.values import Models, write_values


def entered(
    file: Opened,
    values: Mapping[str, Mapping[tuple[int, int], Scalar]],
    like: Mapping[str, Models] | None = None,
) -> Opened:
    """The workbook with these constants, by sheet, read back from its bytes: what was computed from
    them is cached, and the rows that they fill are printed. `like`: see `write_values`."""
    path = file.workbook.path
    recalculation = recalculated_with(file.workbook, values)
    written = package_of(write_values(file.package, values, like), path)
    after = opened(patched(written, recalculation.lasting_values)[0], path, recalculation)
    return with_filled_rows_printed(after)
