"""For Python programs and notebooks: what the commands do, as functions and objects.

    from cfp_xl import api as cfp

or `import cfp_xl` and `cfp_xl.verify(…)`, `cfp_xl.open_workbook(…)`, … for the same functions.

The names here, their arguments and what they return follow semantic versioning; the rooms below
don't. Everything is imported when it is first used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from cfp_xl.messages import Lang, default_lang

if TYPE_CHECKING:
    import pandas as pd

    from cfp_xl.audit.audit import AuditResult
    from cfp_xl.compare.diff import WorkbookDiff
    from cfp_xl.exchange.out.study import Audience
    from cfp_xl.findings import Finding
    from cfp_xl.footprint.calculate import Footprint
    from cfp_xl.footprint.factor import Factor
    from cfp_xl.functions.values import Scalar
    from cfp_xl.schema.opened import Opened
    from cfp_xl.verify.result import FileResult
    from cfp_xl.whatif.study import ProductStudy
    from cfp_xl.why.explain import Why

DEADLINE_S = 60.0
AnyPath = str | PathLike[str]


class HasErrors(ValueError):
    """A workbook whose errors forbid a report or an export; they are its `findings`."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{one.where or ''} {one.message('en')}" for one in findings))


@dataclass(frozen=True)
class ProductWorkbook:
    """A workbook opened once: recalculated, its tables found, its footprint calculated, each when
    it is first asked for."""

    opened: Opened

    @property
    def path(self) -> Path:
        return self.opened.workbook.path

    @cached_property
    def facts(self) -> Mapping[str, str]:
        """What the study states of itself, as typed: `functional_unit`, `boundary`, `gwp_set`, …;
        empty where the workbook has no product tables."""
        product = self.opened.recomputed.product
        if product is None:
            return {}
        return {name: fact.text for name, fact in product.facts_by_name.items()}

    @property
    def footprint(self) -> Footprint | None:
        """Calculated from the rows; None where the workbook has no product tables."""
        return self.opened.recomputed.footprint

    @property
    def total_kgco2e(self) -> float | None:
        """None where there is no total: a missing or failed row is never a zero."""
        return self.footprint.total_kgco2e if self.footprint else None

    @property
    def stages_kgco2e(self) -> Mapping[str, float | None]:
        """Each stage that has rows, by its id."""
        found = self.footprint.stages.items() if self.footprint else ()
        return {id: stage.kgco2e for id, stage in found if stage.state != "missing"}

    @cached_property
    def result(self) -> FileResult:
        """Both verdicts, as `verify` gives them."""
        from cfp_xl.verify.pipeline import verify_opened
        from cfp_xl.verify.result import Options

        return verify_opened(self.opened, self.path, Options())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What `verify` says of the workbook."""
        return self.result.findings

    def report(
        self,
        format: str = "html",
        *,
        audience: Audience = "customer",
        lang: Lang | None = None,
        is_draft: bool = False,
    ) -> bytes:
        """The study's report as `docx`, `pdf` or `html`, in the workbook's language where none is
        given. Raises HasErrors, unless a draft is asked for, KeyError for another format, and
        CannotReport without the extra `report` or a font."""
        from cfp_xl.report.document.formats import DOCUMENT_FORMATS
        from cfp_xl.report.document.outline import document_of
        from cfp_xl.report.document.source import source_of

        form = DOCUMENT_FORMATS[format]
        is_wrong = self._ensure_fit(is_draft=is_draft)
        source = source_of(
            self.opened, self.result, self.path.name, audience, lang, is_draft=is_wrong
        )
        return form.load()(document_of(source))

    def export(self, to: str, *, audience: Audience = "customer") -> bytes:
        """The study as `pact`, `catena-x`, `aas`, `openlca`, `brightway` or `label`. Raises
        HasErrors, KeyError for another format, and CannotExport, which lists the cells to fill."""
        from cfp_xl.exchange.out.formats import FORMATS
        from cfp_xl.exchange.out.study import Study as ExportedStudy

        form = FORMATS[to]
        self._ensure_fit()
        opened = self.opened
        return form.write(ExportedStudy(opened.recomputed, opened.workbook.sha256, audience))

    def _ensure_fit(self, *, is_draft: bool = False) -> bool:
        """Whether the workbook has errors, which only a draft may have."""
        from cfp_xl.verify.result import FileStatus

        if self.footprint is None:
            raise ValueError(f"{self.path}: no product tables")
        is_wrong = self.result.status is not FileStatus.PASSED
        if is_wrong and not is_draft:
            raise HasErrors(tuple(one for one in self.findings if self.result.makes_fail(one)))
        return is_wrong

    def frame(self, table: str = "activities") -> pd.DataFrame:
        """A table of the workbook: its inputs by column id, a row each, indexed by identity.

        Activities have besides `emission_kgco2e` and `share`, factors `value_kgco2e_per_unit`.
        Raises KeyError for a table that the workbook lacks.
        """
        import pandas as pd

        schema = self.opened.recomputed.schema
        if schema is None or table not in schema.regions:
            raise KeyError(table)
        records = schema.records(table)
        rows = [{"cell": str(one.first_cell), **_plain(one.values)} for one in records]
        frame = pd.DataFrame(rows, index=pd.Index([one.identity for one in records], name="row"))
        for name, values in self._computed(table).items():
            frame[name] = values
        return frame

    def why(self, cell: str = "") -> Explanation:
        """Why a cell, a row, a stage or the total is what it is."""
        from cfp_xl.why.explain import why as explained

        return Explanation(explained(self.opened, cell))

    def _computed(self, table: str) -> Mapping[str, list[float | None]]:
        footprint, schema = self.footprint, self.opened.recomputed.schema
        assert schema is not None
        if table == "activities" and footprint is not None:
            emissions = [None if row.problem else row.counted_kgco2e for row in footprint.rows]
            total = footprint.total_kgco2e
            shares = [e / total if total and e is not None else None for e in emissions]
            return {"emission_kgco2e": emissions, "share": shares}
        if table == "factors":
            ids = [record.text("id") for record in schema.records("factors")]
            return {"value_kgco2e_per_unit": [_per_unit(self.opened, id) for id in ids]}
        return {}

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(id)}</td><td>{_number(value)}</td></tr>"
            for id, value in self.stages_kgco2e.items()
        )
        unit = escape(self.facts.get("functional_unit", ""))
        total = f"<tr><th>total</th><th>{_number(self.total_kgco2e)}</th></tr>"
        head = f"<tr><th></th><th>kgCO2e / {unit}</th></tr>"
        name = escape(self.path.name)
        return f"<table><caption>{name}</caption>{head}{rows}{total}</table>"


@dataclass(frozen=True)
class Explanation:
    """Why a number is what it is; a notebook shows it as a tree that folds."""

    found: Why

    @property
    def sentence(self) -> str:
        """The answer in one sentence, in the user's language."""
        return self.in_lang(default_lang())

    def in_lang(self, lang: Lang) -> str:
        """The sentence in one language."""
        from cfp_xl.report.why.sentence import sentence

        return sentence(self.found, lang)

    @property
    def document(self) -> Mapping[str, object]:
        """The tree as `cfp-xl why --report json` writes it."""
        from cfp_xl.report.why.document import document

        return document(self.found)

    def __str__(self) -> str:
        from cfp_xl.report.why.text import why_text

        return why_text(self.found, default_lang())

    def _repr_html_(self) -> str:
        from cfp_xl.report.why.page import why_html

        page = escape(why_html(self.found, default_lang()))
        return f'<iframe style="width:100%;height:30em;border:0" srcdoc="{page}"></iframe>'


