"""A report file → what it states: the document by its form, then each kind of statement."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cfp_xl.audit.document import Document
from cfp_xl.audit.prose import complete_lists, figures_of_prose
from cfp_xl.audit.reading.assemble import assemble
from cfp_xl.audit.reading.files import read_file
from cfp_xl.audit.record import ReadReport
from cfp_xl.audit.statements import components, dates, method, persons, product, standards
from cfp_xl.audit.statements.boundary import boundaries, exclusions
from cfp_xl.audit.tables import figures_of_tables


def read_report(path: Path, ocr: Path | None = None) -> ReadReport:
    """What a report states; `ocr` is the text of a scan. Raises Unreadable."""
    file = read_file(path, ocr)
    sha256 = hashlib.sha256(file.data).hexdigest()
    document = assemble(file.raw, path.as_posix(), sha256, file.form)
    return report_of(document)


def report_of(document: Document) -> ReadReport:
    """What a document states."""
    figures = (*figures_of_tables(document), *figures_of_prose(document))
    ordered = sorted(figures, key=lambda f: (f.spot.block, f.spot.table_row, f.spot.start))
    stated = tuple(boundaries(document))
    return ReadReport(
        document,
        figures=complete_lists(ordered),
        boundaries=stated,
        exclusions=tuple(exclusions(document, stated)),
        products=tuple(product.products(document)),
        models=tuple(product.models(document)),
        organisations=tuple(product.organisations(document)),
        functional_units=tuple(product.functional_units(document)),
        numbers_of_report=tuple(product.report_numbers(document)),
        standards=tuple(standards.standards(document)),
        dates=tuple(dates.dates(document)),
        persons=tuple(persons.persons(document)),
        gwp_sets=tuple(method.gwp_sets(document)),
        gases=tuple(method.gases(document)),
        factor_sources=tuple(method.factor_sources(document)),
        allocation=tuple(method.allocation(document)),
        cut_offs=tuple(method.cut_offs(document)),
        uncertainty=tuple(method.uncertainty(document)),
        components=tuple(components.components(document)),
    )
