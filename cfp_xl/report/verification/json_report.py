"""The JSON contracts: `cfp-xl/verification/1`, `cfp-xl/footprint/1` and `cfp-xl/values/1`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from textwrap import indent
from typing import TYPE_CHECKING, Any

from cfp_xl.findings import Finding
from cfp_xl.footprint.parts import NAMES, part_of
from cfp_xl.messages import Lang
from cfp_xl.privacy import masked_document

if TYPE_CHECKING:
    from cfp_xl.engine.areas import CellKey
    from cfp_xl.engine.result import Computed
    from cfp_xl.footprint.calculate import Footprint
    from cfp_xl.functions.values import Scalar
    from cfp_xl.verify.result import FileResult, Verification
    from cfp_xl.workbook.model import Workbook


def dumps(document: object) -> str:
    """JSON text, the same on every run, numbers of persons masked; NaN or infinity in it is our
    bug and raises ValueError."""
    shown = masked_document(document)
    return json.dumps(shown, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def verification(result: Verification, lang: Lang) -> dict[str, Any]:
    """The whole result for programs: `cfp-xl/verification/1`, docs/verification.schema.json."""
    return {
        "schema": "cfp-xl/verification/1",
        "tool": {"version": result.version},
        "summary": dict(result.summary),
        "files": [file_record(file, lang) for file in result.files],
    }


def verification_text(result: Verification, lang: Lang) -> Iterator[str]:
    """The document of `verification` as `dumps` writes it, in pieces: it may be large."""
    none = verification(replace(result, files=()), lang)
    before, after = dumps({**none, "summary": dict(result.summary)}).split("[]")
    yield before
    opening = "[\n"
    for file in result.files:
        yield opening + indent(dumps(file_record(file, lang)).rstrip("\n"), "    ")
        opening = ",\n"
    yield ("\n  ]" if result.files else "[]") + after


def file_record(file: FileResult, lang: Lang) -> dict[str, Any]:
    """One file's entry under `files`."""
    cells = file.cells
    return {
        "path": file.path,
        "sha256": file.sha256,
        "schema": file.schema,
        "status": file.status.value,
        "recalculation": file.recalculation.value,
        "conformity": file.conformity.value,
        "tolerance": file.tolerance,
        "cells": {
            "formulas": cells.formulas,
            "matched": cells.matched,
            "mismatched": cells.mismatched,
            "not_computed": cells.not_computed,
            "not_cached": cells.not_cached,
            "volatile": cells.volatile,
        },
        "footprint": file.footprint
        and footprint(file.footprint, file.functional_unit, file.factor_set),
        "findings": [_finding(file, f, lang) for f in file.findings],
        "not_checked": [
            {
                "what": one.what,
                "message": one.text.in_lang(lang),
                **({"count": one.count} if one.count else {}),
                **({"cells": [str(cell) for cell in one.cells]} if one.cells else {}),
            }
            for one in file.not_checked
        ],
        **({"policy": file.policy} if file.policy else {}),
        **({"witnesses": [asdict(one) for one in file.witnesses]} if file.witnesses else {}),
    }


def _finding(file: FileResult, finding: Finding, lang: Lang) -> dict[str, Any]:
    return {
        **finding_record(finding, file.fingerprint(finding), lang),
        **_accepted(file, finding),
    }


def finding_record(finding: Finding, fingerprint: str, lang: Lang) -> dict[str, Any]:
    """One finding's entry, of whatever file."""
    where = finding.where
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "justified": finding.justification is not None,
        "sheet": where and where.sheet,
        "cell": where and where.cell,
        "message": finding.message(lang),
        "seen": finding.seen,
        "expected": finding.expected,
        "hint": finding.hint(lang),
        "fingerprint": fingerprint,
        **({"also": [str(cell) for cell in finding.also]} if finding.also else {}),
    }


def _accepted(file: FileResult, finding: Finding) -> dict[str, Any]:
    """What only a policy or a baseline adds."""
    added: dict[str, Any] = {}
    if waiver := finding.waiver:
        added["waiver"] = {"reason": waiver.reason, "expires": waiver.expires}
    if finding.since:
        added["since"] = finding.since
    if file.has_baseline:
        added["known"] = finding.is_known
    return added


def footprint(
    result: Footprint, functional_unit: str | None, factor_set: str | None
) -> dict[str, Any]:
    """The footprint in kgCO2e per functional unit; a value we don't have is null, never 0."""
    return {
        "total_kgco2e": result.total_kgco2e,
        "by_stage": {
            id: {"state": stage.state.value, "kgco2e": stage.kgco2e}
            for id, stage in result.stages.items()
        },
        "by_process": [
            {
                "stage": process.stage.id,
                "process": process.process,
                "state": process.state.value,
                "kgco2e": process.kgco2e,
            }
            for process in result.processes
        ],
        "parts": {id: part_of(result.parts, id) for id in NAMES} if result.parts else None,
        "by_scheme": dict(result.by_scheme_kgco2e),
        "functional_unit": functional_unit,
        "factor_set": factor_set,
    }


def footprint_text(
    result: Footprint, functional_unit: str | None, factor_set: str | None, lang: Lang
) -> str:
    """A footprint alone, as `cfp-xl/footprint/1`; the same in both languages."""
    del lang
    document = footprint(result, functional_unit, factor_set)
    return dumps({"schema": "cfp-xl/footprint/1", **document})


def values_text(workbook: Workbook, cells: Mapping[CellKey, Computed], lang: Lang) -> str:
    """The document of `values`; the same in both languages."""
    del lang
    return dumps(values(workbook, cells))


def values(workbook: Workbook, cells: Mapping[CellKey, Computed]) -> dict[str, Any]:
    """The value of every formula cell by sheet and address, errors as `{"error": "#N/A"}`.

    A cell that could not be computed is `{"error": "#NAME?"}`, as Excel shows what it doesn't know.
    """
    sheets: dict[str, dict[str, object]] = {sheet.name: {} for sheet in workbook.sheets}
    for key, cell in cells.items():
        sheets[key.sheet][key.ref.cell] = computed(cell)
    return {"schema": "cfp-xl/values/1", "sheets": {n: c for n, c in sheets.items() if c}}


NOT_COMPUTED = {"error": "#NAME?"}


def computed(cell: Computed) -> object:
    """What a formula cell shows."""
    return value(cell.value) if cell.is_computed else NOT_COMPUTED


def value(value: Scalar) -> object:
    """An error as an object, so that no text can pass for one."""
    from cfp_xl.functions.values import ExcelError

    return {"error": value.value} if isinstance(value, ExcelError) else value