class FactorLibrary:
    """The built-in emission factors, each with its source."""

    def __getitem__(self, id: str) -> Factor:
        from cfp_xl.footprint.factors import library

        return library().get(id)

    def __iter__(self) -> Iterator[str]:
        from cfp_xl.footprint.factors import library

        return iter(library().ids())

    def search(self, words: str, limit: int = 10) -> tuple[Factor, ...]:
        """Those that Chinese or English words mean, the best first."""
        from cfp_xl.footprint.factors import library

        return library().search(words, limit)


Factors = FactorLibrary
factors = Factors()


def open_workbook(path: AnyPath, *, deadline_s: float = DEADLINE_S) -> ProductWorkbook:
    """Any .xlsx or .xlsm; it is only read. Raises Unreadable."""
    from cfp_xl.schema.opened import open_file

    return ProductWorkbook(open_file(Path(path), deadline_s=deadline_s))


def verify(
    path: AnyPath,
    *,
    fail_on: str = "error",
    tolerance: float = 1e-9,
    deadline_s: float = DEADLINE_S,
    as_of: str | None = None,
    witnesses: tuple[str, ...] = (),
    lint: bool = False,
) -> FileResult:
    """Both verdicts, the counts and the findings of one file, as `cfp-xl verify` gives them."""
    from cfp_xl.verify.pipeline import verify_file
    from cfp_xl.verify.result import FailOn, Options

    options = Options(FailOn(fail_on), tolerance, deadline_s, as_of, witnesses, lint)
    return verify_file(Path(path), options)


