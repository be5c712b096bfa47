"""The worked example's files: sheets issued from its product, filled in, and taken in again.

A source folder with `answers.toml` gives, beside its product workbook, a file for each answer and
the product with the good ones in it, all in the same ways as a user's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cfp_xl.suppliers.fill import answer_of, fill
from cfp_xl.templates.source import read_source
from cfp_xl.templates.supplier.issue import Request, issue
from cfp_xl.workbook.address import cell_position
from cfp_xl.workbook.reading.container import package_of
from cfp_xl.workbook.writing.values import write_values

ANSWERS = "answers.toml"
LIST = "suppliers.csv"


@dataclass(frozen=True)
class WorkedExample:
    """A source folder with answers, and what makes the bytes of its product workbook."""

    source: Path
    product: Callable[[], bytes]

    @cached_property
    def text(self) -> Mapping[str, Any]:
        return tomllib.loads((self.source / ANSWERS).read_text("utf-8"))

    def files(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Paths below the folder of workbooks, and what makes each: the answers, the product."""
        name = self.source.name
        for number, entry in enumerate(self.text["answer"]):
            folder = "faulty" if entry.get("is_faulty") else "answers"
            yield f"{name}/{folder}/{self._file(entry)}", partial(self.answer, number)
        yield f"{name}-with-suppliers.xlsx", self.with_answers

    @cached_property
    def requests(self) -> tuple[Request, ...]:
        """Whom the product asks for what, by its table of parts and the list of suppliers."""
        from cfp_xl.schema.opened import opened
        from cfp_xl.suppliers.mailing import Asking, read_list, requests
        from cfp_xl.suppliers.parts import parts_of

        product = opened(self.product(), Path(f"{self.source.name}.xlsx")).cached.product
        assert product is not None
        settings = read_source(self.source).product
        asking = Asking(settings["name"], settings["producer"], self.text["contact"])
        return requests(parts_of(product)[0], read_list(self.source / LIST), asking)[0]

    @cached_property
    def _made(self) -> dict[int, bytes]:
        """Answers by their number, each made once."""
        return {}

    def answer(self, number: int) -> bytes:
        """One supplier's sheet, issued and filled in; `overwritten` cells as a meddler would."""
        if number not in self._made:
            self._made[number] = self._answer(self.text["answer"][number])
        return self._made[number]

    def _answer(self, entry: Mapping[str, Any]) -> bytes:
        (request,) = (one for one in self.requests if one.part_id == entry["part_id"])
        data = fill(issue(request), answer_of(entry), request.lang, request.kind)
        meddled = {
            sheet: {cell_position(cell) or (0, 0): value for cell, value in cells.items()}
            for sheet, cells in entry.get("overwritten", {}).items()
        }
        return write_values(package_of(data, Path("answer.xlsx")), meddled) if meddled else data

    def with_answers(self) -> bytes:
        """The product with every good answer taken in."""
        from cfp_xl.schema.opened import open_file
        from cfp_xl.suppliers.apply import apply
        from cfp_xl.suppliers.judge import judge
        from cfp_xl.suppliers.product_parts import supplier_requests

        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{self.source.name}.xlsx"
            path.write_bytes(self.product())
            product = open_file(path)
            target = Path(folder) / "with-answers.xlsx"
            asked, accepted = supplier_requests(product), []
            for number, entry in enumerate(self.text["answer"]):
                if entry.get("is_faulty"):
                    continue
                file = Path(folder) / self._file(entry)
                file.write_bytes(self.answer(number))
                judged = judge(file, asked)
                if judged.accepted is None:
                    raise ValueError([one.message("en") for one in judged.findings])
                accepted.append(judged.accepted)
            apply(product, accepted, target, str(self.text["taken_in"]))
            return target.read_bytes()

    def _file(self, entry: Mapping[str, Any]) -> str:
        """As `cfp-xl new supplier` calls it."""
        parts = read_source(self.source).table("parts")
        supplier_id = next(p["supplier_id"] for p in parts if p["part_id"] == entry["part_id"])
        return f"{supplier_id}_{entry['part_id']}.xlsx"
