"""The engines that are measured: each computes workbooks and says the total it finds.

    python -m benchmarks.engines ENGINE WARM_UP FILE...       (a process of its own, from run.py)

Prints JSON: CPU and wall seconds of the work itself, without the start of the process and what is
imported then, and the total of each workbook. Exit code 69: the engine is not installed.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import math
import os
import pstats
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.workloads import (
    CHANGED_COLUMN,
    CHANGED_ROW,
    DRAWN,
    RESULTS,
    TOTAL_ROW,
    drawn_quantities,
)

if TYPE_CHECKING:
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.engine.whatif import WhatIf

NOT_INSTALLED = 69
PROFILE_LINES = 12
OUR_STAGES = {
    "read_workbook": "cfp_xl/workbook/reading/read",
    "recalculate": "cfp_xl/engine/recalculate",
    "find_schema": "cfp_xl/schema/schema",
    "compare": "cfp_xl/verify/compare",
}
"""The functions of `ours`, and where each is."""

Draws = Sequence[Sequence[float]]
"""For each draw the quantities of the rows DRAWN."""

Total = float | None
"""None from what only reads, and computes nothing."""


def ours(path: Path) -> Total:
    """What `verify` does with a workbook that is not one of our templates."""
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.engine.recalculate import recalculate
    from cfp_xl.schema.schema import find_schema
    from cfp_xl.verify.compare import compare
    from cfp_xl.workbook.reading.read import read_workbook

    workbook = read_workbook(path)
    recalculation = recalculate(workbook, deadline_s=3600)
    schema, _ = find_schema(workbook)
    counts, _ = compare(workbook, recalculation, 1e-9, is_ours=schema is not None)
    assert counts.matched == workbook.formula_count, f"{path}: {counts}"
    return _number(recalculation.cells[CellKey(RESULTS, TOTAL_ROW, 2)].value)


def ours_changed(path: Path) -> Callable[[float], Total]:
    """Computes again what depends on the input."""
    book = _what_if(path)

    def changed(quantity: float) -> Total:
        outcome = book.changed({_quantity_key(CHANGED_ROW): quantity})
        return _number(outcome.cells[_total_key()].value)

    return changed


def ours_drawn(path: Path) -> Callable[[Draws], Total]:
    """All draws at once."""
    from cfp_xl.engine.draws import draws

    book = _what_if(path)

    def drawn(quantities: Draws) -> Total:
        columns = zip(*quantities, strict=True)
        inputs = {_quantity_key(row): column for row, column in zip(DRAWN, columns, strict=True)}
        found = draws(book, inputs, [_total_key()], deadline_s=3600)[_total_key()]
        assert not found.failed, found.failures
        return math.fsum(found.numbers) / len(quantities)

    return drawn


def _what_if(path: Path) -> WhatIf:
    from cfp_xl.engine.whatif import WhatIf
    from cfp_xl.workbook.reading.read import read_workbook

    return WhatIf(read_workbook(path), deadline_s=3600)


def _quantity_key(row: int) -> CellKey:
    from cfp_xl.engine.areas import CellKey

    return CellKey("activities", row, CHANGED_COLUMN)


def _total_key() -> CellKey:
    from cfp_xl.engine.areas import CellKey

    return CellKey(RESULTS, TOTAL_ROW, 2)


def stock_formulas(path: Path) -> Total:
    solution = _stock_model(path).calculate()
    return _number(solution[_stock_key(path, RESULTS, f"B{TOTAL_ROW}")].value[0, 0])


def stock_formulas_changed(path: Path) -> Callable[[float], Total]:
    model = _stock_model(path)
    model.calculate()

    def changed(quantity: float) -> Total:
        cell = _stock_key(path, "activities", f"C{CHANGED_ROW}")
        solution = model.calculate(inputs={cell: quantity})
        return _number(solution[_stock_key(path, RESULTS, f"B{TOTAL_ROW}")].value[0, 0])

    return changed


def _stock_model(path: Path) -> Any:
    os.environ["TQDM_DISABLE"] = "1"
    warnings.simplefilter("ignore")
    import formulas

    return formulas.ExcelModel().loads(str(path)).finish()


def _stock_key(path: Path, sheet: str, cell: str) -> str:
    return f"'[{path.name}]{sheet.upper()}'!{cell}"


def formualizer(path: Path) -> Total:
    import formualizer

    book = formualizer.load_workbook(str(path))
    book.evaluate_all()
    return _number(book.get_value(RESULTS, TOTAL_ROW, 2))


def formualizer_changed(path: Path) -> Callable[[float], Total]:
    import formualizer

    book = formualizer.load_workbook(str(path))
    book.evaluate_all()

    def changed(quantity: float) -> Total:
        book.set_value("activities", CHANGED_ROW, CHANGED_COLUMN, quantity)
        book.evaluate_all()
        return _number(book.get_value(RESULTS, TOTAL_ROW, 2))

    return changed


def formualizer_drawn(path: Path) -> Callable[[Draws], Total]:
    import formualizer

    book = formualizer.load_workbook(str(path))
    book.evaluate_all()

    def one(quantities: Sequence[float]) -> float:
        for row, quantity in zip(DRAWN, quantities, strict=True):
            book.set_value("activities", row, CHANGED_COLUMN, quantity)
        book.evaluate_all()
        return _number(book.get_value(RESULTS, TOTAL_ROW, 2))

    return lambda draws: math.fsum(map(one, draws)) / len(draws)


def ironcalc(path: Path) -> Total:
    model = _iron_model(path)
    return _number(model.get_cell_value(_iron_sheet(model, RESULTS), TOTAL_ROW, 2))


def ironcalc_changed(path: Path) -> Callable[[float], Total]:
    model = _iron_model(path)

    def changed(quantity: float) -> Total:
        sheet = _iron_sheet(model, "activities")
        model.update_cell_with_number(sheet, CHANGED_ROW, CHANGED_COLUMN, quantity)
        model.evaluate()
        return _number(model.get_cell_value(_iron_sheet(model, RESULTS), TOTAL_ROW, 2))

    return changed


def ironcalc_drawn(path: Path) -> Callable[[Draws], Total]:
    model = _iron_model(path)
    sheet, results = (_iron_sheet(model, name) for name in ("activities", RESULTS))

    def one(quantities: Sequence[float]) -> float:
        for row, quantity in zip(DRAWN, quantities, strict=True):
            model.update_cell_with_number(sheet, row, CHANGED_COLUMN, quantity)
        model.evaluate()
        return _number(model.get_cell_value(results, TOTAL_ROW, 2))

    return lambda draws: math.fsum(map(one, draws)) / len(draws)


def _iron_model(path: Path) -> Any:
    import ironcalc

    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    return model


def _iron_sheet(model: Any, name: str) -> int:
    return [sheet["name"] for sheet in model.get_worksheets_properties()].index(name)


def calamine(path: Path) -> Total:
    """Reads all values, computes nothing: no engine can be faster than reading the file."""
    import python_calamine

    book = python_calamine.load_workbook(str(path))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()
    return None


def cached_total(path: Path) -> Total:
    """The total that is stored in a file, for what LibreOffice has converted."""
    import python_calamine

    sheet = python_calamine.load_workbook(str(path)).get_sheet_by_name(RESULTS)
    return _number(sheet.to_python(skip_empty_area=False)[TOTAL_ROW - 1][1])


COMPUTE: dict[str, Callable[[Path], Total]] = {
    "cfp-xl": ours,
    "formulas": stock_formulas,
    "formualizer": formualizer,
    "ironcalc": ironcalc,
    "calamine read": calamine,
    "cached": cached_total,
}
CHANGE: dict[str, Callable[[Path], Callable[[float], Total]]] = {
    "cfp-xl": ours_changed,
    "formulas": stock_formulas_changed,
    "formualizer": formualizer_changed,
    "ironcalc": ironcalc_changed,
}
DRAW: dict[str, Callable[[Path], Callable[[Draws], Total]]] = {
    "cfp-xl": ours_drawn,
    "formualizer": formualizer_drawn,
    "ironcalc": ironcalc_drawn,
}


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]


def timed(work: Callable[[], list[Total]]) -> dict[str, object]:
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    totals = work()
    return {
        "cpu_s": time.process_time() - cpu_s,
        "wall_s": time.perf_counter() - wall_s,
        "totals": totals,
    }


def profiled(work: Callable[[], list[Total]]) -> dict[str, object]:
    """Shares of the whole: of our stages with all they call, and of each module's own time.

    What is written in C stands under its own name.
    """
    profile = cProfile.Profile()
    profile.runcall(work)
    own_s: Counter[str] = Counter()
    stages_s: Counter[str] = Counter()
    statistics: Any = pstats.Stats(profile)
    for (file, _, function), (_, _, own, with_callees, _) in statistics.stats.items():
        place = _place(file, function)
        own_s[place] += own
        if OUR_STAGES.get(function) == place:
            stages_s[function] += with_callees
    whole_s = sum(own_s.values())
    return {
        "stages": [[name, stages_s[name] / whole_s] for name in OUR_STAGES],
        "modules": [[name, own / whole_s] for name, own in own_s.most_common(PROFILE_LINES)],
    }


def _place(file: str, function: str) -> str:
    if file == "~":
        return function.split(" at 0x")[0].removesuffix(">") + ">"
    parts = Path(file).with_suffix("").parts
    for package in ("cfp_xl", "formulas", "numpy", "lxml", "openpyxl"):
        if package in parts:
            return "/".join(parts[len(parts) - 1 - parts[::-1].index(package) :])
    return parts[-1]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("engine", choices=COMPUTE)
    parser.add_argument("warm_up", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--change", type=float, metavar="QUANTITY")
    parser.add_argument("--draws", type=int, metavar="N")
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args(arguments)
    compute = COMPUTE[options.engine]
    try:
        compute(options.warm_up)
    except ModuleNotFoundError as missing:
        print(missing, file=sys.stderr)
        return NOT_INSTALLED

    def work() -> list[Total]:
        return [compute(path) for path in options.files]

    if options.change is not None:
        changed = CHANGE[options.engine](options.files[0])
        result = timed(lambda: [changed(options.change)])
    elif options.draws is not None:
        quantities = drawn_quantities(options.draws)
        drawn = DRAW[options.engine](options.files[0])
        result = timed(lambda: [drawn(quantities)])
    else:
        result = profiled(work) if options.profile else timed(work)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