def recalculate(path: AnyPath, *, deadline_s: float = DEADLINE_S) -> Mapping[str, Scalar]:
    """Every formula cell that could be computed, by `Sheet!A1`. What could not is absent, never
    None, 0 or what the file holds. Raises RecalculationTimeout."""
    from cfp_xl.schema.opened import open_file

    cells = open_file(Path(path), deadline_s=deadline_s).recalculation.cells
    return {str(key.ref): one.value for key, one in cells.items() if one.is_computed}


def study(path: AnyPath, *, draws: int = 10_000, seed: int = 12_345) -> ProductStudy:
    """How sure a product's footprint is and what matters. Raises ValueError for a workbook without
    product tables, and NoTotal."""
    from cfp_xl.schema.opened import open_file
    from cfp_xl.whatif.study import study_of

    found = study_of(open_file(Path(path)), draws, seed)
    if found is None:
        raise ValueError(f"{path}: no product tables")
    return found


def why(path: AnyPath, cell: str = "") -> Explanation:
    """Why a number of a workbook is what it is; the total where no cell is named."""
    return open_workbook(path).why(cell)


def diff(old: AnyPath, new: AnyPath) -> WorkbookDiff:
    """What was changed between two workbooks, the largest effect on the total first."""
    from cfp_xl.compare.diff import diff as differences
    from cfp_xl.schema.opened import open_file

    return differences(open_file(Path(old)), open_file(Path(new)))


def audit(path: AnyPath, *, product: AnyPath | None = None, fail_on: str = "error") -> AuditResult:
    """What is wrong with a published report (pdf, docx, html, txt, md), as `cfp-xl audit` says it:
    what was read is `.report`, `.findings` are in the order of pages. A file that can't be read is
    a finding too. Raises Unreadable for a product workbook, and ExtraMissing for a pdf without the
    extra `audit`."""
    from cfp_xl.audit.audit import audit_file
    from cfp_xl.verify.result import FailOn

    workbook = Path(product) if product is not None else None
    return audit_file(Path(path), product=workbook, fail_on=FailOn(fail_on))


def _per_unit(opened: Opened, id: str) -> float | None:
    from cfp_xl.footprint.errors import FootprintError

    schema = opened.recomputed.schema
    try:
        return schema.sheet_factors.get(id).kgco2e_per() if schema else None
    except FootprintError:
        return None


def _plain(values: Mapping[str, Scalar]) -> dict[str, object]:
    """Errors as their texts: a table of pandas knows none of Excel's."""
    from cfp_xl.functions.values import ExcelError

    return {k: str(v) if isinstance(v, ExcelError) else v for k, v in values.items()}


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.6g}"


__all__ = [
    "Explanation",
    "FactorLibrary",
    "Factors",
    "HasErrors",
    "ProductWorkbook",
    "audit",
    "diff",
    "factors",
    "open_workbook",
    "recalculate",
    "study",
    "verify",
    "why",
]
