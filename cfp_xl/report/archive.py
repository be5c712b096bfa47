"""A study as one file for the years it is kept: workbook, verdict, replies, factors, evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import Any

from cfp_xl import __version__
from cfp_xl.findings import editions
from cfp_xl.footprint.factor import Factor
from cfp_xl.footprint.wording import folded
from cfp_xl.messages import LANGS, Lang, Text
from cfp_xl.privacy import masked, masked_document
from cfp_xl.report.verification.findings_xlsx import findings_xlsx
from cfp_xl.report.verification.json_report import file_record
from cfp_xl.schema.case import text_of
from cfp_xl.schema.opened import Opened
from cfp_xl.verify.archived import (
    SCHEMA,
    ArchivedFile,
    ArchivedFinding,
    Manifest,
    Reply,
    Tool,
    Verdict,
    packed,
    shipped_pins,
)
from cfp_xl.verify.many.ledger import ARITHMETIC, program_sha256
from cfp_xl.verify.result import FileResult, Options, Verification

WORKBOOK, SUPPLIERS, REPORT = "workbook", "suppliers", "report"
"""Folders in the archive."""
NAMED = (("activities", "evidence"), ("allocation", "voucher"), ("history", "sha256"))
"""Columns that name evidence: documents, vouchers, suppliers' answers by their hash."""


@dataclass(frozen=True)
class ArchivedStudy:
    """What is archived. `enclosed` are further parts by their path in the archive; `evidence` are
    files that are listed with their hashes and not packed: they may be invoices."""

    opened: Opened
    name: str
    result: FileResult
    options: Options
    enclosed: Mapping[str, bytes]
    evidence: Mapping[str, tuple[int, str]]
    """Size and hash by name."""
    dialogue: tuple[Mapping[str, str], ...] = ()

    @cached_property
    def named_evidence(self) -> tuple[dict[str, Any], ...]:
        """What rows of the workbook name as evidence, each with the files of that name."""
        return tuple(self._named())

    def _named(self) -> Iterator[dict[str, Any]]:
        product = self.opened.recomputed.product
        hashes = {sha256(data).hexdigest(): path for path, data in self.enclosed.items()}
        for table, field in NAMED:
            for row in product.rows(table) if product else ():
                words = text_of(row.value(field)) if field in row.columns else ""
                if not words:
                    continue
                if table == "history":
                    found = [path for sha, path in hashes.items() if sha.startswith(words)]
                else:
                    found = [name for name in self.evidence if _is_named(name, words)]
                cell = str(row.cell(field))
                yield {"table": table, "cell": cell, "names": masked(words), "files": found}

    def archive(self, lang: Lang) -> bytes:
        """The zip; the same study gives the same bytes."""
        workbook = f"{WORKBOOK}/{self.name}"
        result = replace(self.result, path=self.name)
        tool = Tool(__version__, editions()[-1], program_sha256(), shipped_pins(), _libraries())
        of_verify = {
            "schema": "cfp-xl/verification/1",
            "tool": {"version": tool.version},
            "summary": dict(Verification((result,), tool.version).summary),
            "files": [file_record(result, lang)],
        }
        parts = {
            workbook: self.opened.package.data,
            "verification.json": _json(masked_document(of_verify)),
            "findings.xlsx": findings_xlsx(
                Verification((result,), tool.version, self.dialogue), lang
            ),
            "factors.json": _json(masked_document({"factors": [*self._factors()]})),
            "evidence.json": _json(
                {
                    "named": [*self.named_evidence],
                    "files": [
                        {"name": name, "bytes": size, "sha256": sha}
                        for name, (size, sha) in sorted(self.evidence.items())
                    ],
                }
            ),
            **self.enclosed,
        }
        files = tuple(
            ArchivedFile(name, len(data), sha256(data).hexdigest())
            for name, data in sorted(parts.items())
        )
        manifest = Manifest(
            SCHEMA,
            tool,
            self.options.tolerance,
            self.options.as_of,
            workbook,
            _verdict(result),
            tuple(_findings(result)),
            files,
        )
        return packed(manifest, parts)

    def _factors(self) -> Iterator[dict[str, Any]]:
        """The factors that rows of the footprint use, each as its row says it."""
        for factor in used_factors(self.opened):
            own = factor.origin is not None
            yield {
                "set": factor.set_id,
                "cell": str(factor.origin) if own else None,
                **{name: value for name, value in factor.cells("en").items() if value is not None},
                "name": {lang: factor.name.in_lang(lang) for lang in LANGS},
            }


def used_factors(opened: Opened) -> tuple[Factor, ...]:
    """The factors that activities name, each once, by id; none of what can't be found."""
    tables = opened.recomputed
    if tables.product is None or tables.footprint is None:
        return ()
    known = {folded(id): id for id in tables.product.factors.ids()}
    ids = {
        known[key]
        for row in tables.footprint.rows
        if (key := folded(text_of(row.activity.factor_id))) in known
    }
    return tuple(tables.product.factors.get(id) for id in sorted(ids))


def _findings(result: FileResult) -> Iterator[ArchivedFinding]:
    for one in result.findings:
        answer = one.justification
        yield ArchivedFinding(
            one.code,
            one.severity,
            one.traits.conformity,
            one.where.sheet if one.where else "",
            one.where.cell if one.where else "",
            Text(*(one.message(lang) for lang in LANGS)),
            Text(*(one.hint(lang) for lang in LANGS)),
            masked(one.seen) if one.seen else one.seen,
            masked(one.expected) if one.expected else one.expected,
            Reply(masked(answer.reason), masked(answer.who), answer.date) if answer else None,
        )


def _verdict(result: FileResult) -> Verdict:
    return Verdict(
        result.status,
        result.schema,
        result.recalculation,
        result.conformity,
        result.cells,
        result.footprint.total_kgco2e if result.footprint else None,
        masked(result.functional_unit) if result.functional_unit else None,
        result.factor_set,
    )


def _is_named(file: str, words: str) -> bool:
    """Whether the words name a file, with or without its ending."""
    path, said = PurePosixPath(file), words.casefold()
    stem = path.stem.casefold()
    return path.name.casefold() in said or (len(stem) > 3 and stem in said)


def _json(document: object) -> bytes:
    """Not masked here: names of files and hashes must not be."""
    said = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return said.encode() + b"\n"


def _libraries() -> Mapping[str, str]:
    return {name: version(name) for name in ARITHMETIC}
