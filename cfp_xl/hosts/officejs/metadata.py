"""What Excel is told of the functions (functions.json), and the script that runs them.

Every argument is declared as a range and every result as a table: Excel then hands a single cell
over as a table of one, a column as a column, and tells where an argument stands, by which blank
cells are told from zeros (parts/calls.js). Names are the same in both languages of Excel.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

from cfp_xl.functions.registry import all_functions
from cfp_xl.functions.spec import FunctionSpec, Parameter
from cfp_xl.functions.values import ExcelError
from cfp_xl.messages import LANGS, Lang, say

SCHEMA = "https://developer.microsoft.com/json-schemas/office-js/custom-functions.schema.json"
RANGE = {"type": "any", "dimensionality": "matrix"}
TEXTS = ("server_away", "no_answer", "blanks_unknown")
"""What the script says by itself: `officejs.call.<key>`."""
SAYS_ITSELF = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
"""The errors that a custom function can give."""


def render_metadata(lang: Lang) -> str:
    """functions.json, its descriptions in `lang`."""
    document = {
        "$schema": SCHEMA,
        "allowErrorForDataTypeAny": True,
        "functions": [_metadata(spec, lang) for spec in all_functions().values()],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _metadata(spec: FunctionSpec, lang: Lang) -> dict[str, Any]:
    return {
        "id": spec.name,
        "name": spec.name,
        "description": _first_sentence(spec.help.in_lang(lang)),
        "parameters": [_parameter(p, lang) for p in spec.parameters],
        "result": {"dimensionality": "matrix"},
        "options": {"requiresParameterAddresses": True},
    }


def _parameter(parameter: Parameter, lang: Lang) -> dict[str, Any]:
    about = {"name": parameter.name, "description": parameter.help.in_lang(lang), **RANGE}
    return {**about, "optional": True} if parameter.is_optional else about


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=。)|(?<=[.;]) ", text, maxsplit=1)[0]


def render_script() -> str:
    """functions.js: gathers calls, and makes every function known by its id."""
    core = files("cfp_xl").joinpath("hosts", "officejs", "parts", "calls.js").read_text("utf-8")
    texts = {lang: {key: _said(key, lang) for key in TEXTS} for lang in LANGS}
    others = [e.value for e in ExcelError if e.value not in SAYS_ITSELF]
    core = core.replace("{texts}", json.dumps(texts, ensure_ascii=False), 1)
    core = core.replace("{other_errors}", json.dumps(others), 1)
    return "\n".join([core, *map(_function, all_functions().values())])


def _said(key: str, lang: Lang) -> str:
    """A text of the script's; it fills the placeholder by itself."""
    return say(f"officejs.call.{key}", lang, address="{address}")


def _function(spec: FunctionSpec) -> str:
    names = [p.name for p in spec.parameters]
    lines = [
        "/**",
        f" * {_first_sentence(spec.help.en)}",
        f" * @customfunction {spec.name} {spec.name}",
        *(f" * @param {{any[][]}} {_shown(p)} {p.help.en}" for p in spec.parameters),
        " * @param {CustomFunctions.Invocation} [invocation]",
        " * @returns {Promise<any[][]>}",
        " * @requiresParameterAddresses",
        " */",
        f"function {spec.name}({', '.join([*names, 'invocation'])}) {{",
        f'  return CFP_CALLS.call("{spec.name}", [{", ".join(names)}], invocation);',
        "}",
        f'CFP_CALLS.associate("{spec.name}", {spec.name});',
        "",
    ]
    return "\n".join(lines)


def _shown(parameter: Parameter) -> str:
    return f"[{parameter.name}]" if parameter.is_optional else parameter.name
