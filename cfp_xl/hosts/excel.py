"""The xlwings module `udfs/cfp_udfs.py`, made from the registry.

Off Windows xlwings' decorators keep nothing, so the registry is ours and this file is derived.
The module is plain readable Python: what a user installs can be read. How values cross the
edge is in `edge.py`; here is only the text.
"""

from __future__ import annotations

import keyword
import textwrap

from cfp_xl.functions.registry import all_functions, categories
from cfp_xl.functions.spec import FunctionSpec, Parameter
from cfp_xl.messages import Text

WIZARD_LIMIT = 255
"""Characters that Excel's function wizard shows of a description."""

RESERVED = frozenset(
    (
        *keyword.kwlist,
        "any",
        "boolean",
        "byref",
        "byte",
        "byval",
        "call",
        "case",
        "const",
        "currency",
        "date",
        "declare",
        "dim",
        "do",
        "double",
        "each",
        "empty",
        "end",
        "enum",
        "erase",
        "error",
        "event",
        "exit",
        "friend",
        "function",
        "get",
        "goto",
        "implements",
        "integer",
        "let",
        "like",
        "local",
        "lock",
        "long",
        "loop",
        "lset",
        "me",
        "mid",
        "mod",
        "new",
        "next",
        "nothing",
        "null",
        "on",
        "open",
        "option",
        "optional",
        "paramarray",
        "preserve",
        "print",
        "private",
        "property",
        "public",
        "put",
        "redim",
        "rem",
        "resume",
        "rset",
        "seek",
        "select",
        "set",
        "single",
        "static",
        "step",
        "stop",
        "string",
        "sub",
        "then",
        "to",
        "type",
        "unlock",
        "until",
        "variant",
        "wend",
        "width",
        "write",
        "xor",
    )
)
"""Words that Python or VBA keeps for itself; as names of parameters they get a `_` behind."""

SLOW_IN_WIZARD = frozenset({"CFP_FACTOR_SEARCH"})
"""Not called by the wizard at every key stroke."""

HEADER = '''\
"""The CFP_* functions for Excel, through xlwings (Windows).

Generated from cfp_xl's function registry by `cfp-xl build`; changes made here are lost.
How to install it: README.md beside this file. Experimental: see there what that means.
"""

import xlwings as xw

from cfp_xl.hosts.edge import called_from_excel
'''


def render_udfs() -> str:
    """The whole module as text; the same registry gives the same text."""
    return HEADER + "".join(_function(spec) for spec in all_functions().values())


def parameter_name(parameter: Parameter) -> str:
    """A parameter's name as Python and VBA can both spell it: `from_`, `set_`."""
    return f"{parameter.name}_" if parameter.name.lower() in RESERVED else parameter.name


def wizard_text(text: Text) -> str:
    """Both languages on one line, as much as the wizard shows: Chinese first, then English."""
    both = f"{text.zh} | {text.en}"
    if len(both) <= WIZARD_LIMIT:
        return both
    first = f"{first_sentence(text.zh)} | {first_sentence(text.en)}"
    return first if len(first) <= WIZARD_LIMIT else textwrap.shorten(first, WIZARD_LIMIT)


def first_sentence(text: str) -> str:
    """As much of a help text as the function wizard shows."""
    for end in ("。", ". ", "；", "; "):
        if end in text:
            text = text.split(end, 1)[0]
    return text


def _function(spec: FunctionSpec) -> str:
    category = categories()[spec.category]
    lines = [
        "",
        "",
        f'@xw.func(category="CFP {category.zh} {category.en}", '
        f"call_in_wizard={spec.name not in SLOW_IN_WIZARD})",
    ]
    lines += [
        f'@xw.arg("{parameter_name(p)}", "raw", doc={_quoted(wizard_text(p.help))})'
        for p in spec.parameters
    ]
    lines += [
        '@xw.ret("raw")',
        f"def {spec.name}({', '.join(map(_declared, spec.parameters))}):",
        f"    {_docstring(spec)}",
        f"    return called_from_excel({', '.join([_quoted(spec.name), *_passed(spec)])})",
        "",
    ]
    return "\n".join(lines)


def _declared(parameter: Parameter) -> str:
    name = parameter_name(parameter)
    return f"{name}=None" if parameter.is_optional else name


def _passed(spec: FunctionSpec) -> list[str]:
    return [parameter_name(p) for p in spec.parameters]


def _docstring(spec: FunctionSpec) -> str:
    return f'"""{wizard_text(spec.help)}"""'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
