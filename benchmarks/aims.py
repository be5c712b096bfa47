"""What the engine aims at, held against what a run has measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from benchmarks.measure import LIBREOFFICE
from benchmarks.page import OURS, Aim, Table


def jobs_and_files(jobs: int, count: int) -> str:
    """The row of a run over many files."""
    return f"--jobs {jobs}, {count:,} files"


def aims(
    suppliers: Table, singles: Mapping[int, Table], of_many: Table, many: int
) -> Iterator[Aim]:
    """The engine's aims, for those that this run has measured."""
    of_suppliers = "supplier workbooks: CPU of {} by ours"
    yield from _at_least(100, of_suppliers.format("formulas"), _ratio(suppliers, "formulas"))
    yield from _at_least(40, of_suppliers.format(LIBREOFFICE), _ratio(suppliers, LIBREOFFICE))
    if reading := _ratio(suppliers, "calamine read"):
        yield from _at_most(2, "supplier workbooks: our CPU by reading with calamine", 1 / reading)
    few, one, two = (
        of_many.of(jobs_and_files(jobs, count))
        for jobs, count in ((1, many // 10), (1, many), (2, many))
    )
    if few and one and two:
        name = f"{many:,} files: "
        yield from _at_least(1.7, name + "wall of one worker by two", one.wall_s / two.wall_s)
        times = one.peak_mb / few.peak_mb
        yield from _at_most(1.5, name + "peak memory by that of a tenth of them", times)
    if 20_000 not in singles:
        return
    yield from _at_least(
        70, "20,000 rows: CPU of formulas by ours", _ratio(singles[20_000], "formulas")
    )
    small = singles[20_000].of(OURS)
    large = singles[100_000].of(OURS) if 100_000 in singles else None
    if small:
        yield from _at_most(130, "20,000 rows: peak memory, MB", small.peak_mb)
    if peer := _ratio(singles[20_000], "formualizer"):
        yield from _at_most(1.2, "20,000 rows: our CPU by that of formualizer", 1 / peer)
    if small and large:
        growth = "100,000 rows by 20,000 (linear is 5): "
        yield from _at_most(5.5, growth + "CPU", large.cpu_s / small.cpu_s)
        yield from _at_most(5.5, growth + "peak memory", large.peak_mb / small.peak_mb)


def aims_of_changes(changed: Table, drawn: Table) -> Iterator[Aim]:
    """The aims for other inputs of a computed workbook."""
    if one := changed.of(OURS):
        yield from _at_most(5, f"{changed.title}: CPU, ms", one.cpu_s * 1000)
    if many := drawn.of(OURS):
        yield from _at_most(3, f"{drawn.title}: CPU, s", many.cpu_s)


def _at_least(wanted: float, what: str, reached: float | None) -> Iterator[Aim]:
    if reached is not None:
        yield Aim(what, f"≥ {wanted:g}", f"{reached:.3g}", reached >= wanted)


def _at_most(wanted: float, what: str, reached: float) -> Iterator[Aim]:
    yield Aim(what, f"≤ {wanted:g}", f"{reached:.3g}", reached <= wanted)


def _ratio(table: Table, peer: str) -> float | None:
    ours, theirs = table.of(OURS), table.of(peer)
    return theirs.cpu_s / ours.cpu_s if ours and theirs else None
