"""Sheets to a thousand suppliers and their answers back: files a second and peak memory.

    python benchmarks/suppliers.py [--suppliers N] [--write FILE]

Each measurement is a whole `cfp-xl` process, with its start, its imports and its report.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from benchmarks.measure import run
from benchmarks.page import digits

FEW = 10
"""So many suppliers tell what of a time is start and what is work."""
TIMEOUT_S = 1800
STEEL, POWER = "DESNZ2025-19_504_5116_15_1", "CN-ELEC-CFP-2024"

WORKBOOK = """
based_on = "product-en"
title = "A product of many parts"
template = false
[product]
name = "Product of {count} parts"
functional_unit = "1 piece"
boundary = "cradle-to-gate"
period_start = 2025-01-01
period_end = 2025-12-31
gwp_set = "AR5"
[factors]
ids = ["{power}", "{steel}"]
spare = {spare}
[rows]
activities = {spare}
[suppliers]
parts = {count}
answers = {answers}
history = {spare}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """One command over all files; CPU and memory are those of all its processes together."""

    name: str
    files: int
    wall_s: float
    cpu_s: float
    peak_mb: float


def write_source(folder: Path, count: int) -> Path:
    """The text source of a product with so many parts, a supplier each; its folder."""
    source = folder / "many"
    source.mkdir()
    shutil.copytree(Path(__file__).parents[1] / "workbooks" / "product-en", folder / "product-en")
    shutil.copytree(Path(__file__).parents[1] / "workbooks" / "product-zh", folder / "product-zh")
    text = WORKBOOK.format(
        count=count, spare=count + 10, answers=2 * count + 10, power=POWER, steel=STEEL
    )
    (source / "workbook.toml").write_text(text, encoding="utf-8")
    parts = [
        {
            "part_id": f"P{n:04}",
            "part": f"Bracket {n}",
            "supplier_id": f"V{n:04}",
            "supplier": f"Supplier {n}",
            "amount": "0.5",
            "unit": "kg",
            "mass_kg": "1",
            "kind": "part",
            "contact": f"v{n}@supplier.example",
            "lang": "en",
            "due": "2026-03-31",
        }
        for n in range(1, count + 1)
    ]
    activities = [
        {
            "stage": "raw material acquisition",
            "process": "parts",
            "activity": one["part"],
            "status": "data",
            "quantity": one["amount"],
            "unit": "kg",
            "factor_id": STEEL,
            "part_id": one["part_id"],
        }
        for one in parts
    ]
    for name, rows in (("parts", parts), ("activities", activities)):
        with (source / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return source


def build_product(source: Path, target: Path) -> None:
    from cfp_xl.templates.build import build_workbook

    target.write_bytes(build_workbook(source))


def fill_in(path: Path, out: Path) -> None:
    """One supplier's answer, its figures its own."""
    from datetime import date

    from cfp_xl.suppliers.fill import Typed, TypedAnswer, Used, type_in

    n = int("".join(c for c in path.stem if c.isdigit())[:4])
    fields: dict[str, Typed] = {
        "contact_name": "A. Example",
        "contact": f"v{n}@supplier.example",
        "filled_on": date(2026, 3, 1),
        "period_start": date(2025, 1, 1),
        "period_end": date(2025, 12, 31),
        "output": 1000.0 + n,
        "data_kind": "activity_data",
        "has_material": "yes",
        "has_energy": "yes",
        **dict.fromkeys(("has_fuel", "has_transport", "has_waste", "has_process"), "no"),
    }
    used = (Used(STEEL, 1.1 * (1000 + n), "kg"), Used(POWER, 0.4 * (1000 + n), "kWh"))
    (out / path.name).write_bytes(
        type_in(path.read_bytes(), TypedAnswer(fields, used), "en", "part")
    )


def steps(folder: Path, count: int) -> Iterator[Step]:
    """Out, in as a dry run with one worker and with two, and taken in."""
    product, out, back = folder / "product.xlsx", folder / "out", folder / "back"
    # In processes of their own: a child's peak memory is never below what its parent has in use.
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn")) as pool:
        pool.submit(build_product, write_source(folder, count), product).result()
        suppliers = folder / "many" / "parts.csv"
        new = ("new", "supplier", "--product", str(product), "--suppliers", str(suppliers))
        yield _step("new supplier", count, *new, "--out", str(out))
        back.mkdir()
        issued = sorted(out.rglob("*.xlsx"))
        list(pool.map(partial(fill_in, out=back), issued, chunksize=max(1, len(issued) // 20)))
    intake = ("intake", str(back), "--into", str(product))
    yield _step("intake, dry run, --jobs 1", count, *intake, "--jobs", "1")
    yield _step("intake, dry run, --jobs 2", count, *intake, "--jobs", "2")
    target = str(folder / "with-answers.xlsx")
    yield _step("intake --apply, --jobs 2", count, *intake, "--jobs", "2", "--apply", "-o", target)
    yield _step("intake --apply again: nothing to do", count, "intake", str(back), "--into", target)


def _step(name: str, files: int, *arguments: str) -> Step:
    command = [sys.executable, "-m", "cfp_xl", *arguments]
    done = run(command, timeout_s=TIMEOUT_S, is_watched=True)
    if done.exit_code:
        raise SystemExit(f"{name}: exit code {done.exit_code}\n{done.stdout}\n{done.stderr}")
    print(f"{name}, {files}: {done.cpu_s:.2f} s CPU, {done.peak_mb:.0f} MB", file=sys.stderr)
    return Step(name, files, done.wall_s, done.cpu_s, done.peak_mb)


def measure(count: int) -> list[Step]:
    with tempfile.TemporaryDirectory() as folder:
        return list(steps(Path(folder), count))


def page(few: Sequence[Step], many: Sequence[Step], command: str) -> str:
    """The results as Markdown."""
    count, small = many[0].files, few[0].files
    lines = [
        "# Benchmarks: suppliers' sheets",
        "",
        f"A product of {count:,} parts, each from a supplier of its own: their sheets written, "
        "filled in by program, taken in. Repeat with:",
        "",
        "```bash",
        command,
        "```",
        "",
        f"Measured on {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}. Load average after the run: {os.getloadavg()[0]:.1f}. "
        "Above 1, other work ran beside it and walls are longer than on a free machine. Each row "
        "is a whole process, with its start, imports and report; CPU and memory are those of the "
        "process and its workers together, looked at ten times a second.",
        "",
        "| command | files | CPU s | files per CPU s | wall s | files/s | peak MB "
        f"| peak MB with {small} |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for one, other in zip(many, few, strict=True):
        lines.append(
            f"| {one.name} | {one.files:,} "
            f"| {digits(one.cpu_s)} | {digits(one.files / one.cpu_s)} "
            f"| {digits(one.wall_s)} | {digits(one.files / one.wall_s)} "
            f"| {one.peak_mb:,.0f} | {other.peak_mb:,.0f} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suppliers", type=int, default=1000, metavar="N")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the page there too")
    options = parser.parse_args(arguments)
    few, many = (measure(count) for count in (min(FEW, options.suppliers), options.suppliers))
    text = page(few, many, "python benchmarks/suppliers.py")
    print(text, end="")
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
